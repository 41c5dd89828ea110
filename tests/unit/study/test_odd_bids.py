"""BIDS datasets as people write them: people who are in no table, files in the wrong folder."""

import json

import pandas as pd
import pytest

from biospectra.study.new.found import Found
from biospectra.study.new.lookup import add_table
from biospectra.study.new.made import Wishes
from biospectra.study.new.make import make_study
from biospectra.study.new.printed import report
from support.own_recordings import ecg, write_recording


@pytest.fixture
def dataset(tmp_path, monkeypatch):
    """Two people in participants.tsv, one of them without ``sub-``, and what is wrong elsewhere."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "data"
    names = [f"sub-{p}/eeg/sub-{p}_task-{t}_eeg.edf" for p in ("1", "2", "3") for t in ("a", "b")]
    for name in (*names, "sub-4/eeg/sub-5_task-a_eeg.edf", "sub-3/eeg/sub-3_rest.edf"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_recording(folder / name, ecg("rest", 1))
    (folder / "dataset_description.json").write_text(
        '\ufeff{"Name": "odd", "BIDSVersion": "1.8.0"}'
    )
    (folder / "participants.tsv").write_text(
        "\ufeffparticipant_id\tgroup\r\nsub-1\till\r\n2\twell\r\n"
    )
    (folder / "task-a_eeg.json").write_text(json.dumps({"SamplingFrequency": 999}))
    (folder / "task-a_channels.tsv").write_text("name\ttype\tstatus\nV1\tECG\tbad\n")
    (folder / "sub-1/eeg/sub-1_task-a_physio.tsv").write_text("\n".join("12" for _ in range(99)))
    (folder / "sub-1/eeg/sub-1_task-a_physio.json").write_text(
        json.dumps({"SamplingFrequency": 9, "Columns": ["V1"]})
    )
    return folder


def test_nothing_is_left_out_or_taken_in_silence(dataset):
    wishes = Wishes("data", "odd")
    made = make_study(wishes)
    table = pd.read_csv(made.table, sep="\t", dtype=str, keep_default_na=False)
    table = table.set_index("recording")
    assert table.loc["sub-2_task-a_eeg", ["subject", "label"]].tolist() == ["sub-2", "well"]
    assert table.loc["sub-3_task-a_eeg", ["subject", "label"]].tolist() == ["sub-3", ""]
    assert table.loc["sub-5_task-a_eeg", "subject"] == ""
    assert set(table["database"]) == {"odd"}
    told = report(made, wishes)
    assert "another person than their names say: sub-4/eeg/sub-5_task-a_eeg.edf" in told
    assert "left out, as BIDS has no recordings of such names: sub-3_rest.edf" in told
    assert "sub-1_task-a_eeg.edf is sampled at 250 Hz, and its JSON says 999 Hz" in told
    assert "sub-1_task-a_physio.tsv V1" not in told


def test_rows_that_contradict_each_other_tell_nothing(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("person,group,age\nanna,ill,30\nben,well,40\nanna,well,30\n")
    found = [Found(n, n, None, {"name1": n.partition("_")[0]}) for n in ("anna_1", "ben_1")]
    assert add_table(found, path) == 2
    assert found[0].fields == {"name1": "anna", "people.csv.person": "anna", "people.csv.age": "30"}
    assert found[1].fields["people.csv.group"] == "well"
