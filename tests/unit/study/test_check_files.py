"""Files that are looked into before a run: all faults at once, each file once, within a time."""

import os
from pathlib import Path

import numpy as np
import pytest

from biospectra.study import check_files
from biospectra.study.check_files import check_before_run, file_of

CONFIG = {
    "on_bad_recording": "stop",
    "on_short_file": "refuse",
    "bad_channels": [],
    "recordings": "recordings.tsv",
}
NAMES = ["recording", "source", "channel"]


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Return rows of a table of four recordings, and what looks into their files."""
    monkeypatch.chdir(tmp_path)
    rows = []
    for k in range(4):
        np.savez(f"r{k}.npz", ECG=np.sin(np.arange(500.0)), fs=100)
        rows.append(dict(zip(NAMES, (f"r{k}", f"r{k}.npz", "ECG"), strict=True)) | {"shard": "0"})
    lines = ["\t".join(NAMES), *("\t".join(row[name] for name in NAMES) for row in rows)]
    Path("recordings.tsv").write_text("\n".join(lines) + "\n")

    def look(rows=rows, **more):
        settings = {"longest_s": 60.0} | more
        return check_before_run(
            rows,
            CONFIG | settings.pop("config", {}),
            made=lambda shard: Path(f"{shard}.h5"),
            cache=Path("results/looked_into.txt"),
            processes=1,
            **settings,
        )

    return rows, look


def counted(monkeypatch) -> list:
    """Return a list that grows by each file that is looked into."""
    looked, probe = [], check_files.probe_files

    def probe_files(requests, *, processes):
        looked.extend(request.path.name for request in requests)
        return probe(requests, processes=processes)

    monkeypatch.setattr(check_files, "probe_files", probe_files)
    return looked


def test_all_faults_are_told_at_once_and_what_is_fine_is_looked_into_once(study, monkeypatch):
    rows, look = study
    Path("r1.npz").write_bytes(b"PK\x03\x04 torn")
    rows[2] = rows[2] | {"channel": "V9"}
    rows[3] = rows[3] | {"channel": "V9"}
    looked = counted(monkeypatch)
    problems, notes = look()
    assert not notes and len(problems) == 2
    assert problems[0].startswith("recordings.tsv, line 3: r1.npz: ")
    assert problems[1].startswith("recordings.tsv, line 4 and 1 more: recording 'r2': r2.npz: has")
    assert looked == ["r0.npz", "r1.npz", "r2.npz", "r3.npz"]
    looked.clear()
    np.savez("r1.npz", ECG=np.sin(np.arange(500.0)), fs=100)
    rows[2], rows[3] = rows[2] | {"channel": "ECG"}, rows[3] | {"channel": "ECG"}
    assert look() == ([], [])
    assert looked == ["r1.npz", "r2.npz", "r3.npz"]
    looked.clear()
    assert look() == ([], []) and not looked
    os.utime("r0.npz", ns=(1, 1))
    assert look() == ([], []) and looked == ["r0.npz"]


def test_what_has_been_read_what_may_be_bad_and_what_is_not_here_is_left_alone(study, monkeypatch):
    rows, look = study
    Path("r1.npz").write_bytes(b"torn")
    looked = counted(monkeypatch)
    assert look(config={"on_bad_recording": "skip"}) == ([], [])
    remote = [row | {"source": f"https://no.example/{row['source']}"} for row in rows]
    assert look(remote) == ([], [])
    assert file_of("data.zip!/r1.npz") is None
    Path("0.h5").touch()
    os.utime("r1.npz", (1, 1))
    later = Path("0.h5").stat().st_mtime + 10
    os.utime("r3.npz", (later, later))
    assert look() == ([], [])
    assert looked == ["r3.npz"]


def test_it_stops_in_time_and_says_so(study):
    _, look = study
    assert look(longest_s=0.0) == (
        [],
        ["not looked into within 0 s: 4 recordings; the jobs that read them will do so"],
    )
