"""When samples were taken: the rate and the gaps that time stamps and counters tell."""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

GAP = 1.5  # a step beyond so many median steps that later stamps do not make up for is a gap
_BESIDE = 8  # stamps on each side of a step that say whether the clock moved on for good
_BLOCK = 16  # steps in which jitter evens out, and irregular sampling does not
# Rates that recorders have, in Hz.
_USUAL: tuple[int, ...] = (1, 2, 4, 5, 8, 10, 16, 20, 25, 32, 40, 50, 52, 64, 75, 80, 100, 104, 120)
_USUAL += (125, 128, 130, 150, 160, 200, 240, 250, 256, 300, 320, 360, 400, 480, 500, 512, 600)
_USUAL += (640, 720, 750, 800, 960, 1000, 1024, 1200, 1250, 1500, 1600, 2000, 2048, 2400, 2500)
_USUAL += (3000, 4000, 4096, 4800, 5000, 6000, 8000, 8192, 10_000, 11_025, 16_000, 20_000, 44_100)
ROUGH = 0.1  # relative uncertainty of a rate that stamps do not really tell
_NOTHING = 0.4  # ... and of one of which they tell nothing
_PACKET_S = 2.0  # samples that come in bursts at least this often are sent in packets


class Irregular(ValueError):
    """Time stamps that no rate describes; says how they differ."""


class Clock(NamedTuple):
    """What time stamps say.

    Attributes
    ----------
    rate_hz : float
        Samples a second within stretches.
    tolerance : float
        Relative difference from a nominal rate that is no contradiction.
    jitters : bool
        Whether steps differ by more than the stamps' rounding.
    blur_s : float
        How far a stamp may be off, by rounding and jitter.
    breaks : ndarray, (k,), int64
        Samples before which some are missing.
    lost_s : ndarray, (k,), float64
        How much time is missing there.
    """

    rate_hz: float
    tolerance: float
    jitters: bool
    blur_s: float
    breaks: np.ndarray
    lost_s: np.ndarray


def read_clock(stamps_s: np.ndarray, *, rough: bool = False) -> Clock | None:
    """Return the rate and the gaps that time stamps tell, None where they tell nothing.

    The rate is that of the samples between gaps. A step beyond 1.5 times the median is a gap
    where the stamps after it stay late; one that comes late before early ones is jitter. Of samples
    that carry one stamp together (a packet of a wearable, or stamps of whole
    milliseconds) the first counts.

    Parameters
    ----------
    stamps_s : ndarray, (n_samples,), float64
        In s from any origin; NaN where a sample has none.
    rough : bool
        Whether stamps tell something that leave the rate open by more than `ROUGH` (whole seconds
        of a short recording): they show gaps, and what it cannot be.

    Returns
    -------
    Clock or None

    Raises
    ------
    Irregular
        Where no one rate describes them.
    """
    at = np.flatnonzero(np.isfinite(stamps_s))
    stamps = stamps_s[at]
    if at.size < 3 or np.all(stamps == stamps[0]):
        return None
    first = np.r_[True, np.diff(stamps) != 0]
    if not first.all():  # the first packet may have begun before the file
        at, stamps = at[first][1:], stamps[first][1:]
    if at.size < 3:
        return None
    at, stamps = _packets(at, stamps)
    samples, seconds = np.diff(at), np.diff(stamps)
    steps = seconds / samples
    middle = float(np.median(steps))
    if middle <= 0:
        raise Irregular("its time does not run forward")
    usual = (steps > 0) & (steps < 3 * middle)
    usual_s = float(seconds[usual].sum() / samples[usual].sum()) if usual.any() else middle
    resolution_s = max(_resolution(stamps), float(np.spacing(np.abs(stamps).max())))
    gaps = _gaps(at, stamps, usual_s, resolution_s)
    if gaps.size > max(1, at.size // 10):
        raise Irregular(_spread(steps))
    inside = np.ones(len(steps), bool)
    inside[gaps] = False
    if not inside.any():
        return None
    period_s = float(seconds[inside].sum() / samples[inside].sum())
    _check_regular(at, stamps, gaps, period_s, steps[inside])
    jitter_s = float(np.std(seconds[inside] - samples[inside] * period_s))
    span_s = float(seconds[inside].sum()) / (1 + gaps.size)
    uncertain = max(1e-6, (resolution_s + 2 * jitter_s) / span_s)
    if uncertain > (_NOTHING if rough else ROUGH):
        return None
    jitters = jitter_s > max(resolution_s, 0.05 * period_s)
    return Clock(
        _roundest(1 / period_s, uncertain),
        min(2 * uncertain if uncertain > ROUGH else 0.05, max(1e-3, 0.01 * jitters, 2 * uncertain)),
        jitters,
        resolution_s + 2 * jitter_s,
        at[1:][gaps],
        np.maximum(0, seconds[gaps] - samples[gaps] * period_s),
    )


def clock_of_rate(stamps_s: np.ndarray, rate_hz: float) -> Clock | None:
    """Return the gaps that rough time stamps tell of samples at a known rate; None if nothing.

    Parameters
    ----------
    stamps_s : ndarray, (n_samples,), float64
        As for `read_clock`.
    rate_hz : float
        The rate.

    Returns
    -------
    Clock or None
    """
    at = np.flatnonzero(np.isfinite(stamps_s))
    stamps = stamps_s[at]
    if at.size < 3 or np.all(stamps == stamps[0]):
        return None
    blur_s = _resolution(stamps)
    late = np.diff(stamps) - np.diff(at) / rate_hz
    gaps = np.flatnonzero(late > 1.5 * blur_s)
    if gaps.size > max(1, at.size // 10):
        return None
    return Clock(rate_hz, 1.0, False, blur_s, at[1:][gaps], late[gaps])


def _packets(at: np.ndarray, stamps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return only the first stamp of each packet where samples come in bursts.

    Within a burst stamps say when samples arrived, one right after the other.
    """
    steps = np.diff(stamps) / np.diff(at)
    middle = np.median(steps)
    late = steps > 10 * max(middle, 0)
    if late.sum() < 5 or steps[~late].sum() > 0.5 * steps.sum():
        return at, stamps
    first = np.flatnonzero(late) + 1
    if np.median(np.diff(stamps[first])) > _PACKET_S:
        return at, stamps
    return at[first], stamps[first]


def _gaps(at: np.ndarray, stamps: np.ndarray, usual_s: float, resolution_s: float) -> np.ndarray:
    """Return the numbers of the steps over which the clock moves on, or back, for good."""
    late = np.diff(stamps) - np.diff(at) * usual_s
    least_s = (GAP - 1) * usual_s + (resolution_s if resolution_s > usual_s / 2 else 0.0)
    # How far medians of so many stamps differ by jitter alone.
    jitter_s = 1.5 * float(np.median(np.abs(late - np.median(late))))
    noise_s = max(least_s, 8 * jitter_s / math.sqrt(_BESIDE))
    found = np.flatnonzero(np.abs(late) > max(least_s, jitter_s))
    lateness = stamps - at * usual_s
    # Means are had at once, and say of most steps that they are jitter.
    total = np.r_[0.0, np.cumsum(lateness - lateness[0])]
    low, high = np.maximum(found + 1 - _BESIDE, 0), np.minimum(found + 1 + _BESIDE, len(stamps))
    mean = (total[high] - total[found + 1]) / (high - found - 1)
    mean -= (total[found + 1] - total[low]) / (found + 1 - low)
    found = found[(np.abs(mean) > noise_s / 2) | (np.abs(late[found]) > 2 * noise_s)]
    beside = found[:, None] + np.arange(_BESIDE)
    before = lateness[np.maximum(beside + 2 - _BESIDE, 0)]
    after = lateness[np.minimum(beside + 1, len(stamps) - 1)]
    before[beside + 2 - _BESIDE < 0] = np.nan
    after[beside + 1 > len(stamps) - 1] = np.nan
    jump = np.nanmedian(after, axis=1) - np.nanmedian(before, axis=1)
    # Gaps beside this one may hide it from the medians; a long one is seen by itself.
    far = late[found] > max(_BESIDE * usual_s, 4 * noise_s)
    on = (jump > noise_s) & (late[found] > 0.75 * noise_s)
    return found[on | far | ((jump < -noise_s) & (late[found] < -0.75 * noise_s))]


def _check_regular(
    at: np.ndarray, stamps: np.ndarray, gaps: np.ndarray, period_s: float, steps: np.ndarray
) -> None:
    """Raise where the time that blocks of samples take wanders more than jitter explains."""
    parts = np.split(stamps - at * period_s, gaps + 1)
    length = min(_BLOCK, max(2, max(map(len, parts)) // 4))
    wander = [part[length:] - part[:-length] for part in parts if len(part) > length]
    if not wander:
        return
    block_s = float(np.std(np.concatenate(wander)))
    jitter_s = float(np.std(np.concatenate([np.diff(part) for part in parts if len(part) > 1])))
    if block_s > 2 * jitter_s + _resolution(stamps) and block_s > 0.003 * length * period_s:
        raise Irregular(_spread(steps))


def _spread(steps: np.ndarray) -> str:
    low, high = np.percentile(steps, [5, 95])
    return f"from sample to sample it counts {low:.4g} to {high:.4g} s"


def _resolution(stamps_s: np.ndarray) -> float:
    """Return the power of ten of a second of which stamps are multiples."""
    some = stamps_s[: 1 << 12] - stamps_s[0]
    rounding = 4 * np.spacing(np.abs(stamps_s).max())
    for digits in range(10):
        scaled = some * 10.0**digits
        if np.all(np.abs(scaled - np.round(scaled)) < 1e-4 + rounding * 10.0**digits):
            return 10.0**-digits
    return 1e-9


def _roundest(value: float, uncertain: float) -> float:
    """Return a usual rate, or else the roundest number, within a relative uncertainty."""
    usual = min(_USUAL, key=lambda rate: abs(rate - value))
    if abs(usual - value) <= uncertain * value:
        return float(usual)
    for digits in range(1, 16):
        rounded = float(f"{value:.{digits}g}")
        if abs(rounded - value) <= uncertain * value:
            return rounded
    return value


def join_fractions(times: Mapping[int, np.ndarray]) -> dict[int, np.ndarray]:
    """Add the fractions of a second to whole seconds, where columns of their own hold them.

    Parameters
    ----------
    times : mapping of int to ndarray, (n,), float64
        In s, by column.

    Returns
    -------
    dict of int to ndarray, (n,), float64
        Without columns that are nothing but fractions, which begin anew with each second.
    """
    joined = dict(times)
    whole = [j for j, one in times.items() if _all(one, one == np.floor(one)) and _goes_on(one)]
    for j, one in times.items():
        falls = np.diff(one) < 0
        if j in whole or not _all(one, (one >= 0) & (one < 1)) or falls.sum() < 1:
            continue
        for w in whole:
            # Each time that it begins anew, the second is another.
            if np.all(np.diff(times[w])[falls] != 0):
                joined[w] = times[w] + one
                joined.pop(j, None)
    return joined


def _all(values: np.ndarray, holds: np.ndarray) -> bool:
    known = np.isfinite(values)
    return bool(known.sum() > 2 and holds[known].all())


def _goes_on(values: np.ndarray) -> bool:
    """Whether whole seconds stay as they are from most samples to the next."""
    return bool(np.mean(np.diff(values) == 0) > 0.5)
