"""Remove offset, drift, mains hum and unwanted bands, without shifting anything in time."""

from collections.abc import Iterator
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from biospectra.signals.gaps import by_stretch, fill_non_finite
from biospectra.signals.signal import Signal

Baseline = Literal["none", "offset", "median", "highpass"]
DRIFT_HZ = 0.5


def clean(
    samples: ArrayLike,
    rate_hz: float,
    *,
    highpass_hz: float | None = None,
    lowpass_hz: float | None = None,
    notch_hz: float | Literal["auto"] | None = None,
    baseline: Baseline = "offset",
    order: int = 4,
) -> np.ndarray:
    """Filter one stretch of samples forwards and backwards (zero phase).

    Butterworth filters as second-order sections; run twice, the loss at the corner frequency is
    6 dB. Non-finite samples stay so, and do not spread.

    Parameters
    ----------
    samples : array_like, (n,), float64
        Without gaps in time.
    rate_hz : float
        Sampling rate.
    highpass_hz, lowpass_hz : float, optional
        Corner frequencies; both make a band-pass. A low-pass at the Nyquist frequency or above
        has nothing to do.
    notch_hz : float or "auto", optional
        Mains frequency, removed with its harmonics; ``auto`` removes 50 or 60 Hz where
        `mains_hz` finds one.
    baseline : {"none", "offset", "median", "highpass"}
        What is removed: ``offset``, the median; ``median``, a running median over 0.2 s and then
        0.6 s, which leaves steep waves alone; ``highpass``, all below 0.5 Hz.
    order : int
        Of the low-, high- and band-pass.

    Returns
    -------
    ndarray, (n,), float64

    Raises
    ------
    ValueError
        For a frequency that the rate cannot hold, or an unknown baseline.

    Examples
    --------
    >>> t = np.arange(5000) / 500
    >>> wave = np.sin(2 * np.pi * 7 * t)
    >>> found = clean(wave + 0.3 * np.sin(2 * np.pi * 50 * t) + 2, 500, notch_hz=50)
    >>> bool(np.abs(found - wave)[500:-500].max() < 0.01)
    True
    """
    if baseline not in get_args(Baseline):
        known = ", ".join(get_args(Baseline))
        raise ValueError(f"baseline: is {baseline!r}; must be one of {known}")
    if baseline == "highpass":
        highpass_hz = max(DRIFT_HZ, highpass_hz or 0.0)
    if highpass_hz and lowpass_hz and lowpass_hz <= highpass_hz:
        raise ValueError(
            f"a high-pass at {highpass_hz:g} Hz and a low-pass at {lowpass_hz:g} Hz leave nothing; "
            "the low-pass is the higher one"
        )
    given = np.asarray(samples, dtype=np.float64)
    filled, missing = fill_non_finite(given)
    offset = 0.0
    if filled.size and baseline != "none":
        some = missing.any() and not missing.all()
        offset = np.median(filled[~missing] if some else filled)
    cleaned = filled.copy() if filled is given else filled
    cleaned -= offset
    if baseline == "median":
        cleaned -= running_median(cleaned, rate_hz)
    for sections in _filters(rate_hz, highpass_hz, lowpass_hz, order):
        filter_both_ways(sections, cleaned)
    if notch_hz == "auto":
        notch_hz = mains_hz(cleaned, rate_hz)
    if notch_hz is not None:
        remove_hum(cleaned, rate_hz, float(notch_hz))
    cleaned[missing] = np.nan
    return cleaned


def clean_signal(signal: Signal, **settings: Any) -> Signal:
    """Clean each stretch of a signal by itself.

    Parameters
    ----------
    signal : Signal
    **settings
        Of `clean`.

    Returns
    -------
    Signal

    Examples
    --------
    >>> signal = Signal(np.array([1.0, 3.0, 10.0, 12.0]), 1.0, "mV", "II", [(0, 2), (2, 4)])
    >>> clean_signal(signal, baseline="offset").samples
    array([-1.,  1., -1.,  1.])
    """
    return by_stretch(signal, lambda part: clean(part, signal.rate_hz, **settings))


def _filters(
    rate_hz: float, highpass_hz: float | None, lowpass_hz: float | None, order: int
) -> Iterator[np.ndarray]:
    from scipy.signal import butter

    nyquist_hz = rate_hz / 2
    for name, value in (("high-pass", highpass_hz), ("low-pass", lowpass_hz)):
        if value is not None and not value > 0:
            raise ValueError(f"a {name} at {value:g} Hz is invalid; give a positive frequency")
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
    sections : ndarray, (k, 6), float64
        Second-order sections.
    samples : ndarray, (n,), float64
        Overwritten.
    block : int
        Samples worked on together.

    Examples
    --------
    >>> from scipy.signal import butter
    >>> samples = np.ones(1000)
    >>> filter_both_ways(butter(2, 5, "lowpass", fs=100, output="sos"), samples)
    >>> bool(np.allclose(samples, 1))
    True
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
    """Remove a frequency and its multiples, each by a notch 1 Hz wide, in place.

    Parameters
    ----------
    samples : ndarray, (n,), float64
        Overwritten.
    rate_hz : float
        Sampling rate.
    mains_hz : float
        The frequency.

    Raises
    ------
    ValueError
        For a frequency that the rate cannot hold.

    Examples
    --------
    >>> samples = np.sin(2 * np.pi * 60 * np.arange(4000) / 400)
    >>> remove_hum(samples, 400, 60)
    >>> bool(np.abs(samples[1000:3000]).max() < 0.01)
    True
    """
    from scipy.signal import iirnotch, tf2sos

    if not 0 < mains_hz < rate_hz / 2:
        raise ValueError(
            f"a notch at {mains_hz:g} Hz is impossible in a signal sampled at {rate_hz:g} Hz; "
            f"choose one below {rate_hz / 2:g} Hz or none"
        )
    for frequency_hz in np.arange(mains_hz, rate_hz / 2 - 1, mains_hz):
        sections = tf2sos(*iirnotch(frequency_hz, frequency_hz, fs=rate_hz))
        filter_both_ways(sections, samples)


def mains_hz(samples: np.ndarray, rate_hz: float, *, ratio_db: float = 10.0) -> float | None:
    """Return 50 or 60 where the spectrum has a line there, else None.

    Parameters
    ----------
    samples : ndarray, (n,), float64
        All finite.
    rate_hz : float
        Sampling rate.
    ratio_db : float
        By how much the line must stand above its neighbourhood (2 to 6 Hz aside).

    Returns
    -------
    float or None

    Examples
    --------
    >>> noise = np.random.default_rng(0).normal(size=5000)
    >>> mains_hz(noise + np.sin(2 * np.pi * 50 * np.arange(5000) / 500), 500)
    50.0
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

    Parameters
    ----------
    samples : ndarray, (n,), float64
        All finite.
    rate_hz : float
        Sampling rate.

    Returns
    -------
    ndarray, (n,), float64

    Examples
    --------
    >>> drift = np.linspace(0, 1, 1000)
    >>> bool(np.abs(running_median(drift, 100) - drift)[100:-100].max() < 0.001)
    True
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
