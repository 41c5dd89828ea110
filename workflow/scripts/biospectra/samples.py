"""Work on samples that may hold gaps and non-finite values."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np

from biospectra.signals import Signal


def fill_non_finite(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return samples with non-finite ones interpolated, and where they were.

    A filter would carry one NaN through the whole signal.

    Parameters
    ----------
    samples
        (n,).

    Returns
    -------
    filled
        (n,) float64; zeros where nothing is finite.
    missing
        (n,) bool.
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


def by_stretch(
    signal: Signal, work: Callable[[np.ndarray], np.ndarray], rate_hz: float | None = None
) -> Signal:
    """Apply a function to each stretch of a signal by itself.

    Parameters
    ----------
    signal
        What to work on.
    work
        Takes and gives samples (n,); the length may change.
    rate_hz
        Sampling rate of what it gives, where it changes.
    """
    parts = [work(signal.samples[start:stop]) for start, stop in signal.stretches]
    edges = np.cumsum([0, *(len(part) for part in parts)])
    return replace(
        signal,
        samples=np.concatenate(parts) if parts else signal.samples[:0],
        rate_hz=rate_hz or signal.rate_hz,
        stretches=[(int(a), int(b)) for a, b in pairwise(edges)],
    )
