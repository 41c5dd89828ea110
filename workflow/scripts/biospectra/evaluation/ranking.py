"""Ranking scores of several labels at once and errors of numbers, with intervals by person."""

import numpy as np

from biospectra.evaluation.bootstrap import FEWEST_PEOPLE, interval

DRAWS_AT_ONCE = 100
LABEL_SCORES = ("auroc", "average_precision", "f1")
NUMBER_SCORES = ("mean_absolute_error", "baseline_error", "r2", "correlation")


def weighted_ranking(
    score: np.ndarray, positive: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the area under the ROC curve and the average precision, for several weights.

    Parameters
    ----------
    score, positive : ndarray, (n,)
        How sure it is that an entry has the label, and whether it has (bool).
    weights : ndarray, (draws, n)
        How often each entry counts.

    Returns
    -------
    tuple of ndarray, (draws,)
        NaN where a draw has none with the label, or none without.
    """
    order = np.argsort(-score, kind="stable")
    weights, positive = weights[:, order].astype(float), positive[order]
    last = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)  # of equal scores
    hits = np.cumsum(weights * positive, axis=1)[:, last]
    misses = np.cumsum(weights * ~positive, axis=1)[:, last]
    with np.errstate(divide="ignore", invalid="ignore"):
        recall = hits / hits[:, -1:]
        fall = misses / misses[:, -1:]
        precision = hits / np.maximum(hits + misses, 1e-300)
        steps = np.diff(recall, axis=1, prepend=0)
        before = np.concatenate([np.zeros((len(recall), 1)), recall[:, :-1]], axis=1)
        area = (np.diff(fall, axis=1, prepend=0) * (recall + before) / 2).sum(axis=1)
        return area, np.where(misses[:, -1] > 0, (steps * precision).sum(axis=1), np.nan)


def person_draws(people: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Return how often each entry counts when people are drawn with replacement, (draws, n)."""
    names, person = np.unique(people, return_inverse=True)
    random = np.random.default_rng(seed)
    times = random.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    return times[:, person]


def best_threshold(score: np.ndarray, positive: np.ndarray) -> float:
    """Return the threshold at or above which an entry is said to have a label, of the largest F1.

    It lies half way to the next score below, so that it is not one entry's own.
    """
    order = np.argsort(-score, kind="stable")
    levels = score[order]
    last = np.append(np.flatnonzero(np.diff(levels)), len(levels) - 1)  # of equal scores
    hits = np.cumsum(positive[order])[last]
    f1 = 2 * hits / (last + 1 + positive.sum())
    at = int(f1.argmax())
    below = levels[last[at] + 1] if at + 1 < len(last) else 0.0
    return float((levels[last[at]] + below) / 2)


def labels_over_draws(
    probability: np.ndarray, truth: np.ndarray, said: np.ndarray, weights: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the scores of each label in each draw of people.

    Parameters
    ----------
    probability : ndarray, (n, labels)
    truth, said : ndarray, (n, labels), bool
        Which labels an entry has, and is said to have at the thresholds.
    weights : ndarray, (draws, n)
        How often each entry counts.

    Returns
    -------
    dict of str to ndarray, (labels, draws)
        auroc, average_precision and f1; NaN of a label that all have, or none has.
    """
    found = {key: np.full((truth.shape[1], len(weights)), np.nan) for key in LABEL_SCORES}
    for k, (has, told) in enumerate(zip(truth.T, said.T, strict=True)):
        if not 0 < has.sum() < len(has):
            continue
        parts = [
            weighted_ranking(probability[:, k], has, weights[at : at + DRAWS_AT_ONCE])
            for at in range(0, len(weights), DRAWS_AT_ONCE)
        ]
        area, precision = map(np.concatenate, zip(*parts, strict=True))
        hits, wrong = weights @ (has & told), weights @ (has ^ told)
        f1 = 2 * hits / np.maximum(2 * hits + wrong, 1)
        f1 = np.where(np.isfinite(area), f1, np.nan)  # of a draw that lacks it there is none
        for key, values in zip(LABEL_SCORES, (area, precision, f1), strict=True):
            found[key][k] = values
    return found


def mean_over_labels(drawn: np.ndarray) -> np.ndarray:
    """Return the mean over labels (labels, draws) of each draw, (draws,).

    Labels that a draw lacks, or that all of it have, do not count.
    """
    there = np.isfinite(drawn)  # a draw of people may lack a label
    count = there.sum(axis=0)
    return np.where(count > 0, np.nansum(drawn, axis=0) / np.maximum(count, 1), np.nan)


def score_labels(
    probability: np.ndarray,
    truth: np.ndarray,
    said: np.ndarray,
    people: np.ndarray,
    names: list[str],
    *,
    draws: int,
    seed: int,
) -> dict:
    """Score several labels at once.

    Parameters
    ----------
    probability, truth, said : ndarray, (n, labels)
        As for `labels_over_draws`.
    people : ndarray, (n,)
    names : list of str
        The labels.
    draws, seed : int
        Of the bootstrap over people.

    Returns
    -------
    dict
        With macro_auroc, macro_average_precision and macro_f1, the means over the labels that some
        have and some have not, each as value and interval (None of few people), and labels: auroc,
        average_precision and f1 (each as value and interval), people who have it, and counts, the
        confusion of each (true_negative, false_positive, false_negative, true_positive).
    """
    weights = weights_of_draws(people, draws, seed)
    drawn, count = labels_over_draws(probability, truth, said, weights), len(set(people))
    found = {}
    for k, name in enumerate(names):
        has, told = truth[:, k], said[:, k]
        pairs = ((~has & ~told), (~has & told), (has & ~told), (has & told))
        keys = ("true_negative", "false_positive", "false_negative", "true_positive")
        found[name] = {
            "people": len(set(people[has])),
            "counts": {key: int(pair.sum()) for key, pair in zip(keys, pairs, strict=True)},
        }
        if not 0 < has.sum() < len(has):
            found[name]["why_not"] = f"{'nobody' if not has.any() else 'everybody'} has it"
            continue
        fewest = min(found[name]["people"], len(set(people[~has])))
        rests_on = count if fewest >= FEWEST_PEOPLE else fewest  # people are drawn from all
        found[name] |= {key: with_bounds(drawn[key][k], rests_on) for key in LABEL_SCORES}
    macro = {f"macro_{k}": with_bounds(mean_over_labels(drawn[k]), count) for k in LABEL_SCORES}
    return macro | {"labels": found}


def weights_of_draws(people: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Return how often each entry counts, (1 + draws, n): once, and in each of `person_draws`."""
    return np.concatenate([np.ones((1, len(people)), int), person_draws(people, draws, seed)])


def with_bounds(values: np.ndarray, people: int) -> dict:
    """Return the first of values (1 + draws,) as the value, and the interval of the others.

    Parameters
    ----------
    values : ndarray, (1 + draws,)
    people : int
        How many they rest on, at least; below `FEWEST_PEOPLE` there is no interval.
    """
    drawn = values[1:][np.isfinite(values[1:])]
    value = float(values[0]) if np.isfinite(values[0]) else None
    few = people < FEWEST_PEOPLE or len(drawn) < 2
    return {"value": value, "interval": None if few else interval(drawn, people)}


def numbers_over_draws(
    truth: np.ndarray, said: np.ndarray, weights: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the scores of a number in each draw of people.

    Parameters
    ----------
    truth, said : ndarray, (n,)
        The number, and its prediction.
    weights : ndarray, (draws, n)
        How often each entry counts.

    Returns
    -------
    dict of str to ndarray, (draws,)
        mean_absolute_error, r2 (share of variance explained) and correlation (Pearson's); NaN where
        the numbers are all alike.
    """
    total = weights.sum(axis=1)

    def mean(values):
        return weights @ values / total

    def spread(values):
        """Return the variance of each draw; NaN where there is none but by rounding."""
        found = mean(values**2) - mean(values) ** 2
        return np.where(found > 1e-12 * np.mean(values**2), found, np.nan)

    # Large numbers that differ little keep their digits.
    true, told = truth - truth.mean(), said - said.mean()
    variance, common = spread(true), mean(true * told) - mean(true) * mean(told)
    return {
        "mean_absolute_error": mean(np.abs(truth - said)),
        "r2": 1 - mean((truth - said) ** 2) / variance,
        "correlation": np.clip(common / np.sqrt(variance * spread(told)), -1, 1),
    }


def score_numbers(
    truth: np.ndarray, said: np.ndarray, always: np.ndarray, people: np.ndarray, *, draws, seed
) -> dict:
    """Score predictions of a number.

    Parameters
    ----------
    truth, said, always : ndarray, (n,)
        The number, its prediction, and what is said without looking: the median of those who were
        learnt from.
    people : ndarray, (n,)
    draws, seed : int
        Of the bootstrap over people.

    Returns
    -------
    dict
        With mean_absolute_error, that of the median (baseline_error), the share of
        variance explained (r2) and correlation (Pearson's), each as value and interval; None where
        the numbers are all alike, as those of a draw of few people may be.
    """
    weights, count = weights_of_draws(people, draws, seed), len(set(people))
    values = numbers_over_draws(truth, said, weights)
    values["baseline_error"] = numbers_over_draws(truth, always, weights)["mean_absolute_error"]
    return {key: with_bounds(values[key], count) for key in NUMBER_SCORES}
