"""Groups of recordings by a column of the table, such as age, sex or site."""

from itertools import pairwise

import numpy as np
import pandas as pd

MOST_VALUES = 8  # of numbers that are groups by themselves; more are parted at the quartiles
UNTOLD = "not given"


def numbers_of(values: pd.Series) -> pd.Series | None:
    """Return a column as numbers, NaN where a cell is empty; None where one is no number."""
    text = values.astype(str).str.strip()
    numbers = pd.to_numeric(text.where(text != ""), errors="coerce")
    return numbers.astype(float) if (numbers.notna() == (text != "")).all() else None


def groups_of(values: pd.Series) -> pd.Series:
    """Return the group of each entry.

    Parameters
    ----------
    values : Series, (n,)
        Of one column; empty text where nothing is told.

    Returns
    -------
    Series, (n,), str
        The values themselves; of many different numbers the quarter of them that each is in.

    Examples
    --------
    >>> groups_of(pd.Series(["f", "m", ""])).tolist()
    ['f', 'm', 'not given']
    >>> groups_of(pd.Series(range(20, 100, 8))).unique().tolist()
    ['20 to 38', '38 to 56', '56 to 74', '74 to 92']
    """
    numbers = numbers_of(values)
    if numbers is None or numbers.nunique() <= MOST_VALUES:
        text = values.astype(str).str.strip()
        return text.where(text != "", UNTOLD)
    edges = np.unique(np.nanpercentile(np.unique(numbers.dropna()), [0, 25, 50, 75, 100]))
    place = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, len(edges) - 2)
    names = [f"{a:g} to {b:g}" for a, b in pairwise(edges)]
    groups = pd.Series(np.array(names, dtype=object)[place], values.index)
    return groups.where(numbers.notna(), UNTOLD)


def columns_as_numbers(values: pd.Series) -> np.ndarray:
    """Return a column as a classifier takes it: its numbers, or one column for each of its values.

    Parameters
    ----------
    values : Series, (n,)

    Returns
    -------
    ndarray, (n, columns), float64
    """
    numbers = numbers_of(values)
    if numbers is not None and numbers.notna().any():
        # What is not told is below all that is, so that a tree can set it apart.
        return numbers.fillna(numbers.min() - 1).to_numpy()[:, None]
    text = values.astype(str).to_numpy()
    return (text[:, None] == np.unique(text)).astype(float)
