"""Tables of features as the maps and classifiers read them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from biospectra.store.encoded import POOLED, PROJECTED, WHOLE, pooled_axes
from biospectra.store.hdf5 import opened
from biospectra.store.rows import read_table
from biospectra.words import number_of

_BLOCK_BYTES = 1 << 24


def feature_shape(path: str | Path) -> tuple[int, ...]:
    """Return the shape of one segment's features in a file: (columns,) of a table."""
    with opened(path) as file:
        return file["features"].shape[1:]


def rows_of_features(path: str | Path, splits: list[str] | None = None) -> pd.DataFrame:
    """Return the rows of a file of features, all or those of some splits."""
    with opened(path) as file:
        rows = read_table(file, "rows")
    return rows if splits is None else rows[rows["split"].isin(splits)].reset_index(drop=True)


def names_of_columns(path: str | Path) -> list[str]:
    """Return the names of a table's columns; none of what an encoder made."""
    with opened(path) as file:
        return [str(name) for name in file["names"].asstr()[()]] if "names" in file else []


def has_whole_maps(path: str | Path) -> np.ndarray:
    """Say of each row of a file whether all of its features are stored, not their means alone."""
    with opened(path) as file:
        known = np.full(len(file["rows"]), WHOLE not in file)
        if WHOLE in file:
            known[file[WHOLE][()]] = True
    return known


def seed_of_projection(path: str | Path) -> int | None:
    """Return the seed of the projection that a file has its maps through; None for no such maps."""
    with opened(path) as file:
        projected = file.get(f"{POOLED}/{PROJECTED}")
        return None if projected is None else int(projected.attrs["seed"])


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
        stored, places, axes = _stored_as(file, pooling)
        at = rows["index"].to_numpy() if places is None else places[rows["index"]]
        if (at < 0).any():
            raise ArithmeticError(
                f"{rows['file'].iloc[0]} has no maps of {number_of((at < 0).sum(), 'row')}"
            )
        maps = np.stack([stored[i] for i in at]).astype(np.float32)
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
        last two are one; a table (n, columns) is as it is. "flat" without a projection gives the
        rows alone whose maps are stored whole.
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
        stored, places, axes = _stored_as(file, pooling, projected=projection is not None)
        if places is not None:
            keep = keep & (places >= 0)
        if projection is not None and PROJECTED in file.get(POOLED, ()):
            projection = None
        at = np.flatnonzero(keep)
        rows = rows[keep].reset_index(drop=True)
        if choose is not None:
            chosen = np.sort(choose(rows))
            at, rows = at[chosen], rows.iloc[chosen].reset_index(drop=True)
        if places is not None:
            at = places[at]
        shape = stored.shape[1:]
        kept = [size for axis, size in enumerate(shape, 1) if axis not in axes]
        columns = int(np.prod(kept)) if projection is None else projection.n_components_
        features = np.empty((len(at), columns), np.float32)
        for first, block in _blocks(stored, at):
            own = block.mean(axis=axes) if axes else block.astype(np.float32, copy=False)
            own = own.reshape(len(own), -1)
            features[first : first + len(own)] = (
                own if projection is None else projection.transform(own)
            )
    return features, rows


def _stored_as(
    file: h5py.File, pooling: str, projected: bool = False
) -> tuple[h5py.Dataset, np.ndarray | None, tuple[int, ...]]:
    """Return the dataset that a pooling is read from.

    Returns
    -------
    stored : h5py.Dataset
    places : ndarray or None
        Where in it each row's entry is, -1 for nowhere; None where it has all, in order.
    axes : tuple of int
        Of which the mean is still to be taken.
    """
    pooled = file.get(POOLED, {})
    if pooling == "flat" and projected and PROJECTED in pooled:
        return pooled[PROJECTED], None, ()
    if pooling in pooled:
        return pooled[pooling], None, ()
    stored = file["features"]
    axes = pooled_axes(stored.ndim, pooling)
    if WHOLE not in file:
        return stored, None, axes
    whole = file[WHOLE][()]
    places = np.full(len(file["rows"]), -1)
    places[whole] = np.arange(len(whole))
    return stored, places, axes


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
