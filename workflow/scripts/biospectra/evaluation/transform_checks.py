"""Checks of a transform: tones, a chirp, an impulse and an alias against closed forms.

The signals are made at the recordings' own sampling rates and go a recording's way: resampled, cut
with context, and transformed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from biospectra.signals.windows import cut
from biospectra.transforms.kinds import make_transform
from biospectra.transforms.transform import Transform

LEVEL_TOLERANCE_DB = 0.5
OSCILLATING_TOLERANCE_DB = 2.0  # pixels may miss the maximum of what oscillates
ALIAS_LIMIT_DB = -40.0
Resample = Callable[[np.ndarray, float, float], np.ndarray]


@dataclass(frozen=True)
class Check:
    """One line of the table: numbers or text, and whether it passed."""

    check: str
    expected: object
    found: object
    tolerance: object
    passed: bool


@dataclass(frozen=True)
class Panel:
    """One picture of the page: magnitude in dB (height, width), and where its truth lies."""

    title: str
    plan: Transform
    decibel: np.ndarray
    time_s: np.ndarray
    frequency_hz: np.ndarray


def run_checks(
    images: dict[str, dict[str, Any]],
    *,
    rate_hz: float,
    samples: int,
    native_rates_hz: Sequence[float],
    resample: Resample,
) -> tuple[list[Check], list[Panel]]:
    """Check the transform of each image of a study.

    Parameters
    ----------
    images : dict
        The config's `images`.
    rate_hz : float
        The study's sampling rate.
    samples : int
        Length of a segment.
    native_rates_hz : sequence of float
        Sampling rates of the study's recordings.
    resample : function of (signal, rate_hz, target_hz)
        Returns the signal at ``target_hz``; first sample at the same instant.

    Returns
    -------
    checks : list of Check
        Settings that are refused are a check that failed, with the reason.
    panels : list of Panel
    """
    checks, panels = [], []
    for name, entry in images.items():
        try:
            plan = make_transform(entry, rate_hz, samples)
        except (ValueError, TypeError) as error:
            checks.append(Check(f"{name}: settings", "accepted", str(error), "", False))
            continue
        checks.append(Check(f"{name}: settings", "accepted", "accepted", "", True))
        rates = sorted(set(native_rates_hz))
        for native_hz in rates:
            checks += _tones(name, plan, native_hz, resample)
        for check_one in (_chirp, _impulse):
            found, panel = check_one(name, plan, max(rates), resample)
            checks.append(found)
            panels.append(panel)
        checks.append(_alias(name, plan, resample))
    return checks, panels


def _transform(
    plan: Transform,
    make: Callable[[np.ndarray], np.ndarray],
    rate_hz: float,
    resample: Resample,
) -> tuple[np.ndarray, float]:
    """Magnitude (height, width) of a signal given as a function of time in s.

    Time 0 is the segment's first sample; the signal begins and ends well outside its context.
    """
    before = plan.margin / plan.rate_hz + 1
    before = np.ceil(before * rate_hz) / rate_hz
    length = 2 * before + plan.samples / plan.rate_hz
    t = np.arange(int(np.ceil(length * rate_hz))) / rate_hz - before
    signal = resample(make(t), rate_hz, plan.rate_hz)
    start = round(before * plan.rate_hz)
    windows = cut(signal, [start], plan.samples, plan.margin)
    return plan.magnitude(windows)[0].astype(np.float64), before - start / plan.rate_hz


def _in_time(plan: Transform, magnitude: np.ndarray) -> np.ndarray:
    """One value a row: the median over time, or the maximum of what oscillates."""
    return np.median(magnitude, axis=1) if plan.is_steady else magnitude.max(axis=1)


def _tones(name: str, plan: Transform, rate_hz: float, resample: Resample) -> Iterator[Check]:
    rows = plan.usable_rows(rate_hz)
    for row in rows[[rows.size // 10, rows.size // 2, (9 * rows.size) // 10]]:
        frequency_hz = plan.frequency_hz[row]
        magnitude, _ = _transform(
            plan, lambda t, f=frequency_hz: np.sin(2 * np.pi * f * t), rate_hz, resample
        )
        found = _in_time(plan, magnitude)
        expected = plan.response(frequency_hz)
        label = f"{name}: tone of {frequency_hz:.4g} Hz sampled at {rate_hz:g} Hz"
        wanted, got = int(expected.argmax()), int(found.argmax())
        # Rows that respond alike within 0.1 dB are one peak.
        level = plan.level_db(expected)
        near = np.flatnonzero(level > level.max() - 0.1)
        slack = int(max(1, np.abs(near - wanted).max()))
        yield Check(f"{label}, row", wanted, got, slack, abs(got - wanted) <= slack)
        wanted, got = level.max(), plan.level_db(found).max()
        loose = LEVEL_TOLERANCE_DB if plan.is_steady else OSCILLATING_TOLERANCE_DB
        passed = abs(got - wanted) <= loose
        yield Check(f"{label}, dB", round(wanted, 2), round(got, 2) + 0.0, loose, bool(passed))


def _chirp(name: str, plan: Transform, rate_hz: float, resample: Resample) -> tuple[Check, Panel]:
    rows = plan.usable_rows(rate_hz)
    last, first = plan.frequency_hz[rows[rows.size // 10]], plan.frequency_hz[rows[-1]]
    first = max(first, last / 8)
    duration_s = plan.samples / plan.rate_hz
    slope = (last - first) / duration_s

    def make(t):
        held = np.clip(t, -1.0, duration_s + 1.0)
        return np.cos(2 * np.pi * (first * held + slope * held**2 / 2))

    magnitude, late = _transform(plan, make, rate_hz, resample)
    truth = first + slope * (plan.time_s - late)
    expected = [plan.frequency_hz[plan.response(f).argmax()] for f in truth]
    ridge = plan.frequency_hz[magnitude.argmax(axis=0)]
    middle = slice(plan.width // 5, plan.width - plan.width // 5)
    error = np.median(np.abs(ridge - expected)[middle] / np.array(expected)[middle])
    # As exact as the transform can tell frequencies apart: the rows within 2 dB of the peak.
    near = plan.level_db(plan.response(truth[plan.width // 2]))
    near = plan.frequency_hz[near > near.max() - 2]
    tolerance = round(float(0.75 * np.ptp(near) / near.mean()) + 0.03, 3)
    label = f"{name}: chirp from {first:.3g} to {last:.3g} Hz, ridge off by (share of frequency)"
    panel = Panel(f"{name}: chirp", plan, plan.level_db(magnitude), plan.time_s, truth)
    return Check(label, 0.0, round(float(error), 4), tolerance, bool(error <= tolerance)), panel


def _impulse(name: str, plan: Transform, rate_hz: float, resample: Resample) -> tuple[Check, Panel]:
    duration_s = plan.samples / plan.rate_hz
    at = round(0.5 * duration_s * rate_hz) / rate_hz

    magnitude, late = _transform(
        plan, lambda t: (np.abs(t - at) < 0.5 / rate_hz).astype(float), rate_hz, resample
    )
    rows = plan.usable_rows(rate_hz)
    power = np.sum(magnitude[rows[: max(1, rows.size // 2)]] ** 2, axis=0)
    found = float(np.sum(power * plan.time_s) / max(power.sum(), 1e-30)) - late
    column_s = duration_s / plan.width
    tolerance = column_s + 1 / rate_hz
    label = f"{name}: impulse at {at:.4g} s, s"
    passed = abs(found - at) <= tolerance
    truth = np.full(2, at)
    panel = Panel(
        f"{name}: impulse", plan, plan.level_db(magnitude), truth, plan.frequency_hz[[0, -1]]
    )
    return Check(label, round(at, 4), round(found, 4), round(tolerance, 4), bool(passed)), panel


def _alias(name: str, plan: Transform, resample: Resample) -> Check:
    """A tone that the target rate cannot carry must be gone, not folded onto a row."""
    rate_hz = 4 * plan.rate_hz
    row = plan.height // 2
    folded_hz = plan.frequency_hz[row]
    magnitude, _ = _transform(
        plan,
        lambda t: np.sin(2 * np.pi * (plan.rate_hz - folded_hz) * t),
        rate_hz,
        resample,
    )
    left = plan.level_db(_in_time(plan, magnitude)).max()
    left -= plan.level_db(plan.response(folded_hz)).max()
    label = f"{name}: {plan.rate_hz - folded_hz:.4g} Hz folded onto {folded_hz:.4g} Hz, dB"
    limit = f"<= {ALIAS_LIMIT_DB:g}"
    return Check(label, limit, round(float(left), 1), "", bool(left <= ALIAS_LIMIT_DB))
