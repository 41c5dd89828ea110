"""Sets of classes that hold the true one for a stated share of people: conformal prediction.

What is exchangeable is the person, not the segment: segments of one person resemble one another.
A class is in the set where its p-value is above 1 - coverage: the share of people, the new one
counted among them, who are at least as unlike what the classifier expects of their own class. A
person of several segments (or recordings) counts as one, by the share of them that are, which is
the mean of the p-values over all ways to draw one of each person (Dunn, Wasserman and Ramdas 2023),
and has the stated coverage for a segment of a new person (Lee, Barber and Willett 2023,
hierarchical conformal prediction), as far as these people had no say in the classifier: a candidate
suits those who chose it, or an epoch those who stopped at it, better than others. Those who choose
are told what the candidate says that the others choose (`biospectra.evaluation.holdout`; the
leave-one-out scores of the jackknife, Barber et al. 2021, the choice being what is learnt), and
those of a cross-validation what was said of them while they were held out. Nonconformity is 1 -
probability of the class, as the classifier gave it: corrected probabilities would have been fitted
on the same people.
"""

from math import ceil

import numpy as np

from biospectra.evaluation.bootstrap import person_weights
from biospectra.words import number_of, stated_percent, there_are

OTHER_FOLDS = "held-out people of other folds"
# By what validation people had to say in the classifier.
LEARNT_FROM = {
    "choice": "validation people, each predicted by the candidate that the others choose",
    "stopping": "validation people, who also stopped its training",
    "set aside": "validation people set aside, who did not stop its training",
    "none": "validation people, who did not stop its training",
}

GRID = 10_000  # steps of nonconformity that are kept; it is rounded up, which makes no set smaller
EMPTY_SET = "(none)"  # in words
WITHIN = ("people", "class")
NORMAL_95 = 1.959963984540054


def fewest_for_sets(coverage: float) -> int:
    """Return how many people it takes before any class can be left out of a set.

    Examples
    --------
    >>> fewest_for_sets(0.9), fewest_for_sets(0.95)
    (9, 19)
    """
    return ceil(1 / (1 - coverage) - 1e-9) - 1


def why_no_sets(
    truth: np.ndarray, people: np.ndarray, labels: list[str], coverage: float, within: str
) -> str | None:
    """Return why sets on these people would always hold every class; None where they need not."""
    least = fewest_for_sets(coverage)
    asked = f"sets that hold the true class of {stated_percent(coverage)} of people need {least}"
    if within == "people":
        count = len(set(people))
        few = f"{there_are(count, 'person')} to learn them from, and {asked}"
        return None if count >= least else few
    counts = {label: len(set(people[truth == k])) for k, label in enumerate(labels)}
    label = min(counts, key=counts.get)
    if counts[label] >= least:
        return None
    few = number_of(counts[label], "person")
    return f"class {label} has {few} to learn them from, and {asked} in each class"


def learn_sets(probability: np.ndarray, truth: np.ndarray, people: np.ndarray, within: str) -> dict:
    """Learn how unlike their own class people are.

    Parameters
    ----------
    probability : ndarray, (n, classes)
        As the classifier gave them.
    truth, people : ndarray, (n,)
        Code of the class, and person, of each entry; none of whom the classifier learnt from.
    within : str
        One of `WITHIN`: coverage is promised over all people, or over those of each class.

    Returns
    -------
    dict
        For `set_p_values`; it can be written as JSON.
    """
    unlike = np.ceil((1 - probability[np.arange(len(truth)), truth]) * GRID - 1e-6) / GRID
    groups = []
    for part in [truth == k for k in range(probability.shape[1])] if within == "class" else [...]:
        weight = person_weights(people[part])
        levels, at = np.unique(unlike[part], return_inverse=True)
        shares = np.bincount(at.ravel(), weight, len(levels))
        count = len(set(people[part]))
        groups.append({"people": count, "levels": levels.tolist(), "shares": shares.tolist()})
    return {"within": within, "groups": groups}


def set_p_values(learnt: dict, probability: np.ndarray) -> np.ndarray:
    """Return the p-value of each class (n, classes) for probabilities (n, classes)."""
    found = np.empty_like(probability, dtype=float)
    for k, column in enumerate(probability.T):
        group = learnt["groups"][k if learnt["within"] == "class" else 0]
        # From the most unlike: how many people are at least as unlike as each level.
        above = np.append(np.cumsum(group["shares"][::-1])[::-1], 0.0)
        at = np.searchsorted(group["levels"], 1 - column - 1e-9)
        found[:, k] = (1 + above[at]) / (group["people"] + 1)
    return found


def prediction_sets(learnt: dict, probability: np.ndarray, coverage: float) -> np.ndarray:
    """Return which classes the set of each entry holds, (n, classes), bool."""
    return set_p_values(learnt, probability) > (1 - coverage) + 1e-9


def set_in_words(held: np.ndarray, labels: list[str]) -> str:
    """Return a set (classes,) as text: its classes, "none" in brackets where it is empty.

    Examples
    --------
    >>> set_in_words(np.array([True, False, True]), ["a", "b", "c"])
    'a or c'
    """
    return (
        " or ".join(label for label, there in zip(labels, held, strict=True) if there) or EMPTY_SET
    )


def share_of_people(share: np.ndarray, people: np.ndarray) -> dict:
    """Return the mean over people of what they have a share of, with Wilson's 95 % interval.

    Parameters
    ----------
    share : ndarray, (n,)
        From 0 to 1, of each entry.
    people : ndarray, (n,)

    Returns
    -------
    dict
        Keys: people, share and interval (Wilson 1927; wide enough where people have part of it).
    """
    weight = person_weights(people)
    n, mean = len(set(people)), float((weight * share).sum() / weight.sum())
    z = NORMAL_95
    centre = (mean + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(max(mean * (1 - mean), 0) / n + z**2 / (4 * n**2))
    bounds = [float(max(centre - half, 0)), float(min(centre + half, 1))]
    return {"people": n, "share": mean, "interval": bounds}


def score_sets(held: np.ndarray, truth: np.ndarray, people: np.ndarray, labels: list[str]) -> dict:
    """Score sets on held-out people.

    Parameters
    ----------
    held : ndarray, (n, classes), bool
    truth, people : ndarray, (n,)
        Code of the class, and person, of each entry.
    labels : list of str
        The classes.

    Returns
    -------
    dict
        Each a mean over people, as of `share_of_people`: coverage, the true class is in the set;
        classes, the same of each class; decided, the set is one class; right, where it is (None
        where it never is); empty, no class is in it; and mean_size.
    """
    inside = held[np.arange(len(truth)), truth]
    size = held.sum(axis=1)
    one = size == 1
    return {
        "coverage": share_of_people(inside, people),
        "classes": {
            label: share_of_people(inside[truth == k], people[truth == k])
            for k, label in enumerate(labels)
            if (truth == k).any()
        },
        "decided": share_of_people(one, people),
        "right": share_of_people(inside[one], people[one]) if one.any() else None,
        "empty": share_of_people(size == 0, people),
        "mean_size": float((person_weights(people) * size).sum() / len(set(people))),
    }
