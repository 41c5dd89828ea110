"""What the clocks of a table say together: which rows are samples, their rate, their gaps."""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from biospectra.formats.clocks import (
    ROUGH,
    Clock,
    Irregular,
    clock_of_rate,
    join_fractions,
    read_clock,
)
from biospectra.formats.columns import Columns, has_names, is_surely_time
from biospectra.formats.counters import read_counter
from biospectra.formats.request import Request
from biospectra.formats.time_units import guess_unit, time_unit

_BLURRED = 0.4  # of a sample: stamps that may be off by more


class TableClock(NamedTuple):
    """When the samples of a column were taken.

    Attributes
    ----------
    rows : ndarray, (n_samples,), int64
        Rows of the table that hold a sample.
    rate_hz : float
        Samples a second.
    breaks : ndarray, (k,), int64
        Samples before which there is a gap.
    lost_s : ndarray, (k,), float64
        How long it is; 0 where nothing says.
    """

    rows: np.ndarray
    rate_hz: float
    breaks: np.ndarray
    lost_s: np.ndarray


def table_clock(
    request: Request,
    columns: Columns,
    k: int,
    keep: np.ndarray,
    filled: np.ndarray,
    stamps: dict[int, np.ndarray],
    numbers: dict[int, np.ndarray],
    *,
    events: Sequence[int] | np.ndarray = (),
) -> TableClock:
    """Return which rows are samples of a channel, their rate and their gaps.

    Of several time columns the one that jitters least gives the rate; gaps are those of any that
    does not jitter, and those of running numbers.

    Parameters
    ----------
    request : Request
        Whose `rate_hz`, where it is given, must not contradict the file.
    columns : Columns
        Of the table.
    k : int
        The channel's column.
    keep : ndarray, (n_rows,), bool
        Rows that are no header lines and not behind the channel's end.
    filled : ndarray, (n_rows,), bool
        Rows in which the channel has a value.
    stamps : dict of ndarray, (n_rows,), float64
        Times by column, in seconds or in the unit that the column's header names.
    numbers : dict of ndarray, (n_rows,), float64
        Running numbers by column.
    events : ndarray, (k,), int64
        Rows that tell of an event, and hold no sample where the times are too rough to say.

    Returns
    -------
    TableClock

    Raises
    ------
    RecordingError
        Where no rate is known, or two contradict each other.
    """
    declared = _declared(columns, k)
    times: dict[int, np.ndarray] = {}
    for j, values in stamps.items():
        seconds = _in_seconds(request, columns, j, values, filled & keep, declared)
        if seconds is None:
            numbers = numbers | {j: values}
        else:
            times[j] = seconds
    times = join_fractions(times)
    rows = np.flatnonzero(keep)
    best, at, rows, measured = _measured(request, columns, times, rows, filled, declared)
    if best is not None and len(events) and best.blur_s * best.rate_hz > _BLURRED:
        # Stamps that are not exact do not tell what lies between samples.
        rows = np.setdiff1d(np.flatnonzero(keep), np.asarray(events, dtype=np.int64))
        best, at, rows, measured = _measured(request, columns, times, rows, filled, declared)
    rate_hz = _agreed(request, columns, declared, best, at)
    lost = {int(number): 0.0 for number in np.flatnonzero(_interrupted(rows, keep)) + 1}
    for clock, _, own in measured:
        if clock is not best and (clock.jitters or len(own) != len(rows)):
            continue
        for number, gap_s in zip(clock.breaks.tolist(), clock.lost_s.tolist(), strict=True):
            lost[number] = max(gap_s, lost.get(number, 0.0))
    for values in numbers.values():
        for number, missing in zip(*(read_counter(values[rows]) or ((), ())), strict=True):
            lost.setdefault(int(number), float(missing) / rate_hz)
    breaks = np.array(sorted(lost), dtype=np.int64)
    return TableClock(rows, rate_hz, breaks, np.array([lost[one] for one in breaks.tolist()]))


def _measured(
    request: Request,
    columns: Columns,
    times: dict[int, np.ndarray],
    rows: np.ndarray,
    filled: np.ndarray,
    declared: list[float],
) -> tuple[Clock | None, int, np.ndarray, list[tuple[Clock, int, np.ndarray]]]:
    """Return the clock that jitters least, its column and rows, and all clocks."""
    told = [
        (clock, j, own)
        for j in times
        for own, clock in [_on_the_clock(request, columns, j, times[j], rows, filled, declared)]
        if clock is not None
    ]
    if not told:
        return None, -1, rows, []
    return (*min(told, key=lambda one: (one[0].jitters, one[0].tolerance)), told)


def _interrupted(rows: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Return after which of the rows header lines stand, as after a pause."""
    left_out = np.r_[0, np.cumsum(~keep)]
    return left_out[rows[1:]] > left_out[rows[:-1]]


def _on_the_clock(
    request: Request,
    columns: Columns,
    j: int,
    times: np.ndarray,
    rows: np.ndarray,
    filled: np.ndarray,
    declared: list[float],
) -> tuple[np.ndarray, Clock | None]:
    """Return the rows that are samples by a column of times, and what it says; None if nothing.

    Raises
    ------
    RecordingError
        Where no rate describes the times, unless a rate that is known is their average.
    """
    known = [request.rate_hz] if request.rate_hz else declared
    try:
        own = _without_events(times, rows, filled)
        clock = read_clock(times[own], rough=is_surely_time(columns, j))
        if clock is None and known and is_surely_time(columns, j):
            clock = clock_of_rate(times[own], known[0])
    except Irregular as problem:
        if not is_surely_time(columns, j):
            return rows, None
        if not any(math.isclose(r, _average(times[rows]), rel_tol=0.01) for r in known):
            raise request.error(
                f"the times in column {_title(columns, j)!r} fit no sampling rate ({problem})",
                "leave the recording out, or resample it to even steps",
            ) from problem
        return rows, None
    if clock is not None and clock.jitters and not is_surely_time(columns, j):
        return rows, None  # it may be a signal
    return own, clock


def _average(times: np.ndarray) -> float:
    times = times[np.isfinite(times)]
    span_s = float(times[-1] - times[0]) if len(times) > 100 else 0.0
    return (len(times) - 1) / span_s if span_s > 0 else math.inf


def _in_seconds(
    request: Request,
    columns: Columns,
    j: int,
    values: np.ndarray,
    filled: np.ndarray,
    declared: list[float],
) -> np.ndarray | None:
    """Return times in s; None for numbers that count samples."""
    if columns.kinds[j] == "stamp":
        return values
    unit_s = time_unit(columns.units[j]) if columns.units[j] else _unit_in_name(columns.names[j])
    own = values[filled & np.isfinite(values)]
    if unit_s is None:
        rates = [request.rate_hz] if request.rate_hz else declared[:1]
        unit_s = guess_unit(own, rates[0] if rates else None)
    if unit_s is None:
        steps = np.diff(own)
        if own.size < 3 or np.median(steps) == 1 or not has_names(columns):
            return None
        if request.rate_hz or declared:
            unit_s = 1.0
        else:
            raise request.error(
                f"column {columns.titles[j]!r} goes on by {np.median(steps):g} from sample to "
                "sample, in a unit that it does not name",
                f"call it {columns.names[j]} (ms) or the like, or fill the column rate_hz",
            )
    return values * unit_s


def _unit_in_name(name: str) -> float | None:
    last = re.split(r"[ _/\-()\[\]]+", name.strip(" ()[]"))[-1]
    return time_unit(last) if last.lower() not in ("m", "h") else None


def _without_events(times: np.ndarray, rows: np.ndarray, filled: np.ndarray) -> np.ndarray:
    """Return the rows that are samples: without those between two samples that follow each other.

    A row in which the channel is empty is a missing sample where its time is, and otherwise an
    event, or a sample of another channel.
    """
    own = rows[filled[rows]]
    if len(own) == len(rows) or len(own) < 3:
        return rows
    clock = read_clock(times[own])
    if clock is None:
        return rows
    empty = np.diff(own) - 1
    elapsed = np.diff(times[own]) * clock.rate_hz
    # Stamps that are not exact do not tell.
    missing = elapsed >= empty + 0.5 - clock.blur_s * clock.rate_hz
    kept = np.ones(len(times), bool)
    for a, b in zip(own[:-1][(empty > 0) & ~missing], own[1:][(empty > 0) & ~missing], strict=True):
        kept[a + 1 : b] = False
    ahead = rows[rows < own[0]]
    if (
        len(ahead)
        and not abs((times[own[0]] - times[ahead[0]]) * clock.rate_hz - len(ahead)) <= 0.5
    ):
        kept[ahead] = False
    return rows[kept[rows]]


def _declared(columns: Columns, k: int) -> list[float]:
    """Return the rates that header lines name for a channel, each once."""
    name = columns.names[k].strip()
    rates = columns.rates
    own = [rate for line, rate in rates if name and name in line]
    return list(dict.fromkeys(own or [rate for _, rate in rates]))


def _agreed(
    request: Request, columns: Columns, declared: list[float], measured: Clock | None, j: int
) -> float:
    """Return the rate that header, time stamps and table agree on."""
    if measured is not None:
        limit = max(measured.tolerance, 5e-3)
        near = [r for r in declared if math.isclose(r, measured.rate_hz, rel_tol=limit)]
        if declared and not near:
            wrong = request.rate_hz is None or not any(
                math.isclose(request.rate_hz, rate, rel_tol=limit)
                for rate in (*declared, measured.rate_hz)
            )
            if wrong:
                raise request.error(
                    f"its header says {declared[0]:g} Hz and its column {_title(columns, j)!r} "
                    f"{measured.rate_hz:g} Hz",
                    "correct the one that is wrong, or say in the column rate_hz which holds",
                )
            return float(request.rate_hz or 0)
        if near:
            return request.rate(near[0])
        if measured.tolerance > ROUGH and request.rate_hz is None:
            return request.rate(None)
        return request.rate(measured.rate_hz, measured.tolerance)
    if len(declared) > 1:
        same = [rate for rate in declared if request.rate_hz and abs(rate - request.rate_hz) < 1e-3]
        if not same:
            listed = ", ".join(f"{rate:g}" for rate in declared)
            raise request.error(
                f"its header names several rates ({listed} Hz)",
                "say in the column rate_hz which is the channel's",
            )
        return same[0]
    return request.rate(declared[0] if declared else None)


def _title(columns: Columns, j: int) -> str:
    return columns.titles[j] or f"column {j}"
