"""Original files come whole, once, checked, from wherever they are published."""

import gzip
import hashlib
import shutil
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest
import wfdb

from biospectra.errors import RecordingError
from biospectra.formats import read as formats
from biospectra.sources import cache as caches
from biospectra.sources import fetch as sources
from biospectra.sources import http as downloads
from biospectra.sources.fetch import fetch
from support.data import DATA, needs_data
from support.servers import serve, write_sums

RATE_HZ = 360


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(downloads, "BACKOFF_S", 0.001)


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def here(tmp_path):
    return tmp_path / "here"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_record(folder: Path, name: str = "r1", n: int = 36_000, fmt: str = "212") -> np.ndarray:
    """Write a record of two signals with beats and rhythms; returns its counts."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = np.random.default_rng(1).integers(-500, 500, size=(n, 2))
    wfdb.wrsamp(
        name,
        fs=RATE_HZ,
        units=["mV", "mV"],
        sig_name=["MLII", "V1"],
        d_signal=counts,
        fmt=[fmt, fmt],
        adc_gain=[200, 200],
        baseline=[0, 0],
        comments=["65 M"],
        write_dir=str(folder),
    )
    wfdb.wrann(
        name,
        "atr",
        np.array([10, 400, 9_000, 20_000, 30_000]),
        symbol=["+", "N", "+", "V", "N"],
        aux_note=["(N", "", "(AFIB", "", ""],
        write_dir=str(folder),
    )
    return counts


@pytest.fixture
def mirror(tmp_path):
    """A folder laid out like PhysioNet, with one database of one record."""
    folder = tmp_path / "mirror"
    database = folder / "testdb" / "1.0.0"
    write_record(database)
    (database / "RECORDS").write_text("r1\n")
    write_sums(database)
    return folder


@pytest.fixture
def server(mirror):
    with serve(mirror) as running:
        yield running


def names(files) -> list[str]:
    return [path.name for path in files]


# --- the web ---------------------------------------------------------------------------------


def test_https_fetches_once_for_all_studies(server, cache, here, tmp_path):
    url = f"{server.url}/testdb/1.0.0/r1.dat"
    (first,) = fetch(url, here, cache=cache)
    (second,) = fetch(url, tmp_path / "another study", cache=cache)
    assert first.read_bytes() == (server.folder / "testdb/1.0.0/r1.dat").read_bytes()
    assert second.read_bytes() == first.read_bytes()
    assert server.asked["/testdb/1.0.0/r1.dat"] == 1
    assert names(here.iterdir()) == ["r1.dat"]


def test_a_file_is_found_again_by_content(server, cache, here):
    original = server.folder / "testdb/1.0.0/r1.dat"
    shutil.copy(original, server.folder / "moved.dat")
    fetch(f"{server.url}/testdb/1.0.0/r1.dat", here, cache=cache)
    fetch(f"{server.url}/moved.dat", here, cache=cache, sha256=sha256(original))
    assert server.asked["/moved.dat"] == 0


def test_a_damaged_cache_is_noticed(server, cache, here):
    url = f"{server.url}/testdb/1.0.0/r1.dat"
    (first,) = fetch(url, here, cache=cache)
    expected = first.read_bytes()
    (stored,) = (cache / "content").iterdir()
    first.unlink()
    stored.chmod(0o644)
    stored.write_bytes(b"damaged")
    (again,) = fetch(url, here, cache=cache)
    assert again.read_bytes() == expected
    assert server.asked["/testdb/1.0.0/r1.dat"] == 2


def test_a_header_brings_its_signals(server, cache, here):
    files = fetch(f"{server.url}/testdb/1.0.0/r1.hea", here, cache=cache)
    assert names(files) == ["r1.hea", "r1.dat", "r1.atr"]
    (server.folder / "testdb/1.0.0/r1.atr").unlink()
    files = fetch(f"{server.url}/testdb/1.0.0/r1.hea", here, cache=cache.with_name("other"))
    assert names(files) == ["r1.hea", "r1.dat"]


def test_a_broken_transfer_goes_on_where_it_stopped(server, cache, here):
    path = "/testdb/1.0.0/r1.dat"
    server.faults[path] = "half"
    (file,) = fetch(server.url + path, here, cache=cache)
    size = file.stat().st_size
    assert sha256(file) == sha256(server.folder / path[1:])
    (asked,) = server.ranges[path]
    assert 0 <= size // 2 - int(asked[6:-1]) < 1 << 14
    assert server.sent[path] < size + (1 << 14)


def test_also_in_the_next_run(server, cache, here, monkeypatch):
    path = "/testdb/1.0.0/r1.dat"
    server.faults[path] = "half"
    monkeypatch.setattr(downloads, "ATTEMPTS", 1)
    with pytest.raises(RecordingError, match="tried 1 times"):
        fetch(server.url + path, here, cache=cache)
    assert list(here.iterdir()) == []
    (file,) = fetch(server.url + path, here, cache=cache)
    assert sha256(file) == sha256(server.folder / path[1:])
    assert server.sent[path] < file.stat().st_size + (1 << 14)


def test_a_file_that_changed_meanwhile_starts_anew(server, cache, here, monkeypatch):
    path = "/testdb/1.0.0/r1.dat"
    server.faults[path] = "half"
    monkeypatch.setattr(downloads, "ATTEMPTS", 1)
    with pytest.raises(RecordingError):
        fetch(server.url + path, here, cache=cache)
    monkeypatch.setattr(downloads, "ATTEMPTS", 3)
    (server.folder / path[1:]).write_bytes(b"short")
    (file,) = fetch(server.url + path, here, cache=cache)
    assert file.read_bytes() == b"short"


def test_a_busy_server_is_asked_again(server, cache, here):
    server.faults["/testdb/1.0.0/r1.dat"] = "busy 3"
    (file,) = fetch(f"{server.url}/testdb/1.0.0/r1.dat", here, cache=cache)
    assert file.stat().st_size == 108_000
    assert server.asked["/testdb/1.0.0/r1.dat"] == 4


def test_a_compressed_file_comes_as_published(server, cache, here):
    published = gzip.compress(b"1,2\n" * 1000)
    (server.folder / "a.csv.gz").write_bytes(published)
    server.faults["/a.csv.gz"] = "encoded"
    (file,) = fetch(f"{server.url}/a.csv.gz", here, cache=cache)
    assert file.read_bytes() == published


def test_parallel_jobs_fetch_once(server, cache, tmp_path):
    url = f"{server.url}/testdb/1.0.0/r1.dat"
    jobs = [
        threading.Thread(target=fetch, args=(url, tmp_path / str(k)), kwargs={"cache": cache})
        for k in range(6)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert server.asked["/testdb/1.0.0/r1.dat"] == 1
    assert all((tmp_path / str(k) / "r1.dat").stat().st_size == 108_000 for k in range(6))


# --- PhysioNet -------------------------------------------------------------------------------


def test_a_record_with_all_its_files(server, cache, here):
    files = fetch("physionet:testdb/1.0.0/r1", here, cache=cache, physionet_base=server.url)
    assert names(files) == ["r1.hea", "r1.dat", "r1.atr"]
    for file in files:
        assert sha256(file) == sha256(server.folder / "testdb/1.0.0" / file.name)


def test_a_record_from_a_folder_is_linked(mirror, cache, here):
    files = fetch(
        "physionet:testdb/1.0.0/r1", here, cache=cache, physionet_base=mirror, duration_s=10
    )
    assert names(files) == ["r1.hea", "r1.dat", "r1.atr"]
    assert all(file.is_symlink() and file.readlink().is_absolute() for file in files)


def test_checksums_are_the_databases_own(server, cache, here):
    server.faults["/testdb/1.0.0/r1.dat"] = "wrong"
    with pytest.raises(RecordingError, match="SHA-256"):
        fetch("physionet:testdb/1.0.0/r1", here, cache=cache, physionet_base=server.url)
    assert not (here / "r1.dat").exists()
    server.faults.clear()
    files = fetch("physionet:testdb/1.0.0/r1", here, cache=cache, physionet_base=server.url)
    assert len(files) == 3


def test_a_mirror_without_checksums_serves(server, cache, here):
    (server.folder / "testdb/1.0.0/SHA256SUMS.txt").unlink()
    files = fetch("physionet:testdb/1.0.0/r1", here, cache=cache, physionet_base=server.url)
    assert names(files) == ["r1.hea", "r1.dat", "r1.atr"]


@pytest.mark.parametrize("fmt", ["16", "24", "32", "80", "212"])
@pytest.mark.parametrize("start_s, duration_s", [(0, 12), (30.5, 12), (83, 17)])
@pytest.mark.parametrize("ranges", [True, False])
def test_part_of_a_record(mirror, cache, here, tmp_path, fmt, start_s, duration_s, ranges):
    database = mirror / "testdb/1.0.0"
    if fmt == "80":
        counts = np.random.default_rng(1).integers(-100, 100, size=(36_000, 2))
        wfdb.wrsamp(
            "r1",
            fs=RATE_HZ,
            units=["mV", "mV"],
            sig_name=["MLII", "V1"],
            d_signal=counts,
            fmt=["80", "80"],
            adc_gain=[200, 200],
            baseline=[0, 0],
            write_dir=str(database),
        )
    else:
        counts = write_record(database, fmt=fmt)
    write_sums(database)
    with serve(mirror) as server:
        if not ranges:
            server.faults["/testdb/1.0.0/r1.dat"] = "no ranges"
        files = fetch(
            "physionet:testdb/1.0.0/r1",
            here,
            cache=cache,
            physionet_base=server.url,
            start_s=start_s,
            duration_s=duration_s,
        )
    assert names(files)[:2] == ["r1.hea", "r1.dat"]
    assert files[1].stat().st_size < 0.25 * (database / "r1.dat").stat().st_size

    # what was asked for reads the same from the part and from the whole
    asked = {"channel": "V1", "start_s": start_s, "duration_s": duration_s}
    part, whole = formats.read(files[0], **asked), formats.read(database / "r1.hea", **asked)
    start = round(start_s * RATE_HZ)
    np.testing.assert_array_equal(part.samples, whole.samples)
    np.testing.assert_allclose(
        part.samples * 200, counts[start : start + duration_s * RATE_HZ, 1], atol=1e-9
    )
    if fmt != "80":
        assert [a.label for a in part.annotations or []] == [a.label for a in whole.annotations]
        assert [a.onset_s for a in part.annotations or []] == pytest.approx(
            [max(a.onset_s, min(0, part.annotations[0].onset_s)) for a in whole.annotations],
            abs=1e-6,
        )

    # and it is a record in its own right: length, first values and checksums fit
    record = wfdb.rdrecord(str(here / "r1"), physical=False)
    assert record.sig_len == len(record.d_signal)
    assert record.init_value == record.d_signal[0].tolist()
    sums = record.d_signal.sum(axis=0) - np.array(record.checksum)
    assert (sums % 65536 == 0).all()


def test_part_of_a_record_with_a_preamble_in_its_signal_file(mirror, cache, here):
    """As in CinC 2017: its signal files are MATLAB files too, 24 bytes before the samples."""
    database = mirror / "testdb/1.0.0"
    counts = np.random.default_rng(1).integers(-500, 500, size=9000).astype("<i2")
    (database / "m.mat").write_bytes(bytes(24) + counts.tobytes())
    (database / "m.hea").write_text("m 1 300 9000 2013-04-04 03:04:25\nm.mat 16+24 1000/mV 16 0\n")
    write_sums(database)
    with serve(mirror) as server:
        files = fetch(
            "physionet:testdb/1.0.0/m",
            here,
            cache=cache,
            physionet_base=server.url,
            start_s=10,
            duration_s=5,
        )
    got = formats.read(files[0], channel=0, start_s=10, duration_s=5)
    np.testing.assert_allclose(got.samples, counts[3000:4500] / 1000)


@pytest.mark.parametrize("duration_s", [None, 20])
def test_a_record_of_segments_comes_whole(mirror, cache, here, duration_s):
    database = mirror / "testdb/1.0.0/many"
    write_record(database, "s_1", 3600)
    write_record(database, "s_2", 7200)
    (database / "s.hea").write_text("s/3 2 360 14400\ns_1 3600\n~ 3600\ns_2 7200\n")
    write_sums(mirror / "testdb/1.0.0")
    with serve(mirror) as server:
        files = fetch(
            "physionet:testdb/1.0.0/many/s",
            here,
            cache=cache,
            physionet_base=server.url,
            duration_s=duration_s,
        )
    assert sorted(names(files)) == ["s.hea", "s_1.dat", "s_1.hea", "s_2.dat", "s_2.hea"]
    assert formats.read(files[0], channel="MLII").stretches == [(0, 3600), (7200, 14_400)]


def test_a_part_needs_few_bytes(server, cache, here):
    path = "/testdb/1.0.0/r1.dat"
    fetch(
        "physionet:testdb/1.0.0/r1",
        here,
        cache=cache,
        physionet_base=server.url,
        start_s=50,
        duration_s=5,
    )
    assert server.sent[path] < 1.02 * 5 * RATE_HZ * 3


def test_a_part_outside_the_recording_is_said_when_it_is_read(server, cache, here):
    files = fetch(
        "physionet:testdb/1.0.0/r1",
        here,
        cache=cache,
        physionet_base=server.url,
        start_s=500,
        duration_s=5,
    )
    with pytest.raises(RecordingError, match="outside the recording"):
        formats.read(files[0], channel=0, start_s=500, duration_s=5)


def test_an_edf_record(mirror, server, cache, here):
    (mirror / "testdb/1.0.0/S001").mkdir()
    (mirror / "testdb/1.0.0/S001/S001R01.edf").write_bytes(b"0" * 99)
    files = fetch(
        "physionet:testdb/1.0.0/S001/S001R01.edf", here, cache=cache, physionet_base=server.url
    )
    assert names(files) == ["S001R01.edf"]


@needs_data
def test_a_record_of_mitdb(tmp_path, cache, here):
    (tmp_path / "base" / "mitdb").mkdir(parents=True)
    shutil.copytree(DATA / "ecg_mitdb", tmp_path / "base/mitdb/1.0.0")
    (tmp_path / "base/mitdb/1.0.0").chmod(0o755)
    write_sums(tmp_path / "base/mitdb/1.0.0")
    with serve(tmp_path / "base") as server:
        files = fetch(
            "physionet:mitdb/1.0.0/201",
            here,
            cache=cache,
            physionet_base=server.url,
            start_s=600,
            duration_s=512,
        )
        assert sum(server.sent.values()) < 700_000
    part = formats.read(files[0], channel="MLII", start_s=600, duration_s=512)
    whole = formats.read(DATA / "ecg_mitdb/201.hea", channel="MLII", start_s=600, duration_s=512)
    np.testing.assert_array_equal(part.samples, whole.samples)
    assert [a.label for a in part.annotations] == [a.label for a in whole.annotations]


# --- the disk --------------------------------------------------------------------------------


def test_local_files_are_linked(tmp_path, cache, here):
    write_record(tmp_path / "mine")
    files = fetch(str(tmp_path / "mine/r1.hea"), here, cache=cache)
    assert files[0].name == "r1.hea"
    assert sorted(names(files)) == ["r1.atr", "r1.dat", "r1.hea"]
    assert all(file.readlink().is_absolute() for file in files)
    assert len(fetch(str(tmp_path / "mine/r1.hea"), here, cache=cache)) == 3


def test_a_pattern_takes_all_files_header_first(tmp_path, cache, here):
    write_record(tmp_path / "mine")
    assert names(fetch(str(tmp_path / "mine/r1.*"), here, cache=cache))[0] == "r1.hea"
    with pytest.raises(RecordingError, match="no file matches"):
        fetch(str(tmp_path / "mine/*.edf"), here, cache=cache)


def test_members_of_archives(tmp_path, cache, here):
    write_record(tmp_path)
    (tmp_path / "r1.dat.gz").write_bytes(gzip.compress((tmp_path / "r1.dat").read_bytes()))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        for ending in ("atr", "dat", "hea"):
            packed.write(tmp_path / f"r1.{ending}", f"some/where/r1.{ending}")
    files = fetch(f"{tmp_path}/all.zip!/some/where/r1.hea", here, cache=cache)
    assert names(files) == ["r1.hea", "r1.dat", "r1.atr"]
    assert formats.read(files[0], channel=0).samples.size == 36_000
    files = fetch(f"{tmp_path}/all.zip!/some/*/r1.d*", here, cache=cache)
    assert names(files) == ["r1.dat"]
    (file,) = fetch(f"{tmp_path}/r1.dat.gz!/r1.dat", here, cache=cache)
    assert sha256(file) == sha256(tmp_path / "r1.dat")
    with serve(tmp_path) as server:
        files = fetch(f"{server.url}/all.zip!/some/where/r1.dat", here, cache=cache)
        files = fetch(f"{server.url}/all.zip!/some/where/r1.atr", here, cache=cache)
        assert server.asked["/all.zip"] == 1


# --- packages --------------------------------------------------------------------------------


@pytest.fixture
def index(tmp_path):
    """A package index with one wheel."""
    folder = tmp_path / "index" / "tinysignals"
    folder.mkdir(parents=True)
    wheel = folder / "tinysignals-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr("tinysignals/a.csv", "1\n2\n3\n")
        packed.writestr("tinysignals/b.csv", "4\n5\n6\n")
        packed.writestr(
            "tinysignals-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: tinysignals\nVersion: 1.0\n",
        )
        packed.writestr(
            "tinysignals-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: us\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        packed.writestr("tinysignals-1.0.dist-info/RECORD", "")
    page = f'<!DOCTYPE html><html><body><a href="{wheel.name}#sha256={sha256(wheel)}">x</a></body>'
    (folder / "index.html").write_text(page + "</html>")
    with serve(tmp_path / "index") as server:
        (tmp_path / "index/tinysignals/page").write_text(page)
        yield server, wheel


def test_pypi_fetches_the_wheel_once(index, cache, tmp_path, monkeypatch):
    _, wheel = index
    runs = []
    run = sources.subprocess.run

    def pip(command, **settings):
        runs.append(command)
        links = ["--no-index", "--find-links", str(wheel.parent)]
        return run([*command, *links], **settings)

    monkeypatch.setattr(sources.subprocess, "run", pip)
    jobs = [
        threading.Thread(
            target=fetch,
            args=(f"pypi:tinysignals==1.0/tinysignals/{name}.csv", tmp_path / str(k)),
            kwargs={"cache": cache},
        )
        for k, name in enumerate("abab")
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert [(tmp_path / str(k) / f"{n}.csv").read_text()[0] for k, n in enumerate("abab")] == [
        "1",
        "4",
        "1",
        "4",
    ]
    assert len(runs) == 1
    source, here = "pypi:tinysignals==1.0/tinysignals/a.csv", tmp_path / "here"
    for good in (sha256(wheel), hashlib.sha256(b"1\n2\n3\n").hexdigest()):
        assert fetch(source, here, cache=cache, sha256=good)[0].read_text() == "1\n2\n3\n"
    with pytest.raises(RecordingError, match="SHA-256"):
        fetch(source, tmp_path / "no", cache=cache, sha256="0" * 64)
    assert list((tmp_path / "no").iterdir()) == []
    with pytest.raises(RecordingError, match=r"did you mean tinysignals/a\.csv"):
        fetch("pypi:tinysignals==1.0/a.csv", here, cache=cache)
    with pytest.raises(RecordingError, match=r"pip could not fetch tinysignals==9\.9"):
        fetch("pypi:tinysignals==9.9/a.csv", here, cache=cache)


def test_a_cached_file_that_is_replaced_while_it_is_linked_is_copied(tmp_path, monkeypatch):
    """Two jobs that fetch equal files at once: the kernel refuses to link the one that goes."""
    stored = tmp_path / "stored"
    stored.write_text("equal")

    def refused(*_):
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(caches.os, "link", refused)
    assert caches.put(stored, tmp_path / "put").read_text() == "equal"
    stored.unlink()
    with pytest.raises(FileNotFoundError):
        caches.put(stored, tmp_path / "gone")
