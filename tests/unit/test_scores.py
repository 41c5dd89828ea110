"""Scores against values counted by hand, and the separation of points whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import pairwise_distances

from biospectra.embedding import separation
from biospectra.scores import score


def test_scores_by_hand():
    truth = np.array(["a"] * 4 + ["b"] * 2)
    said = np.array(["a", "a", "a", "b", "b", "a"])
    result = score(truth, said, ["a", "b"])
    assert result["confusion_matrix"] == [[3, 1], [1, 1]]
    assert result["accuracy"] == pytest.approx(4 / 6)
    assert result["balanced_accuracy"] == pytest.approx((3 / 4 + 1 / 2) / 2)
    assert result["macro_f1"] == pytest.approx((3 / 4 + 1 / 2) / 2)
    assert result["majority_accuracy"] == pytest.approx(4 / 6)
    assert result["classes"]["b"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "segments": 2}


def points(groups: int, distance: float, each: int = 40):
    random = np.random.default_rng(0)
    label = np.repeat([f"g{i}" for i in range(groups)], each)
    values = random.standard_normal((groups * each, 2))
    values[:, 0] += distance * np.repeat(np.arange(groups), each)
    rows = pd.DataFrame(
        {"label": label, "recording": label, "start_s": np.tile(np.arange(each) * 10.0, groups)}
    )
    return pairwise_distances(values), rows


def test_far_groups_separate_and_mixed_ones_do_not():
    far = separation(*points(3, 100), "label", k=5, window_s=5)
    mixed = separation(*points(3, 0), "label", k=5, window_s=5)
    assert far["silhouette"] > 0.95
    assert far["knn_accuracy"] == 1
    assert abs(mixed["silhouette"]) < 0.05
    assert mixed["knn_accuracy"] == pytest.approx(1 / 3, abs=0.12)
    assert far["chance"] == pytest.approx(1 / 3)


def test_overlapping_segments_do_not_vote_for_one_another():
    distance, rows = points(2, 0)
    distance = distance.repeat(2, axis=0).repeat(2, axis=1)  # each has a twin one second later
    rows = rows.loc[rows.index.repeat(2)].reset_index(drop=True)
    rows.loc[1::2, "start_s"] += 1
    apart = separation(distance, rows, "label", k=1, window_s=5)["knn_accuracy"]
    twins = separation(distance, rows, "label", k=1, window_s=0.5)["knn_accuracy"]
    assert apart == pytest.approx(0.5, abs=0.15)
    assert twins == 1


def test_one_group_has_no_separation():
    distance, rows = points(1, 0)
    assert separation(distance, rows, "label", k=5, window_s=5) is None
