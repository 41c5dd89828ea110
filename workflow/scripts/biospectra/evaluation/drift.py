"""Drift: do new people differ, as a group, from those that a model learnt from?

A permutation test: who is new and who is not is drawn anew, whole people at a time, and two
distances between the groups' mean features of people are asked at once, the energy distance
(Székely and Rizzo 2004), which sees any difference, and the largest difference of a column's mean,
which sees a single column. The smaller of the two p-values is measured against those of the
permutations (Tippett's combination; Pesarin and Salmaso 2010). Columns are scaled over all people
alike and nothing is fitted on one group alone, so that people who are exchangeable with the study's
raise no alarm more often than `ALARM_LEVEL`.
"""

import numpy as np
import pandas as pd

from biospectra.words import there_are

ALARM_LEVEL = 0.01  # of the test: how often people who do not differ are said to
FEWEST_NEW, FEWEST_KNOWN = 5, 10  # people, below which there is no test
MOST_PEOPLE = 1000  # of either group, evenly drawn
PERMUTATIONS = 999
COLUMNS_NAMED = 3  # that are named


def means_of_people(values: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Return the mean features (people, columns) of each person, as `numpy.unique` sorts them."""
    frame = pd.DataFrame(np.asarray(values, np.float64))
    return frame.groupby(np.asarray(people, str)).mean().to_numpy()


def energy_distances(group: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Return the energy distance, squared, of each way (ways, n) to part people in two groups.

    Parameters
    ----------
    group : ndarray, (ways, n), float64
        1 for people of the first group, 0 for those of the other.
    distance : ndarray, (n, n)
        Between any two people.
    """
    other = 1 - group
    first, second = group.sum(axis=1), other.sum(axis=1)
    inner = ((group @ distance) * group).sum(axis=1)
    outer = ((other @ distance) * other).sum(axis=1)
    between = (distance.sum() - inner - outer) / 2
    return 2 * between / (first * second) - inner / first**2 - outer / second**2


def group_test(new: np.ndarray, known: np.ndarray, *, seed: int) -> float:
    """Return the p-value of two groups of people being of one distribution.

    Parameters
    ----------
    new, known : ndarray, (people, columns)
        Scaled columns.
    seed : int
        Seed of the permutations, among which the groups as they are count as one (Phipson and
        Smyth 2010).
    """
    from scipy.spatial.distance import cdist

    both = np.concatenate([new, known])
    group = np.zeros((PERMUTATIONS + 1, len(both)))
    group[:, : len(new)] = 1
    group[1:] = np.random.default_rng(seed).permuted(group[1:], axis=1)
    means = [side @ both / side.sum(axis=1, keepdims=True) for side in (group, 1 - group)]
    asked = [energy_distances(group, cdist(both, both)), np.abs(means[0] - means[1]).max(axis=1)]
    least = np.min([_as_far(values) for values in asked], axis=0)
    return float((least <= least[0]).mean())


def _as_far(values: np.ndarray) -> np.ndarray:
    """Return the share of values (n,) that are at least as large as each, (n,)."""
    values = np.round(values, 9)
    return 1 - np.searchsorted(np.sort(values), values) / len(values)


def drift_of(new: np.ndarray, known: np.ndarray, names: list[str], *, seed: int) -> dict:
    """Say whether new people differ as a group from those of the study.

    Parameters
    ----------
    new, known : ndarray, (people, columns)
        Their mean features, of `means_of_people`.
    names : list of str
        Of the columns; none of an encoder's.
    seed : int
        Seed of the permutations.

    Returns
    -------
    dict
        Keys: people and known_people; p_value, differs (by `ALARM_LEVEL`) and columns, those whose
        means lie furthest apart, as pairs of name and distance in standard deviations of the known;
        or why_not.
    """
    found = {"people": len(new), "known_people": len(known), "why_not": None}
    if len(new) < FEWEST_NEW or len(known) < FEWEST_KNOWN:
        found["why_not"] = (
            f"{there_are(len(new), 'new person')} and {len(known)} of the study to compare with, "
            f"and it takes {FEWEST_NEW} and {FEWEST_KNOWN}"
        )
        return found | {"p_value": None, "differs": None, "columns": []}
    new, known = (part[:: -(-len(part) // MOST_PEOPLE)] for part in (new, known))
    scale = np.concatenate([new, known]).std(axis=0)
    kept = scale > 1e-9 * max(scale.max(), 1e-300)
    p_value = group_test(new[:, kept] / scale[kept], known[:, kept] / scale[kept], seed=seed)
    spread = np.where(kept, known.std(axis=0), np.inf)
    apart = (new.mean(axis=0) - known.mean(axis=0)) / np.maximum(spread, 1e-9 * scale.max())
    order = np.argsort(-np.abs(apart))[:COLUMNS_NAMED] if names else []
    columns = [[names[k], float(apart[k])] for k in order]
    return found | {"p_value": p_value, "differs": bool(p_value <= ALARM_LEVEL), "columns": columns}
