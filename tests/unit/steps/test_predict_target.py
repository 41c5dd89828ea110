"""A target is predicted from the files of features that a study has, channels taken for one."""

import json

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.steps.predict_target import predict
from biospectra.steps.score_target import score_segments
from biospectra.store.rows import read_rows, write_table


def write_features(path, columns: int, seed: int) -> None:
    """Write a table of 40 recordings with two segments each, whose features hold their age."""
    rng = np.random.default_rng(seed)
    person, segment = np.divmod(np.arange(80), 2)
    rows = pd.DataFrame({"recording": [f"r{k}@II" for k in person], "segment": segment})
    rows["start_s"] = 2.0 * segment
    rows["label"], rows["database"], rows["quality"] = "ECG", "d", "ok"
    rows["subject"] = [f"p{k}" for k in person]
    rows["split"] = np.array(["training", "training", "validation", "test"])[person % 4]
    rows["age"] = [str(20 + k) for k in person]
    values = person[:, None] / 10 + 0.1 * rng.normal(size=(80, columns))
    with h5py.File(path, "w") as file:
        file["features"] = values.astype(np.float32)
        file["names"] = [f"c{k}" for k in range(columns)]
        write_table(file, "rows", rows)


def test_features_of_an_encoder_are_those_of_the_fold_that_did_not_meet_a_person(tmp_path):
    main, folds = tmp_path / "main.h5", [tmp_path / "0.h5", tmp_path / "1.h5"]
    write_features(main, 2, seed=0)
    with h5py.File(main) as file:
        values, names = file["features"][()], file["names"][()]
    rows = read_rows([main])
    held_out = (rows["subject"].str[1:].astype(int) % 2).to_numpy()
    for k, path in enumerate(folds):
        write_encoded(
            path, k + values, rows.assign(split=np.where(held_out == k, "test", "training"))
        )
    write_encoded(main, values, rows)
    settings = {"column": "age", "kind": "number", "superclasses": {}, "learner": "linear"}
    settings |= {"evaluation": "cross_validation", "pooling": "time"}
    options = {"model": tmp_path / "model.skops", "segments": tmp_path / "segments.tsv"}
    options |= {"settings": settings, "sessions": [], "folds": 2, "seed": 0}
    files = [[str(path)] for path in folds]
    predict([str(main)], files, **options)
    found = pd.read_csv(tmp_path / "segments.tsv", sep="\t")
    assert (found["fold"] == held_out).all() and len(names) == 2
    assert (found["predicted"] - found["age"]).abs().mean() < 2  # each fold is moved by its own
    with pytest.raises(ArithmeticError, match="holds out"):
        predict([str(main)], files[:1] * 2, **options)


def write_encoded(path, values, rows) -> None:
    with h5py.File(path, "w") as file:
        file["features"] = values[:, None, None]  # maps, of an encoder
        write_table(file, "rows", rows)


def scored(folder, features, settings) -> None:
    rows = read_rows([features])
    rows.loc[len(rows)] = rows.iloc[0].to_dict() | {"recording": "r90@II", "age": ""}
    rows["site"] = np.where(rows["subject"].isin(["p3", "p7"]), "", "here")
    rows.to_csv(folder / "split.tsv", sep="\t", index=False)
    score_segments(
        folder / "segments.tsv",
        folder / "split.tsv",
        predictions=folder / "predictions.tsv",
        scores=folder / "scores.json",
        settings=settings,
        columns=["age", "site"],
        draws=100,
        seed=0,
    )


def test_a_number_from_two_tables(tmp_path):
    files = [tmp_path / "one.h5", tmp_path / "two.h5"]
    for seed, file in enumerate(files):
        write_features(file, 3, seed)
    settings = {"column": "age", "kind": "number", "superclasses": {}, "learner": "linear"}
    settings |= {"evaluation": "holdout", "pooling": "time"}
    predict(
        [str(file) for file in files],
        model=tmp_path / "model.skops",
        segments=tmp_path / "segments.tsv",
        settings=settings,
        sessions=[],
        folds=3,
        seed=0,
    )
    scored(tmp_path, files[0], settings)
    table = pd.read_csv(tmp_path / "predictions.tsv", sep="\t")
    assert table["recording"].tolist()[:2] == ["r11", "r15"]
    error = (table["predicted"] - table["age"]).abs().mean()
    found = json.loads((tmp_path / "scores.json").read_text())
    assert found["recordings"] == 10 and found["left_out"] == 1
    assert error < 2  # years
    assert list(found["by_column"]) == ["site"]  # not by what is predicted
    counts = {group: own["people"] for group, own in found["by_column"]["site"].items()}
    assert counts == {"here": 8, "not given": 2}
    score = {"predictions": tmp_path / "predictions.tsv", "scores": tmp_path / "scores.json"}
    settings |= {"evaluation": "leave_one_database_out"}
    files = tmp_path / "segments.tsv", tmp_path / "split.tsv"
    score_segments(*files, **score, settings=settings, draws=100, seed=0)
    by_column = json.loads((tmp_path / "scores.json").read_text())["by_column"]
    assert list(by_column["database"]) == ["d"]
    assert abs(found["mean_absolute_error"]["value"] - error) < 1e-3
