"""Features of encoders that were trained anew in each fold, without those whom it holds out."""

import numpy as np
import pandas as pd

from biospectra.features.joined import MOST_HELD, read_encoded_rows, read_joined
from biospectra.store.features import StoredFeatures, holds_table


def values_of_fold(folded: list[list[str]], k: int, **reading) -> np.ndarray | StoredFeatures:
    """Read the features of a fold, of many as they are asked for.

    Parameters
    ----------
    folded : list of list of str
        HDF5 files by fold.
    k : int
        The fold.
    **reading : object
        As for `biospectra.features.joined.read_joined`.
    """
    return read_joined(folded[k], **reading, most=MOST_HELD)[0]


def rows_of_fold(rows: pd.DataFrame, files: list[str], sessions: list[dict] | None) -> pd.DataFrame:
    """Return the rows that a fold's encoder gave features of, with the split it learnt by.

    Parameters
    ----------
    rows : DataFrame
        Rows of the study's features, joined.
    files : list of str
        Features of the fold, some of which an encoder made.
    sessions : list of dict or None
        As for `biospectra.features.joined.read_joined`.

    Raises
    ------
    ArithmeticError
        If the encoders learnt from different people.
    """
    own = None
    for file in files:
        if holds_table(file):
            continue
        table = read_encoded_rows(file, sessions).set_index(["recording", "segment"])
        kept = table[table.index.isin(pd.MultiIndex.from_frame(rows[list(table.index.names)]))]
        if own is not None and not kept[["subject", "split"]].equals(own[["subject", "split"]]):
            raise ArithmeticError(f"{file} is of another fold than the encoder beside it")
        own = kept
    return own.reset_index()
