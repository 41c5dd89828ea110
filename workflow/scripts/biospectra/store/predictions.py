"""What a classifier says of each segment, as a table."""

from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.store.tables import read_tsv, write_tsv

NOT_WRITTEN = ("quality", "channels", "file", "index", "code", "weight")
IDENTITY = ["recording", "segment", "start_s", "label", "subject", "database", "split"]


def write_predictions(
    rows: pd.DataFrame, probability: np.ndarray, labels: list[str], path: str | Path
) -> None:
    """Write what a classifier says of each segment.

    Parameters
    ----------
    rows : DataFrame
        Rows of the segments, which are written but for `NOT_WRITTEN`.
    probability : ndarray, (n, classes)
        In the order of `labels`.
    labels : list of str
        The classes.
    path : path
        Tab-separated table: the rows, `predicted`, and `p_{label}` for each class.
    """
    further = [column for column in rows if column not in (*IDENTITY, *NOT_WRITTEN)]
    table = rows[[*IDENTITY, *further]].reset_index(drop=True)
    table["predicted"] = np.array(labels)[probability.argmax(axis=1)]
    for i, label in enumerate(labels):
        table[f"p_{label}"] = probability[:, i]
    write_tsv(table, path, "%.6g")


def read_predictions(path: str | Path) -> pd.DataFrame:
    """Read a table of predictions; ids and labels stay text."""
    return read_tsv(path, ["recording", "label", "subject", "database", "predicted"])
