"""Classifiers on classes whose best possible score has a closed form.

Two Gaussians of unit variance whose means lie d' apart are told apart, at best, with the accuracy
of the normal distribution at d'/2 (Green and Swets 1966). The other synthetic checks stand beside
what they check: a planted leak and shuffled labels in test_comparison.py, a recorder's fingerprint
in test_audit.py, a database's in test_databases.py, people on a map in test_separation.py.
"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from biospectra.evaluation.cross_validation import cross_validated, folds_of
from biospectra.evaluation.holdout import held_out
from biospectra.evaluation.scores import score
from biospectra.models.classifiers import CANDIDATES

LABELS = ["a", "b"]
MAKERS = {"logistic_regression": lambda: CANDIDATES["logistic_regression"](0, 1)}


def gaussians(apart: float, people: int = 60, each: int = 40):
    """Segments in five columns, whose classes lie `apart` in the first."""
    random = np.random.default_rng(3)
    person = np.repeat(np.arange(people), each)
    code = person % 2
    values = random.standard_normal((len(person), 5))
    values[:, 0] += apart * code
    rows = pd.DataFrame(
        {
            "recording": [f"r{p}" for p in person],
            "subject": [f"p{p}" for p in person],
            "label": np.array(LABELS)[code],
            "split": np.array(["training", "training", "validation", "test"])[person // 2 % 4],
        }
    )
    return values, code, rows


@pytest.mark.parametrize("apart", [0.0, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("evaluation", ["cross_validation", "holdout"])
def test_two_gaussians_are_told_apart_as_their_distance_says(apart, evaluation):
    values, code, rows = gaussians(apart)
    if evaluation == "holdout":
        probability = held_out({"none": MAKERS}, {"none": values}, code, rows, 2)[0]["test"]
        asked = (rows["split"] == "test").to_numpy()
    else:
        fold = folds_of(rows, folds=5, seed=0)
        probability = cross_validated(MAKERS, values, code, rows, 2, fold=fold, folds=5, seed=0)[0]
        asked = np.ones(len(code), bool)
    best = norm.cdf(apart / 2)
    truth, people = rows["label"][asked].to_numpy(), rows["subject"][asked].to_numpy()
    said = np.array(LABELS)[probability.argmax(axis=1)]
    result = score(truth, said, people, LABELS, draws=500, seed=0)
    error = np.sqrt(best * (1 - best) / asked.sum())
    assert result["balanced_accuracy"] == pytest.approx(best, abs=3 * error + 0.01)
    low, high = result["intervals"]["balanced_accuracy"]
    assert low - 0.02 < best < high + 0.02
    if evaluation == "cross_validation":  # which asks all sixty people
        p_value = result["baselines"]["shuffled"]["p_value"]
        assert (p_value < 0.01) == (apart > 0)
