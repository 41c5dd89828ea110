"""Units of time, as headers name them and as numbers show them."""

import math
import re

import numpy as np

from biospectra.formats.time_stamps import DAY_S

_UNITS_S = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
_HIGHEST_HZ = 2e5
_LEAST_HZ = 0.9  # numbers without a unit that would count fewer samples a second are no seconds


def time_unit(word: str) -> float | None:
    """Return the seconds of a unit of time as headers write it, None for another word.

    Parameters
    ----------
    word : str
        Such as ``(ms)`` or ``sec``.

    Returns
    -------
    float or None
    """
    word = word.strip().strip("[]()'\" ").lower().replace("µ", "u").replace("μ", "u")
    word = word.replace("micro", "u").replace("milli", "m").replace("nano", "n")
    word = {"sec": "s", "secs": "s", "second": "s", "seconds": "s", "sekunden": "s"}.get(word, word)
    word = re.sub(r"sec(?:ond)?s?$", "s", word)
    word = {"minutes": "min", "hours": "h", "hour": "h", "hr": "h", "minute": "min"}.get(word, word)
    return _UNITS_S.get(word)


def epoch_unit(first: float) -> float | None:
    """Return the seconds of the unit in which a number counts from 1970, None if it is no date.

    Parameters
    ----------
    first : float
        A number of a column of times.

    Returns
    -------
    float or None
    """
    for unit_s in (1.0, 1e-3, 1e-6, 1e-9):
        if 6e8 < first * unit_s < 5e9:  # 1989 to 2128
            return unit_s
    return None


def guess_unit(stamps: np.ndarray, rate_hz: float | None) -> float | None:
    """Return the seconds of the unit of numbers whose header has none, None where it is open.

    A date since 1970 shows its unit by its size. Other numbers are in the unit in which they agree
    with the rate in the table; where that is empty, in s if they have fractions.

    Parameters
    ----------
    stamps : ndarray, (n,), float64
        Ascending numbers.
    rate_hz : float or None
        From the table.

    Returns
    -------
    float or None
    """
    finite = stamps[np.isfinite(stamps)]
    if finite.size < 3:
        return 1.0
    known = epoch_unit(float(finite[0]))
    if known is not None:
        return known
    step = float((finite[-1] - finite[0]) / (finite.size - 1))
    middle = float(np.median(np.diff(finite)))
    if rate_hz:
        for unit_s in (1.0, 1e-3, 1e-6, 1e-9):
            for one in (step, middle):
                if one > 0 and math.isclose(1 / (one * unit_s), rate_hz, rel_tol=0.02):
                    return unit_s
    if middle > 0 and 1 / middle > _HIGHEST_HZ:  # days, as spreadsheets and MATLAB count them
        return DAY_S
    whole = bool(np.all(finite == finite.round()))
    return None if whole or (middle > 0 and 1 / middle < _LEAST_HZ) else 1.0
