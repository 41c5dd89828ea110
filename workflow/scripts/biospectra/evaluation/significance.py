"""Could it be chance? Permutations of whole people, corrected for how many questions were asked.

What is permuted is the truth, never the predictions: no model is fitted anew, so that a test says
whether these predictions go with these labels, given the models that made them. In a
cross-validation people are also learnt from by the models that the others are held out from, so
that right predictions come in pairs, and a score moves further by chance than that of models which
learnt from none of them (Noirhomme et al. 2014, NeuroImage: Clinical 4, 687-694). Of a score that
is a sum over pairs of people, as that of a linear classifier is where there is nothing to learn,
the variance is exactly twice as large (a degenerate U-statistic of order two): draws of chance, and
of the difference of two models, are spread `CROSS_VALIDATED` times as far. In simulations without
this one of eleven null results was called significant at 5 %, and one of seven null differences.
"""

from math import exp, lgamma

import numpy as np

CROSS_VALIDATED = 2**0.5
ALPHA = 0.05  # below which a corrected p-value is called significant
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


def spread_of_folds(
    values: np.ndarray, centre: float, limits: tuple[float | None, float | None] = (None, None)
) -> np.ndarray:
    """Return draws of a cross-validation's score, `CROSS_VALIDATED` times as far from the centre.

    Parameters
    ----------
    values : ndarray, (draws, ...)
    centre : float
    limits : tuple of float or None
        Between which a score can be; None where there is no limit.
    """
    return np.clip(centre + CROSS_VALIDATED * (values - centre), *limits)


def smallest_p_value(label: np.ndarray, block: np.ndarray, draws: int) -> float:
    """Return the smallest p-value that there can be: of few people there are few exchanges."""
    ways = 0.0  # the logarithm of how many there are
    for one in np.unique(block):
        counts = np.bincount(label[block == one])
        ways += lgamma(counts.sum() + 1) - sum(lgamma(count + 1) for count in counts)
    return max(1 / (draws + 1), exp(-ways))


def detectable_score(null: np.ndarray, freedom: int) -> float:
    """Return the score that would have been told from chance at 5 % with a power of about 80 %.

    Parameters
    ----------
    null : ndarray, (draws,)
        Scores of exchanged labels. Their spread is taken for that of the score itself.
    freedom : int
        Degrees of freedom of Student's t: parts that exchange, minus classes and blocks.
    """
    from scipy.special import stdtrit

    return float(null.mean() + (stdtrit(freedom, 0.95) + stdtrit(freedom, 0.8)) * null.std())


def detectable_difference(drawn: np.ndarray, freedom: int, people: int) -> float:
    """Return the difference of two models that would have been found, two-sided, as above.

    Parameters
    ----------
    drawn : ndarray, (draws,)
        Differences of draws of people, by the bootstrap.
    freedom : int
        People minus classes.
    people : int
        Of `biospectra.evaluation.bootstrap.fewest_people_of_class`: draws of few spread too little.
    """
    from scipy.special import stdtrit

    spread = drawn.std() * np.sqrt(people / (people - 1))
    return float((stdtrit(freedom, 0.975) + stdtrit(freedom, 0.8)) * spread)


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
