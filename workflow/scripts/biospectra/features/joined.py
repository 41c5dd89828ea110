"""Several tables of features, or what encoders made, side by side."""

import numpy as np
import pandas as pd

from biospectra.features.sessions import join_sessions
from biospectra.store.features import holds_table, read_features
from biospectra.store.hdf5 import opened
from biospectra.store.rows import read_table


def read_joined(
    paths: list[str],
    *,
    pooling: str = "flat",
    projections: list | None = None,
    sessions: list[dict] | None = None,
) -> tuple[np.ndarray, pd.DataFrame, list[int]]:
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
        Recording, session and channel of each recording, where tables have joined channels: what
        encoders made of each channel is joined as they are.

    Returns
    -------
    tuple of ndarray, DataFrame, list of int
        Features (n, columns) float32, the rows that all tables have, in the order of the first, and
        how many of the columns are of each table.
    """
    tables, places = [], []
    for path, projection in zip(paths, projections or [None] * len(paths), strict=True):
        values, rows = read_features(path, pooling=pooling, projection=projection)
        if sessions and not holds_table(path):
            joined, rows, _ = join_sessions(pd.DataFrame(values), rows, sessions)
            values = joined.to_numpy(np.float32)
        tables.append(values)
        places.append(rows.set_index(["recording", "segment"]).assign(place=range(len(rows))))
    kept = places[0].index
    for other in places[1:]:
        kept = kept[kept.isin(other.index)]
    parts = [values[own.loc[kept, "place"]] for values, own in zip(tables, places, strict=True)]
    rows = places[0].loc[kept].drop(columns="place").reset_index()
    return np.concatenate(parts, axis=1), rows, [part.shape[1] for part in parts]


def read_encoded_rows(path: str, sessions: list[dict] | None = None) -> pd.DataFrame:
    """Return the rows that an encoder gave features of, by session where channels are joined.

    Parameters
    ----------
    path : str
        HDF5 file with the rows.
    sessions : list of dict or None
        As for `read_joined`.
    """
    with opened(path) as file:
        rows = read_table(file, "rows")
    if not sessions:
        return rows
    return join_sessions(pd.DataFrame({"place": np.arange(len(rows))}), rows, sessions)[1]
