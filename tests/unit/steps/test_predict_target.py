"""A target is predicted from the files of features that a study has, channels taken for one."""

import json

import h5py
import numpy as np
import pandas as pd

from biospectra.steps.predict_target import predict
from biospectra.store.rows import write_table


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


def test_a_number_from_two_tables(tmp_path):
    files = [tmp_path / "one.h5", tmp_path / "two.h5"]
    for seed, file in enumerate(files):
        write_features(file, 3, seed)
    settings = {"column": "age", "kind": "number", "superclasses": {}, "learner": "linear"}
    predict(
        [str(file) for file in files],
        predictions=tmp_path / "predictions.tsv",
        scores=tmp_path / "scores.json",
        settings=settings | {"evaluation": "holdout", "pooling": "time"},
        sessions=[],
        folds=3,
        draws=100,
        seed=0,
    )
    table = pd.read_csv(tmp_path / "predictions.tsv", sep="\t")
    assert table["recording"].tolist()[:2] == ["r11", "r15"]
    error = (table["predicted"] - table["age"]).abs().mean()
    found = json.loads((tmp_path / "scores.json").read_text())
    assert found["recordings"] == 10
    assert error < 2  # years
    assert abs(found["mean_absolute_error"]["value"] - error) < 1e-3
