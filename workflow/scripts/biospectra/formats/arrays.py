"""What readers of arrays by name have in common: NumPy's, MATLAB's and HDF5's."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from biospectra.formats.array_rates import find_rates, is_rate_name, letters, rates_of
from biospectra.formats.columns import Columns, clock_columns
from biospectra.formats.request import Request
from biospectra.formats.table_clocks import TableClock, table_clock
from biospectra.formats.units import plain_unit
from biospectra.signals.signal import Signal, shift_stretches, stretches_of

_LABELS: tuple[str, ...] = (
    "labels",
    "label",
    "channelnames",
    "chnames",
    "channames",
    "signame",
    "sigs",
    "titles",
)
_LABELS += ("channellabels", "siglabels", "channels", "names")
_UNITS: tuple[str, ...] = ("units", "unit", "unittext")
_CLEARLY_LONGER = 4  # a recording that is not so many times as long as it has channels is told


def pick_array(request: Request, names: list[str]) -> str:
    """Return the name of the array to read: `Request.variable`, or the only one that is no time.

    Parameters
    ----------
    request : Request
        What is wanted.
    names : list of str
        Of the numeric arrays that there are.

    Returns
    -------
    str
    """
    if request.variable:
        wanted = str(request.variable).strip("/")
        if wanted in names:
            return wanted
        said = f"has no numeric array {wanted!r}"
    else:
        several = len(names) > 1
        alone = [n for n in names if not (several and (_is_time(n) or is_rate_name(n)))]
        if len(alone) == 1:
            return alone[0]
        said = "holds several arrays" if names else "holds no numeric array"
    listed = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
    raise request.error(said, f"name one as variable: {listed}" if names else "choose another file")


def _is_time(name: str) -> bool:
    last = re.split(r"[./]", name)[-1]
    columns = Columns([last], [last], [""], ["number"], [])
    return bool(clock_columns(columns, -1)[0])


def text_list(value: Any) -> list[str]:
    """Return an array of texts as a list; empty for anything else.

    Parameters
    ----------
    value : array or anything else
        What a file holds under a name.

    Returns
    -------
    list of str
    """
    array = np.asarray(value)
    if array.dtype.kind in "UO" and array.size:
        items = [array.item()] if array.size == 1 else array.ravel().tolist()
        if all(isinstance(item, str) for item in items):
            return [item.strip() for item in items]
    if array.dtype.kind == "S":
        return [item.decode("utf-8", "replace").strip() for item in array.ravel().tolist()]
    return []


def array_signals(
    request: Request,
    array: Any,
    name: str,
    beside: Mapping[str, Any],
    *,
    further: Sequence[Mapping[str, Any]] = (),
    units: str = "adu",
) -> Iterator[Signal]:
    """Give channels of an array of one or two dimensions.

    Parameters
    ----------
    request : Request
        What is wanted.
    array : ndarray, or a dataset that is sliced like one
        Of its axes the one is time that is as long as an array of times beside it, or that is not
        as long as the list of channels; else the longer one. Only the part that is wanted is read.
    name : str
        Its name.
    beside : mapping of str to anything
        What lies beside the array by name: rates, times, names and units of channels.
    further : sequence of mappings of str to anything
        What lies elsewhere, the nearest first; a rate is taken from the first that has one where
        there is none beside.
    units : str
        Units where nothing beside the array says them.

    Returns
    -------
    iterator of Signal
    """
    shape = tuple(n for n in array.shape if n != 1) or (1,)
    if array.dtype.kind not in "iufb" or len(shape) > 2 or not array.shape:
        raise request.error(
            f"{name!r} is {array.dtype} of shape {array.shape}",
            "choose a numeric array of one or two dimensions",
        )
    if 0 in shape:
        raise request.error(f"{name!r} holds no samples", "choose another file or leave it out")
    times = _times(beside, name, shape)
    axis, remarks = _time_axis(request, name, shape, times, beside)
    n, n_channels = shape[axis], shape[1 - axis] if len(shape) == 2 else 1
    names = [name]
    if len(shape) == 2:
        numbered = [f"{name}[{k}]" for k in range(n_channels)]
        names = _of_channels(beside, _LABELS, n_channels) or numbered
    chosen = request.choose(names)
    around = (find_rates(one) for one in (beside, *further))
    rates = rates_of(name, beside) or next((found for found in around if found), [])
    listed = _of_channels(beside, _UNITS, n_channels)
    clocks = {t: v for t, v in times.items() if len(v) == n}
    if len(chosen.positions) > 1 and not isinstance(array, np.ndarray):
        array = array[()]  # once, however a file lays out its parts

    def one(k: int) -> Signal:
        own = [(one, float(v[k] if len(v) == n_channels else v[0])) for one, v in rates]
        clock = _clock(request, names[k], clocks, own, n)
        start, stop = request.span(n, clock.rate_hz)
        part: list[Any] = [slice(start, stop), k][: len(shape)]
        place = iter(part if axis == 0 else part[::-1])
        index = tuple(0 if size == 1 and shape != (1,) else next(place) for size in array.shape)
        return Signal(
            np.asarray(array[index], dtype=np.float64).reshape(-1),
            clock.rate_hz,
            (plain_unit(listed[k]) if listed else "") or units,
            names[k],
            shift_stretches(stretches_of(clock.breaks, n), start, stop),
            request.annotations(
                lambda: None,
                clock.rate_hz,
                start,
                stop,
                lost=list(zip(clock.breaks / clock.rate_hz, clock.lost_s, strict=True)),
            ),
            list(remarks),
        )

    yield from chosen.signals(one)


def _time_axis(
    request: Request,
    name: str,
    shape: tuple[int, ...],
    times: Mapping[str, np.ndarray],
    beside: Mapping[str, Any],
) -> tuple[int, list[str]]:
    """Return which axis is time, and what is to be remarked of it.

    Raises
    ------
    RecordingError
        Where both are as long, and nothing says which it is.
    """
    if len(shape) < 2:
        return 0, []
    told = [a for a in (0, 1) if shape[a] in {len(values) for values in times.values()}]
    listed = {len(text_list(v)) for one, v in beside.items() if letters(one) in _LABELS + _UNITS}
    told = told if len(told) == 1 else [1 - a for a in (0, 1) if shape[a] in listed]
    if len(told) == 1:
        return told[0], []
    size = f"{shape[0]} x {shape[1]}"
    if shape[0] == shape[1]:
        raise request.error(
            f"{name!r} is {size}, and nothing says which axis is time",
            "store the times of its samples or its channels' names beside it",
        )
    axis = int(shape[0] < shape[1])
    if max(shape) < _CLEARLY_LONGER * min(shape):
        return axis, [f"{name!r} is {size}: the longer axis is taken for time"]
    return axis, []


def _clock(
    request: Request,
    name: str,
    times: dict[str, np.ndarray],
    rates: list[tuple[str, float]],
    n: int,
) -> TableClock:
    """Return what times, running numbers and rates beside an array of n samples say together."""
    titles = [name, *times]
    columns = Columns(
        [re.split(r"[./]", one)[-1] for one in titles],
        titles,
        [""] * len(titles),
        ["number", *("stamp" if v.dtype.kind == "M" else "number" for v in times.values())],
        rates,
    )
    stamped, counted = clock_columns(columns, 0)
    values = [np.zeros(0), *map(_seconds, times.values())]
    return table_clock(
        request,
        columns,
        0,
        np.ones(n, bool),
        np.ones(n, bool),
        {j: values[j] for j in stamped},
        {j: values[j] for j in counted},
    )


def _times(beside: Mapping[str, Any], name: str, shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Return the arrays of one dimension that may be times or running numbers of the samples."""
    found = {}
    for one, value in beside.items():
        other = np.squeeze(np.asarray(value))
        is_one = other.ndim == 1 and other.size > 2 and other.dtype.kind in "iufM"
        if one != name and is_one and other.size in shape:
            found[one] = other
    return found


def _seconds(values: np.ndarray) -> np.ndarray:
    if values.dtype.kind != "M":
        return values.astype(np.float64)
    since = (values - values[0]).astype("timedelta64[ns]").astype(np.float64) / 1e9
    since[np.isnat(values)] = np.nan
    return since


def _of_channels(beside: Mapping[str, Any], names: tuple[str, ...], n: int) -> list[str]:
    for one, value in beside.items():
        if letters(one) in names:
            listed = text_list(value)
            if len(listed) == n:
                return listed
    return []
