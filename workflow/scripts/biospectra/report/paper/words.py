"""Numbers and lists in words."""

from collections.abc import Iterable, Sequence
from statistics import median

from biospectra.report.style import in_words

EVALUATIONS = {
    "holdout": "on test people who were set aside",
    "cross_validation": "by cross-validation in which each person was held out once",
    "leave_one_person_out": "by leaving one person out at a time",
    "leave_one_database_out": "by leaving one database out at a time",
}


def listing(words: Iterable[str]) -> str:
    """Return words as a list in a sentence.

    Examples
    --------
    >>> listing(["ECG"]), listing(["ECG", "EEG"]), listing(["ECG", "EEG", "EMG"])
    ('ECG', 'ECG and EEG', 'ECG, EEG and EMG')
    """
    *first, last = list(words) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def sentence(words: str) -> str:
    """Return words as a sentence: a capital first, and a full stop.

    Examples
    --------
    >>> sentence("the corner was at 0.5 Hz")
    'The corner was at 0.5 Hz.'
    """
    return f"{words[:1].upper()}{words[1:]}."


def median_and_range(values: Sequence[float], unit: str) -> str:
    """Return a value that all have, or median and range.

    Examples
    --------
    >>> median_and_range([30.0, 30.0], "s"), median_and_range([10.0, 20.0, 60.0], "s")
    ('30 s', 'a median of 20 s (from 10 to 60 s)')
    """
    low, high = min(values), max(values)
    if low == high:
        return f"{low:.6g} {unit}"
    return f"a median of {median(values):.4g} {unit} (from {low:.4g} to {high:.4g} {unit})"


def choices(values: Iterable[float], unit: str) -> str:
    """Return the different values, or, of many, from which to which.

    Examples
    --------
    >>> choices([250, 250, 500], "Hz"), choices(range(100, 900, 100), "Hz")
    ('250 and 500 Hz', '100 to 800 Hz (8 different rates)')
    """
    found = sorted(set(values))
    if len(found) <= 4:
        return f"{listing(f'{value:.6g}' for value in found)} {unit}"
    return f"{found[0]:.6g} to {found[-1]:.6g} {unit} ({len(found)} different rates)"


def p_value(value: float) -> str:
    """Return a p-value with two digits, such as "p = 0.025" or "p = 0.0005"."""
    return f"p = {value:.2g}"


def two_digits(value: float) -> str:
    """Return a number with two digits, and zero without a sign.

    Examples
    --------
    >>> two_digits(0.123), two_digits(-0.001), two_digits(-0.2)
    ('0.12', '0.00', '-0.20')
    """
    return f"{round(value, 2) + 0.0:.2f}"


def with_interval(scores: dict, key: str = "balanced_accuracy") -> str:
    """Return a score with its 95 % interval, or with why there is none."""
    bounds = scores["intervals"][key]
    if bounds:
        return f"{in_words(scores[key], None)} (95 % interval {bounds[0]:.2f} to {bounds[1]:.2f})"
    return f"{in_words(scores[key], None)} (no interval: {scores['intervals']['why_not']})"
