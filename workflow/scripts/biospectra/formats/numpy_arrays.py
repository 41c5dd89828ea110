"""NumPy's npz and npy; never unpickled.

Format: NumPy npz and npy.
Recognised by: its first bytes.
Units: the name of the array (mV, uV, V), or an array beside it.
Annotations: a table of events beside it.
Rates and gaps: each array its own; gaps by times beside the samples.
Tried with: files of NumPy.
"""

from collections.abc import Iterator

import numpy as np

from biospectra.errors import RecordingError
from biospectra.formats.arrays import array_signals, pick_array
from biospectra.formats.request import Request
from biospectra.signals.signal import Signal

ENDINGS = (".npz", ".npy")
_STARTS = (b"\x93NUMPY", b"PK", b"\x80")  # of npy, npz and a pickle


def read(request: Request) -> Iterator[Signal]:
    """Read channels of an array.

    `Request.variable` names the array of an npz archive; without it the only one that has more
    than one number and is no time. The longer axis is time, channels count from 0 along the other.
    A number named fs, rate_hz or the like is the rate, an array named time or t says when samples
    were taken, and one named mV, uV or V says its units.
    """
    try:
        loaded = np.load(request.path, allow_pickle=False, mmap_mode="r")
    except ValueError as problem:
        with request.path.open("rb") as file:
            if not file.read(6).startswith(_STARTS):
                raise request.error(
                    "is no file of NumPy's: its first bytes are of none",
                    "fetch it again, or correct its name",
                ) from problem
        if "pickle" in str(problem).lower() or "objects" in str(problem):
            raise _pickled(request) from problem
        raise
    if isinstance(loaded, np.ndarray):
        if isinstance(loaded, np.memmap):
            promised = loaded.offset + loaded.nbytes
            size = request.path.stat().st_size
            if size != promised:
                raise request.error(
                    f"promises {promised} bytes and has {size}", "fetch it again or write it again"
                )
        yield from array_signals(request, loaded, request.path.stem, {})
        return
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
    units = name if name.lower() in ("mv", "uv", "v") else "adu"
    yield from array_signals(request, arrays[name], name, arrays, units=units)


def _pickled(request: Request) -> RecordingError:
    return request.error(
        "holds pickled objects, which could run anything", "save it as plain numeric arrays"
    )
