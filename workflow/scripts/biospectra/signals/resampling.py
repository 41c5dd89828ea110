"""Change a signal's rate without aliasing, and its scale."""

from fractions import Fraction

import numpy as np

from biospectra.signals.gaps import by_stretch, fill_non_finite
from biospectra.signals.signal import Signal

STOP_BAND_DB = 80.0
TRANSITION = 0.1  # of the lower Nyquist frequency, all of it below
MAX_TERM = 20_000
BLOCK = 1 << 20  # samples worked on together, so that a day's recording needs no copies


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
        return np.where(missing, np.nan, samples) if missing.any() else samples
    from scipy.signal import firwin, kaiserord

    larger = max(step.numerator, step.denominator)
    taps, beta = kaiserord(STOP_BAND_DB, TRANSITION / larger)
    window = firwin(taps | 1, (1 - TRANSITION / 2) / larger, window=("kaiser", beta))
    for phase in range(step.numerator):  # so that a constant stays one to the last digit
        window[phase :: step.numerator] /= window[phase :: step.numerator].sum() * step.numerator
    resampled = _polyphase(samples, step, window)
    if missing.any():
        nearest = np.round(np.arange(resampled.size) / float(step)).astype(int)
        resampled[missing[np.minimum(nearest, missing.size - 1)]] = np.nan
    return resampled


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
        at = np.arange(start, min(start + block, resampled.size))
        resampled[at[0] : at[-1] + 1] += slope / float(step) * at
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
