"""What readers of arrays by name have in common: NumPy's, MATLAB's and HDF5's."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from biospectra.formats.columns import Columns, clock_columns
from biospectra.formats.request import Request
from biospectra.formats.table_clocks import TableClock, table_clock
from biospectra.formats.time_units import time_unit
from biospectra.formats.units import plain_unit
from biospectra.signals.signal import Signal, shift_stretches, stretches_of

# Names of a sampling rate, and of its inverse, in lower case without what is no letter.
_RATES = frozenset(
    {"ratehz", "fs", "sfreq", "srate", "samplingrate", "samplerate", "samplingfrequency", "sr"}
    | {"samplefrequency", "samplingfreq", "samplefreq", "fsamp", "fsample", "fsampling", "fshz"}
    | {"samplingratehz", "sampleratehz", "samplingfrequencyhz", "sfreqhz", "sratehz", "sps", "hz"}
    | {"samplespersecond", "fsamplehz"}
)
_PERIODS = frozenset(
    {"dt", "dts", "samplinginterval", "sampleinterval", "samplingperiod", "sampleperiod", "isi"}
    | {"interval", "timestep"}
)
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
_UNITS = ("units", "unit", "unittext")


def letters(name: str) -> str:
    """Return a name in lower case, without what is no letter.

    Parameters
    ----------
    name : str
        Of an array.

    Returns
    -------
    str
    """
    return re.sub(r"[^a-z]", "", name.lower())


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
        alone = [name for name in names if not _is_time(name)] if len(names) > 1 else names
        if len(alone) == 1:
            return alone[0]
        said = "holds several arrays" if names else "holds no numeric array"
    listed = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
    raise request.error(said, f"name one as variable: {listed}" if names else "choose another file")


def _is_time(name: str) -> bool:
    last = re.split(r"[./]", name)[-1]
    columns = Columns([last], [last], [""], ["number"], [])
    return bool(clock_columns(columns, -1)[0])


def find_rates(named: Mapping[str, Any]) -> list[tuple[str, np.ndarray]]:
    """Return what is named like a sampling rate or its inverse, in Hz.

    Parameters
    ----------
    named : mapping of str to anything
        Numbers by name, also as text or in arrays; others are passed over.

    Returns
    -------
    list of (str, ndarray, (n,), float64)
        One number, or one for each channel.
    """
    found = []
    for name, value in named.items():
        known = letters(re.split(r"[./]", name)[-1])
        if known not in _RATES and known not in _PERIODS:
            continue
        numbers = _numbers(value)
        if numbers is None or not np.all(numbers > 0):
            continue
        if known in _PERIODS:
            unit = str(_text(named.get(f"{name}_units", named.get(f"{name}Units", "s"))))
            unit_s = time_unit(unit.split("/")[0]) or 1.0
            numbers = 1 / (numbers * unit_s)
        found.append((name, numbers))
    return found


def _text(value: Any) -> str:
    value = value.item() if isinstance(value, np.ndarray) and value.size == 1 else value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _numbers(value: Any) -> np.ndarray | None:
    """Return one number or a few as an array; text that begins with a number, too."""
    array = np.asarray(value)
    if array.dtype.kind in "iuf" and 1 <= array.size <= 4096:
        return array.astype(np.float64).ravel()
    if array.size == 1:
        found = re.match(r"\s*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*(?:Hz)?\s*$", _text(value))
        return np.array([float(found[1])]) if found else None
    return None


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
        Its longer axis is time, or the one that is as long as an array of times beside it. Only the
        part that is wanted is read.
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
    if array.dtype.kind not in "iufb" or len(shape) > 2:
        raise request.error(
            f"{name!r} is {array.dtype} of shape {array.shape}",
            "choose a numeric array of one or two dimensions",
        )
    if 0 in shape:
        raise request.error(f"{name!r} holds no samples", "choose another file or leave it out")
    times = _times(beside, name, shape)
    axis = 0
    if len(shape) == 2:
        told = [a for a in (0, 1) if shape[a] in {len(values) for values in times.values()}]
        axis = told[0] if len(told) == 1 else int(shape[0] <= shape[1])
    n, n_channels = shape[axis], shape[1 - axis] if len(shape) == 2 else 1
    names = [name]
    if len(shape) == 2:
        numbered = [f"{name}[{k}]" for k in range(n_channels)]
        names = _of_channels(beside, _LABELS, n_channels) or numbered
    chosen = request.choose(names)
    rates = next((found for found in map(find_rates, (beside, *further)) if found), [])
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
        )

    yield from chosen.signals(one)


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
