"""Texts in HDF5 files, also as MATLAB 7.3 keeps them: codes of characters, and cells of these."""

from typing import Any

import numpy as np

from biospectra.formats.hdf5_claims import values_of
from biospectra.formats.request import Request

_MOST = 4096  # texts that can be names of channels
_TEXTS = ("char", "cell", "string", "struct", "function_handle", "table", "datetime")


def is_numeric(item: Any) -> bool:
    """Whether a dataset of numbers holds numbers to MATLAB, too: no characters, and not empty.

    Parameters
    ----------
    item : h5py.Dataset
        Of an empty array MATLAB stores the shape, and of a text the codes of its characters.

    Returns
    -------
    bool
    """
    kind = _text(item.attrs.get("MATLAB_class", b""))
    return kind not in _TEXTS and not item.attrs.get("MATLAB_empty", 0)


def texts_beside(request: Request, data: Any) -> dict[str, Any]:
    """Return the texts and lists of texts that lie beside a dataset, by name.

    Parameters
    ----------
    request : Request
        For the file.
    data : h5py.Dataset
        In it.

    Returns
    -------
    dict of str to ndarray of str
    """
    import h5py

    found = {}
    for name, item in data.parent.items():
        if isinstance(item, h5py.Dataset) and 0 < item.size <= _MOST and item.name != data.name:
            texts = _texts_of(request, item)
            if texts:
                found[name] = np.array(texts)
    return found


def _texts_of(request: Request, item: Any) -> list[str]:
    """Return a dataset's texts; empty where it holds something else."""
    import h5py

    if h5py.check_string_dtype(item.dtype) is not None or item.dtype.kind == "S":
        return [_text(one) for one in np.ravel(values_of(request, item))]
    kind = _text(item.attrs.get("MATLAB_class", b""))
    if kind == "char" and item.dtype.kind == "u":
        return [_characters(values_of(request, item))]
    if h5py.check_ref_dtype(item.dtype) is h5py.Reference and kind == "cell":
        cells = [item.file[one] for one in np.ravel(values_of(request, item)) if one]
        if all(_text(one.attrs.get("MATLAB_class", b"")) == "char" for one in cells):
            return [_characters(values_of(request, one)) for one in cells]
    return []


def _characters(codes: np.ndarray) -> str:
    return "".join(map(chr, codes.ravel(order="F").tolist()))


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
