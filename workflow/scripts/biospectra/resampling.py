"""Change a signal's rate without aliasing, and its scale."""

from fractions import Fraction

import numpy as np

from biospectra.samples import by_stretch, fill_non_finite
from biospectra.signals import Signal

STOP_BAND_DB = 80.0
TRANSITION = 0.1  # of the lower Nyquist frequency, all of it below
MAX_TERM = 20_000


def ratio(rate_hz: float, target_hz: float) -> Fraction:
    """Return target_hz / rate_hz as a fraction of integers.

    Raises
    ------
    ValueError
        Where no fraction of terms up to 20 000 is exact to 1e-6.
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


def resample(samples: np.ndarray, rate_hz: float, target_hz: float) -> np.ndarray:
    """Return samples at another rate.

    A Kaiser-windowed low-pass, 80 dB down from the lower of the two Nyquist frequencies on and
    flat up to nine tenths of it, run by `scipy.signal.resample_poly`. Non-finite samples stay
    so, and do not spread.

    Parameters
    ----------
    samples
        (n,), one stretch without gaps.
    rate_hz, target_hz
        Rate that it has, and that it shall have.

    Returns
    -------
    numpy.ndarray
        (ceil(n * target_hz / rate_hz),) float64.

    Raises
    ------
    ValueError
        Where the rates have no ratio of small integers.
    """
    step = ratio(rate_hz, target_hz)
    samples, missing = fill_non_finite(samples)
    if step == 1 or samples.size == 0:
        return np.where(missing, np.nan, samples)
    from scipy.signal import firwin, kaiserord, resample_poly

    larger = max(step.numerator, step.denominator)
    taps, beta = kaiserord(STOP_BAND_DB, TRANSITION / larger)
    window = firwin(taps | 1, (1 - TRANSITION / 2) / larger, window=("kaiser", beta))
    for phase in range(step.numerator):  # so that a constant stays one to the last digit
        window[phase :: step.numerator] /= window[phase :: step.numerator].sum() * step.numerator
    # padtype "line" keeps an offset or a drift from ringing at both ends.
    resampled = resample_poly(
        samples, step.numerator, step.denominator, window=window, padtype="line"
    )
    if missing.any():
        nearest = np.round(np.arange(resampled.size) / float(step)).astype(int)
        resampled[missing[np.minimum(nearest, missing.size - 1)]] = np.nan
    return resampled


def resample_signal(signal: Signal, target_hz: float) -> Signal:
    """Return a signal at another rate, each of its stretches by itself."""
    return by_stretch(
        signal, lambda part: resample(part, signal.rate_hz, target_hz), rate_hz=target_hz
    )


def limit_band(samples: np.ndarray, rate_hz: float, limit_hz: float) -> np.ndarray:
    """Return samples without anything above a frequency, 80 dB down, at their own rate.

    The same filter as `resample` has for a target of twice `limit_hz`, so that recordings of
    different native rates end in the same band.

    Parameters
    ----------
    samples
        (n,) at `rate_hz`.
    limit_hz
        The frequency; from the Nyquist frequency on nothing is done.
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


def scale(samples: np.ndarray, how: str = "robust") -> np.ndarray:
    """Return samples on the scale that images are made from.

    Parameters
    ----------
    samples
        (n,).
    how
        ``robust``: median 0, and 1 is half the range from the 1st to the 99th percentile, so that
        the waves of an ECG or the bursts of an EMG reach about 1 however much rest is between
        them. ``physical``: as they are.

    Raises
    ------
    ValueError
        For another name.
    """
    if how == "physical":
        return np.asarray(samples, dtype=np.float64)
    if how != "robust":
        raise ValueError(f"scale {how!r} is not known; it is robust or physical")
    samples = np.asarray(samples, dtype=np.float64)
    finite = samples[np.isfinite(samples)]
    if finite.size == 0:
        return samples.copy()
    low, middle, high = np.percentile(finite, [1, 50, 99])
    unit = (high - low) / 2 or finite.std() or 1.0
    return (samples - middle) / unit
