"""Several tables of features, or what encoders made, side by side."""

import numpy as np
import pandas as pd

from biospectra.features.sessions import join_sessions
from biospectra.store.features import (
    FeatureFile,
    StoredFeatures,
    holds_table,
    read_features,
    rows_of_features,
)

MOST_HELD = 1 << 27  # numbers in memory, 0.5 GB; of more, rows are read when they are asked for


def read_joined(
    paths: list[str],
    *,
    pooling: str = "flat",
    projections: list | None = None,
    sessions: list[dict] | None = None,
    most: int | None = None,
) -> tuple[np.ndarray | StoredFeatures, pd.DataFrame, list[int]]:
    """Read several tables of features and put their columns side by side.

    Parameters
    ----------
    paths : list of str
        HDF5 files with `features` and the rows.
    pooling : str
        Pooling of each, as for `read_features`.
    projections : list or None
        Projections of each, of `projection_of`; None for none.
    sessions : list of dict or None
        Recording, session and channel of each recording, where channels are joined: tables have
        them so, and what encoders made of each channel is joined here.
    most : int or None
        Numbers that are held in memory; more stay in their files, but for those of joined channels.

    Returns
    -------
    tuple of ndarray or StoredFeatures, DataFrame, list of int
        Features (n, columns) float32, the rows that all tables have, in the order of the first, and
        how many of the columns are of each table.
    """
    projections = projections or [None] * len(paths)
    if most is not None and not (sessions and not all(map(holds_table, paths))):
        files = [
            FeatureFile(path, pooling=pooling, projection=projection)
            for path, projection in zip(paths, projections, strict=True)
        ]
        widths = [file.columns for file in files]
        if max(len(file.has) for file in files) * sum(widths) > most:
            places = []
            for path, file in zip(paths, files, strict=True):
                at = np.flatnonzero(file.has)
                places.append(_with_places(rows_of_features(path).iloc[at], at))
            rows, at = _common(places)
            return StoredFeatures(files, np.stack(at, axis=1)), rows, widths
    tables, places = [], []
    for path, projection in zip(paths, projections, strict=True):
        values, rows = read_features(path, pooling=pooling, projection=projection)
        if sessions and not holds_table(path):
            joined, rows, _ = join_sessions(pd.DataFrame(values), rows, sessions)
            values = joined.to_numpy(np.float32)
        tables.append(values)
        places.append(_with_places(rows, np.arange(len(rows))))
    rows, at = _common(places)
    if len(tables) == 1:
        return tables[0], rows, [tables[0].shape[1]]
    parts = [values[own] for values, own in zip(tables, at, strict=True)]
    return np.concatenate(parts, axis=1), rows, [part.shape[1] for part in parts]


def _with_places(rows: pd.DataFrame, at: np.ndarray) -> pd.DataFrame:
    """Return rows by recording and segment, with the place of each one's features."""
    return rows.set_index(["recording", "segment"]).assign(place=at)


def _common(tables: list[pd.DataFrame]) -> tuple[pd.DataFrame, list[np.ndarray]]:
    """Return the rows that all of some tables have, and their places in each."""
    kept = tables[0].index
    for other in tables[1:]:
        kept = kept[kept.isin(other.index)]
    first = tables[0].loc[kept] if len(tables) > 1 else tables[0]
    at = [first["place"].to_numpy(), *(own.loc[kept, "place"].to_numpy() for own in tables[1:])]
    return first.drop(columns="place").reset_index(), at


def read_encoded_rows(path: str, sessions: list[dict] | None = None) -> pd.DataFrame:
    """Return the rows that an encoder gave features of, by session where channels are joined.

    Parameters
    ----------
    path : str
        HDF5 file with the rows.
    sessions : list of dict or None
        As for `read_joined`.
    """
    rows = rows_of_features(path)
    if not sessions:
        return rows
    return join_sessions(pd.DataFrame({"place": np.arange(len(rows))}), rows, sessions)[1]
