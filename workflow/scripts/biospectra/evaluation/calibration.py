"""Calibration: is a classifier right as often as it says it is?"""

import numpy as np

from biospectra.evaluation.bootstrap import (
    FEWEST_PEOPLE,
    by_person,
    draw_people,
    drawn_sums,
    fewest_people_of_class,
    interval,
    why_no_interval,
)


def bin_sums(probability: np.ndarray, truth: np.ndarray, bins: int) -> np.ndarray:
    """Sort entries by the probability of the class they are given.

    Parameters
    ----------
    probability : ndarray, (n, classes)
    truth : ndarray, (n,)
        Codes of the classes.
    bins : int
        Equal bins from 0 to 1.

    Returns
    -------
    ndarray, (n, bins, 3)
        In the bin of each entry: 1, its probability, and 1 if it is right.
    """
    confidence = probability.max(axis=1)
    at = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    sums = np.zeros((len(truth), bins, 3))
    right = probability.argmax(axis=1) == truth
    sums[np.arange(len(truth)), at] = np.stack([np.ones(len(truth)), confidence, right], axis=1)
    return sums


def expected_error(sums: np.ndarray) -> np.ndarray:
    """Return the expected calibration error (Guo et al. 2017) of bins (..., bins, 3).

    The mean, over entries, of how far the share of right answers in a bin is from its mean
    probability.
    """
    return np.abs(sums[..., 2] - sums[..., 1]).sum(axis=-1) / sums[..., 0].sum(axis=-1)


def calibration(
    probability: np.ndarray,
    truth: np.ndarray,
    people: np.ndarray,
    *,
    bins: int,
    draws: int,
    seed: int,
) -> dict:
    """Measure the calibration of the class that is answered.

    Parameters
    ----------
    probability : ndarray, (n, classes)
    truth : ndarray, (n,)
        Codes of the classes.
    people : ndarray, (n,)
        The person of each entry.
    bins : int
        Equal bins of probability from 0 to 1.
    draws, seed : int
        Draws and seed of the bootstrap over people.

    Returns
    -------
    dict
        With expected_calibration_error, its interval (None where there can be none), brier_score
        (Brier 1950, summed over classes: 0 to 2) and bins: from, to, segments, mean_probability,
        accuracy and its interval (of bins with `FEWEST_PEOPLE` people); empty bins are left out.
        By chance alone shares differ from probabilities, so that of few people the expected error
        is larger than that of many would be.
    """
    each = bin_sums(probability, truth, bins)
    total, own = each.sum(axis=0), by_person(each, people)
    drawn, fewest = None, fewest_people_of_class(people, truth)
    if why_no_interval(people, truth) is None:
        drawn = drawn_sums(draw_people(people, truth, draws, seed), own)
    exact = np.eye(probability.shape[1])[truth]
    rows = []
    for b in np.flatnonzero(total[:, 0]):
        inside = int((own[:, b, 0] > 0).sum())
        met = None if drawn is None else drawn[drawn[:, b, 0] > 0, b]
        few = met is None or inside < FEWEST_PEOPLE
        rows.append(
            {
                "from": b / bins,
                "to": (b + 1) / bins,
                "segments": int(total[b, 0]),
                "mean_probability": float(total[b, 1] / total[b, 0]),
                "accuracy": float(total[b, 2] / total[b, 0]),
                "interval": None if few else interval(met[:, 2] / met[:, 0], min(inside, fewest)),
            }
        )
    return {
        "expected_calibration_error": float(expected_error(total)),
        "interval": None if drawn is None else interval(expected_error(drawn), fewest),
        "brier_score": float(((probability - exact) ** 2).sum(axis=1).mean()),
        "bins": rows,
    }
