"""Change a signal's rate without aliasing, and its scale."""

from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from biospectra.signals.gaps import by_stretch, fill_non_finite
from biospectra.signals.signal import Signal

STOP_BAND_DB = 80.0
TRANSITION = 0.1  # of the lower Nyquist frequency, all of it below
MAX_TERM = 20_000
BLOCK = 1 << 20  # samples worked on together, so that a day's recording needs no copies


def ratio(rate_hz: float, target_hz: float) -> Fraction:
    """Return target_hz / rate_hz as a fraction of integers.

    Parameters
    ----------
    rate_hz, target_hz : float
        Rate that there is, and that there shall be.

    Returns
    -------
    Fraction

    Raises
    ------
    ValueError
        Where no fraction of terms up to 20 000 is exact to 1e-6.

    Examples
    --------
    >>> ratio(360, 512)
    Fraction(64, 45)
    """
    if not (0 < rate_hz < np.inf and 0 < target_hz < np.inf):
        raise ValueError(f"rates must be positive, got {rate_hz:g} and {target_hz:g} Hz")
    exact = Fraction(target_hz / rate_hz)
    for tolerance in (1e-12, 1e-6):
        for power in range(1, MAX_TERM.bit_length() + 1):
            found = exact.limit_denominator(min(2**power, MAX_TERM))
            if 0 < found.numerator <= MAX_TERM and abs(found / exact - 1) <= tolerance:
                return found
    raise ValueError(
        f"{rate_hz:g} Hz cannot be brought to {target_hz:g} Hz by a ratio of integers up to "
        f"{MAX_TERM}; choose a rate nearer to a simple multiple"
    )


def resample(samples: ArrayLike, rate_hz: float, target_hz: float) -> np.ndarray:
    """Return samples at another rate.

    A Kaiser-windowed low-pass, 80 dB down from the lower of the two Nyquist frequencies on and
    flat up to nine tenths of it, run by `scipy.signal.resample_poly`. Non-finite samples stay
    so, and do not spread.

    Parameters
    ----------
    samples : array_like, (n,), float64
        One stretch without gaps.
    rate_hz, target_hz : float
        Rate that it has, and that it shall have.

    Returns
    -------
    ndarray, (ceil(n * target_hz / rate_hz),), float64

    Raises
    ------
    ValueError
        Where the rates have no ratio of small integers.

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 5 * np.arange(3600) / 360)
    >>> found = resample(tone, 360, 128)
    >>> found.shape
    (1280,)
    >>> expected = np.sin(2 * np.pi * 5 * np.arange(1280) / 128)
    >>> bool(np.abs(found - expected)[64:-64].max() < 1e-3)
    True
    """
    step = ratio(rate_hz, target_hz)
    samples, missing = fill_non_finite(samples)
    if step == 1 or samples.size == 0:
        return np.where(missing, np.nan, samples) if missing.any() else samples
    resampled = _polyphase(samples, step, _low_pass(step))
    if missing.any():
        nearest = np.round(np.arange(resampled.size) / float(step)).astype(int)
        resampled[missing[np.minimum(nearest, missing.size - 1)]] = np.nan
    return resampled


@lru_cache(maxsize=16)  # designing it takes as long as filtering half a minute
def _low_pass(step: Fraction) -> np.ndarray:
    """Return the filter of a change of rate: odd, symmetric."""
    from scipy.signal import firwin, kaiserord

    larger = max(step.numerator, step.denominator)
    taps, beta = kaiserord(STOP_BAND_DB, TRANSITION / larger)
    window: np.ndarray = firwin(taps | 1, (1 - TRANSITION / 2) / larger, window=("kaiser", beta))
    for phase in range(step.numerator):  # so that a constant stays one to the last digit
        window[phase :: step.numerator] /= window[phase :: step.numerator].sum() * step.numerator
    window.flags.writeable = False
    return window


def _polyphase(
    samples: np.ndarray, step: Fraction, window: np.ndarray, block: int = BLOCK
) -> np.ndarray:
    """Return samples at `step` times their rate, filtered by an odd, symmetric window.

    What `scipy.signal.resample_poly` gives with padtype "line", which keeps an offset or a drift
    from ringing at both ends, but piece by piece, without its copies of the whole.
    """
    from scipy.signal import resample_poly

    up, down = step.numerator, step.denominator
    n = samples.size
    slope = (samples[-1] - samples[0]) / max(1, n - 1)
    reach = -(-window.size // (2 * up) // down) * down + down  # of the filter, in whole steps
    stride = max(1, block // down) * down
    resampled = np.empty(-(-n * up // down))
    for start in range(0, n, stride):
        first, last = max(0, start - reach), min(n, start + stride + reach)
        line = samples[0] + slope * np.arange(first, last)
        part = resample_poly(samples[first:last] - line, up, down, window=window)
        at, skip = start * up // down, (start - first) * up // down
        own = part[skip : skip + stride * up // down]
        resampled[at : at + own.size] = own[: resampled.size - at]
    resampled += samples[0]
    for start in range(0, resampled.size, block):
        stop = min(start + block, resampled.size)
        resampled[start:stop] += slope / float(step) * np.arange(start, stop)
    return resampled


def resample_signal(signal: Signal, target_hz: float) -> Signal:
    """Return a signal at another rate, each of its stretches by itself.

    Parameters
    ----------
    signal : Signal
    target_hz : float
        Rate that it shall have.

    Returns
    -------
    Signal

    Examples
    --------
    >>> signal = Signal(np.ones(100), 100.0, "mV", "II", [(0, 40), (50, 100)])
    >>> resample_signal(signal, 50.0).stretches
    [(0, 20), (25, 50)]
    """
    return by_stretch(
        signal, lambda part: resample(part, signal.rate_hz, target_hz), rate_hz=target_hz
    )


def limit_band(samples: np.ndarray, rate_hz: float, limit_hz: float) -> np.ndarray:
    """Return samples without anything above a frequency, 80 dB down, at their own rate.

    The same filter as `resample` has for a target of twice `limit_hz`, so that recordings of
    different native rates end in the same band.

    Parameters
    ----------
    samples : ndarray, (n,), float64
        One stretch without gaps.
    rate_hz : float
        Its sampling rate.
    limit_hz : float
        The frequency; from the Nyquist frequency on nothing is done.

    Returns
    -------
    ndarray, (n,), float64

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 60 * np.arange(2000) / 200)
    >>> bool(np.abs(limit_band(tone, 200, 50))[200:-200].max() < 1e-3)
    True
    """
    samples, missing = fill_non_finite(samples)
    if limit_hz < rate_hz / 2 and samples.size:
        from scipy.signal import firwin, kaiserord, oaconvolve

        share = 2 * limit_hz / rate_hz
        taps, beta = kaiserord(STOP_BAND_DB, TRANSITION * share)
        window = firwin(taps | 1, (1 - TRANSITION / 2) * share, window=("kaiser", beta))
        line = np.linspace(samples[0], samples[-1], samples.size)
        samples = line + _same(oaconvolve(samples - line, window), samples.size)
    return np.where(missing, np.nan, samples)


def _same(convolved: np.ndarray, n: int) -> np.ndarray:
    """Return the n values in the middle of a full convolution with an odd filter."""
    first = (convolved.size - n) // 2
    return convolved[first : first + n]
