"""Resampling people: how far a score would move had other people been recorded.

Segments of one person resemble one another, so that an interval over segments would be far too
narrow. Here whole people are drawn with replacement (the cluster bootstrap; Davison and Hinkley
1997, Bootstrap Methods and their Application, section 3.8).
"""

import numpy as np

from biospectra.words import number_of

FEWEST_PEOPLE = 3  # people in a class, below which an interval would say nothing


def why_no_interval(people: np.ndarray, truth: np.ndarray) -> str | None:
    """Return why there can be no interval: too few people in a class; None where there can.

    Parameters
    ----------
    people, truth : ndarray, (n,)
        The person and the class of each entry.
    """
    counts = {label: len(set(people[truth == label])) for label in np.unique(truth)}
    label, least = min(counts.items(), key=lambda item: item[1])
    if least < FEWEST_PEOPLE:
        people = number_of(least, "person")
        return f"class {label} has {people}, and an interval needs at least {FEWEST_PEOPLE}"
    return None


def fewest_people_of_class(people: np.ndarray, truth: np.ndarray) -> int:
    """Return how many people draws rest on: those of the class of fewest, as `draw_people` draws.

    Where some have several classes people are drawn from all, and it is how many there are.

    Parameters
    ----------
    people, truth : ndarray, (n,)
        The person and the class of each entry.
    """
    counts = [len(set(people[truth == label])) for label in np.unique(truth)]
    total = len(set(people))
    return total if sum(counts) > total else min(counts)


def draw_people(people: np.ndarray, truth: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Draw people with replacement, many times.

    Where each person has one class, each class keeps its number of people. Where some have
    several, people are drawn from all, and draws in which a class is missing are drawn again.

    Parameters
    ----------
    people, truth : ndarray, (n,)
        The person and the class of each entry.
    draws : int
        How many times.
    seed : int
        Seed of the draws.

    Returns
    -------
    ndarray, (draws, persons)
        Int, how often each person was drawn, persons as `numpy.unique` sorts them.
    """
    random = np.random.default_rng(seed)
    names, person = np.unique(people, return_inverse=True)
    labels, code = np.unique(truth, return_inverse=True)
    has = np.zeros((len(names), len(labels)), bool)
    has[person, code] = True
    if (has.sum(axis=1) == 1).all():
        times = np.zeros((draws, len(names)), int)
        for column in has.T:
            n = int(column.sum())
            times[:, column] = random.multinomial(n, np.full(n, 1 / n), size=draws)
        return times
    kept: list[np.ndarray] = []
    while sum(map(len, kept)) < draws:
        times = random.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
        kept.append(times[(times @ has > 0).all(axis=1)])
    return np.concatenate(kept)[:draws]


def shuffle_labels(rows, seed: int) -> np.ndarray:
    """Return the labels (n,) after the parts of people exchanged them.

    What one person has of one class keeps together.
    """
    import pandas as pd

    part, names = pd.factorize(pd.MultiIndex.from_frame(rows[["subject", "label"]]))
    labels = np.array([label for _, label in names])
    return np.random.default_rng(seed).permutation(labels)[part]


def by_person(values: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Add up the values (n, ...) of each person: (persons, ...), as `draw_people` orders them."""
    names, person = np.unique(people, return_inverse=True)
    sums = np.zeros((len(names), *values.shape[1:]))
    np.add.at(sums, person, values)
    return sums


def person_weights(people: np.ndarray) -> np.ndarray:
    """Return the weight of each entry (n,): those of one person add up to 1."""
    _, person, counts = np.unique(people, return_inverse=True, return_counts=True)
    return 1 / counts[person]


def drawn_sums(times: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Add up what belongs to the people of each draw: (draws, ...) from sums (persons, ...)."""
    return np.tensordot(times, sums, axes=1)


def tail_of(people: int) -> float:
    """Return the share of draws that lies beyond either bound of a 95 % interval of so many people.

    Draws of few people spread too little: by the square root of (n - 1) / n, and as if their
    standard deviation were known. The expanded percentile interval (Hesterberg 2015, The American
    Statistician 69, 371-386) reaches as much further out as Student's t would.

    Examples
    --------
    >>> [round(tail_of(people), 6) for people in (3, 10, 1000)]
    [0.0, 0.008551, 0.024804]
    """
    from scipy.special import ndtr, stdtrit

    return float(ndtr(stdtrit(people - 1, 0.025) * np.sqrt(people / (people - 1))))


def interval(values: np.ndarray, people: int | None = None) -> list[float] | None:
    """Return the 95 % interval of a score from its draws; None where all draws are alike.

    All draws are alike where all people are predicted equally well, which does not prove that the
    next one would be.

    Parameters
    ----------
    values : ndarray, (draws,)
    people : int or None
        How many people they rest on, of `fewest_people_of_class`, for the tail of `tail_of`; None
        for the middle 95 % of draws.
    """
    tail = 0.025 if people is None else tail_of(people)
    low, high = np.quantile(values, [tail, 1 - tail])
    return None if np.ptp(values) < 1e-12 else [float(low), float(high)]


def mean_interval(
    values: np.ndarray, people: np.ndarray, truth: np.ndarray, *, draws: int, seed: int
) -> list[float] | None:
    """Return the 95 % interval of a mean over entries; None where there are too few people.

    Parameters
    ----------
    values, people, truth : ndarray, (n,)
        Number, person and class of each entry.
    draws, seed : int
        Draws and seed of `draw_people`.
    """
    if why_no_interval(people, truth) is not None:
        return None
    times = draw_people(people, truth, draws, seed)
    sums = by_person(np.stack([values, np.ones(len(values))], axis=1), people)
    total, count = drawn_sums(times, sums).T
    return interval(total / count, fewest_people_of_class(people, truth))
