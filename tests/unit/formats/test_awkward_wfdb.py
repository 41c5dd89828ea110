"""Headers of WFDB that promise something else than they describe, or write it in an odd way."""

import numpy as np
import pytest

from biospectra.errors import RecordingError
from biospectra.formats.read import read

N = 1000
COUNTS = np.rint(900 * np.sin(2 * np.pi * 5 * np.arange(N) / 250)).astype("<i2")


def record(folder, name, header, counts=COUNTS):
    """Write a record; return its header's path."""
    counts.tofile(folder / f"{name}.dat")
    path = folder / f"{name}.hea"
    path.write_text(header)
    return path


def one(folder, name, rate="250", line="16 1000/mV 16 0 0 0 0 I", n=N):
    return record(folder, name, f"{name} 1 {rate} {n}\n{name}.dat {line}\n")


@pytest.mark.parametrize(
    ("rate", "hz"),
    [("2.5e2", 250), ("250.", 250), ("2.5e2/1000(500)", 250), ("127.9997", 127.9997)],
)
def test_rates_as_c_writes_them(tmp_path, rate, hz):
    signal = read(one(tmp_path, "a", rate))
    assert signal.rate_hz == pytest.approx(hz, rel=1e-9)
    np.testing.assert_allclose(signal.samples, COUNTS / 1000)


@pytest.mark.parametrize("promised", [1, 3])
def test_other_signals_than_promised(tmp_path, promised):
    lines = "a.dat 16 1000/mV 16 0 0 0 0 I\na.dat 16 1000/mV 16 0 0 0 0 II\n"
    path = record(tmp_path, "a", f"a {promised} 250 {N // 2}\n{lines}")
    with pytest.raises(RecordingError, match=f"promises {promised} signals .* describes 2"):
        read(path, channel=0)


def test_a_format_that_is_none(tmp_path):
    with pytest.raises(RecordingError, match=r"'a.dat 99 .*of no known format"):
        read(one(tmp_path, "a", line="99 1000/mV 16 0 0 0 0 I"))


@pytest.mark.parametrize(
    ("segments", "problem"),
    [
        (f"a {N}\nfast {N}\n", "at 250 Hz, and its segment fast at 500 Hz"),
        (f"a {N - 100}\nb {N + 100}\n", "promises 900 samples of its segment a"),
        (f"a {N}\nwhole {N}\n", "its segment whole is itself in segments"),
        (f"a {N}\n", "promises 2 segments .* describes 1"),
    ],
)
def test_segments_that_are_not_what_the_record_says(tmp_path, segments, problem):
    for name, rate in (("a", "250"), ("b", "250"), ("fast", "500")):
        one(tmp_path, name, rate)
    path = tmp_path / "whole.hea"
    path.write_text(f"whole/2 1 250 {2 * N}\n{segments}")
    with pytest.raises(RecordingError, match=problem):
        read(path)


@pytest.mark.parametrize("line", ["16", "16 0 16 0 0 0 0 I", "16 0/mV 16 0 0 0 0 I"])
def test_no_gain_is_said(tmp_path, line):
    signal = read(one(tmp_path, "a", line=line))
    np.testing.assert_allclose(signal.samples, COUNTS / 200)
    assert any("gives no gain" in remark for remark in signal.remarks)
    assert not read(one(tmp_path, "b")).remarks


def test_the_sum_is_evidence_and_the_first_sample_none(tmp_path):
    """MIMIC-IV has 0 for any first sample; a sum that is wrong tells of altered samples."""
    counts = COUNTS + 5
    total = int(counts.sum()) % 65536
    for name, first, checksum in (("a", 0, total), ("b", 7, total), ("c", int(counts[0]), 99)):
        header = f"{name} 1 250 {N}\n{name}.dat 16 1000/mV 16 0 {first} {checksum} 0 I\n"
        path = record(tmp_path, name, header, counts)
        if checksum == total:
            np.testing.assert_allclose(read(path).samples, counts / 1000)
            assert len(read(path, duration_s=1).samples) == 250
        else:
            with pytest.raises(RecordingError, match=f"adds up to {total}, .* says 99"):
                read(path)
