"""What encoders make of segments, as it is stored: pooled of all, whole maps of some.

A file has `features`, and the rows. Where an encoder's maps are large, `features` has those of the
rows that `whole` lists, and the group `pooled` has what is read of all rows: their means, by the
name of the pooling, and, as `projected`, what a random projection makes of them. The published maps
are 76,800 numbers of a segment, their mean over time 1,920.
"""

from contextlib import ExitStack
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.store.hdf5 import CHECKSUMMED, create, opened, put_dataset
from biospectra.store.rows import read_recordings, read_table, write_table

WHOLE, POOLED, PROJECTED = "whole", "pooled", "projected"
# The axes of which the mean is taken: of maps (n, frequency, time, filters) and (n, time, filters).
POOLED_AXES = {
    4: {"flat": (), "time": (2,), "both": (1, 2)},
    3: {"flat": (), "time": (1,), "both": (1,)},
}
_CHUNK_BYTES = 1 << 16
_BLOCK_BYTES = 1 << 24


def pooled_axes(ndim: int, pooling: str) -> tuple[int, ...]:
    """Return the axes of features (n, ...) of which the mean is taken; none of a table."""
    return POOLED_AXES.get(ndim, {}).get(pooling, ())


class FeatureWriter:
    """Datasets for what an encoder makes of segments, filled batch by batch.

    Parameters
    ----------
    file : h5py.File
        Open to write.
    count : int
        Segments.
    shape : tuple of int
        Of what the encoder makes of one.
    dtype : str
        In which the encoder computed them, as Keras names it. Maps that were computed in bfloat16
        or float16 are stored as float16, which has as many digits; what is pooled is float32.
    whole : ndarray, (k,), int, or None
        The segments whose maps are stored, in order; None for those of all, and nothing pooled.
    projection : sklearn.random_projection.SparseRandomProjection or None
        Of all maps; None where nobody reads them flat.
    """

    def __init__(
        self,
        file: h5py.File,
        count: int,
        shape: tuple[int, ...],
        *,
        dtype: str = "float32",
        whole: np.ndarray | None = None,
        projection=None,
    ) -> None:
        self._at, self._whole, self._projection = 0, whole, projection
        short = whole is not None and dtype in ("bfloat16", "float16")
        stored = count if whole is None else len(whole)
        own = np.float16 if short else np.float32
        self._maps = _dataset(file, "features", stored, shape, own)
        self._pooled = {}
        if whole is None:
            return
        put_dataset(file, WHOLE, np.asarray(whole, np.int64))
        group = file.create_group(POOLED)
        for name, axes in POOLED_AXES[len(shape) + 1].items():
            if axes:
                kept = [size for axis, size in enumerate(shape, 1) if axis not in axes]
                self._pooled[axes] = _dataset(group, name, count, tuple(kept), np.float32)
        if projection is not None:
            columns = (projection.n_components_,)
            self._projected = _dataset(group, PROJECTED, count, columns, np.float32)
            self._projected.attrs["seed"] = projection.random_state

    def add(self, made: np.ndarray) -> None:
        """Write what the encoder made of the next segments, (batch, ...), float32."""
        begin, self._at = self._at, self._at + len(made)
        if self._whole is None:
            self._maps[begin : self._at] = made
            return
        for axes, stored in self._pooled.items():
            stored[begin : self._at] = made.mean(axis=axes)
        if self._projection is not None:
            flat = made.reshape(len(made), -1)
            self._projected[begin : self._at] = self._projection.transform(flat)
        first, last = np.searchsorted(self._whole, [begin, self._at])
        if last > first:
            some = made[self._whole[first:last] - begin]
            if np.abs(some).max() > np.finfo(self._maps.dtype).max:
                raise StudyError(
                    "The encoder's features are beyond 65504, the largest number of float16: "
                    "its training diverged; give it precision: float32 or a lower learning_rate."
                )
            self._maps[first:last] = some


def _dataset(
    group: h5py.Group, name: str, count: int, shape: tuple[int, ...], dtype: type
) -> h5py.Dataset:
    """Create a compressed dataset of which a chunk is one large entry, or several small ones."""
    import hdf5plugin

    entry = np.dtype(dtype).itemsize * int(np.prod(shape))
    rows = max(1, min(count, _CHUNK_BYTES // max(1, entry)))
    kind = {**hdf5plugin.Blosc2(cname="zstd", clevel=1), **CHECKSUMMED}
    return group.create_dataset(
        name, (count, *shape), dtype, chunks=(rows, *shape), maxshape=(None, *shape), **kind
    )


def join_encoded(parts: list[str], order: pd.DataFrame, output: str | Path) -> None:
    """Put files of a `FeatureWriter`, each of some of the segments, together as one.

    Parameters
    ----------
    parts : list of str
        Files of the same encoder, the rows of each in the order of all.
    order : DataFrame
        Recording and segment of all rows, in order.
    output : path
        Written: a file as the parts are, in that order.
    """
    import hdf5plugin  # noqa: F401  registers the compression

    with ExitStack() as stack, create(output) as out:
        files = [stack.enter_context(opened(path)) for path in parts]
        tables = [read_table(file, "rows").assign(file=k) for k, file in enumerate(files)]
        key = ["recording", "segment"]
        rows = order[key].merge(pd.concat(tables), on=key, validate="one_to_one")
        part = rows["file"].to_numpy()  # a name that no column of the user's may have
        for name in files[0].get(POOLED, ()):
            _merge(files, f"{POOLED}/{name}", part, out)
        if WHOLE in files[0]:
            has_map = np.zeros(len(rows), bool)
            for k, file in enumerate(files):
                has_map[np.flatnonzero(part == k)[file[WHOLE][()]]] = True
            put_dataset(out, WHOLE, np.flatnonzero(has_map))
            part = part[has_map]
        _merge(files, "features", part, out)
        write_table(out, "rows", rows.drop(columns="file"))
        write_table(out, "recordings", read_recordings(parts))


def _merge(files: list[h5py.File], name: str, part: np.ndarray, out: h5py.File) -> None:
    """Write a dataset of which each entry is the next one of the file that `part` names."""
    like = files[0][name]
    stored = _dataset(out, name, len(part), like.shape[1:], like.dtype.type)
    for key, value in like.attrs.items():
        stored.attrs[key] = value
    rows = max(1, _BLOCK_BYTES // max(1, like.dtype.itemsize * int(np.prod(like.shape[1:]))))
    done = np.zeros(len(files), int)
    for begin in range(0, len(part), rows):
        own = part[begin : begin + rows]
        block = np.empty((len(own), *like.shape[1:]), like.dtype)
        for k in np.unique(own):
            mine = own == k
            first, done[k] = done[k], done[k] + mine.sum()
            block[mine] = files[k][name][first : done[k]]
        stored[begin : begin + len(own)] = block
