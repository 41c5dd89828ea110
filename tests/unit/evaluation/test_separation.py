"""The separation of points whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import pairwise_distances, silhouette_score
from sklearn.neighbors import NearestNeighbors

from biospectra.evaluation.separation import separation
from biospectra.models.embedding import trustworthiness_of

DRAWS = {"draws": 300, "seed": 0}


def points(groups: int, distance: float, each: int = 40):
    random = np.random.default_rng(0)
    label = np.repeat([f"g{i}" for i in range(groups)], each)
    values = random.standard_normal((groups * each, 2))
    values[:, 0] += distance * np.repeat(np.arange(groups), each)
    rows = pd.DataFrame(
        {
            "label": label,
            "recording": label,
            "subject": label,
            "start_s": np.tile(np.arange(each) * 10.0, groups),
        }
    )
    return pairwise_distances(values), rows


def test_far_groups_separate_and_mixed_ones_do_not():
    far = separation(*points(3, 100), "label", k=5, window_s=5, **DRAWS)
    mixed = separation(*points(3, 0), "label", k=5, window_s=5, **DRAWS)
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
    apart = separation(distance, rows, "label", k=1, window_s=5, **DRAWS)["knn_accuracy"]
    twins = separation(distance, rows, "label", k=1, window_s=0.5, **DRAWS)["knn_accuracy"]
    assert apart == pytest.approx(0.5, abs=0.15)
    assert twins == 1


def test_one_group_has_no_separation():
    distance, rows = points(1, 0)
    assert separation(distance, rows, "label", k=5, window_s=5, **DRAWS) is None


def people_apart(people: int = 12, each: int = 10, step: float = 0.0):
    """Each person a tight group of points at a place by chance, moved by `step` for one class."""
    random = np.random.default_rng(1)
    label = np.arange(people) % 2
    middle = 10 * random.standard_normal((people, 5)) + step * label[:, None]
    person = np.repeat(np.arange(people), each)
    values = middle[person] + 0.1 * random.standard_normal((len(person), 5))
    rows = pd.DataFrame(
        {
            "label": np.array(["a", "b"])[label[person]],
            "subject": [f"p{p}" for p in person],
            "recording": [f"r{p}" for p in person],
            "start_s": np.tile(np.arange(each) * 10.0, people),
        }
    )
    return values, rows


def test_the_scores_are_those_of_scikit_learn():
    values, rows = people_apart(each=8)
    found = separation(pairwise_distances(values), rows, "label", k=9, window_s=5, **DRAWS)
    assert found["silhouette"] == pytest.approx(silhouette_score(values, rows["label"]))
    near = NearestNeighbors(n_neighbors=9).fit(values).kneighbors(return_distance=False)
    same = rows["label"].to_numpy()[near] == rows["label"].to_numpy()[:, None]
    assert found["knn_purity"] == pytest.approx(same.mean())
    assert found["knn_accuracy"] == pytest.approx((same.mean(axis=1) > 0.5).mean())


def test_where_people_lie_apart_and_classes_do_not_only_strangers_tell():
    values, rows = people_apart()
    found = separation(pairwise_distances(values), rows, "label", k=5, window_s=5, **DRAWS)
    assert found["knn_accuracy"] == 1  # each point's neighbours are its own person's
    assert found["knn_accuracy_other_people"] < 0.75
    assert found["intervals"]["knn_accuracy"] is None  # all people are told alike
    low, high = found["intervals"]["silhouette"]
    assert low < found["silhouette"] < high
    # Whole people keep their labels together, so that shuffled labels separate as well.
    assert found["shuffled"]["knn_accuracy"]["mean"] == 1
    low, high = found["shuffled"]["silhouette"]["range"]
    assert low <= found["silhouette"] <= high
    apart, rows = people_apart(step=100)
    found = separation(pairwise_distances(apart), rows, "label", k=5, window_s=5, **DRAWS)
    assert found["knn_accuracy_other_people"] == 1
    assert found["silhouette"] > found["shuffled"]["silhouette"]["range"][1]


def test_classes_of_few_people_have_no_interval():
    values, rows = people_apart(people=4)
    found = separation(pairwise_distances(values), rows, "label", k=5, window_s=5, **DRAWS)
    assert found["why_not"] == "class a has 2 people, and an interval needs at least 3"
    assert set(found["intervals"].values()) == {None}
    assert found["knn_accuracy_other_people"] is not None
    values, rows = people_apart(people=2)
    alone = separation(pairwise_distances(values), rows, "label", k=5, window_s=5, **DRAWS)
    assert alone["knn_accuracy_other_people"] is None


def test_a_map_that_keeps_neighbours_is_trusted_and_one_by_chance_is_not():
    random = np.random.default_rng(0)
    values = np.concatenate([random.standard_normal((200, 2)), np.zeros((200, 3))], axis=1)
    distance = pairwise_distances(values)
    assert trustworthiness_of(distance, values[:, :2], 5) == pytest.approx(1)
    by_chance = trustworthiness_of(distance, random.standard_normal((200, 2)), 5)
    assert by_chance == pytest.approx(0.5, abs=0.05)  # a neighbour's rank is then any
    assert trustworthiness_of(distance[:9, :9], values[:9, :2], 5) is None
