"""All files of a recording: found, in one place, each with a checksum, and the same later on."""

import hashlib
import os
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest
import wfdb

from biospectra.errors import RecordingError, StudyError
from biospectra.sources.cache import sha256_of_all
from biospectra.sources.fetch import fetch, files_read
from biospectra.steps.download import download_shard
from biospectra.store.original_files import first_files, read_originals
from biospectra.study.config import SCHEMAS
from biospectra.study.recordings import load_recordings
from biospectra.study.schema import load_schema
from support.servers import serve, write_sums

ROW = dict.fromkeys(["start_s", "duration_s", "rate_hz", "units", "gain", "variable", "sha256"])
ROW |= {"annotator": None, "on_short_file": None}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_record(folder: Path, name: str = "r", seed: int = 1) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    wfdb.wrsamp(
        name,
        fs=250,
        units=["mV"],
        sig_name=["I"],
        d_signal=np.random.default_rng(seed).integers(-500, 500, size=(2000, 1)),
        fmt=["16"],
        adc_gain=[200],
        baseline=[0],
        write_dir=str(folder),
    )
    return folder / f"{name}.hea"


# --- checksums ------------------------------------------------------------------------------------


def test_a_recordings_checksum_is_that_of_its_list_of_files(tmp_path):
    header = write_record(tmp_path / "mine")
    done = subprocess.run(
        "LC_ALL=C sha256sum * | sha256sum",
        shell=True,
        cwd=header.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    whole = done.stdout.split()[0]
    files = fetch(str(header), tmp_path / "here", sha256=whole)
    assert sha256_of_all(files, tmp_path / "here") == whole
    with pytest.raises(RecordingError, match=f"of all its 2 files is {whole}, but 0+ was expected"):
        fetch(str(header), tmp_path / "no", sha256="0" * 64)
    assert [path for path in (tmp_path / "no").rglob("*") if path.is_symlink()] == []
    alone = sha256(header.read_bytes())
    with pytest.raises(RecordingError, match=r"which is that of r\.hea alone"):
        fetch(str(header), tmp_path / "no", sha256=alone)
    header.with_suffix(".dat").write_bytes(header.with_suffix(".dat").read_bytes()[::-1])
    with pytest.raises(RecordingError, match="of all its 2 files"):
        fetch(str(header), tmp_path / "no", sha256=whole)


def test_the_checksum_of_one_file_is_its_own(tmp_path):
    (tmp_path / "a.csv").write_text("1\n2\n")
    wanted = sha256(b"1\n2\n")
    (file,) = fetch(str(tmp_path / "a.csv"), tmp_path / "here", sha256=wanted)
    assert sha256_of_all([file], tmp_path / "here") == wanted


def test_records_of_physionet_and_of_the_web_are_held_to_theirs(tmp_path):
    write_record(tmp_path / "base/db/1.0")
    write_sums(tmp_path / "base/db/1.0")
    whole = sha256_of_all(
        [tmp_path / f"base/db/1.0/r.{ending}" for ending in ("hea", "dat")],
        tmp_path / "base/db/1.0",
    )
    with serve(tmp_path / "base") as server:
        for source in ("physionet:db/1.0/r", f"{server.url}/db/1.0/r.hea"):
            base = {"physionet_base": server.url}
            assert len(fetch(source, tmp_path / "here", sha256=whole, **base)) == 2
            with pytest.raises(RecordingError, match="of all its 2 files"):
                fetch(source, tmp_path / "no", sha256="0" * 64, **base)
    assert (
        len(
            fetch(
                "physionet:db/1.0/r", tmp_path / "b", sha256=whole, physionet_base=tmp_path / "base"
            )
        )
        == 2
    )


# --- what a recording is read from ----------------------------------------------------------------


def test_all_files_of_this_machine_are_inputs(tmp_path):
    header = write_record(tmp_path / "mine")
    (tmp_path / "mine" / "sub").mkdir()
    (tmp_path / "mine" / "a.vhdr").write_text("[Common Infos]\nDataFile=sub/a.eeg\n")
    (tmp_path / "mine" / "sub" / "a.eeg").write_bytes(b"0" * 8)
    (tmp_path / "mine" / "more.zip").write_bytes(b"PK")
    write_record(tmp_path / "base/db/1.0/in")
    write_sums(tmp_path / "base/db/1.0")

    def names(source, base="https://physionet.org/files"):
        paths = files_read(source, physionet_base=base)
        assert all(path.is_absolute() for path in paths)
        return [path.name for path in paths]

    assert names(str(header)) == ["r.hea", "r.dat"]
    assert names(str(tmp_path / "mine" / "r.*")) == ["r.hea", "r.dat"]
    assert names(str(tmp_path / "mine" / "a.vhdr")) == ["a.vhdr", "a.eeg"]
    assert names(f"{tmp_path}/mine/more.zip!/in/a.csv") == ["more.zip"]
    assert names("physionet:db/1.0/in/r", str(tmp_path / "base")) == [
        "r.hea",
        "r.dat",
        "SHA256SUMS.txt",
    ]
    for remote in ("physionet:db/1.0/in/r", "https://example.org/a.csv", "pypi:a==1/b.csv"):
        assert names(remote) == []
    assert names(str(tmp_path / "not there.edf")) == []
    (tmp_path / "mine" / "evil.vhdr").write_text("[Common Infos]\nDataFile=/etc/passwd\n")
    assert names(str(tmp_path / "mine" / "evil.vhdr")) == ["evil.vhdr"]


def read_original(row, files):
    """Read the one channel of a recording."""
    [(_, signal)] = read_originals(row, files)
    return signal


@pytest.mark.parametrize("same_size", [True, False])
def test_what_changes_after_it_was_fetched_is_not_read(tmp_path, same_size):
    header = write_record(tmp_path / "mine")
    row = ROW | {"recording": "a", "source": str(header), "channel": "I"}
    download_shard([row], tmp_path / "0", cache=tmp_path / "cache", on_bad_recording="stop")
    files = first_files(tmp_path / "0")
    before = read_original(row, files).samples
    data = header.with_suffix(".dat")
    content, stat = data.read_bytes(), data.stat()
    os.utime(data, (stat.st_atime, stat.st_mtime + 100))  # the time alone does not matter
    np.testing.assert_array_equal(read_original(row, files).samples, before)
    data.write_bytes(content[::-1] if same_size else content * 2)
    with pytest.raises(
        RecordingError, match=r"r\.dat: has changed since it was fetched; run again"
    ):
        read_original(row, files)
    data.unlink()
    with pytest.raises(RecordingError, match="has changed since it was fetched"):
        read_original(row, files)


# --- archives and names ---------------------------------------------------------------------------


@pytest.fixture
def table(tmp_path):
    """A function that writes a table of one recording and reads it as a study does."""

    def read(source: str, recording: str = "a"):
        path = tmp_path / "recordings.tsv"
        path.write_text(
            "recording\tsource\tchannel\tlabel\tsubject\tdatabase\n"
            f"{recording}\t{source}\t0\tx\ts\td\n"
        )
        return load_recordings(path, load_schema(SCHEMAS / "recordings.schema.yaml"), ["x"])

    return read


def test_members_of_one_name_are_refused_before_any_job(tmp_path, table):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        for name in ("one/a.csv", "two/a.csv", "two/b.csv"):
            packed.writestr(name, f"{name}\n")
    for source in ("all.zip!/*/a.csv", "all.zip!/*"):
        with pytest.raises(StudyError, match=r"one/a\.csv and two/a\.csv have one name"):
            table(source)
        with pytest.raises(RecordingError, match="have one name"):
            fetch(f"{tmp_path}/{source}", tmp_path / "here")
    assert len(table("all.zip!/two/a.csv")) == 1
    assert (
        fetch(f"{tmp_path}/all.zip!/two/a.csv", tmp_path / "here")[0].read_text() == "two/a.csv\n"
    )
    with pytest.raises(StudyError, match=r"has no 'three/a\.csv'; did you mean one/a\.csv"):
        table("all.zip!/three/a.csv")
    with pytest.raises(StudyError, match="leads out of the archive"):
        table("all.zip!/../a.csv")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_member_twice_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.writestr("a.csv", "1\n")
        packed.writestr("a.csv", "2\n")
    with pytest.raises(RecordingError, match="pack it again"):
        fetch(f"{tmp_path}/all.zip!/a.csv", tmp_path / "here")


def test_files_of_one_name_that_a_pattern_finds_are_refused(tmp_path):
    write_record(tmp_path / "one")
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "r.dat").write_bytes(b"00")
    with pytest.raises(RecordingError, match="have one name"):
        fetch(str(tmp_path / "*" / "r.*"), tmp_path / "here")


def test_a_folder_is_no_recording(tmp_path, table):
    (tmp_path / "folder").mkdir()
    with pytest.raises(StudyError, match="is not a file"):
        table("folder")


@pytest.mark.parametrize(
    "recording", ["files.tsv", "rejected.tsv", "Files.tsv", ".hidden", "..", "a/b"]
)
def test_ids_that_cannot_be_folders_are_refused(tmp_path, table, recording):
    (tmp_path / "a.csv").write_text("1\n")
    with pytest.raises(StudyError, match="line 2: recording"):
        table("a.csv", recording)


NAMES = [
    "a[1]",
    "a{x}",
    "a<b>",
    "a*",
    "a b",
    "a'b",
    'a"b',
    ".a",
    "a%20b",
    "a$b",
    "é",
    "a;b&c",
    "#a",
]
NAMES += ["-a", "~a", "a\\b", "a:b", "a=b", "a,b", "a!b", "{results}", "<results>"]


@pytest.mark.parametrize("name", NAMES)
def test_odd_names_are_fetched_and_read(tmp_path, table, name):
    folder = tmp_path / name
    folder.mkdir()
    np.save(folder / f"{name}.npy", np.arange(200.0))
    (row,) = table(f"{name}/{name}.npy").to_dict("records")
    rows = [ROW | row | {"rate_hz": 100.0}]
    download_shard(rows, tmp_path / "0", cache=tmp_path / "cache", on_bad_recording="stop")
    assert read_original(rows[0], first_files(tmp_path / "0")).samples.size == 200
    assert [path.name for path in files_read(row["source"], physionet_base="https://x")] == [
        f"{name}.npy"
    ]
