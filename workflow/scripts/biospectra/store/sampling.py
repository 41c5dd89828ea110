"""Draw segments evenly over classes, people and recordings."""

import numpy as np
import pandas as pd


def evenly_by_class(rows: pd.DataFrame, count: int | str) -> pd.DataFrame:
    """Return `count` of the rows of each class, spread over its recordings; "all" for all."""
    if count == "all":
        return rows
    parts = []
    for _, group in rows.groupby("label", sort=False):
        group = group.sort_values(["recording", "segment"])
        at = np.linspace(0, len(group) - 1, min(count, len(group)) + 2)[1:-1]
        parts.append(group.iloc[np.unique(at.round().astype(int))])
    return pd.concat(parts)


def evenly_spaced(rows: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return at most so many of the rows, evenly drawn."""
    at = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), count)).round().astype(int))
    return rows.iloc[at]


def cap(rows: pd.DataFrame, limit: int | None) -> pd.Index:
    """Return the index of at most `limit` rows, drawn evenly from the recordings.

    Recordings give in turn, each the next of its segments evenly spaced in time, so that a long
    recording does not crowd out a short one.
    """
    if limit is None or len(rows) <= limit:
        return rows.index
    if limit == 0:
        return rows.index[:0]
    groups = [group.index for _, group in rows.groupby("recording", sort=True)]
    shares = [0] * len(groups)
    while sum(shares) < limit:
        for k in sorted(range(len(groups)), key=lambda k: len(groups[k])):
            if shares[k] < len(groups[k]) and sum(shares) < limit:
                shares[k] += 1
    chosen = [
        group[np.round(np.linspace(0, len(group) - 1, share)).astype(int)]
        for group, share in zip(groups, shares, strict=True)
        if share
    ]
    return chosen[0].append(chosen[1:]).sort_values()


def per_class(rows: pd.DataFrame, limit: int) -> np.ndarray:
    """Return the index of at most so many rows of each class, as `cap` draws them."""
    return np.concatenate([cap(group, limit) for _, group in rows.groupby("label")])


def thin(rows: pd.DataFrame, most: int = 20) -> np.ndarray:
    """Return the indices of at most so many rows of each recording and class, in order.

    More of a recording tell little more of people, and cost time where models are fitted often.
    """
    groups = rows.groupby(["recording", "label"])
    return np.sort(np.concatenate([cap(group, most) for _, group in groups]))
