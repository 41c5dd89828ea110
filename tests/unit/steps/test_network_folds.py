"""Networks of a cross-validation: who is held out reaches no fit, and is answered for once."""

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.evaluation.fold_splits import split_of_all, split_of_fold
from biospectra.models.augmentation import CHANGES
from biospectra.steps.join_folds import join_folds
from biospectra.steps.train_classifier import train_classifier
from biospectra.store.cost import read_cost
from biospectra.store.rows import write_table
from support.people import segments_of

FOLDS = 2
SETTINGS = {
    "kind": "cnn",
    "evaluation": "cross_validation",
    "filters": [4],
    "dense": 4,
    "epochs": 2,
    "batch_size": 8,
    "learning_rate": 0.01,
    "momentum": 0.9,
    "patience": 1,
    "class_weight": "balanced",
    "sampling": "all",
    "augment": {},
}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Two classes of 5 people each, 4 segments a person."""
    return segments_of(10)


def train(folder, rows, split, signals, labels=("a", "b"), *, judged=True) -> dict:
    folder.mkdir()
    with h5py.File(folder / "0.h5", "w") as file:
        file["signal"] = signals
        write_table(file, "rows", rows.drop(columns="split").assign(quality="ok"))
    split.to_csv(folder / "split.tsv", sep="\t", index=False)
    written = ("history", "predictions", "cost") if judged else ("history",)
    made = {name: folder / name for name in written}
    train_classifier(
        [str(folder / "0.h5")],
        folder / "split.tsv",
        None,
        model=folder / "model.keras",
        **made,
        labels=list(labels),
        settings=SETTINGS | {"augment": NO_CHANGE},
        precision="float32",
        seed=1,
        threads=2,
    )
    return made | {"model": folder / "model.keras", "split": folder / "split.tsv"}


NO_CHANGE = dict.fromkeys(CHANGES, 0)


@pytest.fixture(scope="module")
def folds(tmp_path_factory, rows) -> list[dict]:
    folder = tmp_path_factory.mktemp("folds")
    signals = np.random.default_rng(0).normal(size=(40, 64)).astype(np.float32)
    splits = [split_of_fold(rows, k, folds=FOLDS, seed=1) for k in range(FOLDS)]
    return [train(folder / str(k), rows, split, signals) for k, split in enumerate(splits)]


def test_a_network_does_not_depend_on_the_people_held_out(tmp_path, rows, folds):
    import keras

    split = split_of_fold(rows, 0, folds=FOLDS, seed=1)
    test = (split["split"] == "test").to_numpy()
    signals = np.random.default_rng(0).normal(size=(40, 64)).astype(np.float32)
    signals[test] = np.nan
    turned = split.assign(
        label=split["label"].where(~test, split["label"].map({"a": "b", "b": "a"}))
    )
    again = train(tmp_path / "again", rows, turned, signals)
    before, after = (keras.models.load_model(f["model"]).get_weights() for f in (folds[0], again))
    for own, its in zip(before, after, strict=True):
        np.testing.assert_array_equal(own, its)
    losses = [pd.read_csv(f["history"], sep="\t")["val_loss"] for f in (folds[0], again)]
    np.testing.assert_array_equal(*losses)


def test_a_network_that_is_told_of_who_is_held_out_is_an_error(tmp_path, rows):
    split = split_of_fold(rows, 0, folds=FOLDS, seed=1)
    leak = split.copy()
    leak.loc[split.index[split["split"] == "test"][0], "split"] = "training"
    signals = np.zeros((40, 64), np.float32)
    with pytest.raises(ArithmeticError, match="is held out and was learnt from"):
        train(tmp_path / "leak", rows, leak, signals)
    alone = split.assign(split=split["split"].where(split["label"] == "a", "test"))
    with pytest.raises(StudyError, match="class b has nobody to learn from"):
        train(tmp_path / "alone", rows, alone, signals)


def test_one_is_kept_that_learns_from_everybody_and_says_whose_score_it_carries(
    tmp_path, rows, capsys
):
    import keras

    signals = np.random.default_rng(0).normal(size=(40, 64)).astype(np.float32)
    made = train(tmp_path / "all", rows, split_of_all(rows, seed=1), signals, judged=False)
    assert keras.models.load_model(made["model"]).predict(signals[:2], verbose=0).shape == (2, 2)
    told = capsys.readouterr().out
    assert "learnt from 8 people, 2 more for early stopping" in told
    assert "scores.json beside it is of the networks of the folds (cross_validation)" in told


def test_each_segment_is_answered_for_once_by_a_network_that_did_not_learn_from_its_person(
    tmp_path, rows, folds
):
    given = [[str(fold[name]) for fold in folds] for name in ("predictions", "split", "cost")]
    written = {name: tmp_path / name for name in ("output", "cost")}
    join_folds(*given, **written)
    joined = pd.read_csv(written["output"], sep="\t")
    assert joined[["recording", "segment"]].to_numpy().tolist() == (
        rows[["recording", "segment"]].to_numpy().tolist()
    )
    assert set(joined["fold"]) == {0, 1}
    assert set(joined["split"]) == {"test"}
    trained = [read_cost(path)["training_s"] for path in given[2]]
    assert read_cost(written["cost"])["training_s"] == pytest.approx(sum(trained), abs=2e-3)
    predictions, splits, costs = given
    with pytest.raises(ArithmeticError, match=r"fold 0: p\d is held out and was learnt from"):
        join_folds(predictions, splits[::-1], costs, **written)
    with pytest.raises(ArithmeticError, match="held out in two folds"):
        join_folds(predictions[:1] * 2, splits[:1] * 2, costs, **written)
