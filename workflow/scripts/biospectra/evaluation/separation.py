"""How well groups separate, among features and on maps, and how far that can be believed."""

import numpy as np
import pandas as pd

from biospectra.evaluation.bootstrap import (
    by_person,
    draw_people,
    drawn_sums,
    fewest_people_of_class,
    interval,
    shuffle_labels,
    why_no_interval,
)

SHUFFLES = 20
POINT_SCORES = ("silhouette", "knn_accuracy", "knn_purity")


def nearest(
    distance: np.ndarray, rows: pd.DataFrame, *, k: int, window_s: float, others: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return the neighbours that vote on each point.

    Parameters
    ----------
    distance : ndarray, (n, n)
        Between points.
    rows : DataFrame
        Rows of each point.
    k : int
        How many.
    window_s : float
        Length of a segment; a neighbour that overlaps the point in time does not vote.
    others : bool
        Whether only other people's segments vote.

    Returns
    -------
    tuple of ndarray
        (n, k) indices and (n, k) bool, which of them vote, where there are too few.
    """
    recording = rows["recording"].to_numpy(dtype=str)
    if others:
        people = rows["subject"].to_numpy(dtype=str)
        barred = people[:, None] == people
    else:
        start_s = rows["start_s"].to_numpy()
        barred = (recording[:, None] == recording) & (np.abs(start_s[:, None] - start_s) < window_s)
    apart = np.where(barred, np.inf, distance)
    found = np.argsort(apart, axis=1, kind="stable")[:, :k]
    return found, np.isfinite(np.take_along_axis(apart, found, axis=1))


def score_points(
    distance: np.ndarray, neighbours: tuple[np.ndarray, np.ndarray], code: np.ndarray
) -> dict[str, np.ndarray]:
    """Score each point.

    Parameters
    ----------
    distance : ndarray, (n, n)
        Between points.
    neighbours : tuple of ndarray
        Neighbours of `nearest`.
    code : ndarray, (n,)
        Groups from 0.

    Returns
    -------
    dict of str to ndarray
        (n,) each: silhouette (Rousseeuw 1987), knn_accuracy, 1 where the majority of the neighbours
        has the point's group, and knn_purity, the share of neighbours that have it.
    """
    from sklearn.metrics import silhouette_samples

    found, may_vote = neighbours
    votes = np.stack(
        [((code[found] == g) & may_vote).sum(axis=1) for g in range(code.max() + 1)], axis=1
    )
    own = votes[np.arange(len(code)), code]
    return {
        "silhouette": silhouette_samples(distance, code, metric="precomputed"),
        "knn_accuracy": (votes.argmax(axis=1) == code).astype(float),
        "knn_purity": own / np.maximum(votes.sum(axis=1), 1),
    }


def separation(
    distance: np.ndarray,
    rows: pd.DataFrame,
    by: str,
    *,
    k: int,
    window_s: float,
    draws: int,
    seed: int,
) -> dict | None:
    """Score how well points of one group lie together.

    Parameters
    ----------
    distance : ndarray, (n, n)
        Between points.
    rows : DataFrame
        Rows of each point.
    by : str
        The column that names the group, such as "label".
    k, window_s : int or float
        K and window s of `nearest`.
    draws, seed : int
        Draws and seed of the bootstrap over people, of the scores by class.

    Returns
    -------
    dict or None
        The means of `score_points`; chance, the knn_accuracy of always predicting the largest
        group; and by class also knn_accuracy_other_people, where a person's own segments do not
        vote (None where a class has one person), intervals (of the points' scores over people, the
        map as it is), why_not, and shuffled: mean, lowest and highest of each score over shuffled
        labels.
        None where there is only one group, or each point is its own.
    """
    groups, code = np.unique(rows[by].to_numpy(dtype=str), return_inverse=True)
    if not 2 <= len(groups) < len(rows):
        return None
    neighbours = nearest(distance, rows, k=k, window_s=window_s)
    each = score_points(distance, neighbours, code)
    result = {name: float(each[name].mean()) for name in POINT_SCORES}
    result["chance"] = float(np.bincount(code).max() / len(code))
    if by != "label":
        return result
    people = rows["subject"].to_numpy(dtype=str)
    why = why_no_interval(people, groups[code])
    bounds: dict[str, list[float] | None] = dict.fromkeys(POINT_SCORES)
    if why is None:
        sums = by_person(np.stack([np.ones(len(code)), *each.values()], axis=1), people)
        drawn = drawn_sums(draw_people(people, groups[code], draws, seed), sums)
        fewest = fewest_people_of_class(people, code)
        bounds = {
            name: interval(drawn[:, i] / drawn[:, 0], fewest)
            for i, name in enumerate(POINT_SCORES, 1)
        }
    mixed = []
    for i in range(SHUFFLES):
        labels = shuffle_labels(rows, seed + i).astype(str)
        scores = score_points(distance, neighbours, np.searchsorted(groups, labels))
        mixed.append([float(scores[name].mean()) for name in POINT_SCORES])
    strange = None
    if rows.groupby(by)["subject"].nunique().min() > 1:  # or no other could have the class
        others = nearest(distance, rows, k=k, window_s=window_s, others=True)
        strange = float(score_points(distance, others, code)["knn_accuracy"].mean())
    return result | {
        "knn_accuracy_other_people": strange,
        "intervals": bounds,
        "why_not": why,
        "shuffled": {
            name: {"mean": float(np.mean(v)), "range": [min(v), max(v)]}
            for name, v in zip(POINT_SCORES, zip(*mixed, strict=True), strict=True)
        },
    }
