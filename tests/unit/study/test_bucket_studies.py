"""A study is made of what lies in a public bucket, of whose long recordings the header comes."""

import numpy as np
import pytest

from biospectra.errors import StudyError
from biospectra.study.config import SCHEMAS
from biospectra.study.new import bucket
from biospectra.study.new.made import Wishes
from biospectra.study.new.make import make_study
from biospectra.study.new_recordings import new_recordings
from biospectra.study.table import read_table_cells
from support.servers import serve_buckets
from support.tiny import write_edf

LISTED = """<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{}</ListBucketResult>"""
ASKED = "/open.org?list-type=2&prefix=ds000001%2F"
PLACE = "s3://open.org/ds000001"


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server of a bucket with a BIDS dataset: two groups of two people, EDF files of 300 s."""
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "served/open.org/ds000001"
    root.mkdir(parents=True)
    (root / "dataset_description.json").write_text('{"Name": "Two groups"}')
    people = ["participant_id\tgroup"]
    random = np.random.default_rng(0)
    for k in range(4):
        people.append(f"sub-{k}\t{('young', 'old')[k % 2]}")
        folder = root / f"sub-{k}/eeg"
        folder.mkdir(parents=True)
        samples = random.uniform(-1, 1, 500 * 300)
        write_edf(folder / f"sub-{k}_task-rest_eeg.edf", samples, 500)
        (folder / f"sub-{k}_task-rest_channels.tsv").write_text(
            "name\ttype\tunits\nEMPTY\tMISC\tn/a\nLEAD\tEEG\tmV\n"
        )
    (root / "participants.tsv").write_text("\n".join(people) + "\n")
    (root / "sub-0/anat").mkdir()
    (root / "sub-0/anat/sub-0_T1w.nii.gz").write_bytes(bytes(2 * bucket.SMALL_BYTES))
    (root / "derivatives").mkdir()
    (root / "derivatives/sub-9_task-rest_eeg.edf").write_bytes(b"0")
    with serve_buckets(tmp_path / "served", monkeypatch) as running:
        running.faults[ASKED] = "says " + listing(tmp_path / "served/open.org")
        yield running


def listing(folder, *more: str) -> str:
    """Return what a server says of the keys and sizes of a bucket's objects."""
    found = {p.relative_to(folder).as_posix(): p.stat().st_size for p in folder.rglob("*.*")}
    found |= dict.fromkeys(more, 1)
    return LISTED.format(
        "".join(f"<Contents><Key>{k}</Key><Size>{n}</Size></Contents>" for k, n in found.items())
    )


def test_a_study_is_made_of_a_dataset_by_its_headers(server):
    made = make_study(Wishes(PLACE, "groups", processes=1))
    table = read_table_cells(made.table)
    address = f"{PLACE}/sub-%d/eeg/sub-%d_task-rest_eeg.edf"
    assert sorted(table["source"]) == [address % (k, k) for k in range(4)]
    assert dict(zip(table["subject"], table["label"], strict=True)) == {
        f"sub-{k}": ("young", "old")[k % 2] for k in range(4)
    }
    assert set(table["channel"]) == {"LEAD"}
    assert set(table["database"]) == {"Two_groups"}
    assert made.found[0].contents.channels[1].n_samples == 500 * 300
    sent = {path: size for path, size in server.sent.items() if path.endswith(".edf")}
    assert len(sent) == 4 and set(sent.values()) == {bucket.SMALL_BYTES}
    assert not any("T1w" in path for path in server.sent)
    assert any("4 long files the header alone" in note for note in made.discovery.notes)


def test_a_model_is_applied_to_all_below_an_address(server):
    settings = {"labels": ["young", "old"], "channels": ["LEAD"], "joined": [], "classifiers": {}}
    settings["resample"] = {"by_label": {}}
    found = new_recordings(f"{PLACE}/", settings, {}, schemas=SCHEMAS)
    assert [row["source"].rpartition("/")[2] for row in found.rows] == [
        f"sub-{k}_task-rest_eeg.edf" for k in range(4)
    ]
    assert {row["subject"] for row in found.rows} == {f"sub-{k}" for k in range(4)}


def test_new_people_come_with_an_update(server, tmp_path):
    root = tmp_path / "served/open.org/ds000001"
    make_study(Wishes(PLACE, "groups", processes=1))
    (root / "participants.tsv").write_text(
        (root / "participants.tsv").read_text() + "sub-4\tyoung\n"
    )
    (root / "sub-0").rename(root / "sub-4")
    (root / "sub-4/eeg/sub-0_task-rest_eeg.edf").rename(root / "sub-4/eeg/sub-4_task-rest_eeg.edf")
    server.faults[ASKED] = "says " + listing(tmp_path / "served/open.org")
    made = make_study(Wishes(PLACE, "groups", processes=1, update=True))
    assert made.added == 1
    assert read_table_cells(made.table).iloc[-1]["label"] == "young"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (403, r"s3://open.org/ds000001/: the server does not list it \(403"),
        (f"says {LISTED.format('')}", "s3://open.org/ds000001/: there is nothing below it"),
        ("out", "has names that lead out of it"),
    ],
)
def test_what_cannot_be_had_is_told(server, tmp_path, answer, told):
    folder = tmp_path / "served/open.org"
    server.faults[ASKED] = (
        f"says {listing(folder, 'ds000001//a.edf')}" if answer == "out" else answer
    )
    with pytest.raises(StudyError, match=told):
        make_study(Wishes(PLACE, "groups", processes=1))
    assert not (tmp_path / "config").exists()


def test_a_file_that_cannot_be_read_is_named_by_its_address(server, tmp_path):
    broken = tmp_path / "served/open.org/ds000001/sub-3/eeg/sub-3_task-rest_eeg.edf"
    broken.write_bytes(b"x" * broken.stat().st_size)
    made = make_study(Wishes(PLACE, "groups", processes=1))
    (problem,) = [str(one.problem) for one in made.discovery.found if one.problem]
    assert problem.startswith(f"{PLACE}/sub-3/eeg/sub-3_task-rest_eeg.edf: ")
