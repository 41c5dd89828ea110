"""Maps of points whose answer is known."""

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.evaluation.maps import embed, group_spread, score_maps
from biospectra.models.embedding import points_to_place
from biospectra.store.rows import write_table

UMAP = {"n_neighbors": 10, "min_dist": 0.1, "metric": "euclidean"}


def test_a_turned_and_scaled_map_is_the_same_map_and_noise_is_not():
    random = np.random.default_rng(0)
    points = random.standard_normal((200, 2))
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    assert group_spread([points, 3 * points @ turn + 5]) == pytest.approx(0, abs=1e-9)
    assert group_spread([points, random.standard_normal((200, 2))]) > 0.8
    assert group_spread([points]) is None


def test_a_table_of_one_column_has_maps_too():
    points = np.random.default_rng(0).standard_normal((40, 1))
    for name, (found,) in embed(points, points + 1, seeds=[1], **UMAP).items():
        assert found.shape == (40, 2), name
        assert np.isfinite(found).all()


def test_points_all_alike_as_of_a_collapsed_encoder_have_maps_too():
    points = np.ones((40, 8), np.float32)
    maps = embed(points, points, seeds=[1, 2], **UMAP)
    assert not maps["t-SNE"][0].any()
    rows = pd.DataFrame(
        {
            "label": np.repeat(["a", "b"], 20),
            "database": "one",
            "subject": np.repeat(["1", "2", "3", "4"], 10),
            "recording": np.repeat(["1", "2", "3", "4"], 10),
            "start_s": np.tile(np.arange(10.0), 4),
        }
    )
    scores = score_maps(points, maps, rows, k=3, window_s=1, draws=20, seed=0)
    assert set(scores) == {"feature space", "PCA", "t-SNE", "UMAP"}


def test_people_not_met_are_placed_among_their_class():
    random = np.random.default_rng(0)
    centre = np.repeat([[0.0] * 8, [9.0] * 8], 30, axis=0)
    learnt = centre + random.standard_normal((60, 8))
    points = centre + random.standard_normal((60, 8))
    maps = embed(points, learnt, seeds=[1], **UMAP)
    rows = pd.DataFrame(
        {
            "label": np.repeat(["a", "b"], 30),
            "database": "one",
            "subject": [f"p{i % 6}" for i in range(60)],
            "recording": [f"r{i}" for i in range(60)],
            "start_s": 0.0,
        }
    )
    scores = score_maps(points, maps, rows, k=3, window_s=5, draws=200, seed=0)
    for space in ("feature space", "PCA", "t-SNE", "UMAP"):
        assert scores[space]["label"]["knn_accuracy"] == 1
        assert scores[space]["label"]["silhouette"] > 0.5
        assert scores[space]["subject"]["silhouette"] < 0.1  # people do not differ here
        assert scores[space]["database"] is None
    # PCA was fitted on the others: their mean, not the points' own, is its middle.
    own = points - learnt.mean(axis=0)
    assert np.linalg.norm(maps["PCA"][0].mean(axis=0)) <= np.linalg.norm(own.mean(axis=0)) + 1e-9


@pytest.mark.parametrize("fit_on", ["test", "training"])
def test_a_tables_columns_count_alike_on_maps_and_an_encoders_are_as_they_are(tmp_path, fit_on):
    random = np.random.default_rng(0)
    split = np.repeat(["training", "test"], 40)
    values = random.standard_normal((80, 4)) * [1e6, 1, 1e-6, 0] + [0, 50, 0, 0.1]
    values[split == "training"] += [3e6, 0, 0, 0]
    values = values.astype(np.float32)
    labels = np.tile(["a", "b"], 40)
    rows = pd.DataFrame({"recording": "r", "segment": range(80), "label": labels, "split": split})
    for name in ("table", "encoder"):
        with h5py.File(tmp_path / f"{name}.h5", "w") as file:
            file["features"] = values
            write_table(file, "rows", rows)
            if name == "table":
                file["names"] = ["wide", "offset", "narrow", "constant"]
    points, learnt, found = points_to_place(tmp_path / "table.h5", fit_on, 256)
    basis = points if fit_on == "test" else learnt
    assert (learnt is None) == (fit_on == "test")
    assert set(found["split"]) == {"test"}
    np.testing.assert_allclose(basis.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(basis.std(axis=0), [1, 1, 1, 0], atol=1e-4)
    np.testing.assert_array_equal(points[:, 3], 0)
    if fit_on == "training":  # by the training people's mean, not their own
        assert points[:, 0].mean() == pytest.approx(-3, abs=0.6)
    points, _, _ = points_to_place(tmp_path / "encoder.h5", fit_on, 256)
    np.testing.assert_array_equal(points, values[split == "test"])
