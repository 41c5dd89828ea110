"""Tables of features as the maps and classifiers read them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.store.hdf5 import opened
from biospectra.store.rows import read_table

_BLOCK_BYTES = 1 << 24
# The axes of which the mean is taken: of maps (n, frequency, time, filters) and (n, time, filters).
POOLED_AXES = {
    4: {"flat": (), "time": (2,), "both": (1, 2)},
    3: {"flat": (), "time": (1,), "both": (1,)},
}


def pooled_axes(ndim: int, pooling: str) -> tuple[int, ...]:
    """Return the axes of features (n, ...) of which the mean is taken; none of a table."""
    return POOLED_AXES.get(ndim, {}).get(pooling, ())


def feature_shape(path: str | Path) -> tuple[int, ...]:
    """Return the shape of one segment's features in a file: (columns,) of a table."""
    with opened(path) as file:
        return file["features"].shape[1:]


def names_of_columns(path: str | Path) -> list[str]:
    """Return the names of a table's columns; none of what an encoder made."""
    with opened(path) as file:
        return [str(name) for name in file["names"].asstr()[()]] if "names" in file else []


def holds_table(path: str | Path) -> bool:
    """Say whether a file's features are a table of named columns, not what an encoder made."""
    with opened(path) as file:
        return "names" in file


def read_latents(rows: pd.DataFrame, pooling: str = "flat") -> np.ndarray:
    """Read the features of some rows of one file.

    Parameters
    ----------
    rows : DataFrame
        With the `file` and the `index` of each entry.
    pooling : {"flat", "time", "both"}
        As for `read_features`.

    Returns
    -------
    ndarray
        Ndarray, (n, columns), float32.
    """
    import hdf5plugin  # noqa: F401  registers the compression

    with opened(rows["file"].iloc[0]) as file:
        maps = np.stack([file["features"][i] for i in rows["index"]])
    axes = pooled_axes(maps.ndim, pooling)
    return (maps.mean(axis=axes) if axes else maps).reshape(len(rows), -1)


def read_features(
    path: str | Path,
    *,
    pooling: str = "flat",
    splits: list[str] | None = None,
    choose: Callable[[pd.DataFrame], np.ndarray] | None = None,
    projection=None,
) -> tuple[np.ndarray, pd.DataFrame]:
    """Read features and their rows.

    Parameters
    ----------
    path : path
        HDF5 file with `features` and the rows.
    pooling : str
        For maps (n, frequency, time, filters): "flat" takes all values, "time" their mean over
        time, "both" their mean over frequency and time; for maps of samples (n, time, filters) the
        last two are one; a table (n, columns) is as it is.
    splits : list of str or None
        Which of training, validation, test; None for all.
    choose : function (rows) that returns which of them to read, by their places in order
        Of features that would not fit into memory all together.
    projection : of `projection_of`, through which each row goes as it is read

    Returns
    -------
    tuple of ndarray, DataFrame
        Features (n, columns) float32, rows.
    """
    import hdf5plugin  # noqa: F401  registers the compression

    with opened(path) as file:
        rows = read_table(file, "rows")
        keep = np.ones(len(rows), bool) if splits is None else rows["split"].isin(splits).to_numpy()
        stored = file["features"]
        axes = pooled_axes(stored.ndim, pooling)
        at = np.flatnonzero(keep)
        rows = rows[keep].reset_index(drop=True)
        if choose is not None:
            chosen = np.sort(choose(rows))
            at, rows = at[chosen], rows.iloc[chosen].reset_index(drop=True)
        shape = stored.shape[1:]
        kept = [size for axis, size in enumerate(shape, 1) if axis not in axes]
        columns = int(np.prod(kept)) if projection is None else projection.n_components_
        features = np.empty((len(at), columns), np.float32)
        for first, block in _blocks(stored, at):
            own = block.mean(axis=axes) if axes else block
            own = own.reshape(len(own), -1)
            features[first : first + len(own)] = (
                own if projection is None else projection.transform(own)
            )
    return features, rows


def _blocks(stored, at: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Yield entries of a data set, many at a time: one by one each costs more than its bytes."""
    most = max(1, _BLOCK_BYTES // max(1, stored.dtype.itemsize * int(np.prod(stored.shape[1:]))))
    first = 0
    while first < len(at):
        # Entries that are wanted from one stretch, read whole where most of it is wanted.
        last = int(np.searchsorted(at, at[first] + most))
        start, wanted = at[first], at[first:last]
        if len(wanted) * 2 > wanted[-1] - start:
            yield first, stored[start : wanted[-1] + 1][wanted - start]
        else:
            yield first, np.stack([stored[i] for i in wanted])
        first = last


def poolings_of(paths: list[str], pooling: str | list[str]) -> list[str]:
    """List the poolings that there are of files of features; tables have "none"."""
    if all(len(feature_shape(path)) == 1 for path in paths):
        return ["none"]
    return [pooling] if isinstance(pooling, str) else pooling
