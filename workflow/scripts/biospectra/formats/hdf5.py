"""HDF5: files of OpenSignals (biosignalsplux, BITalino), and any other by the path inside."""

import numpy as np

from biospectra.formats.arrays import pick_array, pick_channel, pick_rate
from biospectra.formats.request import Request
from biospectra.signals.signal import Signal, stretches_of


def read(request: Request) -> Signal:
    """Read a channel of an HDF5 file.

    OpenSignals files have a group for each device, with the attribute ``sampling rate``, and
    ``raw/channel_N`` in counts of the converter. `Request.channel` is the N, the whole name
    ``channel_N`` or the channel's label. `Request.variable` names the device where several have
    that channel.
    In any other file `Request.variable` is the path of a dataset, of which the longer axis is
    time and the channel a position on the other.
    """
    import h5py

    try:
        file = h5py.File(request.path, "r")
    except OSError as problem:
        raise request.error(
            f"is not a whole HDF5 file ({problem})", "fetch it again or check its format"
        ) from problem
    with file:
        devices = [
            name
            for name, group in file.items()
            if isinstance(group, h5py.Group) and "sampling rate" in group.attrs and "raw" in group
        ]
        if devices:
            return _opensignals(request, file, devices)
        return _dataset(request, file)


def _opensignals(request: Request, file, devices: list[str]) -> Signal:
    if request.variable and request.variable not in devices:
        raise request.error(
            f"has no device {request.variable!r}", f"its devices are: {', '.join(devices)}"
        )
    chosen = [request.variable] if request.variable else devices
    keys, names = [], []
    for device in chosen:
        for key in sorted(file[device]["raw"], key=lambda key: (len(key), key)):
            if key.startswith("channel_") and key[8:].isdigit():
                keys.append((device, key))
                label = str(file[device]["raw"][key].attrs.get("label", key))
                names.append(label if label == str(request.channel).strip() else key)
    numbers = [int(key[8:]) for _, key in keys]
    at = request.pick(names, numbers)
    device, key = keys[at]
    if [name for _, name in keys].count(key) > 1 and names[at] == key:
        raise request.error(
            f"several devices have a {key}", f"name one as variable: {', '.join(chosen)}"
        )
    raw = file[device]["raw"]
    rate_hz = request.rate(float(np.ravel(file[device].attrs["sampling rate"])[0]))
    start, stop = request.span(raw[key].shape[0], rate_hz)
    samples = np.asarray(raw[key][start:stop], dtype=np.float64).reshape(stop - start, -1)[:, 0]
    return Signal(samples, rate_hz, "adu", key, _stretches(raw, start, stop))


def _stretches(raw, start: int, stop: int) -> list[tuple[int, int]]:
    """Between losses of samples, told by the device's running number of each sample."""
    if "nSeq" not in raw or raw["nSeq"].shape[0] < stop:
        return [(0, stop - start)]
    numbers = np.ravel(raw["nSeq"][start:stop]).astype(np.int64)
    if numbers.size < 2:
        return [(0, stop - start)]
    # The counter starts again at a power of two, which depends on the device.
    turn = 1 << int(numbers.max()).bit_length()
    breaks = np.flatnonzero(np.diff(numbers) % turn != 1) + 1
    if breaks.size > numbers.size // 100:  # not a counter of samples
        breaks = breaks[:0]
    return stretches_of(breaks, stop - start)


def _dataset(request: Request, file) -> Signal:
    import h5py

    found: list[str] = []

    def note(name: str, item) -> None:
        if isinstance(item, h5py.Dataset) and item.dtype.kind in "iuf" and item.size > 1:
            found.append(name)

    file.visititems(note)
    data = file[pick_array(request, found)]
    known = pick_rate([data.attrs, data.parent.attrs])
    if known is None:  # MATLAB 7.3 keeps the rate as a number beside the array
        known = pick_rate([data.parent], _number_beside)
    return pick_channel(request, data[()], request.rate(known), data.name.strip("/"))


def _number_beside(group, name: str):
    item = group.get(name)
    return item[()] if item is not None and getattr(item, "size", 0) == 1 else None
