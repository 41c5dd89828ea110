"""NumPy's npz and npy; never unpickled."""

import numpy as np

from biospectra.readers.hdf5 import pick_from_array
from biospectra.signals import Request, Signal

_RATE_NAMES = ("rate_hz", "fs", "sfreq", "sampling_rate")


def read(request: Request) -> Signal:
    """Read a channel of an array.

    `Request.variable` names the array of an npz archive; without it the only one that has more
    than one number. The longer axis is time. A number named fs, rate_hz or sfreq is the rate,
    and an array named mV, uV or V says its units.
    """
    try:
        loaded = np.load(request.path, allow_pickle=False)
    except ValueError as problem:
        if "pickle" in str(problem).lower():
            raise _pickled(request) from problem
        raise
    if isinstance(loaded, np.ndarray):
        rate_hz = request.rate(None)
        return request.cut(pick_from_array(request, loaded, rate_hz, request.path.stem))
    with loaded:
        arrays = {}
        for name in loaded.files:
            try:
                arrays[name] = loaded[name]
            except ValueError as problem:
                if "pickle" not in str(problem).lower() or name == request.variable:
                    raise _pickled(request) from problem
    found = [n for n, a in arrays.items() if a.size > 1 and a.dtype.kind in "iuf"]
    name = request.variable or (found[0] if len(found) == 1 else "")
    if name not in found:
        said = f"has no numeric array {name!r}" if name else "holds several arrays"
        raise request.error(said, f"name one as variable: {', '.join(found) or 'none there'}")
    rates = [float(arrays[n]) for n in _RATE_NAMES if n in arrays and arrays[n].size == 1]
    rate_hz = request.rate(rates[0] if rates else None)
    signal = pick_from_array(request, arrays[name], rate_hz, name)
    if name.lower() in ("mv", "uv", "v"):
        signal.units = name
    return request.cut(signal)


def _pickled(request: Request):
    return request.error(
        "holds pickled objects, which could run anything", "save it as plain numeric arrays"
    )
