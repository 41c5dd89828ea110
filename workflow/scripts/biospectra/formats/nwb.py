"""NWB (Neurodata Without Borders): its time series in an HDF5 file; read with h5py.

Format: NWB, its time series.
Recognised by: its content.
Units: uV of volts, pA of amperes, else the series' own, conversion and offset applied.
Annotations: intervals (trials, epochs) and annotation series.
Rates and gaps: each series its own, named by `variable`; a stretch ends where time stamps jump.
Tried with: a file of pynwb, and files built from the layout. Not Zarr.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from biospectra.formats.arrays import pick_array
from biospectra.formats.checks import check_scale
from biospectra.formats.clocks import Irregular, read_clock
from biospectra.formats.hdf5 import opened_alone
from biospectra.formats.hdf5_claims import check_written, values_of
from biospectra.formats.request import Request
from biospectra.formats.units import plain_unit
from biospectra.signals.signal import Annotation, Signal, stretches_of
from biospectra.words import number_of

ENDINGS = (".nwb",)
# Series that hold no samples: of images, of indices, of events, of cut pieces.
_OTHERS: tuple[str, ...] = (
    "ImageSeries",
    "OpticalSeries",
    "IndexSeries",
    "TwoPhotonSeries",
    "OnePhotonSeries",
)
_OTHERS += ("ImageMaskSeries", "IntervalSeries", "AnnotationSeries", "SpikeEventSeries")
_FACTORS = {"volts": ("uV", 1e6), "V": ("uV", 1e6), "amperes": ("pA", 1e12), "A": ("pA", 1e12)}
_NAMES = ("channel_name", "label", "location", "id")  # columns of the table of electrodes


def read(request: Request) -> Iterator[Signal]:
    """Read channels of a time series, in uV where it is in volts; they count from 0.

    `Request.variable` is its path, such as ``acquisition/ElectricalSeries``, where there are
    several. A stretch ends where the time stamps of samples jump. Trials and other intervals are
    annotations.
    """
    with opened_alone(request) as file:
        found = _series(file)
        if not found:
            raise request.error(
                "holds no time series with samples", "choose another file or leave it out"
            )
        group = file[pick_array(request, list(found))]
        yield from _channels(request, file, group)


def _channels(request: Request, file: Any, group: Any) -> Iterator[Signal]:
    data = group["data"]
    check_written(request, data)
    if data.ndim > 2 or data.dtype.kind not in "iuf":
        raise request.error(
            f"{group.name!r} is {data.dtype} of shape {data.shape}",
            "choose a numeric series of one or two dimensions",
        )
    turned, remarks = _is_turned(group, data)
    shape = data.shape[::-1] if turned else data.shape
    n, n_channels = shape[0], shape[1] if data.ndim == 2 else 1
    names = _names(file, group, n_channels)
    chosen = request.choose(names)
    begins_s, rate_hz, breaks, lost = _clock(request, group, n)
    start, stop = request.span(n, rate_hz)
    units, factor = _FACTORS.get(_text(data.attrs.get("unit", "")), ("", 1.0))
    units = units or plain_unit(_text(data.attrs.get("unit", ""))) or "adu"
    scales = factor * float(data.attrs.get("conversion", 1.0)) * _each(request, group, n_channels)
    for k in chosen.positions:
        check_scale(request, float(scales[k]), f"conversion of {names[k]!r}")
    offset = factor * float(data.attrs.get("offset", 0.0))
    notes = [note._replace(onset_s=note.onset_s - begins_s) for note in _intervals(request, file)]
    stretches = stretches_of(breaks[breaks > start] - start, stop - start)
    load = request.annotations(lambda: notes or None, rate_hz, start, stop, lost=lost)

    def one(k: int) -> Signal:
        place: Any = (slice(start, stop), k)[: data.ndim]
        part = data[place[::-1] if turned else place]
        samples = np.asarray(part, dtype=np.float64) * scales[k] + offset
        return Signal(samples, rate_hz, units, names[k], stretches, load, list(remarks))

    yield from chosen.signals(one)


def _is_turned(group: Any, data: Any) -> tuple[bool, list[str]]:
    """Return whether channels lie along the first axis, against the standard, and what to remark.

    Time stamps and electrodes tell; without them it is only remarked that channels are many.
    """
    if data.ndim < 2 or data.shape[0] == data.shape[1]:
        return False, []
    rows, columns = data.shape
    name = group.name.strip("/")
    told = [
        group[one].shape[0] == shape
        for one, shape in (("timestamps", columns), ("electrodes", rows), ("control", columns))
        if one in group and group[one].ndim == 1 and group[one].shape[0] in (rows, columns)
    ]
    if told and all(told):
        return True, [f"{name!r} is {rows} x {columns}, time along the second axis: it was turned"]
    if not told and rows < columns:
        size = f"{number_of(rows, 'sample')} of {number_of(columns, 'channel')}"
        said = f"{name!r} has {size}: time is the first axis in NWB"
        return False, [said]
    return False, []


def _series(file: Any) -> list[str]:
    """Return the paths of series of samples that hold some, those of processing, too."""
    import h5py

    found = []

    def note(name: str, item: Any) -> None:
        kind = _text(item.attrs.get("neurodata_type", ""))
        if (
            isinstance(item, h5py.Group)
            and kind.endswith("Series")
            and kind not in _OTHERS
            and isinstance(item.get("data"), h5py.Dataset)
            and item["data"].size > 1
        ):
            found.append(name)

    file.visititems(note)
    return found


def _clock(
    request: Request, group: Any, n: int
) -> tuple[float, float, np.ndarray, list[tuple[float, float]]]:
    """Return when a series begins, its rate, where its time stamps jump, and for how long."""
    no = np.zeros(0, np.int64)
    if "starting_time" in group:
        begin = group["starting_time"]
        rate_hz = request.rate(float(begin.attrs.get("rate", 0)) or None)
        return float(begin[()]), rate_hz, no, []
    if "timestamps" not in group:
        return 0.0, request.rate(None), no, []
    stamps = np.asarray(values_of(request, group["timestamps"]), dtype=np.float64)
    if len(stamps) != n:
        raise request.error(
            f"{group.name!r} has {number_of(n, 'sample')} and "
            f"{number_of(len(stamps), 'time stamp')}",
            "write it again",
        )
    try:
        clock = read_clock(stamps)
    except Irregular as problem:
        raise request.error(
            f"the time stamps of {group.name!r} fit no sampling rate ({problem})",
            "leave the series out, or resample it to even steps",
        ) from problem
    if clock is None:
        return float(stamps[0]) if n else 0.0, request.rate(None), no, []
    rate_hz = request.rate(clock.rate_hz, clock.tolerance)
    lost = zip((clock.breaks / rate_hz).tolist(), clock.lost_s.tolist(), strict=True)
    return float(stamps[0]), rate_hz, clock.breaks, list(lost)


def _each(request: Request, group: Any, n_channels: int) -> np.ndarray:
    """Return what each channel is multiplied with beside what all are."""
    if "channel_conversion" not in group:
        return np.ones(n_channels)
    own = np.asarray(group["channel_conversion"][()], np.float64)
    if own.size not in (1, n_channels):
        raise request.error(
            f"{group.name!r} has {number_of(n_channels, 'channel')} and a conversion for "
            f"{own.size}",
            "write it again",
        )
    return np.broadcast_to(own.ravel(), n_channels)


def _names(file: Any, group: Any, n_channels: int) -> list[str]:
    """Return channels' names: those of their electrodes, where they tell them apart."""
    last = group.name.rpartition("/")[2]
    if n_channels == 1:
        return [last]
    numbered = [f"{last}[{k}]" for k in range(n_channels)]
    if "electrodes" not in group:
        return numbered
    rows = np.asarray(group["electrodes"][()]).astype(int)
    table = file.get("general/extracellular_ephys/electrodes")
    if table is None or len(rows) != n_channels:
        return numbered
    for column in _NAMES:
        if column in table and table[column].ndim == 1 and rows.max() < table[column].shape[0]:
            names = [_text(table[column][int(row)]) for row in rows]
            if len(set(names)) == n_channels and all(names):
                return names
    return numbered


def _intervals(request: Request, file: Any) -> list[Annotation]:
    """Return trials and other intervals, labelled by their table's name, and texts at times."""
    found = []
    for name, table in file.get("intervals", {}).items():
        if "start_time" not in table or "stop_time" not in table:
            continue
        starts, stops = (np.asarray(table[one][()], float) for one in ("start_time", "stop_time"))
        if len(starts) != len(stops):
            raise request.error(
                f"its intervals {name!r} have {len(starts)} starts and {len(stops)} stops",
                "write it again",
            )
        labels = [name] * len(starts)
        if "label" in table and table["label"].shape == starts.shape:
            labels = [_text(one) for one in table["label"][()]]
        for start, stop, label in zip(starts, stops, labels, strict=True):
            if np.isfinite(start):
                lasts = float(stop - start) if np.isfinite(stop) else 0.0
                found.append(Annotation(float(start), max(0.0, lasts), label))
    for series in file.get("acquisition", {}).values():
        if _text(series.attrs.get("neurodata_type", "")) == "AnnotationSeries":
            stamps = np.asarray(series["timestamps"][()], float).tolist()
            texts = [_text(one) for one in series["data"][()]]
            found += [Annotation(at, 0.0, text) for at, text in zip(stamps, texts, strict=True)]
    return found


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
