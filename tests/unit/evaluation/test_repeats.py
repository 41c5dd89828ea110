"""Repeats over assignments to folds: their mean and spread, and which assignments there are."""

import json

import numpy as np
import pandas as pd
import pytest

from biospectra.evaluation.repeats import spread_over_repeats
from biospectra.study.fold_assignments import fold_assignments
from support.summaries import BARE, words_of


def predictions(right: int) -> pd.DataFrame:
    """Ten recordings of one segment, five of each class, so many of "a" right and all of "b"."""
    label = np.repeat(["a", "b"], 5)
    predicted = np.where(np.arange(10) < 5 - right, "b", label)
    return pd.DataFrame(
        {
            "recording": [f"r{i}" for i in range(10)],
            "label": label,
            "subject": [f"p{i}" for i in range(10)],
            "database": "one",
            "predicted": predicted,
            "p_a": (predicted == "a") * 1.0,
            "p_b": (predicted == "b") * 1.0,
        }
    )


def test_the_mean_and_the_spread_are_those_of_the_repeats():
    found = spread_over_repeats([predictions(n) for n in (1, 3, 5)], ["a", "b"])
    values = [0.6, 0.8, 1.0]
    for unit in ("by_segment", "by_recording"):
        own = found[unit]["balanced_accuracy"]
        assert own["values"] == pytest.approx(values)
        assert own["mean"] == pytest.approx(0.8)
        assert own["standard_deviation"] == pytest.approx(np.std(values, ddof=1))
    mixed = predictions(3).assign(recording="one")
    assert spread_over_repeats([mixed, mixed], ["a", "b"])["by_recording"] is None


def test_each_repeat_has_folds_and_a_seed_of_its_own():
    recordings = pd.DataFrame({"subject": list("aabc"), "database": ["x", "x", "y", "y"]})
    config = {"scores": {"folds": 4, "repeats": 3}, "seed": 7}
    found = fold_assignments(config, recordings)
    again = ["cross_validation", "cross_validation_2", "cross_validation_3"]
    assert list(found)[:3] == again
    assert len({found[name]["seed"] for name in again}) == 3
    assert found["cross_validation"]["seed"] == 7
    assert {found[name]["folds"] for name in again} == {4}
    assert found["leave_one_person_out"]["folds"] == 3
    assert found["leave_one_database_out"]["folds"] == 2
    assert json.dumps(found)


def test_the_summary_says_how_much_was_luck(tmp_path):
    scores = {
        "people": 10,
        "segments": 10,
        "evaluation": "cross_validation",
        "accuracy": 0.8,
        "macro_f1": 0.8,
        "balanced_accuracy": 0.8,
        "intervals": dict.fromkeys(["accuracy", "macro_f1", "balanced_accuracy", "why_not"]),
        "by_recording": None,
        "baselines": {
            "majority": {"accuracy": 0.5, "balanced_accuracy": 0.5},
            "shuffled": {"balanced_accuracy": 0.5, "interval": [0.3, 0.7], "p_value": 0.5},
        },
        "classes": {"slow": {"people": 2}, "fast": {"people": 2}},
        "optimistic": None,
        "why_not_by_recording": None,
        "repeats": spread_over_repeats([predictions(n) for n in (1, 3)], ["a", "b"]),
    }
    for said in words_of(tmp_path, BARE | {"classifiers": {"net": scores}}):
        assert "2 assignments" in said
        assert "mean 0.700, standard deviation 0.141, from 0.600 to 0.800" in said
