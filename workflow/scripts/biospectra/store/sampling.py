"""Draw segments evenly over classes, people and recordings."""

import numpy as np
import pandas as pd

from biospectra.words import number_of

FEWEST = 40  # rows of a person, of which `thin` leaves people out rather than take fewer
REFITTED = 6_000  # rows on which a study's own classifier is fitted some forty times


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
    shares, left = [0] * len(groups), limit
    order = sorted(range(len(groups)), key=lambda k: len(groups[k]))
    while left:
        for k in order:
            if shares[k] < len(groups[k]) and left:
                shares[k] += 1
                left -= 1
    chosen = [
        group[np.round(np.linspace(0, len(group) - 1, share)).astype(int)]
        for group, share in zip(groups, shares, strict=True)
        if share
    ]
    return chosen[0].append(chosen[1:]).sort_values()


def per_class(rows: pd.DataFrame, limit: int) -> np.ndarray:
    """Return the index of at most so many rows of each class, as `cap` draws them."""
    return np.concatenate([cap(group, limit) for _, group in rows.groupby("label")])


def few_of_each_class(rows: pd.DataFrame, most: int) -> np.ndarray:
    """Return the places of all rows, or of `most` of more, of each class alike, drawn as by `cap`.

    Parameters
    ----------
    rows : DataFrame
        With an index from 0, recording and label.
    most : int
        Rows of all.
    """
    if len(rows) <= most:
        return np.arange(len(rows))
    return np.sort(per_class(rows, max(1, most // rows["label"].nunique())))


def thin(
    rows: pd.DataFrame, most: int = 20, *, in_all: int = 20_000, fewest: int = FEWEST
) -> np.ndarray:
    """Return the indices of some of the rows, in order, where models are fitted often.

    More of a recording, and of very many people, tell little more. What is left still has several
    segments of a recording, several recordings of a person and many people, as long as there are.

    Parameters
    ----------
    rows : DataFrame
        With recording, label and subject.
    most : int
        Rows of each recording and class, at most.
    in_all : int
        Rows of all, at most, but for what `fewest` of a person exceed. Of more, recordings are
        drawn evenly from each person, and people evenly from each class.
    fewest : int
        Rows of a person, of which people are left out rather than take fewer.

    Returns
    -------
    ndarray, (n,), int
    """
    keys = ["subject", "recording", "label"]
    groups = rows.groupby(keys, sort=True)
    number, size = groups.cumcount().to_numpy(), groups["label"].transform("size").to_numpy()
    kept = rows[_evenly_among(number, size, most)]
    if len(kept) <= in_all:
        return np.sort(kept.index.to_numpy())
    parts = kept.groupby(keys, sort=True).size().rename("rows").reset_index()
    each = max(fewest, in_all // parts["subject"].nunique())
    number = parts.groupby("subject").cumcount().to_numpy()
    size = parts.groupby("subject")["rows"].transform("size").to_numpy()
    rows_each = parts.groupby("subject")["rows"].transform("mean").to_numpy()
    parts = parts[_evenly_among(number, size, np.maximum(2, (each / rows_each).astype(int)))]
    if parts["rows"].sum() > in_all:
        people = parts.groupby("subject").agg(label=("label", "first"), rows=("rows", "sum"))
        share = in_all / people["rows"].sum()
        own = people.groupby("label")
        number, size = own.cumcount().to_numpy(), own["rows"].transform("size").to_numpy()
        few = np.maximum(2, (share * size).astype(int))
        parts = parts[parts["subject"].isin(people.index[_evenly_among(number, size, few)])]
    chosen = pd.MultiIndex.from_frame(kept[keys]).isin(pd.MultiIndex.from_frame(parts[keys]))
    return np.sort(kept.index[chosen].to_numpy())


def thin_for_refits(rows: pd.DataFrame) -> np.ndarray:
    """Return the indices of some of the rows, as `thin`, for classifiers that may be slow.

    Of more than `REFITTED` rows 10 of each recording and class are taken, so that more people stay.
    """
    kept = thin(rows)
    if len(kept) > REFITTED:
        kept = thin(rows, most=10, in_all=REFITTED, fewest=FEWEST // 2)
    print(f"Looked at: {len(kept)} of {number_of(len(rows), 'segment')}, evenly drawn", flush=True)
    return kept


def _evenly_among(number: np.ndarray, size: np.ndarray, most: np.ndarray | int) -> np.ndarray:
    """Say which entries are among at most so many of their group, evenly drawn.

    Parameters
    ----------
    number, size : ndarray, (n,), int
        The place of each entry in its group, from 0, and how many there are in that.
    most : ndarray, (n,), or int
        How many of the group are wanted.
    """
    # As `numpy.linspace` places them, for all groups at once: is an entry one of them?
    step = np.maximum(size - 1, 1) / np.maximum(np.minimum(most, size) - 1, 1)
    near = number // step
    taken = [np.round(place * step) == number for place in (near, near + 1)]
    return np.where(np.minimum(most, size) > 1, taken[0] | taken[1], number == 0)
