"""HDF5: files of OpenSignals (biosignalsplux, BITalino), and any other by the path inside.

Format: HDF5, OpenSignals.
Recognised by: its content.
Units: an attribute or array beside the samples; counts otherwise.
Annotations: a table of events beside it.
Rates and gaps: each array its own; lost samples by running numbers.
Tried with: files of biosignalsplux and BITalino, and of h5py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from biospectra.formats.array_rates import find_rates
from biospectra.formats.arrays import array_signals, pick_array
from biospectra.formats.channels import items_of, may_share
from biospectra.formats.counters import read_counter
from biospectra.formats.hdf5_claims import check_written, refuse_links, values_of
from biospectra.formats.hdf5_texts import is_numeric, texts_beside
from biospectra.formats.request import Request
from biospectra.formats.units import plain_unit
from biospectra.signals.signal import Signal, stretches_of

ENDINGS = (".h5", ".hdf5")


def read(request: Request) -> Iterator[Signal]:
    """Read channels of an HDF5 file.

    OpenSignals files have a group for each device, with the attribute ``sampling rate``, and
    ``raw/channel_N`` in counts of the converter, or in the unit of its attribute ``units``.
    `Request.channel` is the N, the whole name ``channel_N`` or the channel's label.
    `Request.variable` names the device where several have that channel.
    In any other file `Request.variable` is the path of a dataset, of which the longer axis is
    time and the channel a position on the other.
    """
    import h5py

    with opened_alone(request) as file:
        devices = [
            name
            for name, group in file.items()
            if isinstance(group, h5py.Group) and "sampling rate" in group.attrs and "raw" in group
        ]
        if devices:
            yield from _opensignals(request, file, devices)
        else:
            yield from _dataset(request, file)


@contextmanager
def opened_alone(request: Request) -> Iterator[Any]:
    """Open an HDF5 file that is whole and takes nothing from others.

    Parameters
    ----------
    request : Request
        For the file.

    Returns
    -------
    context manager of h5py.File

    Raises
    ------
    RecordingError
        Where it is cut, or links to other files.
    """
    import h5py

    try:
        file = h5py.File(request.path, "r")
    except OSError as problem:
        raise request.error(
            f"is not a whole HDF5 file ({problem})", "fetch it again or check its format"
        ) from problem
    with file:
        refuse_links(request, file)
        yield file


def _opensignals(request: Request, file: Any, devices: list[str]) -> Iterator[Signal]:
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
                names.append(label if _is_meant(request, label) else key)
    numbers = [int(key[8:]) for _, key in keys]

    def one(at: int) -> Signal:
        device, key = keys[at]
        if [name for _, name in keys].count(key) > 1 and names[at] == key:
            raise request.error(
                f"several devices have a {key}", f"name one as variable: {', '.join(chosen)}"
            )
        raw = file[device]["raw"]
        rate_hz = request.rate(float(np.ravel(file[device].attrs["sampling rate"])[0]))
        check_written(request, raw[key])
        start, stop = request.span(raw[key].shape[0], rate_hz)
        samples = np.asarray(raw[key][start:stop], dtype=np.float64).reshape(stop - start, -1)
        breaks, lost = _lost(request, raw, stop)
        unit = plain_unit(str(raw[key].attrs.get("units", raw[key].attrs.get("unit", ""))))
        stretches = stretches_of(breaks[breaks > start] - start, stop - start)
        gaps = list(zip((breaks / rate_hz).tolist(), (lost / rate_hz).tolist(), strict=True))
        load = request.annotations(lambda: None, rate_hz, start, stop, lost=gaps)
        return Signal(samples[:, 0], rate_hz, unit or "adu", key, stretches, load)

    yield from request.choose(names, numbers).signals(one)


def _is_meant(request: Request, label: str) -> bool:
    """Whether a channel is asked for by its label, not by its number."""
    return any(may_share(item, label) and item != "*" for item in items_of(request.channel))


def _lost(request: Request, raw: Any, stop: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the samples before which some were lost, and how many, by the running number."""
    no = np.zeros(0, np.int64), np.zeros(0, np.int64)
    if "nSeq" not in raw or raw["nSeq"].shape[0] < stop:
        return no
    check_written(request, raw["nSeq"])
    return read_counter(np.ravel(raw["nSeq"][:stop])) or no


def _dataset(request: Request, file: Any) -> Iterator[Signal]:
    import h5py

    found: list[str] = []

    def note(name: str, item: Any) -> None:
        is_data = isinstance(item, h5py.Dataset) and item.dtype.kind in "iuf" and item.size > 1
        if is_data and is_numeric(item) and not name.startswith("#"):  # #refs#: cells of others
            found.append(name)

    file.visititems(note)
    data = file[pick_array(request, found)]
    check_written(request, data)
    beside = texts_beside(request, data) | _beside(request, data) | dict(data.attrs)
    if not find_rates(dict(data.attrs)):  # MATLAB 7.3 keeps the rate as a number beside the array
        beside = dict(data.parent.attrs) | _small(data.parent) | beside
    around, group = [], data.parent
    while group.name != "/":
        group = group.parent
        around.append(_small(group) | dict(group.attrs))
    for signal in array_signals(request, data, data.name.strip("/"), beside, further=around):
        yield _unpacked(signal, data.attrs)


def _unpacked(signal: Signal, attrs: Any) -> Signal:
    """Return a signal as it was before it was packed by the conventions of netCDF."""
    for name in ("_FillValue", "missing_value"):
        if name in attrs:
            signal.samples[np.isin(signal.samples, np.float64(np.ravel(attrs[name])))] = np.nan
    factor, offset = (
        np.ravel(attrs.get(n, d)) for n, d in (("scale_factor", 1), ("add_offset", 0))
    )
    if factor.size == offset.size == 1:
        signal.samples = signal.samples * np.float64(factor[0]) + np.float64(offset[0])
    return signal


def _beside(request: Request, data: Any) -> dict[str, Any]:
    """Return the arrays beside a dataset that are as long."""
    import h5py

    return {
        name: values_of(request, item)
        for name, item in data.parent.items()
        if isinstance(item, h5py.Dataset)
        and item.name != data.name
        and item.dtype.kind in "iuf"
        and item.size > 1
        and item.size in data.shape
        and is_numeric(item)
    }


def _small(group: Any) -> dict[str, Any]:
    import h5py

    return {
        name: item[()]
        for name, item in group.items()
        if isinstance(item, h5py.Dataset) and item.size == 1
    }
