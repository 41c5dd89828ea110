"""Of very many segments UMAP is fitted to some and places the others; some of them are scored."""

import json

import h5py
import numpy as np
import pandas as pd

from biospectra.steps import umap as step
from biospectra.store.arrays import read_arrays
from biospectra.store.rows import write_table

SETTINGS = {"k_neighbors": 3, "window_s": 5, "draws": 50, "seed": 0, "n_neighbors": 8}
SETTINGS |= {"min_dist": 0.1, "metric": "euclidean", "labels": ["a", "b"]}


def test_what_is_not_fitted_is_placed_and_what_is_scored_is_a_sample(tmp_path, monkeypatch, capsys):
    person = np.arange(240) // 10
    rows = pd.DataFrame(
        {
            "recording": [f"r{k}" for k in person],
            "segment": np.arange(240) % 10,
            "start_s": 5.0 * (np.arange(240) % 10),
            "label": np.array(["a", "b"])[person % 2],
            "subject": [f"p{k}" for k in person],
            "database": "d",
            "split": "test",
        }
    )
    values = np.random.default_rng(0).standard_normal((240, 4)) + 8 * (person % 2)[:, None]
    with h5py.File(tmp_path / "features.h5", "w") as file:
        file["features"] = values.astype(np.float32)
        write_table(file, "rows", rows)
    monkeypatch.setattr(step, "MOST_FITTED", 60)
    monkeypatch.setattr(step, "MOST_SCORED", 40)
    paths = {name: tmp_path / name for name in ("table", "scores", "reducer")}
    step.map_features(
        tmp_path / "features.h5", **paths, max_per_class=1000, fit_on="test", **SETTINGS
    )
    found = json.loads(paths["scores"].read_text())
    assert found["segments"] == len(pd.read_csv(paths["table"], sep="\t")) == 240
    assert len(read_arrays(paths["reducer"], features="nc")["features"]) == 60
    said = capsys.readouterr().out
    assert "Fitted to: 60 segments; scored: 40 of 240" in said
    placed = pd.read_csv(paths["table"], sep="\t")
    means = placed.groupby("label")[["x", "y"]].mean()
    apart = placed.set_index("label")[["x", "y"]]
    # All of a class, those that were placed among them, lie with it.
    own, other = (
        np.linalg.norm(apart - means.loc[order].to_numpy(), axis=1)
        for order in (apart.index, apart.index.map({"a": "b", "b": "a"}))
    )
    assert (own < other).all()
    assert found["map"]["label"]["knn_accuracy"] == 1
