"""Scores of targets against what people exchanged: whether they could be chance."""

from itertools import permutations

import numpy as np
import pytest

from biospectra.evaluation.target_chance import chance_of_target, holm_of_targets

OPTIONS = {"draws": 2000, "seed": 0, "cross_validated": False}


def test_p_is_the_share_of_all_exchanges_of_people():
    """Of five people with a recording each, and one with two, who has nobody to exchange with."""
    truth = np.array([41.0, 52, 63, 30, 71, 50, 50])
    said = np.array([45.0, 50, 60, 42, 58, 40, 60])
    people = np.array(["a", "b", "c", "d", "e", "f", "f"])
    errors = [
        np.abs(np.r_[truth[list(p)], truth[5:]] - said).mean() for p in permutations(range(5))
    ]
    found = chance_of_target(truth, said, people, kind="number", **OPTIONS)
    own = np.abs(truth - said).mean()
    assert found["p_value"] == pytest.approx(np.mean(np.array(errors) <= own + 1e-12), abs=0.015)
    assert found["mean"] == pytest.approx(np.mean(errors), rel=0.02)
    assert found["exchanged"] == 5 and found["score"] == "mean_absolute_error"


def test_what_one_persons_recordings_have_keeps_together():
    people = np.repeat(np.arange(12), 3)
    has = np.repeat(np.arange(12) % 2 == 0, 3)[:, None]
    said = has + 0.4 * np.random.default_rng(0).normal(size=has.shape)
    found = chance_of_target(has, said, people, kind="labels", **OPTIONS)
    assert found["p_value"] < 0.01 and found["mean"] == pytest.approx(0.5, abs=0.02)
    # Twelve people are no 36: six of twelve in 924 ways.
    assert found["p_value"] > 1 / 924 / 2
    again = chance_of_target(
        has, said, people, kind="labels", **OPTIONS | {"cross_validated": True}
    )
    assert again["p_value"] >= found["p_value"]


def test_the_area_is_that_of_scikit_learn():
    from sklearn.metrics import roc_auc_score

    from biospectra.evaluation.target_chance import _macro_auroc

    rng = np.random.default_rng(1)
    truth, said = rng.random((40, 3)) < 0.4, rng.random((40, 3)).round(1)
    expected = roc_auc_score(truth, said, average="macro")
    assert _macro_auroc(said)(truth) == pytest.approx(expected)


@pytest.mark.parametrize("kind", ["labels", "number"])
def test_noise_is_called_significant_in_one_of_twenty(kind):
    rng, found = np.random.default_rng(2), []
    for seed in range(200):
        truth = rng.random((20, 2)) < 0.4 if kind == "labels" else rng.normal(size=20)
        said = rng.random((20, 2)) if kind == "labels" else rng.normal(size=20)
        options = OPTIONS | {"draws": 99, "seed": seed}
        found.append(chance_of_target(truth, said, np.arange(20), kind=kind, **options)["p_value"])
    assert 0.015 < np.mean(np.array(found) <= 0.05) < 0.085


def test_where_nobody_exchanges_nothing_is_said():
    truth, said = np.array([True, True, False])[:, None], np.array([[0.9], [0.8], [0.1]])
    alone = chance_of_target(truth, said, np.array(["a", "a", "b"]), kind="labels", **OPTIONS)
    alike = chance_of_target(truth[:2], said[:2], np.arange(2), kind="labels", **OPTIONS)
    assert alone is alike is None
    scores = {"a": {"chance": None}, "b": {"chance": {"p_value": 0.02}}, "c": {}}
    assert holm_of_targets(scores) == {"b": 0.02}
