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
BLOCK_NUMBERS = 1 << 24  # of features that are worked on at a time


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
    rows = rows_of_features(path)
    keep = np.ones(len(rows), bool) if splits is None else rows["split"].isin(splits).to_numpy()
    file = FeatureFile(path, pooling=pooling, projection=projection)
    at = np.flatnonzero(keep & file.has)
    rows = rows.iloc[at].reset_index(drop=True)
    if choose is not None:
        chosen = np.sort(choose(rows))
        at, rows = at[chosen], rows.iloc[chosen].reset_index(drop=True)
    features = np.empty((len(at), file.columns), np.float32)
    file.read(at, features)
    return features, rows


class FeatureFile:
    """A file of features, from which rows are read as a classifier takes them.

    Parameters
    ----------
    path, pooling, projection : path or str or object
        As for `read_features`.

    Attributes
    ----------
    has : ndarray, (n,), bool
        Which of the file's rows can be read so.
    columns : int
        Numbers of a row.
    """

    def __init__(self, path: str | Path, *, pooling: str = "flat", projection=None) -> None:
        self._path, self._pooling = path, pooling
        self._projected = projection is not None
        with opened(path) as file:
            stored, places, axes = _stored_as(file, pooling, projected=self._projected)
            known = PROJECTED in file.get(POOLED, ())
            self._projection = None if known else projection
            self.has = np.ones(len(file["rows"]), bool) if places is None else places >= 0
            kept = [size for axis, size in enumerate(stored.shape[1:], 1) if axis not in axes]
        whole = self._projection is None
        self.columns = int(np.prod(kept)) if whole else self._projection.n_components_

    def read(self, rows: np.ndarray, into: np.ndarray) -> None:
        """Read the features of some rows.

        Parameters
        ----------
        rows : ndarray, (n,), int
            Their places in the file, in any order.
        into : ndarray, (n, columns), float32
            Written.
        """
        import hdf5plugin  # noqa: F401  registers the compression

        with opened(self._path) as file:
            stored, places, axes = _stored_as(file, self._pooling, projected=self._projected)
            at = rows if places is None else places[rows]
            order = np.argsort(at, kind="stable")
            for first, block in _blocks(stored, at[order]):
                own = block.mean(axis=axes) if axes else block.astype(np.float32, copy=False)
                own = own.reshape(len(own), -1)
                if self._projection is not None:
                    own = self._projection.transform(own)
                into[order[first : first + len(own)]] = own


class StoredFeatures:
    """Features, of one file or of several side by side, that are read when they are asked for.

    Indexed as an array's rows are, by a slice, a mask or places, it gives those rows, unread;
    `numpy.asarray` reads them.

    Parameters
    ----------
    files : list of FeatureFile
    places : ndarray, (n, files), int
        The place of each row in each of the files.
    less, group : ndarray, (groups, columns) and (n,), or None
        What is subtracted from the rows of each group, and the group of each row.
    """

    def __init__(
        self,
        files: list[FeatureFile],
        places: np.ndarray,
        less: np.ndarray | None = None,
        group: np.ndarray | None = None,
    ) -> None:
        self._files, self._places, self._less, self._group = files, places, less, group
        self.shape = (len(places), sum(file.columns for file in files))
        self.dtype = np.dtype(np.float32)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, rows) -> "StoredFeatures":
        group = None if self._group is None else self._group[rows]
        return StoredFeatures(self._files, self._places[rows], self._less, group)

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        values, first = np.empty(self.shape, self.dtype), 0
        for k, file in enumerate(self._files):
            file.read(self._places[:, k], values[:, first : first + file.columns])
            first += file.columns
        if self._less is not None:
            for rows in blocks_of(values):
                values[rows] -= self._less[self._group[rows]]
        return values if dtype is None else values.astype(dtype, copy=False)

    def minus(self, less: np.ndarray, group: np.ndarray) -> "StoredFeatures":
        """Return them with something subtracted from the rows of each group, when they are read."""
        return StoredFeatures(self._files, self._places, less, group)


def blocks_of(values: "np.ndarray | StoredFeatures") -> Iterator[slice]:
    """Yield the rows of features (n, columns), as many at a time as fit well into memory."""
    size = max(1, BLOCK_NUMBERS // max(1, values.shape[1]))
    for first in range(0, len(values), size):
        yield slice(first, first + size)


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
