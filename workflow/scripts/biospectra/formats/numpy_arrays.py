"""NumPy's npz and npy; never unpickled."""

import numpy as np

from biospectra.formats.arrays import pick_array, pick_channel, pick_rate
from biospectra.formats.request import Request
from biospectra.signals.signal import Signal


def read(request: Request) -> Signal:
    """Read a channel of an array.

    `Request.variable` names the array of an npz archive; without it the only one that has more
    than one number. The longer axis is time, channels count from 0 along the other. A number
    named fs, rate_hz or the like is the rate, and an array named mV, uV or V says its units.
    """
    try:
        loaded = np.load(request.path, allow_pickle=False)
    except ValueError as problem:
        if "pickle" in str(problem).lower():
            raise _pickled(request) from problem
        raise
    if isinstance(loaded, np.ndarray):
        return pick_channel(request, loaded, request.rate(None), request.path.stem)
    with loaded:
        arrays = {}
        for name in loaded.files:
            try:
                arrays[name] = loaded[name]
            except ValueError as problem:
                if "pickle" in str(problem).lower():
                    raise _pickled(request) from problem
                raise
    found = [n for n, a in arrays.items() if a.size > 1 and a.dtype.kind in "iuf"]
    name = pick_array(request, found)
    signal = pick_channel(request, arrays[name], request.rate(pick_rate([arrays])), name)
    if name.lower() in ("mv", "uv", "v"):
        signal.units = name
    return signal


def _pickled(request: Request):
    return request.error(
        "holds pickled objects, which could run anything", "save it as plain numeric arrays"
    )
