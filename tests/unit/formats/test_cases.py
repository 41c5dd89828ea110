"""Files as people's devices and programs write them, where they lie beside the checkout."""

from pathlib import Path

import numpy as np
import pytest

from biospectra.errors import RecordingError
from biospectra.formats.read import read
from biospectra.signals.scaling import common_unit
from support.data import DATA

CASES = DATA.parent / "cases" / "readers"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"the files are not there ({CASES})")


SHAPES = [
    ("01_apple_decimal_comma.csv", {}, 5120, 512, "uV"),
    ("02_empatica_BVP.csv", {}, 19_200, 64, "adu"),
    ("03_time_column_gap.csv", {}, 10_000, 1941.7, "adu"),
    ("05a_polar_sensor_logger.txt", {"channel": "ecg"}, 2600, 130, "uV"),
    ("05b_r_write_csv.csv", {"channel": "ecg"}, 2500, 250, "adu"),
    ("06_index_in_brackets.csv", {"channel": "C7[0]"}, 1000, 100, "adu"),
    ("06_index_in_brackets.csv", {"channel": "C7[1]"}, 1000, 100, "adu"),
    ("07_decimal_comma_int_first.csv", {"channel": "EKG"}, 5000, 250, "adu"),
    ("09a_opensignals_lost.txt", {"channel": "CH1"}, 3000, 1000, "adu"),
    ("10_task-rest_physio.tsv.gz", {"channel": "cardiac"}, 3000, 50, "adu"),
    ("10_task-rest_physio.tsv.gz", {"channel": "respiratory"}, 3000, 50, "adu"),
    ("12.vhdr", {"channel": "EKG"}, 2500, 250, "uV"),
    ("12.vhdr", {"channel": "GSR"}, 2500, 250, "uS"),
    ("16.hea", {}, 3000, 250, "mV"),
    ("17a_comma_in_header.edf", {"channel": "ECG"}, 5000, 250, "uV"),
    ("17c_microvolt_utf8.edf", {}, 5000, 250, "uV"),
]


@pytest.mark.parametrize("name, settings, n, rate_hz, units", SHAPES)
def test_length_rate_and_unit(name, settings, n, rate_hz, units):
    got = read(CASES / name, **settings)
    assert (len(got.samples), got.units) == (n, units)
    assert got.rate_hz == pytest.approx(rate_hz, rel=1e-4)
    assert np.isfinite(got.samples).all()


@pytest.mark.parametrize(
    "name, at_hz, amplitude",
    [("01_apple_decimal_comma.csv", 5, 300), ("03_time_column_gap.csv", 80, 1)],
)
def test_tones(name, at_hz, amplitude):
    got = read(CASES / name)
    start, stop = got.stretches[0]
    spectrum = 2 * np.abs(np.fft.rfft(got.samples[start:stop])) / (stop - start)
    assert spectrum[1:].max() == pytest.approx(amplitude, rel=0.05)
    found_hz = (spectrum[1:].argmax() + 1) * got.rate_hz / (stop - start)
    assert found_hz == pytest.approx(at_hz, abs=got.rate_hz / (stop - start))


def test_ranges():
    for name, channel, peak in (
        ("07_decimal_comma_int_first.csv", "EKG", 1),
        ("16.hea", None, 5),
    ):
        samples = read(CASES / name, channel=channel).samples
        np.testing.assert_allclose([samples.min(), samples.max()], [-peak, peak], rtol=0.01)


@pytest.mark.parametrize(
    "name, given, said",
    [
        ("01_apple_decimal_comma.csv", 500, "512 Hz and the table 500 Hz"),
        ("02_empatica_BVP.csv", 4, "64 Hz and the table 4 Hz"),
        ("03_time_column_gap.csv", 1000, r"1941\.7\d* Hz and the table 1000 Hz"),
    ],
)
def test_contradictions(name, given, said):
    with pytest.raises(RecordingError, match=said):
        read(CASES / name, rate_hz=given)


def test_values():
    assert read(CASES / "02_empatica_BVP.csv").samples[0] == -2.3
    np.testing.assert_array_equal(
        read(CASES / "10_task-rest_physio.tsv.gz", channel="cardiac").samples[:3], [0, 37, 74]
    )
    both = [read(CASES / "12.vhdr", channel=name).samples for name in ("Cz", "EKG", "GSR")]
    np.testing.assert_array_equal(both[0], both[1])
    assert [round(np.abs(samples).max()) for samples in both] == [100, 100, 100]
    for name in ("17a_comma_in_header.edf", "17c_microvolt_utf8.edf"):
        assert np.abs(read(CASES / name).samples).max() == pytest.approx(100, rel=0.01)
    assert common_unit(read(CASES / "17c_microvolt_utf8.edf").units) == ("mV", 1e-3)


@pytest.mark.parametrize(
    "name, settings, stretches",
    [
        ("03_time_column_gap.csv", {}, [(0, 5000), (5000, 10_000)]),
        ("09a_opensignals_lost.txt", {"channel": "CH1"}, [(0, 1500), (1500, 3000)]),
        ("13_cropped_raw.fif", {}, [(0, 1000), (1500, 4000)]),
    ],
)
def test_gaps(name, settings, stretches):
    assert read(CASES / name, **settings).stretches == stretches


def test_annotators():
    signal = read(CASES / "15a.hea", annotator="apn")
    assert "".join(a.label for a in signal.annotations) == "NNAAANNAAN"
    with pytest.raises(RecordingError, match="apn, qrs"):
        _ = read(CASES / "15a.hea").annotations


def test_what_an_interrupted_recorder_wrote():
    path = Path(CASES / "17d_truncated.edf")
    with pytest.raises(RecordingError, match="20 data records are promised, and 19"):
        read(path)
    assert len(read(path, on_short_file="use").samples) == 19 * 250
