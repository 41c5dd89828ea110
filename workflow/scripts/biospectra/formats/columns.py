"""The columns of a table, and which of them tell when samples were taken."""

import re
from dataclasses import dataclass

from biospectra.formats.time_units import time_unit
from biospectra.formats.units import split_unit

_TIME = re.compile(
    r"(?:\w+[ _-]*)?(?:time[ _-]?stamps?|elapsed|zeitstempel|date[ _/-]*time)(?:[ _-].*|\(.*)?"
    r"|(?:(?:elapsed|phone|sensor|sampl\w*|unix|local|utc|system|device|recording|relative|rel"
    r"|abs\w*|epoch|lsl|host|polar|gps|x)[ _-]*)?"
    r"(?:time|zeit|temps|tiempo|tempo|tijd|hora|heure|uhrzeit|ora|czas|время|时间|時間|시간|clock)"
    r"(?:[ _-]*(?:s|secs?|seconds|msec|millis\w*|micros\w*|nanos\w*|[mun]s|unix|utc|local|of day"
    r"|formatted))?"
    r"|s|secs?|seconds|[mun]s|msec|milli(?:s|sec|seconds)|micros\w*|nanos\w*|min|unix|epoch|hh:mm:ss\S*",
    re.IGNORECASE,
)
# A unit behind it, however it is set off: t_ms, Time/ms, Zeit in ms.
_WITH_UNIT = re.compile(r"(.+?)(?:\s*[_/\-(\[]\s*|\s+(?:in\s+)?)([^\W\d_]+)[\])]*")
_NUMBER = re.compile(
    r"nseq|seq(?:uence)?(?:[ _-]*(?:number|no\.?|nr|id))?"
    r"|samples?(?:[ _-]*(?:index|number|no\.?|nr|id|#|num|count(?:er)?))?"
    r"|index|idx|counter|package\w*|packet(?:[ _-]*(?:number|counter|id|num))?"
    r"|frames?(?:[ _-]*(?:number|no\.?))?|rows?|row[ _-]*(?:number|names?)"
    r"|sample interval|n|no\.?|nr\.?|#|id|unnamed: 0",
    re.IGNORECASE,
)


@dataclass
class Columns:
    """The columns of a table.

    Attributes
    ----------
    names, titles, units : list of str
        Names without their units, as the file has them, and the units; empty where nothing says
        them.
    kinds : list of str
        What they hold: ``number``, ``stamp`` (a date or a time), ``text`` or ``empty``.
    rates : list of (str, float)
        What says a sampling rate, and the rate in Hz.
    """

    names: list[str]
    titles: list[str]
    units: list[str]
    kinds: list[str]
    rates: list[tuple[str, float]]

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.kinds)


def is_time_name(title: str) -> bool:
    """Whether a column's title, with or without a unit, says that it holds times.

    Parameters
    ----------
    title : str
        As it stands in the header.

    Returns
    -------
    bool
    """
    return _is_called_time(split_unit(title)[0].strip())


def _is_called_time(name: str) -> bool:
    if _TIME.fullmatch(name.removesuffix("()")):
        return True
    found = _WITH_UNIT.fullmatch(name)
    if found is None or time_unit(found[2]) is None:
        return False
    return found[1].lower() in ("t", "tv") or bool(_TIME.fullmatch(found[1]))


def has_names(columns: Columns) -> bool:
    """Whether the columns have names; the first of a table without them may be a clock.

    Parameters
    ----------
    columns : Columns
        Of the table.

    Returns
    -------
    bool
    """
    return any(columns.names)


def _is_time(columns: Columns, j: int) -> bool:
    if columns.kinds[j] == "stamp":
        return True
    if columns.kinds[j] != "number":
        return False
    name, unit = columns.names[j].strip().strip("'\""), columns.units[j]
    if _is_called_time(name):
        return True
    counts_time = time_unit(unit) is not None if unit else False
    return name == "t" or (counts_time and (j == 0 or name.lower() in ("t", "x", "")))


def is_surely_time(columns: Columns, j: int) -> bool:
    """Whether a column that is taken for a time must be one; ``min`` and ``t`` may be others.

    Parameters
    ----------
    columns : Columns
        Of the table.
    j : int
        The column.

    Returns
    -------
    bool
    """
    name = columns.names[j].strip().strip("'\"")
    return columns.kinds[j] == "stamp" or (len(name) > 3 and _is_called_time(name))


def _is_counter(columns: Columns, j: int) -> bool:
    if columns.kinds[j] != "number" or not has_names(columns):
        return False
    name = columns.names[j].strip().strip("'\"")
    return bool(_NUMBER.fullmatch(name)) or (name == "" and j == 0)


def is_clock(columns: Columns, j: int) -> bool:
    """Whether a column is a time or a running number of the samples by its name or its form.

    Parameters
    ----------
    columns : Columns
        Of the table.
    j : int
        The column.

    Returns
    -------
    bool
    """
    return _is_time(columns, j) or _is_counter(columns, j)


def clock_columns(columns: Columns, k: int) -> tuple[list[int], list[int]]:
    """Return the columns of times and of running numbers that go with a channel.

    Several instruments may lie side by side, each with a clock to its left; a clock to the right
    serves channels that have none to their left.

    Parameters
    ----------
    columns : Columns
        Of the table.
    k : int
        The channel's column.

    Returns
    -------
    times, numbers : list of int
    """
    told = [j for j, kind in enumerate(columns.kinds) if kind in ("number", "stamp")]
    numbers = [j for j in told if j != k]
    if not has_names(columns):
        stamps = [j for j in numbers if columns.kinds[j] == "stamp"]
        return (stamps or [j for j in numbers if j == 0]), []
    times = [j for j in numbers if _is_time(columns, j)]
    counters = [j for j in numbers if j not in times and _is_counter(columns, j)]
    return _nearest(columns, times, k), _nearest(columns, counters, k)


def _nearest(columns: Columns, clocks: list[int], k: int) -> list[int]:
    """Return those that lie side by side to the left, or, where there are none, to the right."""
    left = [j for j in clocks if j < k]
    right = [j for j in clocks if j > k]
    if not left:
        return right
    group = [left.pop()]
    while left and not any(
        columns.kinds[j] == "number" and not is_clock(columns, j)
        for j in range(left[-1] + 1, group[0])
    ):
        group.insert(0, left.pop())
    return group


def signal_columns(columns: Columns) -> list[int]:
    """Return the columns of numbers that are neither times nor running numbers.

    Parameters
    ----------
    columns : Columns
        Of the table.

    Returns
    -------
    list of int
    """
    return [
        j for j, kind in enumerate(columns.kinds) if kind == "number" and not is_clock(columns, j)
    ]
