"""A network learns several labels or a number, and answers for people whom it has not met."""

import json

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.evaluation.fold_splits import split_of_all, split_of_fold
from biospectra.evaluation.targets import labels_of_segments, read_segments, segment_table
from biospectra.models.augmentation import CHANGES
from biospectra.models.heads import Head, balanced_crossentropy, label_balance
from biospectra.models.saved_network import load_network
from biospectra.steps.join_folds import join_folds
from biospectra.steps.score_target import score_segments
from biospectra.steps.train_target import train_target
from biospectra.store.dataset import read_split
from biospectra.store.rows import write_table
from biospectra.store.tables import read_tsv, write_tsv

PEOPLE, SEGMENTS, SAMPLES = 60, 2, 64
NO_CHANGE = dict.fromkeys(CHANGES, 0)
CNN = {
    "kind": "cnn",
    "input": "samples",
    "filters": [8],
    "dense": 16,
    "epochs": 15,
    "batch_size": 16,
    "learning_rate": 0.02,
    "momentum": 0.9,
    "patience": 8,
    "class_weight": "none",
    "augment": NO_CHANGE,
}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """People whose signals hold tones of the labels that they have, and are as large as their age.

    Age is the number; of person 0 nothing is told.
    """
    folder, rng = tmp_path_factory.mktemp("study"), np.random.default_rng(0)
    person, segment = np.divmod(np.arange(PEOPLE * SEGMENTS), SEGMENTS)
    has, age = rng.random((PEOPLE, 2)) < [0.5, 0.3], rng.uniform(20, 80, PEOPLE)
    time = np.arange(SAMPLES)
    signals = 0.2 * rng.normal(size=(len(person), SAMPLES))
    for k, period in enumerate((4, 9)):
        phase = rng.uniform(0, 6, (len(person), 1))
        signals += has[person, k, None] * np.sin(2 * np.pi * time / period + phase)
    signals += age[person, None] / 40
    rows = pd.DataFrame({"recording": [f"r{k}" for k in person], "segment": segment})
    rows["start_s"], rows["label"], rows["database"] = 2.0 * segment, "ECG", "d"
    rows["subject"] = [f"p{k}" for k in person]
    rows["quality"] = "ok"
    cells = [";".join(np.array(["01", "B"])[one]) or "none" for one in has]
    rows["statements"] = np.array(cells)[person]
    rows["age"] = [f"{age[k]:.1f}" if k else "" for k in person]
    with h5py.File(folder / "0.h5", "w") as file:
        file["signal"] = signals.astype(np.float32)
        write_table(file, "rows", rows)
    split = np.array(["training", "training", "validation", "test"])[person % 4]
    rows.drop(columns="quality").assign(split=split).to_csv(
        folder / "split.tsv", sep="\t", index=False
    )
    return folder


def train(study, folder, settings, start=None, split=None, **further) -> None:
    train_target(
        [str(study / "0.h5")],
        split or study / "split.tsv",
        start,
        model=folder / "model.keras",
        history=folder / "history.tsv",
        settings=settings,
        precision="float32",
        seed=1,
        threads=1,
        **further,
    )


def written(folder) -> dict:
    return {"segments": folder / "segments.tsv", "cost": folder / "cost.json"}


def evaluated(study, folder, settings, start=None) -> tuple[pd.DataFrame, dict]:
    """Train, and score what is said: the predictions of recordings, and the scores."""
    settings = {"superclasses": {}, "evaluation": "holdout"} | settings
    train(study, folder, settings, start, **written(folder))
    return scored(study, folder, settings)


def scored(study, folder, settings) -> tuple[pd.DataFrame, dict]:
    score_segments(
        folder / "segments.tsv",
        study / "split.tsv",
        predictions=folder / "predictions.tsv",
        scores=folder / "scores.json",
        settings=settings,
        draws=100,
        seed=0,
    )
    text = ["recording", settings["column"], "predicted"]
    return read_tsv(folder / "predictions.tsv", text), json.loads(
        (folder / "scores.json").read_text()
    )


def test_several_labels_from_samples(study, tmp_path):
    settings = {"column": "statements", "kind": "labels"}
    table, found = evaluated(study, tmp_path, settings | {"network": CNN})
    assert len(table) == found["recordings"] == PEOPLE // 4
    assert list(found["labels"]) == ["01", "B", "none"]  # ids stay text
    assert found["macro_auroc"]["value"] > 0.9
    segments = read_tsv(tmp_path / "segments.tsv", [])
    assert set(segments["split"]) == {"validation", "test"}
    one = segments[segments["recording"] == "r3"]["p_B"].mean()
    assert table.set_index("recording").loc["r3", "p_B"] == pytest.approx(one, rel=1e-4)
    assert load_network(tmp_path / "model.keras").output_shape == (None, 3)


def test_a_number_from_samples_in_its_own_unit(study, tmp_path):
    settings = {"column": "age", "kind": "number", "network": CNN}
    table, found = evaluated(study, tmp_path, settings)
    assert found["left_out"] == 1
    error = (table["predicted"].astype(float) - table["age"].astype(float)).abs().mean()
    assert found["mean_absolute_error"]["value"] == pytest.approx(error, rel=1e-4)
    assert error < 0.7 * found["baseline_error"]["value"]
    with h5py.File(study / "0.h5") as file:
        said = np.asarray(load_network(tmp_path / "model.keras")(file["signal"][()][..., None]))
    own = said[6:8].mean()  # both segments of person 3, who is a test person
    assert own == pytest.approx(float(table.set_index("recording").loc["r3", "predicted"]), 1e-3)


def test_an_encoder_is_fine_tuned_to_labels(study, tmp_path):
    import keras

    keras.utils.set_random_seed(0)
    given = keras.Input((SAMPLES, 1))
    maps = keras.layers.Conv1D(8, 9, activation="relu")(given)
    keras.Model(given, maps).save(tmp_path / "encoder.keras")
    network = {"kind": "fine_tuned", "encoder": "encoder", "freeze": False, "pooling": "time"}
    network |= {key: CNN[key] for key in ("epochs", "batch_size", "patience", "augment")}
    network |= {"learning_rate": 0.01, "class_weight": "balanced"}
    settings = {"column": "statements", "kind": "labels", "network": network}
    settings["superclasses"] = {"any": ["01", "B"], "second": ["B"]}
    table, found = evaluated(study, tmp_path, settings, start=tmp_path / "encoder.keras")
    assert list(found["labels"]) == ["any", "second"]
    assert found["macro_auroc"]["value"] > 0.8
    assert table["p_second"].between(0, 1).all()


FOLDED = {"superclasses": {}, "evaluation": "cross_validation", "column": "age", "kind": "number"}
FOLDED |= {"network": CNN | {"epochs": 2}}


@pytest.fixture(scope="module")
def folds(study, tmp_path_factory):
    """What networks of two folds say of the age; the second watches a person without one alone."""
    found = []
    for k in range(2):
        folder = tmp_path_factory.mktemp(f"fold{k}")
        split = split_of_fold(read_split(study / "split.tsv"), k, folds=2, seed=1)
        if k == int((split.loc[split["subject"] == "p0", "split"] == "test").any()):
            split["split"] = split["split"].replace("validation", "training")
            split.loc[split["subject"] == "p0", "split"] = "validation"
        write_tsv(split, folder / "split.tsv")
        train(study, folder, FOLDED, split=folder / "split.tsv", **written(folder))
        found.append(folder)
    return found


def test_networks_of_folds_answer_for_each_person_once_and_one_is_kept(
    study, folds, tmp_path, capsys
):
    given = [[str(folder / name) for folder in folds] for name in ("segments.tsv", "split.tsv")]
    costs = [str(folder / "cost.json") for folder in folds]
    options = {"output": tmp_path / "segments.tsv", "cost": tmp_path / "cost.json"}
    join_folds(*given, costs, **options, column="age")
    table, found = scored(study, tmp_path, FOLDED)
    assert len(table) == found["recordings"] == PEOPLE - 1  # of one nothing is told
    assert found["evaluation"] == "cross_validation" and found["left_out"] == 1
    error = (table["predicted"].astype(float) - table["age"].astype(float)).abs().mean()
    assert found["mean_absolute_error"]["value"] == pytest.approx(error, rel=1e-4)
    with pytest.raises(ArithmeticError, match="is held out and was learnt from"):
        join_folds(given[0], given[1][::-1], costs, **options, column="age")
    write_tsv(split_of_all(read_split(study / "split.tsv"), seed=1), tmp_path / "all.tsv")
    train(study, tmp_path, FOLDED, split=tmp_path / "all.tsv", scored=options["output"])
    assert "scores.json beside it is of the networks of the folds" in capsys.readouterr().out
    assert load_network(tmp_path / "model.keras").output_shape == (None, 1)


def test_what_a_network_learns_does_not_depend_on_those_held_out(study, folds, tmp_path):
    split = read_tsv(folds[0] / "split.tsv", ["recording", "subject", "split", "age"])
    held_out = (split["split"] == "test").to_numpy()
    split.loc[held_out, "age"] = "1000"
    write_tsv(split, tmp_path / "split.tsv")
    with h5py.File(study / "0.h5") as file, h5py.File(tmp_path / "0.h5", "w") as other:
        file.copy("rows", other)
        other["signal"] = np.where(held_out[:, None], np.nan, file["signal"][()])
    train(tmp_path, tmp_path, FOLDED, split=tmp_path / "split.tsv", **written(tmp_path))
    own, its = (load_network(at / "model.keras").get_weights() for at in (folds[0], tmp_path))
    for one, other in zip(own, its, strict=True):
        np.testing.assert_array_equal(one, other)


def test_labels_that_a_fold_does_not_know_are_left_out(tmp_path, study):
    rows = read_split(study / "split.tsv").query("segment == 0").head(4).assign(cell="A")
    given = []
    for k, labels in enumerate((["A", "B"], ["B"])):
        split = rows.assign(split=np.where(np.arange(4) // 2 == k, "test", "training"))
        write_tsv(split, tmp_path / f"{k}.tsv")
        asked = split[split["split"] == "test"]
        said = np.full((2, len(labels)), 0.5)
        table = segment_table(asked, said, labels, column="cell", kind="labels", always=0)
        write_tsv(table, tmp_path / f"said_{k}.tsv")
        cost = {"training_s": 1.0, "ms_per_segment": 1.0}
        (tmp_path / f"{k}.json").write_text(json.dumps(cost))
        given.append([str(tmp_path / name) for name in (f"said_{k}.tsv", f"{k}.tsv", f"{k}.json")])
    options = {"output": tmp_path / "joined.tsv", "cost": tmp_path / "cost.json"}
    join_folds(*map(list, zip(*given, strict=True)), **options, column="cell")
    assert labels_of_segments(read_segments(tmp_path / "joined.tsv", "cell")) == ["B"]
    given[1][0] = given[0][0]
    table = read_segments(given[0][0], "cell")
    second = read_segments(tmp_path / "said_1.tsv", "cell")
    write_tsv(table.drop(columns="p_B"), given[0][0])
    write_tsv(second, tmp_path / "again.tsv")
    given[1][0] = str(tmp_path / "again.tsv")
    with pytest.raises(StudyError, match="'cell' there is no label that in each fold"):
        join_folds(*map(list, zip(*given, strict=True)), **options, column="cell")


def test_balanced_labels_weigh_the_same_with_and_without():
    target = np.array([[1, 0], [0, 0], [0, 1], [0, 1]], np.float32)
    balance = label_balance(target)
    told = np.array([[0.7, 0.4], [0.2, 0.1], [0.5, 0.6], [0.1, 0.8]], np.float32)
    each = -np.log(np.where(target > 0, told, 1 - told))
    weights = np.array([[2, 1], [2 / 3, 1], [2 / 3, 1], [2 / 3, 1]])
    found = balanced_crossentropy(balance)(target, told)
    assert float(found) == pytest.approx((weights * each).mean(), rel=1e-5)
    alike = balanced_crossentropy(((1.0, 1.0),) * 2)(target, told)
    assert float(alike) == pytest.approx(each.mean(), rel=1e-5)


def test_a_head_gives_what_it_is_for():
    sums = np.array([[1.0, -1.0]])
    for kind, expected in {
        "class": np.exp(sums) / np.exp(sums).sum(),
        "labels": 1 / (1 + np.exp(-sums)),
        "number": sums,
    }.items():
        layer = Head(2, kind).layer()
        layer.build((None, 2))
        layer.set_weights([np.eye(2), np.zeros(2)])
        np.testing.assert_allclose(np.asarray(layer(sums)), expected, rtol=1e-5)
