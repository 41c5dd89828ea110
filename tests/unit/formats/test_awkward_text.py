"""Tables of samples as loggers, spreadsheets and people write them."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from biospectra.errors import RecordingError
from biospectra.formats.read import read

RATE_HZ = 250
WAVE = np.sin(2 * np.pi * 5 * np.arange(2000) / RATE_HZ)


def table(path, header, rows):
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


@pytest.mark.parametrize(
    ("title", "unit_s"),
    [
        ("Time_ms", 1e-3),
        ("t_ms", 1e-3),
        ("Time/ms", 1e-3),
        ("Zeit in ms", 1e-3),
        ("TIME(MS)", 1e-3),
        ("millis()", 1e-3),
        ("time_nanos", 1e-9),
        ("nanoseconds", 1e-9),
        ("t/s", 1),
        ("Time [mSecs]", 1e-3),
        ("时间（毫秒）", 1e-3),
    ],
)
def test_titles_of_times(tmp_path, title, unit_s):
    """None of them is a signal, and a hole in them is not closed."""
    seconds = np.arange(2000) / RATE_HZ + 60 * (np.arange(2000) >= 1200)
    rows = [f"{t / unit_s:.10g},{v:.4f}" for t, v in zip(seconds, WAVE, strict=True)]
    signal = read(table(tmp_path / "a.csv", f"{title},ECG", rows))
    assert (signal.channel, signal.rate_hz) == ("ECG", pytest.approx(RATE_HZ))
    assert signal.stretches == [(0, 1200), (1200, 2000)]


@pytest.mark.parametrize(
    ("seconds", "fraction"), [("Time", "Milliseconds"), ("tv_sec", "tv_usec"), ("sec", "ms")]
)
def test_fractions_of_a_second_in_a_column_of_their_own(tmp_path, seconds, fraction):
    per_s = 1e6 if "usec" in fraction else 1e3
    begin = datetime(2020, 1, 1, 23, 59, 57)
    rows = []
    for k, v in enumerate(WAVE):
        at = begin + timedelta(seconds=k // RATE_HZ + (9 if k >= 1200 else 0))
        stamp = f"{at:%H:%M:%S}" if seconds == "Time" else f"{at.timestamp():.0f}"
        rows.append(f"{stamp},{k % RATE_HZ * per_s / RATE_HZ:.0f},{v:.4f}")
    signal = read(table(tmp_path / "a.csv", f"{seconds},{fraction},ECG", rows))
    assert (signal.channel, signal.rate_hz) == ("ECG", pytest.approx(RATE_HZ))
    assert signal.stretches == [(0, 1200), (1200, 2000)]


@pytest.mark.parametrize("n", [1300, 2000, 10_000])
def test_whole_seconds_show_gaps_and_contradictions(tmp_path, n):
    begin = datetime(2020, 1, 1, 10)
    for name, gap_s in (("whole", 0), ("gap", 60)):
        at = [begin + timedelta(seconds=(k + 100) // 250 + gap_s * (k >= 650)) for k in range(n)]
        rows = [f"{t:%H:%M:%S},{k % 7}" for k, t in enumerate(at)]
        table(tmp_path / f"{name}.csv", "time,ecg", rows)
    whole = read(tmp_path / "whole.csv", rate_hz=250)
    assert (whole.rate_hz, whole.stretches) == (250, [(0, n)])
    assert read(tmp_path / "gap.csv", rate_hz=250).stretches == [(0, 650), (650, n)]
    with pytest.raises(RecordingError, match="the file says 250 Hz and the table 1000 Hz"):
        read(tmp_path / "whole.csv", rate_hz=1000)


def test_header_lines_of_other_devices(tmp_path):
    """Shimmer's four lines: device, name, calibrated or not, unit."""
    header = "S1\tS1\nTimestamp\tECG LL-RA\nCAL\tCAL\nmSecs\tmVolts"
    rows = [f"{k * 4}\t{v:.4f}" for k, v in enumerate(WAVE)]
    signal = read(table(tmp_path / "a.csv", header, rows))
    assert (signal.channel, signal.units, signal.rate_hz) == ("ECG LL-RA", "mV", RATE_HZ)
    header = "a.acq\n4 msec/sample\n1 channels\nECG\nmV\nmin\tCH1\t\n\t2000\t"  # AcqKnowledge
    rows = [f"{k / 15000:.8f}\t{v:.4f}\t" for k, v in enumerate(WAVE)]
    signal = read(table(tmp_path / "b.txt", header, rows))
    assert (signal.channel, signal.units, signal.rate_hz) == ("ECG", "mV", RATE_HZ)


def test_columns_at_the_end_that_are_filled_now_and_then(tmp_path):
    rows = [f"{k / 250:.3f},{v:.4f}" for k, v in enumerate(WAVE)]
    rows[1500] += ",1,lights off"
    path = table(tmp_path / "a.csv", "Time (s),ECG,Event,Comment", rows)
    np.testing.assert_allclose(read(path, channel="ECG").samples, WAVE, atol=1e-4)
    wide = table(tmp_path / "b.csv", "Time (s),ECG," + ",".join("abcdef"), rows)
    np.testing.assert_allclose(read(wide, channel="ECG").samples, WAVE, atol=1e-4)
    rows[1600] += ",1,lights off,eyes closed, yawns,once more"
    table(path, "Time (s),ECG,Event,Comment", rows)
    with pytest.raises(RecordingError, match="line 1602 has 7 cells"):
        read(path, channel="ECG")


@pytest.mark.parametrize(
    ("title", "name", "unit"),
    [
        ("ECG/mV", "ECG/mV", "mV"),
        ("ECG {mV}", "ECG", "mV"),
        ("ECG mV", "ECG mV", "mV"),
        ("ecg_uv", "ecg_uv", "uV"),
        ("心电（毫伏）", "心电", "mV"),
        ("Lead V", "Lead V", "adu"),
        ("lead_v", "lead_v", "adu"),
    ],
)
def test_units_behind_names(tmp_path, title, name, unit):
    rows = [f"{k / 250:.3f};{v:.4f}".replace("-", "−") for k, v in enumerate(WAVE)]
    signal = read(table(tmp_path / "a.csv", f"Time (s);{title}", rows))
    assert (signal.channel, signal.units) == (name, unit)
    np.testing.assert_allclose(signal.samples, WAVE, atol=1e-4)
