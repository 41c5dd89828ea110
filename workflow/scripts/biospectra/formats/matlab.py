"""MATLAB files, version 4 to 7.3."""

import numpy as np

from biospectra.formats.arrays import pick_array, pick_channel, pick_rate
from biospectra.formats.request import Request
from biospectra.signals.signal import Signal


def read(request: Request) -> Signal:
    """Read a row or column of a MATLAB array.

    `Request.variable` names it, ``data.ecg`` for a field of a structure; it may be left out
    where there is one only. The longer axis is time, channels count from 0 along the other. A
    single number named fs, srate or the like is the rate.
    """
    with request.path.open("rb") as file:
        start = file.read(128)
    if start.startswith(b"\x89HDF") or b"MATLAB 7.3" in start:
        from biospectra.formats import hdf5

        return hdf5.read(request)
    from scipy.io import loadmat

    found: dict[str, np.ndarray] = {}
    for name, value in loadmat(request.path, squeeze_me=True, struct_as_record=False).items():
        if not name.startswith("__"):
            _collect(found, name, value)
    names = [n for n, a in found.items() if a.size > 1]
    name = pick_array(request, names)
    last = {n.rpartition(".")[2]: a for n, a in found.items()}
    return pick_channel(request, found[name], request.rate(pick_rate([last])), name)


def _collect(found: dict[str, np.ndarray], name: str, value) -> None:
    """Note numeric arrays, those in structures under their path."""
    if hasattr(value, "_fieldnames"):
        for field in value._fieldnames:
            _collect(found, f"{name}.{field}", getattr(value, field))
    elif isinstance(value, np.ndarray | int | float) and np.asarray(value).dtype.kind in "iuf":
        found[name] = np.asarray(value)
