"""ECG of hospitals, as `support.hospital` writes it from the formats' layouts."""

import numpy as np
import pytest

from biospectra.errors import RecordingError
from biospectra.formats.hospital_ecg import claims
from biospectra.formats.probe import contents_of
from biospectra.formats.read import read
from biospectra.formats.registry import read_first
from biospectra.study.new.found import recordings_in
from support import hospital
from support.hospital import RATE_HZ, UV, counts

KINDS = {
    "aecg.xml": hospital.write_aecg,
    "muse.xml": hospital.write_muse,
    "holter.ecg": hospital.write_ishne,
    "rhythm.dcm": hospital.write_dicom,
}


@pytest.mark.parametrize("name", KINDS)
def test_leads_rate_and_millivolts(name, tmp_path):
    path = KINDS[name](tmp_path / name)
    one, two = read(path, channel="I;II", isolate=False)
    for lead, column in ((one, 0), (two, 1)):
        np.testing.assert_allclose(lead.samples, counts()[:, column] * UV / 1000, atol=1e-9)
        assert (lead.rate_hz, lead.units) == (RATE_HZ, "mV")
    part = read(path, channel="II", start_s=0.5, duration_s=0.2, isolate=False)
    np.testing.assert_array_equal(part.samples, two.samples[250:350])
    told = contents_of(path)
    assert [(c.name, c.units, c.rate_hz, c.n_samples) for c in told.channels] == [
        ("I", "mV", RATE_HZ, 600),
        ("II", "mV", RATE_HZ, 600),
    ]


def test_xml_in_utf_16_is_one_of_them(tmp_path):
    path = hospital.write_aecg(tmp_path / "a.xml")
    text = path.read_bytes().decode()
    assert claims(path)
    path.write_bytes(text.encode("utf-16"))
    assert claims(path)
    path.write_bytes("<note>ECG</note>".encode("utf-16"))
    assert not claims(path)


def test_images_of_dicom_are_none_of_them(tmp_path):
    path = hospital.write_dicom(tmp_path / "a.dcm")
    assert claims(path)
    start, waveforms = path.read_bytes(), b"1.2.840.10008.5.1.4.1.1.9."
    path.write_bytes(start.replace(waveforms, b"1.2.840.10008.5.1.4.1.1.7."))  # a photograph's
    assert not claims(path)


def test_the_person_is_told(tmp_path):
    told = contents_of(hospital.write_dicom(tmp_path / "a.dcm"))
    assert told.remarks == {"age": "63", "sex": "F"}
    assert told.begins == "2026-11-27T12:00:00"


def test_where_a_lead_was_off_is_nan(tmp_path):
    path = hospital.write_ishne(tmp_path / "a.ecg", off=slice(100, 400))
    one, two = read(path, channel="I;II", isolate=False)
    assert np.isnan(one.samples).nonzero()[0].tolist() == list(range(100, 400))
    assert one.stretches == [(0, 100), (400, 600)]
    assert not np.isnan(two.samples).any()


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("share", [0.01, 0.5, 0.999])
def test_a_file_that_was_cut_is_refused_in_one_line(name, share, tmp_path):
    path = KINDS[name](tmp_path / name)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    if name == "holter.ecg" and share == 0.5:
        path.write_bytes(path.read_bytes()[:-2])  # within a frame: more is not told
    with pytest.raises(RecordingError) as told:
        read(path, channel="I", isolate=False)
    said = str(told.value)
    assert str(path) in said and "\n" not in said and ";" in said, said


def test_other_xml_is_no_recording(tmp_path):
    ours = hospital.write_muse(tmp_path / "a.xml")
    other = tmp_path / "settings.xml"
    other.write_text("<?xml version='1.0'?><settings><ecg/></settings>")
    assert read_first([ours, other]) == [ours]
    files, others = recordings_in(tmp_path)
    assert (files, others) == ([ours], {".xml": 1})
    with pytest.raises(RecordingError, match="holds no ECG in a format that is known; known are"):
        read(other, channel=0, isolate=False)


def test_entities_are_not_resolved(tmp_path):
    path = hospital.write_aecg(tmp_path / "a.xml")
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<AnnotatedECG'
    path.write_text(path.read_text().replace("<AnnotatedECG", bomb, 1))
    with pytest.raises(RecordingError, match="cannot be read"):
        read(path, channel="I", isolate=False)
