"""What a run reads: all files of a recording, whatever they are called, and no password told."""

import csv
import hashlib
import os
import shutil
from pathlib import Path

import h5py
import numpy as np

from support.servers import serve
from support.tiny import RATE_HZ, signal, write_wfdb

RESAMPLED = ("results/tiny/resampled/0.h5", "results/tiny/resampled/1.h5")
PASSWORD = "hunter2"


def listed(folder: Path) -> dict[str, str]:
    """Return the SHA-256 that a run has of each file."""
    return {
        line["file"]: line["sha256"]
        for path in folder.glob("results/tiny/recordings/*/files.tsv")
        for line in csv.DictReader(path.open(), delimiter="\t")
    }


def test_a_signal_file_that_is_replaced_beside_its_header_is_read_anew(fresh):
    fresh.run(*RESAMPLED)
    before = listed(fresh.folder)["slow_2/slow_2.dat"]
    assert "Nothing to be done" in fresh.run(*RESAMPLED, "--dry-run").stdout
    data, stat = fresh.folder / "slow_2.dat", (fresh.folder / "slow_2.dat").stat()
    other = fresh.folder / "other"
    other.mkdir()
    write_wfdb(other, "slow_2", signal("slow", 99), RATE_HZ)
    for file in other.iterdir():  # of the same size, and older than what it takes the place of
        os.utime(file, (stat.st_atime - 5000, stat.st_mtime - 5000))
        file.replace(fresh.folder / file.name)
    done = fresh.run(*RESAMPLED)
    assert "slow_2.dat" in done.stdout or "download" in done.stdout
    after = listed(fresh.folder)["slow_2/slow_2.dat"]
    assert after != before
    assert after == hashlib.sha256(data.read_bytes()).hexdigest()


def test_a_damaged_file_between_steps_is_named_and_made_anew(fresh):
    fresh.run(*RESAMPLED)
    path = fresh.folder / RESAMPLED[0]
    with h5py.File(path) as file:
        name = next(iter(file))
        at = file[name]["signal"].id.get_chunk_info(0).byte_offset + 500
        whole = {key: group["signal"][()] for key, group in file.items()}
    stat = path.stat()
    content = bytearray(path.read_bytes())
    content[at : at + 64] = bytes(64)
    path.write_bytes(content)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    done = fresh.run("results/tiny/segments/0.h5", check=False)
    assert done.returncode != 0
    (line,) = [x for x in done.stdout.splitlines() if x.startswith("Error: ")]
    assert "results/tiny/resampled/0.h5 is damaged" in line
    assert "delete it and run again" in line
    assert "Traceback" not in done.stdout
    path.unlink()
    fresh.run("results/tiny/segments/0.h5")
    with h5py.File(path) as file:
        for key, samples in whole.items():
            np.testing.assert_array_equal(file[key]["signal"][()], samples)


NAMES = ["a[1]", "b{x}", "c<b>", "d*", "e f", "g'h", 'i"j', ".k", "{results}", "<results>", "~l"]


def test_odd_names_and_passwords(fresh):
    """One run over all; nothing that it leaves or prints has the password in it."""
    shared = fresh.folder / "served"
    shared.mkdir()
    rows = []
    header, *lines = (fresh.folder / "recordings.tsv").read_text().splitlines()
    for name in NAMES:
        folder = fresh.folder / name
        folder.mkdir()
        shutil.copy(fresh.folder / "slow_1.edf", folder / f"{name}.edf")
        rows.append(f"odd_{len(rows)}\t{name}/{name}.edf\tLEAD\t\tslow\tperson_2\tone\tvalidation")
    write_wfdb(shared, "far", signal("fast", 55), RATE_HZ)
    with serve(shared) as server:
        server.faults = {f"/far.{ending}": f"login ann:{PASSWORD}" for ending in ("hea", "dat")}
        host = server.url.removeprefix("http://")
        url = f"http://ann:{PASSWORD}@{host}/far.hea"
        rows.append(f"far\t{url}\tII\t\tfast\tfar\tone\ttraining")
        rows.append(f"missing\t{url.replace('far.', 'no.')}\tII\t\tfast\tfar\tone\ttraining")
        table = fresh.folder / "recordings.tsv"
        table.write_text("\n".join([header, *lines, *rows]) + "\n")
        failed = fresh.run(*RESAMPLED, check=False)
        assert failed.returncode != 0, failed.stdout[-3000:]
        (line,) = [x for x in failed.stdout.splitlines() if x.startswith("Error: recording")]
        assert f"recording missing: http://{host}/no.hea: the server has no such file" in line
        table.write_text("\n".join([header, *lines, *rows[:-1]]) + "\n")
        done = fresh.run(*RESAMPLED, "results/tiny/provenance.json", "--until", "resample")
    made = {name for path in RESAMPLED for name in h5py.File(fresh.folder / path)}
    assert made >= {"far", *(f"odd_{k}" for k in range(len(NAMES)))}
    assert "Nothing to be done" in fresh.run(*RESAMPLED, "--dry-run").stdout
    told = [failed.stdout, done.stdout]
    for path in fresh.folder.rglob("*"):
        if path.is_file() and path != table and path.parent != shared:
            told += [str(path), path.read_bytes().decode("latin-1")]
    assert not [text[:200] for text in told if PASSWORD in text]
    secret = __import__("base64").b64encode(PASSWORD.encode())[:8].decode()
    assert not [text[:200] for text in told if secret in text]
