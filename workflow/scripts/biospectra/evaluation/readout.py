"""What else than the class can be read out of features: the person, the recorder, the database."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from biospectra.evaluation.scores import (
    classification_scores,
    confusion_counts,
    intervals,
    shuffled,
)
from biospectra.models.fitting import fitted_probability
from biospectra.words import plural

LEAST_PEOPLE = 2  # of a group that is asked for: one to learn it from, one to be asked


def halves(rows: pd.DataFrame, window_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Part each recording's segments into the first half and those after it.

    Parameters
    ----------
    rows : DataFrame
        With recording and start_s.
    window_s : float
        Length of a segment: one that overlaps the first half is in neither.

    Returns
    -------
    first, later : ndarray, (n,), bool
    """
    first, later = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
    start_s = rows["start_s"].to_numpy(float)
    for at in rows.reset_index(drop=True).groupby("recording").indices.values():
        at = at[np.argsort(start_s[at], kind="stable")]
        half = at[: len(at) // 2]
        rest = at[start_s[at] >= start_s[half].max(initial=-np.inf) + window_s - 1e-9]
        if len(half) and len(rest):
            first[half], later[rest] = True, True
    return first, later


def person_readout(
    make: Callable[[], object],
    values: Callable[[int], np.ndarray],
    rows: pd.DataFrame,
    fold: np.ndarray,
    window_s: float,
    *,
    draws: int,
    seed: int,
) -> dict:
    """Measure how well people are told apart by features that were not learnt from them.

    Parameters
    ----------
    make, values : callable
        Gives a new classifier; gives the features (n, columns) of a fold.
    rows : DataFrame
        With recording, start_s and subject.
    fold : ndarray, (n,)
        In which each row is held out.
    window_s : float
        As for `halves`: a classifier learns the first half of each recording of the people of a
        fold, and is asked for the rest.
    draws, seed : int
        Of the exchanges of people within a fold, whose second halves change names.

    Returns
    -------
    dict
        With accuracy and chance, one of so many people in each fold, and p_value, the share of
        exchanges that are as accurate (Phipson and Smyth 2010); or why_not.
    """
    first, later = halves(rows, window_s)
    people = rows["subject"].to_numpy(str)
    right, chances = [], []
    random, drawn = np.random.default_rng(seed), np.zeros(draws)
    for k in range(int(fold.max()) + 1):
        learnt, asked = first & (fold == k), later & (fold == k)
        names, code = np.unique(people[learnt], return_inverse=True)
        if len(names) < LEAST_PEOPLE or not asked.any():
            continue
        given = values(k)
        likely, classes = fitted_probability(make, given[learnt], code, given[asked])
        said, true = classes[likely.argmax(axis=1)], np.searchsorted(names, people[asked])
        right.append(said == true)
        counts = np.zeros((len(names), len(names)))
        np.add.at(counts, (true, said), 1)
        order = random.permuted(np.tile(np.arange(len(names)), (draws, 1)), axis=1)
        drawn += counts[np.arange(len(names)), order].sum(axis=1)
        chances.append(np.full(int(asked.sum()), 1 / len(names)))
    if not right:
        return {"why_not": "no fold has two people with segments apart"}
    hits, chance = np.concatenate(right), np.concatenate(chances)
    return {
        "accuracy": float(hits.mean()),
        "chance": float(chance.mean()),
        "segments": len(hits),
        "p_value": float((1 + (drawn >= hits.sum()).sum()) / (1 + draws)),
    }


def group_readout(
    make: Callable[[], object],
    values: Callable[[int], np.ndarray],
    groups: np.ndarray,
    people: np.ndarray,
    fold: np.ndarray,
    *,
    what: str,
    draws: int,
    seed: int,
) -> dict:
    """Measure how well a group that people belong to is told of people who are held out.

    Parameters
    ----------
    make, values : callable
        As for `person_readout`.
    groups, people : ndarray, (n,)
        The group, such as a database, and the person of each row; groups of one person are left
        out.
    fold : ndarray, (n,)
        In which each row is held out.
    what : str
        What the groups are called in the reason.
    draws, seed : int
        As for `biospectra.evaluation.scores.score`.

    Returns
    -------
    dict
        With balanced_accuracy, interval (None where there is none), chance, what always predicting
        one group gives, groups, how many, and p_value (of
        `biospectra.evaluation.scores.shuffled`); or why_not.
    """
    counts = pd.DataFrame({"group": groups, "person": people}).groupby("group")["person"].nunique()
    kept = sorted(counts.index[counts >= LEAST_PEOPLE])
    if len(kept) < 2:
        return {"why_not": f"there are no two {plural(what)} of two people each"}
    inside = np.isin(groups, kept)
    code = np.searchsorted(kept, np.where(inside, groups, kept[0]))
    said = np.full(len(groups), -1)
    for k in range(int(fold.max()) + 1):
        test = inside & (fold == k)
        learnt = inside & (fold != k) & ~np.isin(people, people[test])
        if not test.any() or len(np.unique(code[learnt])) < 2:
            continue
        given = values(k)
        likely, classes = fitted_probability(make, given[learnt], code[learnt], given[test])
        said[test] = classes[likely.argmax(axis=1)]
    asked = said >= 0
    if not asked.any():
        return {"why_not": f"no fold leaves two {plural(what)} to learn from"}
    truth, said, who = code[asked], said[asked], people[asked]
    matrix = confusion_counts(truth, said, len(kept)).sum(axis=0)
    bounds = intervals(truth, said, who, list(kept), draws=draws, seed=seed)
    return {
        "balanced_accuracy": float(classification_scores(matrix)["balanced_accuracy"]),
        "interval": bounds["balanced_accuracy"],
        "chance": 1 / len(kept),
        "groups": len(kept),
        "p_value": shuffled(truth, said, who, cross_validated=True, draws=draws, seed=seed)[
            "p_value"
        ],
    }
