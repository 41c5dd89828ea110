"""Could it be chance? Permutations of whole people, corrected for how many questions were asked.

What is permuted is the truth, never the predictions: no model is fitted anew, so that a test says
whether these predictions go with these labels, given the models that made them. In a
cross-validation those models knew the labels of other folds, which makes the test, if anything,
too careful (a class held out is rarer among those learnt from).
"""

from math import exp, lgamma

import numpy as np

ALPHA = 0.05  # below which a corrected p-value is called significant
QUANTILE_95, QUANTILE_80 = 1.6448536269514722, 0.8416212335729143
TWO_SIDED_95 = 1.959963984540054
# What is read out of features besides the class, and the score of each.
READOUTS = {"person": "accuracy", "recorder": "balanced_accuracy", "database": "balanced_accuracy"}
EXCHANGED = {
    "people": "exchanging labels between people",
    "within": "exchanging labels within each person",
    "both": "exchanging labels within each person of several classes, and between the others",
}


def label_blocks(
    truth: np.ndarray, people: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the parts of people, what one person has of one class, and their blocks.

    Parameters
    ----------
    truth, people : ndarray, (n,)
        Code of the class, and person, of each entry.

    Returns
    -------
    part : ndarray, (n,)
        Which part each entry is of.
    label : ndarray, (parts,)
        The class of each.
    block : ndarray, (parts,)
        Parts of one block exchange their labels: those of a person of several classes, and those of
        all people of one.
    """
    person = np.unique(people, return_inverse=True)[1]
    pairs, part = np.unique(np.stack([person, truth]), axis=1, return_inverse=True)
    several = np.bincount(pairs[0]) > 1
    return part.ravel(), pairs[1], np.where(several[pairs[0]], pairs[0] + 1, 0)


def exchanged(label: np.ndarray, block: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Return labels (draws, parts) exchanged within blocks."""
    random = np.random.default_rng(seed)
    found = np.tile(label, (draws, 1))
    for one in np.unique(block):
        at = np.flatnonzero(block == one)
        found[:, at] = random.permuted(found[:, at], axis=1)
    return found


def what_is_exchanged(block: np.ndarray) -> str:
    """Return which of `EXCHANGED` blocks mean."""
    if (block == 0).all():
        return "people"
    return "within" if (block > 0).all() else "both"


def smallest_p_value(label: np.ndarray, block: np.ndarray, draws: int) -> float:
    """Return the smallest p-value that there can be: of few people there are few exchanges."""
    ways = 0.0  # the logarithm of how many there are
    for one in np.unique(block):
        counts = np.bincount(label[block == one])
        ways += lgamma(counts.sum() + 1) - sum(lgamma(count + 1) for count in counts)
    return max(1 / (draws + 1), exp(-ways))


def detectable_score(null: np.ndarray) -> float:
    """Return the score that would have been told from chance at 5 % with a power of 80 %.

    Parameters
    ----------
    null : ndarray, (draws,)
        Scores of exchanged labels. Their spread is taken for that of the score itself.
    """
    return float(null.mean() + (QUANTILE_95 + QUANTILE_80) * null.std())


def detectable_difference(drawn: np.ndarray) -> float:
    """Return the difference of two models that would have been found, two-sided, as above.

    Parameters
    ----------
    drawn : ndarray, (draws,)
        Differences of draws of people, by the bootstrap.
    """
    return float((TWO_SIDED_95 + QUANTILE_80) * drawn.std())


def holm(p_values: list[float]) -> list[float]:
    """Return p-values corrected for how many there are (Holm 1979), in their order.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values)
    found, least = np.empty(len(p_values)), 0.0
    for rank, k in enumerate(order):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[k]))
        found[k] = least
    return found.tolist()


def above_chance(classifiers: dict[str, dict]) -> dict[str, dict]:
    """Return the p-values of classifiers' balanced accuracies by segment being chance.

    Parameters
    ----------
    classifiers : dict of str to dict
        Scores of each, of `biospectra.evaluation.scores.score_table`.

    Returns
    -------
    dict of dict
        By name: p_value, and p_value_holm, corrected for how many classifiers there are.
    """
    found = [scores["baselines"]["shuffled"]["p_value"] for scores in classifiers.values()]
    tested = zip(classifiers, found, holm(found), strict=True)
    return {name: {"p_value": own, "p_value_holm": corrected} for name, own, corrected in tested}
