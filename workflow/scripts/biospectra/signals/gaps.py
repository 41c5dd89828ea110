"""Work on samples that may hold gaps and non-finite values."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from biospectra.signals.signal import Signal


def fill_non_finite(samples: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return samples with non-finite ones interpolated, and where they were.

    A filter would carry one NaN through the whole signal.

    Parameters
    ----------
    samples : array_like, (n,), float64

    Returns
    -------
    filled : ndarray, (n,), float64
        Zeros where nothing is finite; the samples themselves where everything is.
    missing : ndarray, (n,), bool

    Examples
    --------
    >>> filled, missing = fill_non_finite([1.0, np.nan, 3.0])
    >>> filled, missing.tolist()
    (array([1., 2., 3.]), [False, True, False])
    """
    samples = np.asarray(samples, dtype=np.float64)
    missing = ~np.isfinite(samples)
    if not missing.any():
        return samples, missing
    if missing.all():
        return np.zeros_like(samples), missing
    at = np.arange(samples.size)
    filled = samples.copy()
    filled[missing] = np.interp(at[missing], at[~missing], samples[~missing])
    return filled, missing


def split_at_gaps(signal: Signal, *, least_s: float = 0.5) -> Signal:
    """Return a signal whose stretches leave out missing samples, where many follow each other.

    Parameters
    ----------
    signal : Signal
        May have NaN in it, as readers give for what was not recorded.
    least_s : float
        Shorter holes stay in their stretch.

    Returns
    -------
    Signal

    Examples
    --------
    >>> samples = np.array([1.0, 2.0, np.nan, np.nan, 3.0])
    >>> split_at_gaps(Signal(samples, 2.0, "mV", "II")).stretches
    [(0, 2), (4, 5)]
    """
    missing = np.isnan(signal.samples)
    if not missing.any() or missing.all():
        return signal
    edges = np.flatnonzero(np.diff(np.pad(missing.view(np.int8), 1)))
    holes = [(a, b) for a, b in edges.reshape(-1, 2).tolist() if b - a >= least_s * signal.rate_hz]
    stretches = []
    for start, stop in signal.stretches:
        for a, b in holes:
            if start < b and a < stop:
                stretches.append((start, max(start, a)))
                start = min(stop, b)
        stretches.append((start, stop))
    return replace(signal, stretches=[(a, b) for a, b in stretches if b > a])


def by_stretch(
    signal: Signal, work: Callable[[np.ndarray], np.ndarray], rate_hz: float | None = None
) -> Signal:
    """Apply a function to each stretch of a signal by itself; between them is NaN.

    Parameters
    ----------
    signal : Signal
        What to work on.
    work : function
        Takes samples (n,) and returns them, of the same length or another.
    rate_hz : float, optional
        Sampling rate of what it returns, where it changes.

    Returns
    -------
    Signal

    Examples
    --------
    >>> signal = Signal(np.array([1.0, 2.0, np.nan, 3.0]), 1.0, "mV", "II", [(0, 2), (3, 4)])
    >>> by_stretch(signal, lambda part: -part).samples
    array([-1., -2., nan, -3.])
    """
    if signal.stretches == [(0, len(signal.samples))]:
        samples = work(signal.samples)
        return replace(
            signal,
            samples=samples,
            rate_hz=rate_hz or signal.rate_hz,
            stretches=[(0, len(samples))],
        )
    parts = [work(signal.samples[start:stop]) for start, stop in signal.stretches]
    step = (rate_hz or signal.rate_hz) / signal.rate_hz
    places: list[tuple[int, int]] = []
    for (start, _), part in zip(signal.stretches, parts, strict=True):
        first = max(round(start * step), places[-1][1] if places else 0)
        places.append((first, first + len(part)))
    total = max(round(len(signal.samples) * step), places[-1][1] if places else 0)
    if places and len(signal.samples) == signal.stretches[-1][1]:
        total = places[-1][1]
    samples = np.full(total, np.nan)
    for (start, stop), part in zip(places, parts, strict=True):
        samples[start:stop] = part
    return replace(signal, samples=samples, rate_hz=rate_hz or signal.rate_hz, stretches=places)
