"""Resampling people: how far a score would move had other people been recorded.

Segments of one person resemble one another, so that an interval over segments would be far too
narrow. Here whole people are drawn with replacement (the cluster bootstrap; Davison and Hinkley
1997, Bootstrap Methods and their Application, section 3.8).
"""

import numpy as np

FEWEST_PEOPLE = 3  # people in a class, below which an interval would say nothing


def counted(people: int) -> str:
    """Return how many people there are in words, such as "1 person"."""
    return "1 person" if people == 1 else f"{people} people"


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
        return f"class {label} has {counted(least)}, and an interval needs at least {FEWEST_PEOPLE}"
    return None


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


def interval(values: np.ndarray) -> list[float] | None:
    """Return the middle 95 % of a score's draws; None where all draws are alike.

    All draws are alike where all people are predicted equally well, which does not prove that the
    next one would be.
    """
    low, high = np.percentile(values, [2.5, 97.5])
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
    return interval(total / count)
