"""What readers of arrays have in common."""

import numpy as np

from biospectra.formats.request import Request
from biospectra.signals.signal import Signal

RATE_NAMES = (
    "rate_hz",
    "fs",
    "sfreq",
    "srate",
    "sampling_rate",
    "sampling rate",
    "sampling_frequency",
    "sample_rate",
)


def pick_array(request: Request, names: list[str]) -> str:
    """Return the name of the array to read: `Request.variable`, or the only one."""
    if request.variable:
        wanted = str(request.variable).strip("/")
        if wanted in names:
            return wanted
        said = f"has no numeric array {wanted!r}"
    elif len(names) == 1:
        return names[0]
    else:
        said = "holds several arrays" if names else "holds no numeric array"
    listed = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
    raise request.error(said, f"name one as variable: {listed}" if names else "choose another file")


def pick_rate(holders: list, lookup=lambda holder, name: holder.get(name)) -> float | None:
    """Return the first single number that is named like a sampling rate."""
    for holder in holders:
        for name in RATE_NAMES:
            value = lookup(holder, name)
            if value is not None and np.size(value) == 1:
                return float(np.ravel(value)[0])
    return None


def pick_channel(request: Request, array: np.ndarray, rate_hz: float, name: str) -> Signal:
    """Return one channel of an array of one or two dimensions, the longer of which is time."""
    array = np.squeeze(np.asarray(array))
    if array.dtype.kind not in "iufb" or array.ndim > 2:
        raise request.error(
            f"{name!r} is {array.dtype} of shape {array.shape}",
            "choose a numeric array of one or two dimensions",
        )
    if array.size == 0:
        raise request.error(f"{name!r} holds no samples", "choose another file or leave it out")
    array = np.atleast_1d(array)
    if array.ndim == 1:
        array, names = array[np.newaxis], [name]
    else:
        array = array.T if array.shape[0] > array.shape[1] else array
        names = [f"{name}[{k}]" for k in range(len(array))]
    k = request.pick(names)
    return request.cut(Signal(array[k].astype(np.float64), rate_hz, "adu", names[k]))
