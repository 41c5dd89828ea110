"""Tables of features as the maps and classifiers read them."""

from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from biospectra.rows import read_table

# The axes of which the mean is taken: of maps (n, frequency, time, filters) and (n, time, filters).
POOLING = {
    4: {"flat": (), "time": (2,), "both": (1, 2)},
    3: {"flat": (), "time": (1,), "both": (1,)},
}


def read_features(
    path: str | Path, *, pooling: str = "flat", splits: list[str] | None = None
) -> tuple[np.ndarray, pd.DataFrame]:
    """Read features and their rows.

    Parameters
    ----------
    path : HDF5 file with `features` and the rows
    pooling : for maps (n, frequency, time, filters): "flat" takes all values, "time" their mean
        over time, "both" their mean over frequency and time; for maps of samples (n, time,
        filters) the last two are one; a table (n, columns) is as it is
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
        axes = POOLING[stored.ndim][pooling] if stored.ndim in POOLING else ()
        at = np.flatnonzero(keep)
        shape = stored.shape[1:]
        kept = [size for axis, size in enumerate(shape, 1) if axis not in axes]
        features = np.empty((len(at), *kept), np.float32)
        for row, i in zip(features, at, strict=True):
            row[...] = stored[i].mean(axis=tuple(axis - 1 for axis in axes)) if axes else stored[i]
    features = features.reshape(len(at), int(np.prod(kept)))
    return features, rows[keep].reset_index(drop=True)
