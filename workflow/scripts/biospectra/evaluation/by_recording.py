"""Predictions of segments pooled into one prediction per recording."""

import numpy as np
import pandas as pd

from biospectra.store.rows import of_whole_recordings


def by_recording(table: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """Answer once for each recording, by the mean probability of its segments of all channels.

    Parameters
    ----------
    table : DataFrame
        Table of `read_predictions`.
    labels : list of str
        The classes.

    Returns
    -------
    DataFrame
        The table with one row for each recording of one class; where annotations give a recording
        several, it has no one answer, and to cut it by the truth would tell the model the truth.
    """
    columns = [f"p_{label}" for label in labels]
    whole = of_whole_recordings(table[_of_one_class(table)])
    groups = whole.groupby(["recording", "label", "subject", "database"], sort=True)
    rows = groups[columns].mean().reset_index()
    rows["predicted"] = np.array(labels)[rows[columns].to_numpy().argmax(axis=1)]
    return rows


def why_not_by_recording(table: pd.DataFrame) -> str | None:
    """Return why `by_recording` gives no scores: a class has no recording; None where all have."""
    of_one = _of_one_class(table)
    if not of_one.any():
        return "no recording has one class only"
    without = sorted(set(table["label"]) - set(table.loc[of_one, "label"]))
    return f"no recording of class {without[0]} has one class only" if without else None


def _of_one_class(table: pd.DataFrame) -> pd.Series:
    return of_whole_recordings(table).groupby("recording")["label"].transform("nunique") == 1
