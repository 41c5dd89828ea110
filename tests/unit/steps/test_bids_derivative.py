"""A study's features and predictions as a BIDS derivative, from results of known content."""

import json
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
from mne_bids import get_entities_from_fname

from biospectra import __version__
from biospectra.__main__ import main
from biospectra.errors import StudyError
from biospectra.steps.bids_derivative import write_derivative
from biospectra.store.predictions import write_predictions
from biospectra.store.rows import write_table
from biospectra.study.bids_names import bids_places, bids_uri

NAMES = ["band_1_4_db", "peak_hz"]


def rows_of(recordings: list[str], labels: list[str]) -> pd.DataFrame:
    """Return three segments of 2 s of each recording."""
    return pd.DataFrame(
        {
            "recording": np.repeat(recordings, 3),
            "segment": [0, 1, 2] * len(recordings),
            "start_s": [0.0, 2.0, 4.0] * len(recordings),
            "label": np.repeat(labels, 3),
            "subject": np.repeat(["sub-01", "sub-02"], 3 * len(recordings) // 2),
            "database": "ds",
            "quality": "ok",
            "split": "test",
        }
    )


def write_results(folder: Path, sources: list[str], **columns) -> Path:
    """Write what a finished study of two people has: a table, an encoder and a classifier."""
    ids = ["a", "b"]
    rows = rows_of(["a@C3", "a@C4", "b@C3", "b@C4"], ["rest", "rest", "task", "task"])
    recordings = pd.DataFrame({"recording": rows["recording"].unique(), "channel": list("3434")})
    recordings["channel"] = "C" + recordings["channel"]
    results = folder / "results" / "s"
    for part in ("features", "segments", "classifier/svm"):
        (results / part).mkdir(parents=True)
    values = np.arange(len(rows) * 2, dtype=np.float32).reshape(-1, 2)
    maps = np.random.default_rng(0).random((len(rows), 3, 4, 5), np.float32)
    with h5py.File(results / "segments/0.h5", "w") as file:
        write_table(file, "recordings", recordings)
    for name, features in (("my_bands", values), ("vae", maps)):
        with h5py.File(results / f"features/{name}.h5", "w") as file:
            file["features"] = features
            write_table(file, "rows", rows)
            if name == "my_bands":
                file["names"] = NAMES
    probability = np.tile([0.75, 0.25], (len(rows), 1))
    predictions = results / "classifier/svm/predictions.tsv"
    write_predictions(rows, probability, ["rest", "task"], predictions)
    scores = {"evaluation": "holdout", "segments": 12, "people": 2, "accuracy": 0.5}
    (results / "classifier/svm/scores.json").write_text(json.dumps(scores))
    config = {"segments": {"window_s": 2}, "features": {"my_bands": {"kind": "bands"}}}
    config |= {"encoders": {"vae": {"kind": "convolutional"}}, "columns": list(columns)}
    config["classifiers"] = {"svm": {"kind": "table"}, "never_run": {"kind": "table"}}
    table = [
        {"recording": one, "source": source, "label": label, "subject": who, "session": None}
        | {"start_s": start_s}
        | {name: values[k] for name, values in columns.items()}
        for k, (one, source, label, who, start_s) in enumerate(
            zip(ids, sources, ["rest", "task"], ["sub-01", "sub-02"], [None, 10.0], strict=True)
        )
    ]
    said = {"study": "s", "config": config, "recordings": table}
    (results / "provenance.json").write_text(json.dumps(said))
    return results


def bids_sources(folder: Path) -> list[str]:
    """Make what there is of a BIDS dataset where only names matter."""
    (folder / "ds").mkdir()
    (folder / "ds/dataset_description.json").write_text('{"Name": "ds", "BIDSVersion": "1.9.0"}')
    return [
        str(folder / f"ds/sub-{k}/ses-1/eeg/sub-{k}_ses-1_task-rest_eeg.vhdr") for k in ("01", "02")
    ]


def test_recordings_of_bids_keep_their_entities(tmp_path):
    results = write_results(tmp_path, bids_sources(tmp_path), age=[30, 41])
    made = write_derivative(results, tmp_path / "ds/derivatives/biospectra")
    tables = sorted(made.rglob("sub-*.tsv"))
    assert len(tables) == 6
    for path in tables:
        entities = get_entities_from_fname(path, on_error="raise")
        person = entities["subject"]
        assert path.parent == made / f"sub-{person}/ses-1/eeg"
        assert (entities["session"], entities["task"]) == ("1", "rest")
        assert entities["description"] in ("myBands", "vae", "svm")
        said = json.loads(path.with_suffix(".json").read_text())
        source = f"sub-{person}/ses-1/eeg/sub-{person}_ses-1_task-rest_eeg.vhdr"
        assert said["Sources"] == [f"bids:raw:{source}"]
    described = json.loads((made / "dataset_description.json").read_text())
    assert described["DatasetType"] == "derivative"
    assert described["GeneratedBy"] == [{"Name": "biospectra", "Version": __version__}]
    assert described["DatasetLinks"] == {"raw": "../.."}
    assert described["SourceDatasets"] == [{"URL": "../.."}]
    people = pd.read_csv(made / "participants.tsv", sep="\t")
    assert people["participant_id"].tolist() == ["sub-01", "sub-02"]
    assert (people["age"].tolist(), people["label"].tolist()) == ([30, 41], ["rest", "task"])
    assert "desc-vae" in (made / "README.md").read_text()
    listed = pd.read_csv(made / "descriptions.tsv", sep="\t")["desc_id"].tolist()
    assert listed == ["myBands", "vae", "svm"]


def test_values_onsets_and_descriptions(tmp_path):
    results = write_results(tmp_path, bids_sources(tmp_path))
    made = write_derivative(results, tmp_path / "out")
    where = "sub-02/ses-1/eeg/sub-02_ses-1_task-rest_desc-"
    table = pd.read_csv(made / f"{where}myBands_features.tsv", sep="\t")
    assert table.columns.tolist()[:4] == ["onset", "duration", "recording", "channel"]
    assert table["onset"].tolist() == [10, 12, 14] * 2  # what was left out ahead counts
    assert table["channel"].tolist() == ["C3"] * 3 + ["C4"] * 3
    expected = np.arange(24, dtype=float).reshape(-1, 2)[6:]
    np.testing.assert_array_equal(table[NAMES].to_numpy(), expected)
    columns = json.loads((made / "desc-myBands_features.json").read_text())
    assert set(table.columns) == set(columns) - {"Settings"}
    assert (columns["band_1_4_db"]["Units"], columns["peak_hz"]["Units"]) == ("dB", "Hz")
    latent = pd.read_csv(made / f"{where}vae_features.tsv", sep="\t")
    with h5py.File(results / "features/vae.h5") as file:
        means = file["features"][6:].mean(axis=(1, 2))
    np.testing.assert_allclose(latent.filter(like="latent_").to_numpy(), means, rtol=1e-5)
    said = pd.read_csv(made / f"{where}svm_predictions.tsv", sep="\t")
    assert (said["p_rest"] == 0.75).all() and (said["predicted"] == "rest").all()
    scores = pd.read_csv(made / "scores.tsv", sep="\t")
    assert scores["classifier"].tolist() == ["svm"] and scores["accuracy"].tolist() == [0.5]


def test_targets_have_their_predictions_and_scores(tmp_path):
    results = write_results(tmp_path, bids_sources(tmp_path), statements=["A;B", "B"], age=[30, 41])
    said = json.loads((results / "provenance.json").read_text())
    labels = {"column": "statements", "kind": "labels", "superclasses": {"any": ["A", "B"]}}
    entries = {"rhythm": labels, "age_by_cnn": {"column": "age", "kind": "number"}}
    said["config"]["targets"] = entries
    (results / "provenance.json").write_text(json.dumps(said))
    rows = rows_of(["a@C3", "b@C3"], ["rest", "task"]).assign(split="test", fold=0)
    rows = rows.drop(columns=["label", "database", "quality"])
    both = {
        "rhythm": rows.assign(statements="B", p_any=0.7),
        "age_by_cnn": rows.assign(age=30, predicted=33.5, always=35),
    }
    found = {"value": 0.8, "interval": [0.6, 0.9]}
    few = {"value": 3.5, "interval": None}
    scores = {"rhythm": {"macro_auroc": found}, "age_by_cnn": {"mean_absolute_error": few}}
    for name, table in both.items():
        (results / "target" / name).mkdir(parents=True)
        table.to_csv(results / f"target/{name}/segments.tsv", sep="\t", index=False)
        own = scores[name] | {"column": entries[name]["column"], "people": 2}
        (results / f"target/{name}/scores.json").write_text(json.dumps(own))
    made = write_derivative(results, tmp_path / "out")
    where = "sub-02/ses-1/eeg/sub-02_ses-1_task-rest_desc-"
    table = pd.read_csv(made / f"{where}ageByCnn_predictions.tsv", sep="\t")
    assert table["predicted"].tolist() == [33.5] * 3 and table["onset"].tolist() == [10, 12, 14]
    told = json.loads((made / "desc-rhythm_predictions.json").read_text())
    assert told["p_any"]["Description"] == "Probability of the superclass any, by itself"
    table = pd.read_csv(made / f"{where}rhythm_predictions.tsv", sep="\t")
    assert set(table.columns) == set(told) - {"Settings"}
    table = pd.read_csv(made / "target_scores.tsv", sep="\t").set_index("target")
    columns = json.loads((made / "target_scores.json").read_text())
    assert ["target", *table.columns] == list(columns)
    assert table.loc["rhythm", ["macro_auroc", "macro_auroc_high"]].tolist() == [0.8, 0.9]
    assert table.loc["age_by_cnn", "mean_absolute_error"] == 3.5
    assert np.isnan(table.loc["age_by_cnn", "mean_absolute_error_low"])
    assert "target_scores" in (made / ".bidsignore").read_text()


def test_recordings_from_elsewhere_are_named_by_subject_and_id(tmp_path, capsys):
    results = write_results(tmp_path, ["physionet:mitdb/1.0.0/100", "walk/b 2.edf"])
    assert main(["derivative", str(results)]) == 0
    assert "see docs/how_to/bids.md" in capsys.readouterr().out
    made = results / "derivative"
    assert (made / "sub-01/sub-01_recording-a_desc-myBands_features.tsv").is_file()
    described = json.loads((made / "dataset_description.json").read_text())
    assert described["SourceDatasets"] == [{"URL": "https://physionet.org/content/mitdb/1.0.0"}]
    assert str(tmp_path) not in "".join(path.read_text() for path in made.rglob("*.json"))
    assert main(["derivative", str(results)]) == 0  # its own is made anew
    assert bids_uri("walk/b 2.edf") == ""


def test_results_of_a_former_version_are_read_by_its_names(tmp_path):
    results = write_results(tmp_path, bids_sources(tmp_path))
    said = json.loads((results / "provenance.json").read_text())
    said["config"]["autoencoders"] = said["config"].pop("encoders")
    (results / "provenance.json").write_text(json.dumps(said))
    made = write_derivative(results, tmp_path / "ds/derivatives/biospectra")
    assert len(list(made.rglob("sub-*.tsv"))) == 6


def test_what_is_wrong_is_said_and_nothing_is_lost(tmp_path, capsys):
    results = write_results(tmp_path, ["a.edf", "b.edf"])
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter.tex").write_text("all of it")
    with pytest.raises(StudyError, match="holds something else"):
        write_derivative(results, other)
    assert (other / "chapter.tex").read_text() == "all of it"
    assert main(["derivative", str(tmp_path / "nowhere")]) == 1
    assert "no provenance.json of a finished study" in capsys.readouterr().err
    for path in (*results.glob("features/*"), *results.glob("classifier/*/*")):
        path.unlink()
    with pytest.raises(StudyError, match="no features and no predictions"):
        write_derivative(results, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_physiology_beside_an_eeg_has_a_name_of_its_own():
    names = ["sub-1_task-rest_eeg.edf", "sub-1_task-rest_physio.tsv.gz"]
    names += ["sub-1_task-rest_recording-cardiac_physio.tsv.gz"]
    table = [
        {"recording": f"r{k}", "source": f"d/sub-1/eeg/{name}", "subject": "1"}
        for k, name in enumerate(names)
    ]
    assert [place.stem for place in bids_places(table).values()] == [
        "sub-1_task-rest",
        "sub-1_task-rest_recording-physio",
        "sub-1_task-rest_recording-cardiac",
    ]


def test_two_recordings_of_one_name_are_refused():
    row = {"source": "x.edf", "subject": "p", "session": None, "start_s": None}
    with pytest.raises(StudyError, match="'walk_1' of p and 'walk-1' of p would both be"):
        bids_places([row | {"recording": "walk_1"}, row | {"recording": "walk-1"}])
    both = bids_places([row | {"recording": "a1"}, row | {"recording": "b1", "session": "day 2"}])
    assert both["b1"].stem == "sub-p_ses-day2_recording-b1"
    assert both["day 2"].stem == "sub-p_ses-day2"  # of all its channels, where they are joined


def test_a_session_that_is_called_as_another_recording_is_refused():
    row = {"source": "x.edf", "subject": "p", "start_s": None}
    table = [row | {"recording": "a", "session": None}, row | {"recording": "b", "session": "a"}]
    for rows in (table, table[::-1]):
        with pytest.raises(StudyError, match="session 'a' of recording 'b' has the name of a rec"):
            bids_places(rows)
    alone = bids_places([row | {"recording": "a", "session": "a"}])
    assert [place.stem for place in alone.values()] == ["sub-p_ses-a_recording-a"]
