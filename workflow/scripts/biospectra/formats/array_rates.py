"""Sampling rates among what lies beside an array by name."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from biospectra.formats.time_units import time_unit

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


def is_rate_name(name: str) -> bool:
    """Whether an array is called as a sampling rate is, or its inverse.

    Parameters
    ----------
    name : str
        Of the array, perhaps in structures.

    Returns
    -------
    bool
    """
    return _in_its_unit(letters(re.split(r"[./]", name)[-1]))[0] in _RATES | _PERIODS


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
        known, own_unit = _in_its_unit(letters(re.split(r"[./]", name)[-1]))
        if known not in _RATES and known not in _PERIODS:
            continue
        numbers = _numbers(value)
        if numbers is None or not np.all(numbers > 0):
            continue
        if known in _PERIODS:
            unit = str(
                _text(named.get(f"{name}_units", named.get(f"{name}Units", own_unit or "s")))
            )
            unit_s = time_unit(unit.split("/")[0]) or 1.0
            numbers = 1 / (numbers * unit_s)
        elif own_unit:
            numbers = numbers * 1000
        found.append((name, numbers))
    return found


def _in_its_unit(name: str) -> tuple[str, str]:
    """Return a name without a unit at its end that is not Hz or s, and the unit: fs_khz."""
    for unit, known in (("khz", _RATES), ("ms", _PERIODS), ("us", _PERIODS)):
        if name.endswith(unit) and name.removesuffix(unit) in known:
            return name.removesuffix(unit), unit
    return name, ""


def rates_of(name: str, beside: Mapping[str, Any]) -> list[tuple[str, np.ndarray]]:
    """Return the rates that are named after an array: ``ecg_fs`` or ``fs_ecg`` is that of ``ecg``.

    Parameters
    ----------
    name : str
        Of the array.
    beside : mapping of str to anything
        What lies beside it, by name.

    Returns
    -------
    list of (str, ndarray, (n,), float64)
        As of `find_rates`.
    """
    own = re.sub(r"[\W_]", "", re.split(r"[./]", name)[-1]).lower()
    found = []
    for one, value in beside.items():
        plain = re.sub(r"[\W_]", "", re.split(r"[./]", one)[-1]).lower()
        rest = {plain.removeprefix(own), plain.removesuffix(own)} - {plain, ""}
        for what in sorted(rest):
            found += [(one, rate) for _, rate in find_rates({what: value})]
    return found[:1]


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
