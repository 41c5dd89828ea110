"""The HDF5 files between steps: all that is in them has a checksum, and a damaged one is named.

HDF5 checks each chunk that has the Fletcher32 filter and, from format 1.10 on, its own bookkeeping,
attributes included. Of text of variable length it checks nothing (and may search for it for ever),
so there is none.
"""

import re
from pathlib import Path

import h5py
import numpy as np

from biospectra import job

# The file format that HDF5 1.10 and all later ones read. "latest" is the writer's own latest, which
# another environment's HDF5 may be too old to read.
LIBVER = ("v110", "v110")
CHECKSUMMED = {"fletcher32": True}
CHUNK_BYTES = 1 << 18
# What h5py says when HDF5 cannot read; of a full disk it says "Can't write".
_UNREADABLE = re.compile(r"(Unable to|Can't) (synchronously )?(open|read|get|load|determine)|visit")
_opened: dict[Path, None] = {}


def create(path: str | Path) -> h5py.File:
    """Create a file, in place of one of this name."""
    return h5py.File(path, "w", libver=LIBVER)


def opened(path: str | Path, **options) -> h5py.File:
    """Open a file that a step made, to read; a job that fails then says whether it is damaged."""
    _opened[Path(path)] = None
    job.explain_with(explain_damage)
    return h5py.File(path, "r", **options)


def put_dataset(group: h5py.Group, name: str, data) -> h5py.Dataset:
    """Write an array, or a list of text, as a dataset with a checksum; return it.

    Parameters
    ----------
    group : h5py.Group
        Where it goes.
    name : str
        Its name.
    data : array_like or list of str
        Text is written as UTF-8 of fixed length, which a checksum covers.
    """
    array = _fixed(np.asarray(data))
    if array.size == 0:
        return group.create_dataset(name, data=array)
    array = np.atleast_1d(array)
    rows = max(1, CHUNK_BYTES // (array.nbytes // len(array)))
    chunks = (min(rows, len(array)), *array.shape[1:])
    return group.create_dataset(name, data=array, chunks=chunks, **CHECKSUMMED)


def set_attributes(item: h5py.Group | h5py.Dataset, attributes: dict) -> None:
    """Add attributes to a group or dataset, text as UTF-8 of fixed length."""
    for name, value in attributes.items():
        array = _fixed(np.asarray(value))
        item.attrs.create(name, array, dtype=array.dtype)


def attributes_of(item: h5py.Group | h5py.Dataset) -> dict:
    """Return the attributes of a group or dataset, text as str."""
    return {name: _text(value) for name, value in item.attrs.items()}


def _fixed(array: np.ndarray) -> np.ndarray:
    """Return an array whose text, if it is that, is of fixed length, which HDF5 can check."""
    if array.dtype.kind not in "UO":
        return array
    encoded = [str(text).encode() for text in array.ravel()]
    longest = max(map(len, encoded), default=1) or 1
    return np.array(encoded, h5py.string_dtype("utf-8", longest)).reshape(array.shape)


def _text(value):
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray) and value.dtype.kind == "S":
        return np.array([text.decode() for text in value.ravel()]).reshape(value.shape)
    return value


def why_damaged(path: str | Path) -> str | None:
    """Read a whole file and return what is wrong with it, None where it is sound."""
    import hdf5plugin  # noqa: F401  registers the compression

    def look(_: str, item: h5py.Group | h5py.Dataset) -> None:
        attributes_of(item)
        if isinstance(item, h5py.Dataset):
            if item.chunks and item.size:
                for chunk in item.iter_chunks():
                    item[chunk]
            else:
                item[()]

    try:
        with h5py.File(path, "r") as file:
            look("/", file)
            file.visititems(look)
    except Exception as error:  # HDF5 has many
        return str(error).strip("'\"")
    return None


def explain_damage(error: Exception) -> str | None:
    """Return, of an error that comes from a damaged file, which file it is and what to do."""
    if not _UNREADABLE.search(str(error)):
        return None
    for path in _opened:
        if path.is_file() and (why := why_damaged(path)):
            return f"{path} is damaged ({why}); delete it and run again: it is made anew"
    return None
