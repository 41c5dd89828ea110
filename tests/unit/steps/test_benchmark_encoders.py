"""Encoders and a table side by side, each read by the folds that it was made in."""

import json

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.evaluation.fold_splits import split_of_fold
from biospectra.steps.benchmark_encoders import benchmark_encoders
from biospectra.store.rows import write_table

FOLDS = 3
SETTINGS = {
    "labels": ["a", "b"],
    "classifier": "logistic_regression",
    "tune": False,
    "pooling": "time",
    "label_shares": [0.2],
    "label_draws": 2,
    "window_s": 2.0,
    "draws": 200,
    "seed": 1,
    "threads": 1,
    "transductive": [],
}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Eighteen people of two classes and two databases, 4 segments each."""
    person, segment = np.divmod(np.arange(72), 4)
    return pd.DataFrame(
        {
            "recording": [f"r{i:02}" for i in person],
            "segment": segment,
            "start_s": segment * 2.0,
            "label": np.where(person % 2, "a", "b"),
            "subject": [f"p{i:02}" for i in person],
            "database": np.where(person < 9, "one", "two"),
            "split": "training",
        }
    )


def write(path, values: np.ndarray, rows: pd.DataFrame, names: list[str] | None = None) -> str:
    with h5py.File(path, "w") as file:
        file["features"] = values.astype(np.float32)
        if names:
            file["names"] = names
        write_table(file, "rows", rows)
    return str(path)


@pytest.fixture(scope="module")
def made(tmp_path_factory, rows):
    """Paths of the arguments; the class stands in another column of the encoder in each fold."""
    folder = tmp_path_factory.mktemp("benchmark")
    random = np.random.default_rng(0)
    code = (rows["label"] == "a").to_numpy()
    splits, good, poor = [], [], []
    for k in range(FOLDS):
        split = split_of_fold(rows, k, folds=FOLDS, seed=1)
        split.to_csv(folder / f"{k}.tsv", sep="\t", index=False)
        splits.append(str(folder / f"{k}.tsv"))
        maps = random.normal(size=(72, 2, 5, 3))
        maps[:, :, :, k] += 8 * (code - 0.5)[:, None, None]
        good.append(write(folder / f"good{k}.h5", maps, split))
        poor.append(write(folder / f"poor{k}.h5", random.normal(size=(72, 4)), split))
    step = np.where(rows["database"] == "one", 1.0, -1.0)
    table = random.normal(size=(72, 3)) + 5 * step[:, None]
    file = write(folder / "table.h5", table, rows[:70], ["x", "y", "z"])
    facts = pd.DataFrame(
        {
            "recording": rows["recording"].unique() + "@II",
            "native_rate_hz": np.where(np.arange(18) < 9, 250.0, 500.0),
            "step": 0.001,
        }
    )
    facts.to_csv(folder / "facts.tsv", sep="\t", index=False)
    folded = {"good": good, "poor": poor, "table": [file] * FOLDS}
    return folder, folded, splits, [str(folder / "facts.tsv")]


def run(made, **changes) -> dict:
    folder, *paths = made
    (folder / "job.tsv").write_text("s\th:m:s\n12.5\t0:00:12\n")
    benchmark_encoders(
        *paths,
        scores=folder / "scores.json",
        table=folder / "scores.tsv",
        jobs={"good": [[str(folder / "job.tsv")] * 2] * FOLDS, "poor": [["gone.tsv"]]},
        twins=[("good", "poor")] if "good" in paths[0] else [],
        sessions=[],
        **SETTINGS | changes,
    )
    return json.loads((folder / "scores.json").read_text())


def test_what_is_known_of_each_is_found(made):
    result = run(made)
    methods = result["methods"]
    assert (result["people"], result["segments"]) == (18, 70)  # those that all have
    assert [about["kind"] for about in methods.values()] == ["encoder", "encoder", "table"]
    assert [about["columns"] for about in methods.values()] == [6, 4, 3]
    shares = {name: about["shares"] for name, about in methods.items()}
    assert [at["share"] for at in shares["good"]] == [0.2, 1.0]
    assert shares["good"][1]["balanced_accuracy"] == 1
    assert shares["good"][0]["people"] == 2  # one of each class of six
    assert 0.3 < shares["poor"][1]["balanced_accuracy"] < 0.7
    assert methods["table"]["database"]["balanced_accuracy"] == 1
    assert methods["table"]["recorder"]["balanced_accuracy"] == 1  # 250 or 500 Hz
    assert methods["poor"]["recorder"]["balanced_accuracy"] < 0.8
    assert methods["good"]["seconds"] == 25
    assert methods["poor"]["seconds"] is None
    pair = next(p for p in result["pairs"] if p["second"] == "poor" and p["share"] == 1)
    assert pair["first"] == "good"
    assert pair["interval"][0] > 0.2
    lines = pd.read_csv(made[0] / "scores.tsv", sep="\t")
    assert len(lines) == 6
    assert set(lines["features"]) == set(methods)


def test_the_strength_is_chosen_as_a_classifier_chooses_it(made, tmp_path):
    """With all labels the scores are those of a classifier with `tune`, in the same folds."""
    from sklearn.metrics import balanced_accuracy_score

    from biospectra.steps.classify import classify

    folder, folded, *paths = made
    alone = folder, {"poor": folded["poor"]}, *paths
    result = run(alone, tune=True)
    assert result["tuned"]
    few, full = result["methods"]["poor"]["shares"]
    assert (few["tuned_share"], few["strengths"]) == (0, {})  # one labelled person in a class
    assert few == run(alone)["methods"]["poor"]["shares"][0]  # C = 1
    assert full["tuned_share"] == 1
    lines = pd.read_csv(folder / "scores.tsv", sep="\t")
    assert lines["tuned_share"].tolist() == [0, 0] and lines["strength"].isna().all()
    written = {key: tmp_path / key for key in ("model", "choice", "predictions", "cost")}
    classify(
        folded["poor"][:1],
        [[path] for path in folded["poor"]],
        **written,
        names=["logistic_regression"],
        tune=True,
        centred=False,
        evaluation="cross_validation",
        folds=FOLDS,
        **{key: SETTINGS[key] for key in ("labels", "pooling", "seed", "threads")},
    )
    choice = pd.read_csv(written["choice"], sep="\t").query("chosen")["candidate"]
    assert full["strengths"] == choice.str.split().str[-1].value_counts().to_dict()
    said = pd.read_csv(written["predictions"], sep="\t")
    score = balanced_accuracy_score(said["label"], said["predicted"])
    assert full["balanced_accuracy"] == pytest.approx(score)


def test_an_encoder_that_has_met_who_is_held_out_is_called_transductive(made):
    assert run(made, transductive=["poor"])["methods"]["poor"]["kind"] == "transductive encoder"
    kinds = pd.read_csv(made[0] / "scores.tsv", sep="\t").groupby("features")["kind"].first()
    assert kinds.to_dict() == {"good": "encoder", "poor": "transductive encoder", "table": "table"}


def test_a_fold_that_learnt_from_who_is_asked_is_an_error(made):
    folder, folded, splits, facts = made
    leak = pd.read_csv(splits[0], sep="\t")
    leak.loc[leak.index[leak["split"] == "test"][0], "split"] = "training"
    leak.to_csv(folder / "leak.tsv", sep="\t", index=False)
    with pytest.raises(ArithmeticError, match="is held out and was learnt from"):
        run((folder, folded, [str(folder / "leak.tsv"), *splits[1:]], facts))
