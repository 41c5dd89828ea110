"""Heart beats: rhythm and shape of the QRS complexes in a segment of ECG."""

import numpy as np
import pandas as pd

from biospectra.errors import StudyError

SHORTEST_S = 10  # of a segment: a heart at rest beats ten times in it, which is few enough
FEWEST_BEATS = 6  # beats, below which nothing is said
ASIDE_S = 0.12  # a QRS complex to each side of its R peak
BEFORE_S = (0.25, 0.08)  # where a P wave lies before it, from and to
EARLY, LATE = 0.85, 1.15  # of the median interval
LEAST_MATCHES = 5
LEAST_TOLERANCE_S = 0.03
UNALIKE = 0.8  # correlation with the median beat, below which a beat is of another kind
FIBRILLATION_HZ = (4, 9)
INTERVALS = (
    "rate_bpm",
    "rr_sd",
    "rr_rmssd",
    "rr_pnn50",
    "rr_sd1",
    "rr_sd2",
    "rr_sd1_share",
    "rr_shortest",
    "rr_longest",
    "rr_early",
    "rr_late",
    "rr_early_late",
    "rr_turning",
    "rr_entropy",
)
XQRS_RATE_HZ = 250.0  # at which its default thresholds find beats of 0.05 to 2 mV
SHAPES = (
    "qrs_height_sd",
    "qrs_height_largest",
    "qrs_width_s",
    "qrs_width_sd_s",
    "qrs_width_largest_s",
    "qrs_likeness",
    "qrs_likeness_least",
    "qrs_odd",
    "p_likeness",
    "p_height",
    "between_4_9_hz",
    "between_height",
)


def find_beats(signal: np.ndarray, rate_hz: float) -> np.ndarray:
    """Return the samples (n,) of the R peaks in a segment of ECG.

    QRS complexes are found by XQRS (WFDB's library for Python), and each is moved to the extreme
    value nearby, of the sign that most of them have. XQRS has thresholds in mV, and what passes
    them changes with the rate, so that it is given a copy of one size and rate.

    Parameters
    ----------
    signal : ndarray, (samples,)
        In any unit.
    rate_hz : float
        Sampling rate.
    """
    from wfdb.processing import xqrs_detect

    from biospectra.signals.resampling import resample
    from biospectra.signals.scaling import scale

    if np.ptp(signal) == 0:
        return np.empty(0, np.int64)
    alike = resample(scale(signal), rate_hz, XQRS_RATE_HZ)
    found = np.asarray(xqrs_detect(alike, XQRS_RATE_HZ, verbose=False), float)
    found = np.round(found * (rate_hz / XQRS_RATE_HZ)).astype(np.int64)
    reach = round(0.08 * rate_hz)
    found = found[(found >= reach) & (found < len(signal) - reach)]
    if len(found) == 0:
        return found
    around = signal[found[:, None] + np.arange(-reach, reach + 1)]
    around = around - np.median(around, axis=1, keepdims=True)
    sign = 1 if np.median(around.max(axis=1)) >= np.median(-around.min(axis=1)) else -1
    peaks = np.unique(found - reach + (sign * around).argmax(axis=1))
    return peaks[np.diff(peaks, prepend=-rate_hz) > 0.15 * rate_hz]


def interval_entropy(intervals_s: np.ndarray) -> float:
    """Return the coefficient of sample entropy of beat intervals, made for a dozen of them.

    Sample entropy of one interval ahead, in density units so that the tolerance may grow until
    there are matches, less the logarithm of the mean interval (Lake and Moorman 2011). Of n
    independent intervals spread evenly over w seconds it is ln(w / mean) for large n.

    Parameters
    ----------
    intervals_s : ndarray, (n,)
        At least 3.
    """
    distance = np.abs(intervals_s[:, None] - intervals_s)
    n = len(intervals_s) - 1
    above = np.triu_indices(n, 1)
    now, following = distance[:n, :n][above], distance[1:, 1:][above]
    both = np.sort(np.maximum(now, following))
    wanted = min(LEAST_MATCHES, len(both))
    tolerance_s = max(LEAST_TOLERANCE_S, both[wanted - 1])
    share = (both <= tolerance_s).sum() / (now <= tolerance_s).sum()
    return float(-np.log(share) + np.log(2 * tolerance_s) - np.log(intervals_s.mean()))


def describe_intervals(intervals_s: np.ndarray) -> dict[str, float]:
    """Describe the intervals between beats; spreads are shares of the mean interval.

    Parameters
    ----------
    intervals_s : ndarray, (n,)
        At least 3.

    Returns
    -------
    dict of str to float
        `INTERVALS`: rate; standard deviation; root mean square of successive differences; share of
        these above 50 ms; the short and the long axis of the Poincaré plot, and the first's share
        of both (Brennan 2001); shortest and longest as shares of the median; shares of early and
        late ones, and of early ones with a late one after them, as after an ectopic beat; share of
        turning points, two thirds where all are independent (Kendall 1973); entropy.
    """
    mean, middle = intervals_s.mean(), np.median(intervals_s)
    steps = np.diff(intervals_s)
    sd1 = np.sqrt(steps.var() / 2)
    sd2 = np.sqrt(max(2 * intervals_s.var() - steps.var() / 2, 0))
    early, late = intervals_s < EARLY * middle, intervals_s > LATE * middle
    values = (
        60 / mean,
        intervals_s.std() / mean,
        np.sqrt((steps**2).mean()) / mean,
        (np.abs(steps) > 0.05).mean(),
        sd1 / mean,
        sd2 / mean,
        sd1 / max(sd1 + sd2, 1e-12),
        intervals_s.min() / middle,
        intervals_s.max() / middle,
        early.mean(),
        late.mean(),
        (early[:-1] & late[1:]).mean(),
        (steps[:-1] * steps[1:] < 0).mean(),
        interval_entropy(intervals_s),
    )
    return dict(zip(INTERVALS, map(float, values), strict=True))


def qrs_widths(complexes: np.ndarray, rate_hz: float) -> np.ndarray:
    """Return how long (n,), in s, the middle nine tenths of each complex's squared slope take.

    Parameters
    ----------
    complexes : ndarray, (n, samples)
        Around R peaks.
    rate_hz : float
        Sampling rate.
    """
    square = np.diff(complexes, axis=1) ** 2
    share = square.cumsum(axis=1) / np.maximum(square.sum(axis=1), 1e-30)[:, None]
    return ((share < 0.95).sum(axis=1) - (share < 0.05).sum(axis=1)) / rate_hz


def likeness(pieces: np.ndarray) -> np.ndarray:
    """Return the correlation (n,) of each piece (n, samples) with their median."""
    middle = np.median(pieces, axis=0)
    middle = middle - middle.mean()
    own = pieces - pieces.mean(axis=1, keepdims=True)
    size = np.linalg.norm(own, axis=1) * np.linalg.norm(middle)
    return own @ middle / np.maximum(size, 1e-12)


def describe_shapes(signal: np.ndarray, peaks: np.ndarray, rate_hz: float) -> dict[str, float]:
    """Describe the QRS complexes, and what stands between them.

    Parameters
    ----------
    signal : ndarray, (samples,)
    peaks : ndarray, (n,)
        Samples of R peaks, at least `FEWEST_BEATS`.
    rate_hz : float
        Sampling rate.

    Returns
    -------
    dict of str to float
        `SHAPES`: heights' standard deviation over their median, and the largest over it; widths of
        `qrs_widths`: median, standard deviation, largest; correlation with the median beat: mean,
        least, and share below `UNALIKE`; the same mean for the part where a P wave lies, and the
        height of this part's median; of the signal less its QRS complexes the share of power from 4
        to 9 Hz, where fibrillation is, and the standard deviation. Heights but the first two are
        shares of the median QRS height.
    """
    from scipy.signal import welch

    aside = np.arange(-round(ASIDE_S * rate_hz), round(ASIDE_S * rate_hz) + 1)
    before = np.arange(-round(BEFORE_S[0] * rate_hz), -round(BEFORE_S[1] * rate_hz))
    inside = (peaks + before[0] >= 0) & (peaks + aside[-1] < len(signal))
    complexes = signal[peaks[inside][:, None] + aside]
    waves = signal[peaks[inside][:, None] + before]
    heights, widths, alike = (
        np.ptp(complexes, axis=1),
        qrs_widths(complexes, rate_hz),
        likeness(complexes),
    )
    height = max(float(np.median(heights)), 1e-12)
    rest = np.array(signal, float)
    for peak in peaks:
        ends = np.clip([peak + aside[0], peak + aside[-1]], 0, len(rest) - 1)
        rest[ends[0] : ends[1] + 1] = np.linspace(*rest[ends], ends[1] - ends[0] + 1)
    frequency_hz, density = welch(rest, rate_hz, nperseg=min(len(rest), round(4 * rate_hz)))
    low, high = FIBRILLATION_HZ
    band = density[(frequency_hz >= low) & (frequency_hz < high)].sum()
    whole = density[(frequency_hz >= 1) & (frequency_hz < 40)].sum()
    values = (
        heights.std() / height,
        heights.max() / height,
        np.median(widths),
        widths.std(),
        widths.max(),
        alike.mean(),
        alike.min(),
        (alike < UNALIKE).mean(),
        likeness(waves).mean(),
        np.ptp(np.median(waves, axis=0)) / height,
        band / max(whole, 1e-30),
        rest.std() / height,
    )
    return dict(zip(SHAPES, map(float, values), strict=True))


def beat_table(signals: np.ndarray, rate_hz: float) -> pd.DataFrame:
    """Return the features of the heart beats in some segments of ECG, one row each.

    Parameters
    ----------
    signals : ndarray, (n, samples), float32 or float64
        The segments; 10 s or longer.
    rate_hz : float
        Sampling rate.

    Returns
    -------
    DataFrame
        beats (how many), `INTERVALS` and `SHAPES`; all but beats are 0 where there are fewer than
        `FEWEST_BEATS`.

    Examples
    --------
    >>> t = np.arange(2560) / 128
    >>> ecg = np.exp(-((t % 0.8 - 0.4) ** 2) / (2 * 0.015**2))  # a wave every 0.8 s
    >>> beat_table(ecg[None], 128)["rate_bpm"].round(1).tolist()
    [75.0]
    """
    rows = []
    for signal in signals:
        peaks = find_beats(signal, rate_hz)
        row = {"beats": float(len(peaks))} | dict.fromkeys((*INTERVALS, *SHAPES), 0.0)
        if len(peaks) >= FEWEST_BEATS:
            row |= describe_intervals(np.diff(peaks) / rate_hz)
            row |= describe_shapes(signal, peaks, rate_hz)
        rows.append(row)
    return pd.DataFrame(rows)


table = beat_table


def check(name: str, entry: dict, study: dict) -> None:
    """Refuse segments that are too short for heart beats.

    Parameters
    ----------
    name : str
        The entry's name under the config's `features`.
    entry : dict
        The entry.
    study : dict
        The config, with all defaults.
    """
    window_s = study["segments"]["window_s"]
    if window_s < SHORTEST_S:
        raise StudyError(
            f"features.{name}: heart beats need segments of {SHORTEST_S} s or more, and "
            f"segments.window_s is {window_s:g}; raise it."
        )
