"""What a file is said to hold is what reading it gives."""

import os
import struct

import numpy as np
import pytest

from biospectra.errors import RecordingError
from biospectra.formats.probe import contents_of, probe_files
from biospectra.formats.read import read
from biospectra.formats.request import Request
from support.own_recordings import ENDINGS, RATE_HZ, ecg, write_recording

SAMPLES = ecg("rest", seed=1, seconds=8)


def agree(path, **given) -> None:
    """Compare each channel that a file is said to have with what reading it gives."""
    contents = contents_of(path, **given)
    assert contents.channels
    for channel in contents.channels:
        signal = read(path, channel=channel.number, variable=channel.variable, **given)
        told = (channel.rate_hz, channel.units, channel.n_samples)
        assert told == (signal.rate_hz, signal.units, len(signal.samples))
        assert channel.name in (signal.channel, f"channel_{channel.number}")


@pytest.mark.parametrize("ending", ENDINGS)
def test_each_format_of_the_folder(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    write_recording(path, SAMPLES)
    agree(path)
    channel = contents_of(path).channels[-1]
    assert channel.rate_hz == RATE_HZ
    assert channel.n_samples == SAMPLES.size


def test_signals_of_several_rates(tmp_path):
    import edfio

    signals = [
        edfio.EdfSignal(SAMPLES, RATE_HZ, label="ECG", physical_dimension="mV"),
        edfio.EdfSignal(SAMPLES[::10], RATE_HZ / 10, label="Resp", physical_dimension="Ohm"),
    ]
    notes = [edfio.EdfAnnotation(1, 2, "rest"), edfio.EdfAnnotation(5, None, "cough")]
    notes.append(edfio.EdfAnnotation(3, 1.5, "rest"))
    edfio.Edf(signals, annotations=notes).write(tmp_path / "a.edf")
    agree(tmp_path / "a.edf")
    contents = contents_of(tmp_path / "a.edf")
    assert [channel.rate_hz for channel in contents.channels] == [250, 25]
    assert contents.annotations == {"rest": (2, 3.5), "cough": (1, 0)}


def test_brainvision_and_fif(tmp_path):
    import mne
    import pybv

    data = np.stack([SAMPLES, -SAMPLES]) * 1e-5
    names = ["Cz", "ECG"]
    pybv.write_brainvision(
        data=data, sfreq=RATE_HZ, ch_names=names, fname_base="a", folder_out=str(tmp_path)
    )
    info = mne.create_info(names, RATE_HZ, ["eeg", "ecg"])
    raw = mne.io.RawArray(data, info, verbose="error")
    raw.set_annotations(mne.Annotations([1, 4], [2, 1], ["open", "closed"]))
    raw.save(tmp_path / "a_raw.fif", verbose="error")
    agree(tmp_path / "a.vhdr")
    agree(tmp_path / "a_raw.fif")
    assert contents_of(tmp_path / "a_raw.fif").annotations == {"open": (1, 2), "closed": (1, 1)}


def test_sound_and_compressed_files(tmp_path):
    import gzip

    import soundfile

    soundfile.write(tmp_path / "a.wav", np.stack([SAMPLES, SAMPLES], 1) / 3, 4000)
    agree(tmp_path / "a.wav")
    write_recording(tmp_path / "a.edf", SAMPLES)
    (tmp_path / "b.edf.gz").write_bytes(gzip.compress((tmp_path / "a.edf").read_bytes()))
    assert contents_of(tmp_path / "b.edf.gz") == contents_of(tmp_path / "a.edf")


def test_a_rate_that_the_file_does_not_say_is_open(tmp_path):
    np.save(tmp_path / "a.npy", np.stack([SAMPLES, SAMPLES]))
    assert [c.rate_hz for c in contents_of(tmp_path / "a.npy").channels] == [None, None]
    agree(tmp_path / "a.npy", rate_hz=100)
    lines = "\n".join(f"{v:.4f},{v:.4f},left" for v in SAMPLES)
    (tmp_path / "a.csv").write_text(f"ECG (mV),RESP,side\n{lines}\n")
    channels = contents_of(tmp_path / "a.csv").channels
    told = [(c.name, c.units, c.rate_hz, c.n_samples) for c in channels]
    assert told == [("ECG", "mV", None, SAMPLES.size), ("RESP", "adu", None, SAMPLES.size)]


def test_wfdb_comments_and_rhythms(tmp_path):
    import wfdb

    write_recording(tmp_path / "a.hea", SAMPLES)
    with (tmp_path / "a.hea").open("a") as header:
        header.write("# 69 M 1085 1629 x1\n# Diagnose: sinus rhythm\n# <age>: 69 <sex>: M\n")
    notes = {"symbol": ["+", "N", "+"], "aux_note": ["(N", "", "(AFIB"]}
    wfdb.wrann("a", "atr", np.array([0, 500, 1500]), write_dir=str(tmp_path), **notes)
    agree(tmp_path / "a.hea")
    contents = contents_of(tmp_path / "a.hea")
    assert contents.remarks == {"age": "69", "sex": "M", "Diagnose": "sinus rhythm"}
    assert contents.annotations == {"(N": (1, 6.0), "N": (1, 0.0), "(AFIB": (1, 2.0)}


def test_what_reading_refuses_is_refused_alike(tmp_path):
    write_recording(tmp_path / "short.edf", SAMPLES)
    whole = (tmp_path / "short.edf").read_bytes()
    (tmp_path / "short.edf").write_bytes(whole[: len(whole) * 2 // 3])
    write_recording(tmp_path / "alone.hea", SAMPLES)
    (tmp_path / "alone.dat").unlink()
    (tmp_path / "empty.npz").write_bytes(b"")
    (tmp_path / "noise.mat").write_bytes(os.urandom(3000))
    (tmp_path / "page.txt").write_text("Dear Anna,\nplease find the files on the disk.\n")
    (tmp_path / "link.edf").symlink_to(tmp_path / "annex/objects/x")
    with pytest.raises(RecordingError, match=r"link to a file that is not there; .*datalad get"):
        contents_of(tmp_path / "link.edf")
    paths = [tmp_path / name for name in ("short.edf", "alone.hea", "empty.npz", "page.txt")]
    for path in [*paths, tmp_path / "missing.edf", tmp_path / "noise.mat"]:
        with pytest.raises(RecordingError) as reading:
            read(path, channel=0)
        with pytest.raises(RecordingError) as asking:
            contents_of(path)
        assert str(asking.value) == str(reading.value)


def test_many_files_are_looked_into_in_order_whatever_becomes_of_one(tmp_path):
    names = []
    for k in range(6):
        names.append(f"{k}{ENDINGS[k]}")
        write_recording(tmp_path / names[-1], SAMPLES[: 1000 + 100 * k])
    crashes = tmp_path / "crashes.mat"  # a matrix that promises more than there is
    crashes.write_bytes(struct.pack("<5i", 0, 2**30, 2**30, 0, 2) + b"a\0" + bytes(64))
    paths = [tmp_path / names[0], crashes, tmp_path / "gone.edf", *map(tmp_path.joinpath, names)]
    answers = list(probe_files([Request(path) for path in paths], processes=2))
    assert all(isinstance(answer, RecordingError) for answer in answers[1:3])
    for path, answer in zip(paths[1:3], answers[1:3], strict=True):
        assert str(path) in str(answer)
    lengths = [answer.channels[-1].n_samples for answer in [answers[0], *answers[3:]]]
    assert lengths == [1000, *range(1000, 1600, 100)]
    assert answers[3] == contents_of(paths[3])
