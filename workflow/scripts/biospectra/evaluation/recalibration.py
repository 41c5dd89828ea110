"""Probabilities that mean what they say: corrected on people whom the classifier did not learn.

Each person counts the same, however many segments there are of them.
"""

import numpy as np

from biospectra.evaluation.bootstrap import person_weights
from biospectra.words import there_are

# Temperature has one number to find; isotonic regression a curve for each class.
FEWEST_TO_RECALIBRATE = {"temperature": 5, "isotonic": 30}
TINIEST = 1e-7  # a probability of 0 has no logarithm


def why_not_recalibrated(
    method: str, truth: np.ndarray, people: np.ndarray, labels: list[str]
) -> str | None:
    """Return why a method cannot be fitted on these people; None where it can."""
    count, least = len(set(people)), FEWEST_TO_RECALIBRATE[method]
    missing = [label for i, label in enumerate(labels) if not (truth == i).any()]
    if count < least:
        return f"{there_are(count, 'person')} to fit it on, and {method} needs {least}"
    return f"class {missing[0]} has nobody to fit it on" if missing else None


def fit_recalibration(
    method: str, probability: np.ndarray, truth: np.ndarray, people: np.ndarray
) -> dict:
    """Learn how a classifier's probabilities are corrected.

    Parameters
    ----------
    method : str
        "temperature": one number divides the logarithms of the probabilities, that of the least
        log-loss (Guo et al. 2017); it changes no order of classes. "isotonic": a rising curve for
        each class against the others, then normalised (Zadrozny and Elkan 2002).
    probability : ndarray, (n, classes)
    truth, people : ndarray, (n,)
        Code of the class, and person, of each entry; none of whom the classifier learnt from.

    Returns
    -------
    dict
        For `recalibrated`; it can be written as JSON.
    """
    weight = person_weights(people)
    if method == "temperature":
        from scipy.optimize import minimize_scalar

        logits = np.log(np.maximum(probability, TINIEST))

        def loss(log_temperature: float) -> float:
            scaled = _normalised(logits / np.exp(log_temperature))
            own = scaled[np.arange(len(truth)), truth]
            return -(weight * np.log(np.maximum(own, TINIEST))).sum()

        found = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded")
        return {"method": method, "temperature": float(np.exp(found.x))}
    from sklearn.isotonic import IsotonicRegression

    curves = []
    for k, column in enumerate(probability.T):
        fitted = IsotonicRegression(out_of_bounds="clip").fit(column, truth == k, weight)
        curves.append([fitted.X_thresholds_.tolist(), fitted.y_thresholds_.tolist()])
    return {"method": method, "curves": curves}


def recalibrated(fitted: dict, probability: np.ndarray) -> np.ndarray:
    """Correct probabilities (n, classes) by what `fit_recalibration` learnt."""
    if fitted["method"] == "temperature":
        return _normalised(np.log(np.maximum(probability, TINIEST)) / fitted["temperature"])
    pairs = zip(probability.T, fitted["curves"], strict=True)
    found = np.stack([np.interp(column, *curve) for column, curve in pairs], axis=1)
    total = found.sum(axis=1, keepdims=True)
    # Where all curves say no, none of them says more than another.
    return np.where(total > 0, found / np.maximum(total, TINIEST), 1 / len(fitted["curves"]))


def _normalised(logits: np.ndarray) -> np.ndarray:
    """Return the softmax of logits (n, classes)."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def log_loss(probability: np.ndarray, truth: np.ndarray, people: np.ndarray) -> float:
    """Return the mean of -log p of the true class, each person counting the same."""
    weight = person_weights(people)
    own = np.maximum(probability[np.arange(len(truth)), truth], TINIEST)
    return float(-(weight * np.log(own)).sum() / weight.sum())
