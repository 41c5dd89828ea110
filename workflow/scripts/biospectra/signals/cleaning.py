"""Remove offset, drift, mains hum and unwanted bands, without shifting anything in time."""

import numpy as np

from biospectra.signals.gaps import by_stretch, fill_non_finite
from biospectra.signals.signal import Signal

BASELINES = ("none", "offset", "median", "highpass")
DRIFT_HZ = 0.5


def clean(
    samples: np.ndarray,
    rate_hz: float,
    *,
    highpass_hz: float | None = None,
    lowpass_hz: float | None = None,
    notch_hz: float | str | None = None,
    baseline: str = "offset",
    order: int = 4,
) -> np.ndarray:
    """Filter one stretch of samples forwards and backwards (zero phase).

    Butterworth filters as second-order sections; run twice, the loss at the corner frequency is
    6 dB. Non-finite samples stay so, and do not spread.

    Parameters
    ----------
    samples
        (n,) without gaps in time.
    rate_hz
        Sampling rate.
    highpass_hz, lowpass_hz
        Corner frequencies; both make a band-pass. A low-pass at the Nyquist frequency or above
        has nothing to do.
    notch_hz
        Mains frequency, removed with its harmonics; ``auto`` removes 50 or 60 Hz where
        `mains_hz` finds one.
    baseline
        ``none``; ``offset``, the median; ``median``, a running median over 0.2 s and then 0.6 s,
        which leaves steep waves alone; ``highpass`` at 0.5 Hz.
    order
        Of the low-, high- and band-pass.

    Returns
    -------
    numpy.ndarray
        (n,) float64.

    Raises
    ------
    ValueError
        For a frequency that the rate cannot hold, or an unknown baseline.
    """
    if baseline not in BASELINES:
        raise ValueError(f"baseline {baseline!r} is not known; it is one of {', '.join(BASELINES)}")
    if baseline == "highpass":
        highpass_hz = max(DRIFT_HZ, highpass_hz or 0.0)
    if highpass_hz and lowpass_hz and lowpass_hz <= highpass_hz:
        raise ValueError(
            f"a high-pass at {highpass_hz:g} Hz and a low-pass at {lowpass_hz:g} Hz leave nothing; "
            "the low-pass is the higher one"
        )
    given = samples
    samples, missing = fill_non_finite(given)
    offset = 0.0
    if samples.size and baseline != "none":
        some = missing.any() and not missing.all()
        offset = np.median(samples[~missing] if some else samples)
    if samples is given:
        samples = samples.copy()
    samples -= offset
    if baseline == "median":
        samples -= running_median(samples, rate_hz)
    for sections in _filters(rate_hz, highpass_hz, lowpass_hz, order):
        filter_both_ways(sections, samples)
    if notch_hz == "auto":
        notch_hz = mains_hz(samples, rate_hz)
    if notch_hz is not None:
        remove_hum(samples, rate_hz, float(notch_hz))
    samples[missing] = np.nan
    return samples


def clean_signal(signal: Signal, **settings) -> Signal:
    """Return a signal of which each stretch went through `clean` by itself."""
    return by_stretch(signal, lambda part: clean(part, signal.rate_hz, **settings))


def _filters(rate_hz, highpass_hz, lowpass_hz, order):
    from scipy.signal import butter

    nyquist_hz = rate_hz / 2
    for name, value in (("high-pass", highpass_hz), ("low-pass", lowpass_hz)):
        if value is not None and not value > 0:
            raise ValueError(f"a {name} at {value:g} Hz cannot be; give a positive frequency")
    if highpass_hz is not None:
        if highpass_hz >= nyquist_hz:
            raise ValueError(
                f"a high-pass at {highpass_hz:g} Hz leaves nothing of a signal sampled at "
                f"{rate_hz:g} Hz; choose one below {nyquist_hz:g} Hz"
            )
        yield butter(order, highpass_hz, "highpass", fs=rate_hz, output="sos")
    if lowpass_hz is not None and lowpass_hz < 0.999 * nyquist_hz:
        yield butter(order, lowpass_hz, "lowpass", fs=rate_hz, output="sos")


def filter_both_ways(sections: np.ndarray, samples: np.ndarray, *, block: int = 1 << 20) -> None:
    """Filter samples forwards and backwards, in place.

    What `scipy.signal.sosfiltfilt` gives with odd padding as long as the filter remembers its
    start, without its copies: a day's recording is a gigabyte of them.

    Parameters
    ----------
    sections
        (k, 6) second-order sections.
    samples
        (n,) float64, overwritten.
    block
        Samples worked on together.
    """
    from scipy.signal import sosfilt, sosfilt_zi

    if samples.size < 2:
        samples[:] = 0
        return
    # The slowest pole says for how long the filter remembers its start.
    poles = np.concatenate([np.roots(row[3:]) for row in sections])
    memory = int(np.ceil(3 / max(1e-6, 1 - np.abs(poles).max())))
    length = min(samples.size - 1, max(memory, 24))
    before = 2 * samples[0] - samples[length:0:-1]
    after = 2 * samples[-1] - samples[-2 : -length - 2 : -1]
    steady = sosfilt_zi(sections)
    _, state = sosfilt(sections, before, zi=steady * before[0])
    starts = range(0, samples.size, block)
    for start in starts:
        part = samples[start : start + block]
        part[:], state = sosfilt(sections, part, zi=state)
    after, _ = sosfilt(sections, after, zi=state)
    _, state = sosfilt(sections, after[::-1], zi=steady * after[-1])
    for start in reversed(starts):
        part = samples[start : start + block][::-1]
        part[:], state = sosfilt(sections, part, zi=state)


def remove_hum(samples: np.ndarray, rate_hz: float, mains_hz: float) -> None:
    """Remove a frequency and its multiples, each a notch 1 Hz wide, in place."""
    from scipy.signal import iirnotch, tf2sos

    if not 0 < mains_hz < rate_hz / 2:
        raise ValueError(
            f"a notch at {mains_hz:g} Hz cannot be in a signal sampled at {rate_hz:g} Hz; choose "
            f"one below {rate_hz / 2:g} Hz or none"
        )
    for frequency_hz in np.arange(mains_hz, rate_hz / 2 - 1, mains_hz):
        sections = tf2sos(*iirnotch(frequency_hz, frequency_hz, fs=rate_hz))
        filter_both_ways(sections, samples)


def mains_hz(samples: np.ndarray, rate_hz: float, *, ratio_db: float = 10.0) -> float | None:
    """Return 50 or 60 where the spectrum has a line there, else None.

    Parameters
    ----------
    samples
        (n,) finite.
    rate_hz
        Sampling rate.
    ratio_db
        By how much the line must stand above its neighbourhood (2 to 6 Hz aside).
    """
    from scipy.signal import welch

    if samples.size < 4 * rate_hz or rate_hz < 130:
        return None
    frequency_hz, power = welch(samples, fs=rate_hz, nperseg=int(2 * rate_hz))
    best = None
    for mains in (50.0, 60.0):
        away = np.abs(frequency_hz - mains)
        around = np.median(power[(away >= 2) & (away <= 6)])
        line_db = 10 * np.log10((power[away <= 0.5].max() + 1e-300) / (around + 1e-300))
        if line_db >= ratio_db and (best is None or line_db > best[0]):
            best = (line_db, mains)
    return None if best is None else best[1]


def running_median(samples: np.ndarray, rate_hz: float) -> np.ndarray:
    """Return the baseline: medians over 0.2 s, then over 0.6 s.

    The medians are taken of blocks of 20 ms, and interpolated between, to be quick.
    """
    from scipy.ndimage import median_filter

    block = max(1, round(0.02 * rate_hz))
    n_blocks = samples.size // block
    if n_blocks < 2:
        return np.full_like(samples, np.median(samples) if samples.size else 0.0)
    medians = np.median(samples[: n_blocks * block].reshape(n_blocks, block), axis=1)
    for width_s in (0.2, 0.6):
        size = max(1, round(width_s * rate_hz / block)) | 1
        medians = median_filter(medians, size=size, mode="nearest")
    centres = (np.arange(n_blocks) + 0.5) * block - 0.5
    return np.interp(np.arange(samples.size), centres, medians)
