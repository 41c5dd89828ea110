"""A file that crashes its reader, or asks for too much, is one bad recording and no more."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import wfdb
from scipy.io import savemat

from biospectra.errors import RecordingError
from biospectra.formats import isolated
from biospectra.formats.read import read
from biospectra.job import loaded_elsewhere

RATE_HZ = 250
SAMPLES = np.random.default_rng(3).normal(size=2000)

# What the process that reads does instead of reading a .npy file.
BAD_READERS = {
    "abort": "os.abort()",
    "exit": "os._exit(3)",
    "loop": "exec('while True: pass')",
    "memory": "np.ones(10**9)",
    "raise": "exec('raise KeyError(1)')",
}


@pytest.fixture
def bad_reader(request, monkeypatch, tmp_path):
    """A reader of .npy files that misbehaves, and a file for it."""
    patch = (
        "import os, numpy as np; from biospectra.formats import numpy_arrays, read;"
        f"bad = lambda request: {BAD_READERS[request.param]};"
        "numpy_arrays.read = bad; read.READERS['.npy'] = bad;"
    )
    before, word, after = isolated._CODE.partition("from biospectra")
    isolated.close()
    monkeypatch.setattr(isolated, "_CODE", f"{before}{patch}{word}{after}")
    monkeypatch.setattr(isolated, "PROCESSOR_S", 1)
    monkeypatch.setattr(isolated, "MEMORY_MB", 300)
    np.save(tmp_path / "bad.npy", SAMPLES)
    yield tmp_path / "bad.npy"
    isolated.close()


@pytest.mark.parametrize(
    "bad_reader, said",
    [
        ("abort", r"crashed its reader \(signal 6, SIGABRT\)"),
        ("exit", r"ended its reader \(exit status 3\)"),
        ("loop", "takes more than 1 s to read"),
        ("memory", "needs more memory than"),
        ("raise", r"cannot be read \(KeyError"),
    ],
    indirect=["bad_reader"],
)
def test_a_reader_that_misbehaves_fails_its_own_file(bad_reader, said):
    with pytest.raises(RecordingError, match=said) as caught:
        read(bad_reader, rate_hz=RATE_HZ, isolate=True)
    assert str(bad_reader) in str(caught.value)
    assert "\n" not in str(caught.value)
    np.savez(bad_reader.with_suffix(".npz"), mV=SAMPLES)
    good = read(bad_reader.with_suffix(".npz"), rate_hz=RATE_HZ, isolate=True)
    np.testing.assert_array_equal(good.samples, SAMPLES)


def test_every_byte_of_a_matlab_files_head_may_be_damaged(tmp_path):
    """SciPy's loadmat crashes on some of these."""
    path = tmp_path / "a.mat"
    savemat(path, {"ecg": SAMPLES, "fs": RATE_HZ})
    whole = path.read_bytes()
    outcomes = set()
    for at in range(128, 240):
        for value in (0x00, 0x93, 0xFF):
            path.write_bytes(whole[:at] + bytes([value]) + whole[at + 1 :])
            try:
                outcomes.add(len(read(path).samples) > 0)
            except RecordingError as error:
                assert "\n" not in str(error) and str(path) in str(error)
                outcomes.add("refused")
    assert outcomes == {True, "refused"}


def test_what_is_read_alone_is_what_is_read_here(tmp_path):
    wfdb.wrsamp(
        "r",
        fs=RATE_HZ,
        units=["mV"],
        sig_name=["MLII"],
        p_signal=np.where(np.arange(4000) // 1000 == 1, np.nan, np.arange(4000) % 7)[:, None],
        fmt=["16"],
        write_dir=str(tmp_path),
    )
    wfdb.wrann("r", "atr", np.array([10, 3000]), symbol=["N", "V"], write_dir=str(tmp_path))
    here, alone = (
        read(tmp_path / "r.hea", start_s=1, isolate=isolate) for isolate in (False, True)
    )
    np.testing.assert_array_equal(here.samples, alone.samples)
    assert here.annotations == alone.annotations and len(alone.annotations) == 1
    assert here.stretches == alone.stretches and len(alone.stretches) == 2
    for name in ("rate_hz", "units", "channel"):
        assert getattr(here, name) == getattr(alone, name)
    assert (
        loaded_elsewhere["wfdb"] == wfdb.__version__
    )  # for the log, from which provenance takes it


def test_annotations_may_be_asked_for_after_another_file_was_read(tmp_path):
    for name in ("a", "b"):
        wfdb.wrsamp(
            name,
            fs=RATE_HZ,
            units=["mV"],
            sig_name=["I"],
            p_signal=SAMPLES[:, None],
            fmt=["16"],
            write_dir=str(tmp_path),
        )
    wfdb.wrann("a", "atr", np.array([500]), symbol=["V"], write_dir=str(tmp_path))
    first = read(tmp_path / "a.hea", isolate=True)
    second = read(tmp_path / "b.hea", isolate=True)
    assert second.annotations is None
    assert [(a.onset_s, a.label) for a in first.annotations] == [(2.0, "V")]


@pytest.mark.parametrize("isolate", [False, True])
def test_damaged_annotations_are_refused_as_other_files_are(tmp_path, isolate):
    wfdb.wrsamp(
        "r",
        fs=RATE_HZ,
        units=["mV"],
        sig_name=["I"],
        p_signal=SAMPLES[:, None],
        fmt=["16"],
        write_dir=str(tmp_path),
    )
    wfdb.wrann("r", "atr", np.arange(0, 2000, 100), symbol=["N"] * 20, write_dir=str(tmp_path))
    (tmp_path / "r.atr").write_bytes(b"\x00\xec" * 7)  # skips that are cut
    signal = read(tmp_path / "r.hea", isolate=isolate)
    assert signal.samples.size == 2000
    with pytest.raises(RecordingError, match="the annotations cannot be read"):
        _ = signal.annotations


def test_a_relative_path_is_named_as_it_was_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.mat").write_bytes(b"nonsense" * 30)
    with pytest.raises(RecordingError, match=r"^a\.mat: "):
        read("a.mat")


def test_a_reader_that_was_killed_while_nothing_was_read_is_started_again(tmp_path):
    np.save(tmp_path / "a.npy", SAMPLES)
    read(tmp_path / "a.npy", rate_hz=RATE_HZ, isolate=True)
    os.kill(isolated._reader.process.process.pid, signal.SIGKILL)
    isolated._reader.process.process.wait()
    assert read(tmp_path / "a.npy", rate_hz=RATE_HZ, isolate=True).samples.size == 2000


def test_nothing_is_left_running(tmp_path):
    np.save(tmp_path / "a.npy", SAMPLES)
    code = (
        "import sys; from biospectra.formats import isolated; from biospectra.formats.read import "
        "read; read(sys.argv[1], rate_hz=250, isolate=True); "
        "print(isolated._reader.process.process.pid)"
    )
    library = str(Path(isolated.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.npy")],
        env={"PYTHONPATH": library},
        capture_output=True,
        text=True,
        check=True,
    )
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)
