"""Time stamps written as text: dates, times of day, elapsed hours and minutes."""

import re
from typing import Any

import numpy as np

_TIME = r"\d{1,4}:\d{2}(?::\d{2})?(?:[.,:]\d+)?(?:\s*[AaPp]\.?[Mm]\.?)?"
_ISO = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{8}(?=T)"
_DAY = rf"(?:{_ISO}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}})"
_ZONE = r"\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
_STAMP = re.compile(
    rf"\[?(?:{_TIME}(?:\s+{_DAY})?|{_DAY}[T ,]*(?:{_TIME}|(?<=T)\d{{6}}(?:[.,]\d+)?){_ZONE})\]?"
)
_PARTS = (
    rf"^\[?(?P<day>{_DAY})?[T ,]*(?P<time>{_TIME}|\d{{6}}(?:[.,]\d+)?)"
    rf"(?P<zone>{_ZONE})(?:\s+(?P<later>{_DAY}))?\]?$"
)
DAY_S = 86_400.0


def is_stamp(cell: str) -> bool:
    """Whether a cell is a time stamp as text.

    Parameters
    ----------
    cell : str
        As it stands in the file.

    Returns
    -------
    bool
    """
    return bool(_STAMP.fullmatch(cell.strip().strip("'\"").strip()))


def stamps_in_seconds(cells: Any) -> np.ndarray:
    """Return time stamps in s from any one origin.

    Times of day without a date go on over midnight.

    Parameters
    ----------
    cells : Series of str, (n,)
        Missing ones may be NaN.

    Returns
    -------
    ndarray, (n,), float64
        NaN where a cell is no time stamp.
    """
    text = cells.astype("string").fillna("").str.strip().str.strip("'\"[] ")
    quick = _iso(text)
    if quick is not None:
        return quick
    seconds, days = _clock_times(text), None
    if seconds is None:
        parts = text.str.extract(_PARTS)
        seconds = _times(parts["time"].fillna(""))
        days = parts["day"].fillna(parts["later"])
    if days is not None and days.notna().any():
        seconds += DAY_S * _days(days)
        zones = parts["zone"].fillna("").str.extract(r"([+-])(\d{2}):?(\d{2})")
        offset = np.nan_to_num(3600 * _floats(zones[1]) + 60 * _floats(zones[2]))
        west = (zones[0] == "-").fillna(False).to_numpy(bool)
        return seconds - np.where(west, -offset, offset)
    if np.nanmax(seconds, initial=0) < DAY_S:
        known = np.flatnonzero(np.isfinite(seconds))
        wrapped = np.cumsum(np.diff(seconds[known]) < -DAY_S / 2)
        days_s = np.zeros_like(seconds)
        days_s[known[1:]] = DAY_S * wrapped
        return seconds + days_s
    return seconds


def _iso(text: Any) -> np.ndarray | None:
    """Return ISO stamps in s, the quick way; None where they are of another form."""
    import pandas as pd

    filled = text[text != ""]
    if filled.empty or not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:", filled.iloc[0]):
        return None
    plain = text.str.replace(",", ".", regex=False)
    stamps = pd.to_datetime(plain, format="ISO8601", utc=True, errors="coerce")
    whole = stamps.dt.floor("s")
    # Seconds and their fractions apart: a float of nanoseconds since 1970 is coarse.
    origin = whole.min()
    seconds = (whole - origin).dt.total_seconds() + (stamps - whole).dt.total_seconds()
    return seconds.to_numpy(dtype=np.float64)


def _clock_times(text: Any) -> np.ndarray | None:
    """Return h:mm:ss.fff and m:ss.fff in s, the quick way; None where some are of another form."""
    import pandas as pd

    colons = text.str.count(":").to_numpy(dtype=np.int64, na_value=0)
    filled = (text != "").to_numpy(dtype=bool)
    if not np.all((colons[filled] == 1) | (colons[filled] == 2)):
        return None
    plain = text.str.replace(",", ".", regex=False)
    of_minutes = colons == 1
    if of_minutes.any():
        if not plain[of_minutes].str.contains(".", regex=False).all():
            return None
        plain = plain.mask(of_minutes, "0:" + plain)
    times = pd.to_timedelta(plain, errors="coerce")
    if times[filled].isna().any():
        return None
    return times.dt.total_seconds().to_numpy(dtype=np.float64)


def _times(text: Any) -> np.ndarray:
    """Return times of day, or elapsed ones, in s: h:mm:ss.fff, m:ss.fff, h:mm, hhmmss."""
    half = text.str.extract(r"([AaPp])\.?[Mm]")[0].str.lower()
    bare = text.str.replace(r"\s*[AaPp]\.?[Mm]\.?$", "", regex=True)
    bare = bare.str.replace(",", ".", regex=False)
    bare = bare.str.replace(r"^(\d{2})(\d{2})(\d{2}(?:\.\d+)?)$", r"\1:\2:\3", regex=True)
    bare = bare.str.replace(r"^(\d+:\d+:\d+):(\d+)$", r"\1.\2", regex=True)
    parts = bare.str.split(":", expand=True).reindex(columns=range(3))
    first, second, third = (_floats(parts[k]) for k in range(3))
    of_minutes = np.isnan(third) & bare.str.contains(".", regex=False).to_numpy(dtype=bool)
    hours = np.where(of_minutes, 0, first)
    minutes = np.where(of_minutes, first, second)
    seconds = np.where(of_minutes, second, np.nan_to_num(third))
    is_pm, is_half = (half == "p").fillna(False).to_numpy(bool), half.notna().to_numpy(bool)
    hours = np.where(is_half, hours % 12 + 12 * is_pm, hours)
    return 3600 * hours + 60 * minutes + seconds


def _floats(cells: Any) -> np.ndarray:
    import pandas as pd

    return pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _days(text: Any) -> np.ndarray:
    """Return dates as days, in the order of day and month that goes forward most evenly."""
    import pandas as pd

    names = text.dropna().unique()
    plain = [re.sub(r"[/.]", "-", name) for name in names]
    read = []
    for form in ("%Y-%m-%d", "%d-%m-%Y", "%m-%d-%Y", "%d-%m-%y", "%m-%d-%y", "%Y%m%d"):
        days = pd.to_datetime(pd.Series(plain), format=form, errors="coerce")
        if days.notna().all():
            number = (days - days.iloc[0]).dt.days.to_numpy(dtype=np.float64)
            read.append((np.abs(np.diff(number)).sum(), number))
    if not read:
        return np.full(len(text), np.nan)
    number = min(read, key=lambda one: one[0])[1]
    days = text.map(dict(zip(names, number, strict=True)))
    return days.to_numpy(dtype=np.float64, na_value=np.nan)
