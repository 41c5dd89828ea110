"""Maps of points whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from biospectra.maps import place, score_maps, spread

UMAP = {"n_neighbors": 10, "min_dist": 0.1, "metric": "euclidean"}


def test_a_turned_and_scaled_map_is_the_same_map_and_noise_is_not():
    random = np.random.default_rng(0)
    points = random.standard_normal((200, 2))
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    assert spread([points, 3 * points @ turn + 5]) == pytest.approx(0, abs=1e-9)
    assert spread([points, random.standard_normal((200, 2))]) > 0.8
    assert spread([points]) is None


def test_people_not_met_are_placed_among_their_class():
    random = np.random.default_rng(0)
    centre = np.repeat([[0.0] * 8, [9.0] * 8], 30, axis=0)
    learnt = centre + random.standard_normal((60, 8))
    points = centre + random.standard_normal((60, 8))
    maps = place(points, learnt, seeds=[1], **UMAP)
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
