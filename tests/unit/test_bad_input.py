"""Whatever is wrong with a recording, one line says what, and nothing half-written is left.

What is wrong with the *samples* of a recording that can be read is for `quality` to say; the
last tests here hold the two together.
"""

import gzip
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
import wfdb

from biospectra.errors import RecordingError
from biospectra.formats import read as formats
from biospectra.formats.read import read
from biospectra.signals.quality import assess
from biospectra.signals.resampling import resample_signal
from biospectra.sources import http as downloads
from biospectra.sources.fetch import fetch
from support.servers import serve, write_sums

SAMPLES = np.round(np.random.default_rng(2).normal(scale=100, size=(3000, 2))).astype(int)


def one_clear_line(message: str, names: str) -> None:
    assert "\n" not in message
    assert names in message
    what, _, remedy = message.rpartition("; ")
    assert len(what) > 10 and len(remedy) > 5
    assert len(message) < 700


# --- files that cannot be read ---------------------------------------------------------------

READING = {}


def reading(said: str, **settings):
    """Note a case: a function that writes a bad file and returns its path."""

    def note(write):
        READING[write.__name__] = (write, settings, said)
        return write

    return note


def write_edf(folder: Path, labels=("Fz", "Cz")) -> Path:
    import edfio

    signals = [
        edfio.EdfSignal(SAMPLES[:, k] / 1.0, 300, label=label, physical_range=(-900, 900))
        for k, label in enumerate(labels)
    ]
    edfio.Edf(signals).write(folder / "bad.edf")
    return folder / "bad.edf"


def write_wfdb(folder: Path) -> Path:
    wfdb.wrsamp(
        "bad",
        fs=300,
        units=["mV", "mV"],
        sig_name=["I", "II"],
        d_signal=SAMPLES,
        fmt=["16", "16"],
        adc_gain=[200, 200],
        baseline=[0, 0],
        write_dir=str(folder),
    )
    return folder / "bad.hea"


def patch(path: Path, at: int, data: bytes) -> Path:
    content = bytearray(path.read_bytes())
    content[at : at + len(data)] = data
    path.write_bytes(content)
    return path


def cut(path: Path, size: int) -> Path:
    path.write_bytes(path.read_bytes()[:size])
    return path


@reading("is empty")
def zero_bytes(folder):
    (folder / "bad.edf").touch()
    return folder / "bad.edf"


@reading("not as long as its header says", channel=0)
def edf_cut_in_a_record(folder):
    return cut(write_edf(folder), 9001)


@reading("not as long as its header says", channel=0)
def edf_that_promises_more(folder):
    return patch(write_edf(folder), 236, b"99      ")


@reading("cannot be read", channel=0)
def edf_cut_in_the_header(folder):
    return cut(write_edf(folder), 300)


@reading("empty range", channel=0)
def edf_with_an_empty_physical_range(folder):
    path = write_edf(folder)
    at = 256 + (16 + 80 + 8) * 2
    return patch(patch(path, at, b"5       " * 2), at + 16, b"5       " * 2)


@reading("data records last 0 s|cannot be read", channel=0)
def edf_with_records_of_no_length(folder):
    return patch(write_edf(folder), 244, b"0       ")


@reading("2 channels are named 'Fz'; give its number", channel="Fz")
def edf_with_two_channels_of_one_name(folder):
    return write_edf(folder, ("Fz", "Fz"))


@reading("cannot be read|whole", channel=0)
def edf_that_is_something_else(folder):
    (folder / "bad.edf").write_bytes(b"\x00\x01garbage" * 500)
    return folder / "bad.edf"


@reading("not a whole HDF5 file", channel=1)
def hdf5_cut(folder):
    with h5py.File(folder / "bad.h5", "w") as file:
        file["x"] = SAMPLES
    return cut(folder / "bad.h5", 3000)


@reading("not a whole HDF5 file", channel=1)
def hdf5_that_is_text(folder):
    (folder / "bad.h5").write_text("1,2,3\n" * 100)
    return folder / "bad.h5"


@reading("holds no numeric array", channel=1)
def hdf5_without_data(folder):
    with h5py.File(folder / "bad.h5", "w") as file:
        file["name"] = "nothing here"
    return folder / "bad.h5"


@reading("promises 12000 bytes in bad.dat, which has 5000", channel=0)
def wfdb_cut(folder):
    path = write_wfdb(folder)
    cut(folder / "bad.dat", 5000)
    return path


@reading("signal file bad.dat is not there", channel=0)
def wfdb_without_its_signals(folder):
    path = write_wfdb(folder)
    (folder / "bad.dat").unlink()
    return path


@reading("cannot be read|no channels", channel=0)
def wfdb_header_of_comments_only(folder):
    (folder / "bad.hea").write_text("# nothing\n")
    return folder / "bad.hea"


@reading("sampling rate '0' in its header", channel=0)
def wfdb_at_no_rate(folder):
    path = write_wfdb(folder)
    path.write_text(path.read_text().replace("bad 2 300", "bad 2 0", 1))
    return path


@reading("sampling rate '-300' in its header", channel=0)
def wfdb_at_a_negative_rate(folder):
    path = write_wfdb(folder)
    path.write_text(path.read_text().replace("bad 2 300", "bad 2 -300", 1))
    return path


@reading("has the sampling rate", channel=0)
def wfdb_header_that_is_a_web_page(folder):
    (folder / "bad.hea").write_text("<!DOCTYPE html><html><body>Sign in</body></html>")
    return folder / "bad.hea"


@reading("has no channel 'V5'; its channels are: 0 'I', 1 'II'", channel="V5")
def channel_that_is_not_there(folder):
    return write_wfdb(folder)


@reading("has no channel '2'; its channels are: 0 'I', 1 'II'", channel=2)
def channel_number_that_is_not_there(folder):
    return write_wfdb(folder)


@reading("no channel is named; name one of its channels: 0 'I', 1 'II'")
def channel_not_given(folder):
    return write_wfdb(folder)


@reading("outside the recording; it holds 0 to 10 s", channel=0, start_s=10)
def start_after_the_end(folder):
    return write_wfdb(folder)


@reading("outside the recording", channel=0, start_s=-1)
def start_before_the_beginning(folder):
    return write_wfdb(folder)


@reading("it ends at 10 s", channel=0, start_s=5, duration_s=6)
def longer_than_the_recording(folder):
    return write_wfdb(folder)


@reading("holds no sample", channel=0, duration_s=-3)
def negative_duration(folder):
    return write_wfdb(folder)


@reading("a gain of 0 is invalid", channel=0, gain=0)
def gain_of_zero(folder):
    return write_wfdb(folder)


@reading("says 300 Hz and the table 250 Hz", channel=0, rate_hz=250)
def rate_that_contradicts_the_file(folder):
    return write_wfdb(folder)


def write_csv(folder: Path, text: str = "ECG,EMG\n" + "1,2\n3,4\n" * 20) -> Path:
    (folder / "bad.csv").write_text(text)
    return folder / "bad.csv"


@reading("does not say its sampling rate; fill the column rate_hz", channel=0)
def no_rate(folder):
    return write_csv(folder)


@reading("a sampling rate of 0 Hz", channel=0, rate_hz=0)
def rate_of_zero(folder):
    return write_csv(folder)


@reading("a sampling rate of -250 Hz", channel=0, rate_hz=-250)
def negative_rate(folder):
    return write_csv(folder)


@reading(r"a sampling rate of 1e\+12 Hz", channel=0, rate_hz=1e12)
def absurd_rate(folder):
    return write_csv(folder)


@reading("a sampling rate of inf Hz", channel=0, rate_hz=float("inf"))
def infinite_rate(folder):
    return write_csv(folder)


@reading("no line of numbers", channel=0, rate_hz=300)
def text_without_numbers(folder):
    return write_csv(folder, "dear reader,\nthere is nothing here\n")


@reading("holds no numbers", channel=0, rate_hz=300)
def text_column_of_words(folder):
    return write_csv(folder, "1,2\n" + "rest,1\nwork,2\n" * 20)


@reading("is empty", channel=1, rate_hz=300)
def text_column_that_is_empty(folder):
    return write_csv(folder, "a,b,c\n" + "1,,3\n" * 20)


@reading("line 3 has 4 cells, the first rows have 2", channel=0, rate_hz=300)
def text_with_a_longer_row(folder):
    return write_csv(folder, "1,2\n3,4\n5,6,7,8\n9,10\n")


@reading("the compressed file is damaged", channel=0, rate_hz=300)
def text_of_which_the_compression_is_cut(folder):
    (folder / "bad.csv.gz").write_bytes(gzip.compress(b"1,2\n" * 5000)[:60])
    return folder / "bad.csv.gz"


@reading("cannot be read", channel=0)
def edf_of_which_the_compression_is_cut(folder):
    packed = gzip.compress(write_edf(folder).read_bytes())
    (folder / "bad.edf.gz").write_bytes(packed[: len(packed) // 2])
    return folder / "bad.edf.gz"


@reading("pickled", rate_hz=300)
def pickled_npy(folder):
    np.save(folder / "bad.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return folder / "bad.npy"


@reading("pickled", rate_hz=300)
def pickled_npz(folder):
    objects = np.array([{"a": 1}], dtype=object)
    np.savez(folder / "bad.npz", mV=SAMPLES[:, 0], other=objects, allow_pickle=True)
    return folder / "bad.npz"


@reading(r"is complex128 of shape", rate_hz=300)
def complex_numbers(folder):
    np.save(folder / "bad.npy", SAMPLES[:, 0] * 1j)
    return folder / "bad.npy"


@reading(r"of shape \(10, 10, 10\)", rate_hz=300)
def three_dimensions(folder):
    np.save(folder / "bad.npy", np.zeros((10, 10, 10)))
    return folder / "bad.npy"


@reading("holds no samples", rate_hz=300)
def no_samples(folder):
    np.save(folder / "bad.npy", np.zeros(0))
    return folder / "bad.npy"


@reading("holds several arrays; name one as variable: a, b", rate_hz=300)
def several_arrays(folder):
    np.savez(folder / "bad.npz", a=SAMPLES, b=SAMPLES)
    return folder / "bad.npz"


@reading("has no numeric array 'c'; name one as variable: a, b", rate_hz=300, variable="c")
def array_that_is_not_there(folder):
    np.savez(folder / "bad.npz", a=SAMPLES, b=SAMPLES)
    return folder / "bad.npz"


@reading("cannot be read", rate_hz=300)
def npz_cut(folder):
    np.savez(folder / "bad.npz", a=SAMPLES)
    return cut(folder / "bad.npz", 2000)


@reading("cannot be read", rate_hz=300)
def matlab_cut(folder):
    from scipy.io import savemat

    savemat(folder / "bad.mat", {"a": SAMPLES})
    return cut(folder / "bad.mat", 2000)


@reading("holds no numeric array", rate_hz=300)
def matlab_without_numbers(folder):
    from scipy.io import savemat

    savemat(folder / "bad.mat", {"a": "words"})
    return folder / "bad.mat"


@reading("cannot be read", channel=0, rate_hz=300)
def parquet_that_is_text(folder):
    (folder / "bad.parquet").write_text("a,b\n1,2\n")
    return folder / "bad.parquet"


@reading("cannot be read", channel=0)
def sound_that_is_text(folder):
    (folder / "bad.wav").write_text("a,b\n1,2\n")
    return folder / "bad.wav"


@reading("cannot be read", channel=0)
def fif_that_is_text(folder):
    (folder / "bad_raw.fif").write_text("a,b\n1,2\n")
    return folder / "bad_raw.fif"


@reading("cannot be read", channel=0)
def brainvision_without_its_data(folder):
    (folder / "bad.vhdr").write_text(
        "Brain Vision Data Exchange Header File Version 1.0\n[Common Infos]\nDataFile=bad.eeg\n"
        "DataFormat=BINARY\nNumberOfChannels=1\nSamplingInterval=4000\n"
    )
    return folder / "bad.vhdr"


@reading("no reader for files named \\*\\.docx")
def unknown_format(folder):
    (folder / "bad.docx").write_text("x")
    return folder / "bad.docx"


@reading("there is no such file")
def file_that_is_not_there(folder):
    return folder / "bad.edf"


@reading("is not a file")
def folder_instead_of_a_file(folder):
    (folder / "bad.edf").mkdir()
    return folder / "bad.edf"


@reading("is a link to a file that is not there")
def link_to_nothing(folder):
    (folder / "bad.edf").symlink_to(folder / "gone.edf")
    return folder / "bad.edf"


@reading("cannot be opened")
def links_in_a_circle(folder):
    (folder / "bad.edf").symlink_to(folder / "other.edf")
    (folder / "other.edf").symlink_to(folder / "bad.edf")
    return folder / "bad.edf"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", READING)
def test_files_that_cannot_be_read(tmp_path, case):
    write, settings, said = READING[case]
    path = write(tmp_path)
    with pytest.raises(RecordingError, match=said) as caught:
        read(path, **settings)
    one_clear_line(str(caught.value), path.name)


# --- sources that cannot be fetched ----------------------------------------------------------

FETCHING = {
    "zip_member_outside": ("{here}/a.zip!/../../etc/passwd", {}, "leads out of the archive"),
    "zip_member_absolute": ("{here}/a.zip!//etc/passwd", {}, "leads out of the archive"),
    "zip_member_that_is_not_there": ("{here}/a.zip!/c.csv", {}, "the archive has no 'c.csv'"),
    "zip_that_is_cut": ("{here}/cut.zip!/in/a.csv", {}, "the archive is damaged"),
    "zip_that_is_text": ("{here}/good.csv!/a.csv", {}, "neither a .zip nor a .gz"),
    "gz_that_is_cut": ("{here}/cut.gz!/a.csv", {}, "the archive is damaged"),
    "zip_member_with_another_checksum": (
        "{here}/a.zip!/in/a.csv",
        {"sha256": "0" * 64},
        "its SHA-256 is",
    ),
    "zip_that_is_not_there": ("{here}/no.zip!/a.csv", {}, "there is no file"),
    "local_file_that_is_not_there": ("{here}/no.edf", {}, "there is no file"),
    "local_folder": ("{here}", {}, "is not a file"),
    "local_pattern_without_files": ("{here}/*.edf", {}, "no file matches"),
    "local_links_in_a_circle": ("{here}/loop.edf", {}, "leads nowhere"),
    "local_file_with_another_checksum": (
        "{here}/good.csv",
        {"sha256": "0" * 64},
        "its SHA-256 is",
    ),
    "checksum_that_is_none": ("{here}/good.csv", {"sha256": "abc"}, "is no SHA-256"),
    "unknown_kind": ("ftp://example.org/a.edf", {}, "not known; write physionet:, pypi:"),
    "pypi_without_a_version": ("pypi:numpy/a.csv", {}, "write pypi:NAME==VERSION/path"),
    "pypi_option_as_a_name": ("pypi:--help==1/a.csv", {}, "write pypi:NAME==VERSION/path"),
    "physionet_without_a_version": ("physionet:testdb/r1", {}, "DATABASE/VERSION/RECORD"),
    "physionet_outside": ("physionet:testdb/1.0.0/../../x", {}, "DATABASE/VERSION/RECORD"),
    "physionet_above": ("physionet:../../../etc/x", {}, "DATABASE/VERSION/RECORD"),
    "physionet_beside": ("physionet:testdb/../private/x", {}, "DATABASE/VERSION/RECORD"),
    "physionet_from_the_root": (
        "physionet:testdb/1.0.0//etc/x",
        {"physionet_base": "/"},
        "DATABASE/VERSION/RECORD",
    ),
    "physionet_record_that_is_not_there": (
        "physionet:testdb/1.0.0/r9",
        {},
        r"there is no r9\.hea at http",
    ),
    "physionet_folder_without_it": (
        "physionet:testdb/1.0.0/r1",
        {"physionet_base": "/nowhere"},
        "there is no file /nowhere",
    ),
    "physionet_wrong_bytes": ("physionet:testdb/1.0.0/wrong", {}, "its SHA-256 is"),
    "physionet_web_page_as_a_header": ("physionet:testdb/1.0.0/html", {}, "a web page"),
    "physionet_part_of_a_short_file": (
        "physionet:testdb/1.0.0/short",
        {"start_s": 6, "duration_s": 2},
        "header promises",
    ),
    "server_404": ("{url}/no.csv", {}, "the server has no such file"),
    "server_403": ("{url}/403.csv", {}, r"the server refuses it \(403"),
    "server_503_for_good": ("{url}/503.csv", {}, "tried 3 times .503"),
    "server_that_closes_half_way": ("{url}/half.csv", {}, "tried 3 times"),
    "server_with_a_web_page": ("{url}/html.csv", {}, "a web page instead of the file"),
    "server_with_a_wrong_checksum": ("{url}/good.csv", {"sha256": "0" * 64}, "its SHA-256 is"),
    "no_server": ("http://127.0.0.1:9/a.csv", {}, "cannot be fetched, tried 3 times"),
    "no_host": ("http://no.such.host.invalid/a.csv", {}, "cannot be fetched, tried 3 times"),
    "no_address": ("http://", {}, "is no address|names no file"),
    "folder_on_the_web": ("{url}/", {}, "names no file"),
}


@pytest.fixture
def world(tmp_path, monkeypatch):
    """Good files and bad ones, on disk and on a server."""
    monkeypatch.setattr(downloads, "BACKOFF_S", 0.001)
    monkeypatch.setattr(downloads, "ATTEMPTS", 3)
    here = tmp_path / "here"
    database = here / "testdb" / "1.0.0"
    database.mkdir(parents=True)
    (here / "good.csv").write_text("1\n2\n3\n" * 1000)
    (here / "half.csv").write_text("1\n2\n3\n" * 1000)
    with zipfile.ZipFile(here / "a.zip", "w") as packed:
        packed.writestr("in/a.csv", "1\n2\n3\n" * 1000)
        packed.writestr("../../etc/passwd", "root\n")
    (here / "cut.zip").write_bytes((here / "a.zip").read_bytes()[:500])
    (here / "cut.gz").write_bytes(gzip.compress(np.random.default_rng(0).bytes(5000))[:900])
    (here / "loop.edf").symlink_to(here / "loop.edf")
    for name in ("wrong", "html", "short"):
        path = write_wfdb(database)
        header = path.read_text().replace("bad", name)
        (database / f"{name}.hea").write_text(header)
        (database / "bad.dat").rename(database / f"{name}.dat")
        path.unlink()
    write_sums(database)
    with serve(here) as server:
        server.faults = {
            "/403.csv": 403,
            "/503.csv": 503,
            "/half.csv": "half always",
            "/html.csv": "html",
            "/testdb/1.0.0/wrong.dat": "wrong",
            "/testdb/1.0.0/html.hea": "html",
            "/testdb/1.0.0/short.dat": "short",
        }
        yield here, server


@pytest.mark.parametrize("case", FETCHING)
def test_sources_that_cannot_be_fetched(world, tmp_path, case):
    here, server = world
    source, settings, said = FETCHING[case]
    source = source.format(here=here, url=server.url)
    settings = {"physionet_base": server.url} | settings
    target = tmp_path / "target"
    with pytest.raises(RecordingError, match=said) as caught:
        fetch(source, target, cache=tmp_path / "cache", **settings)
    one_clear_line(str(caught.value), Path(source.partition("!")[0]).name)
    assert [p.name for p in target.rglob("*") if p.name.endswith((".part", ".csv", ".dat"))] == []
    assert not (tmp_path / "etc").exists()


def test_at_least_forty_kinds():
    assert len(READING) + len(FETCHING) >= 80


def test_a_full_disk(world, small_disk, tmp_path):
    here, server = world
    target, cache = small_disk / "target", tmp_path / "cache"
    with zipfile.ZipFile(here / "large.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("large.csv", "lead\n" + "1.5\n" * 50_000)
    (here / "large.csv").write_text("lead\n" + "1.5\n" * 50_000)
    for one in (f"{server.url}/large.csv", f"{here}/large.zip!/large.csv"):
        with pytest.raises(RecordingError, match="No space left on device; check space") as caught:
            fetch(one, target, cache=small_disk / "cache")
        assert "\n" not in str(caught.value)
        assert list(target.iterdir()) == []
    subprocess.run(["mount", "-o", "remount,size=2m", small_disk], check=True)
    (file,) = fetch(f"{here}/large.zip!/large.csv", target, cache=cache)
    assert file.read_text() == (here / "large.csv").read_text()


def test_a_job_killed_in_the_middle_of_writing(tmp_path):
    """What it leaves has another name, and the next job completes."""
    (tmp_path / "here").mkdir()
    big = tmp_path / "here" / "big.bin"
    with zipfile.ZipFile(tmp_path / "here" / "big.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        with big.open("wb") as file:
            file.truncate(300 << 20)
        packed.write(big, "big.bin", compresslevel=1)
    big.unlink()
    target, source = tmp_path / "target", f"{tmp_path}/here/big.zip!/big.bin"
    code = (
        "from biospectra.sources.fetch import fetch;"
        f"fetch({source!r}, {str(target)!r}, cache={str(tmp_path / 'cache')!r})"
    )
    job = subprocess.Popen(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(Path(formats.__file__).parents[2])}
    )
    part = target / ".big.bin.part"
    while not (part.exists() and part.stat().st_size > 1 << 20):
        assert job.poll() is None
        time.sleep(0.001)
    os.kill(job.pid, signal.SIGKILL)
    job.wait()
    assert not (target / "big.bin").exists()
    assert part.exists()
    with zipfile.ZipFile(tmp_path / "here" / "big.zip", "w") as packed:
        packed.writestr("big.bin", "small")
    fetch(source, target, cache=tmp_path / "cache")
    assert [path.name for path in target.iterdir()] == ["big.bin"]


# --- recordings that can be read, but hold no good signal ------------------------------------


@pytest.mark.parametrize(
    "samples, reasons",
    [
        (np.full(3000, 7.0), {"flat"}),
        (np.zeros(3000), {"flat"}),
        (np.full(3000, np.nan), {"non_finite"}),
        (np.where(np.arange(3000) == 1000, np.inf, SAMPLES[:, 0]), {"ok", "non_finite"}),
        (np.where(np.arange(3000) == 1000, np.nan, SAMPLES[:, 0]), {"ok", "non_finite"}),
        (SAMPLES[:1, 0], set()),
        (SAMPLES[:100, 0], set()),
    ],
    ids=["constant", "zeros", "all nan", "infinite", "one nan", "one sample", "short"],
)
def test_samples_that_are_no_signal(tmp_path, samples, reasons):
    np.savez(tmp_path / "a.npz", mV=np.asarray(samples, dtype=float), fs=300)
    if len(samples) == 1:
        with pytest.raises(RecordingError, match="holds no numeric array"):
            read(tmp_path / "a.npz")
        return
    ready = resample_signal(read(tmp_path / "a.npz"), 512).samples
    windows = ready[: ready.size // 1280 * 1280].reshape(-1, 1280)
    assert set(assess(windows, rate_hz=512)) == reasons
