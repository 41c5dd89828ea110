"""Tables of features as the maps and classifiers read them."""

from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from biospectra.rows import read_table

POOLING = {"flat": (), "time": (2,), "both": (1, 2)}


def read_features(
    path: str | Path, *, pooling: str = "flat", splits: list[str] | None = None
) -> tuple[np.ndarray, pd.DataFrame]:
    """Read features and their rows.

    Parameters
    ----------
    path : HDF5 file with `features` and the rows
    pooling : for maps (n, frequency, time, filters): "flat" takes all values, "time" their mean
        over time, "both" their mean over frequency and time; a table (n, columns) is as it is
    splits : which of training, validation, test; None for all

    Returns
    -------
    features (n, columns) float32, rows
    """
    import hdf5plugin  # noqa: F401  registers the compression

    with h5py.File(path) as file:
        rows = read_table(file, "rows")
        keep = np.ones(len(rows), bool) if splits is None else rows["split"].isin(splits).to_numpy()
        stored = file["features"]
        axes = POOLING[pooling] if stored.ndim == 4 else ()
        at = np.flatnonzero(keep)
        shape = stored.shape[1:]
        kept = [size for axis, size in enumerate(shape, 1) if axis not in axes]
        features = np.empty((len(at), *kept), np.float32)
        for row, i in zip(features, at, strict=True):
            row[...] = stored[i].mean(axis=tuple(axis - 1 for axis in axes)) if axes else stored[i]
    features = features.reshape(len(at), int(np.prod(kept)))
    return features, rows[keep].reset_index(drop=True)


def read_joined(paths: list[str], *, pooling: str = "flat") -> tuple[np.ndarray, pd.DataFrame]:
    """Read several tables of features and put their columns side by side.

    Parameters
    ----------
    paths : HDF5 files with `features` and the rows
    pooling : of each, as for `read_features`

    Returns
    -------
    features (n, columns) float32, and the rows that all tables have, in the order of the first
    """
    tables, places = [], []
    for path in paths:
        values, rows = read_features(path, pooling=pooling)
        tables.append(values)
        places.append(rows.set_index(["recording", "segment"]).assign(place=range(len(rows))))
    kept = places[0].index
    for other in places[1:]:
        kept = kept[kept.isin(other.index)]
    parts = [values[own.loc[kept, "place"]] for values, own in zip(tables, places, strict=True)]
    rows = places[0].loc[kept].drop(columns="place").reset_index()
    return np.concatenate(parts, axis=1), rows


def centre(values: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Subtract each person's own mean, over all segments of this person, whatever their class.

    Parameters
    ----------
    values : (n, columns)
    people : (n,) the person of each row
    """
    names, person = np.unique(people, return_inverse=True)
    sums = np.zeros((len(names), values.shape[1]))
    np.add.at(sums, person, values)
    return (values - (sums / np.bincount(person)[:, None])[person]).astype(values.dtype)
