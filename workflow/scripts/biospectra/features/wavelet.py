"""The discrete wavelet table: energy, entropy and shape of each level's coefficients."""

import math
import re

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.words import number_of

STATISTICS = ("energy", "share", "entropy", "median_abs", "skewness", "kurtosis")
LEAST = 1e-12  # of a mean square in mV, 1 nV: below any amplifier's noise


def levels_of(signals: np.ndarray, wavelet: str, levels: int) -> dict[str, np.ndarray]:
    """Decompose segments into levels by the discrete wavelet transform (Mallat 1989).

    Parameters
    ----------
    signals : ndarray, (n, samples)
    wavelet : str
        By its PyWavelets name, such as "db4".
    levels : int
        How many details; detail j holds about rate/2^(j+1) to rate/2^j.

    Returns
    -------
    dict of str to ndarray
        Keys: coefficients (n, ...) of each level, by name: d1, the finest, to dN, and aN, the rest
        below; periodic at the ends, so that an orthogonal wavelet keeps the energy.

    Raises
    ------
    StudyError
        Where the segments are too short for so many levels.
    """
    import pywt

    most = pywt.dwt_max_level(signals.shape[1], wavelet)
    if levels > most:
        raise StudyError(
            f"segments of {signals.shape[1]} samples have at most {number_of(most, 'level')} of "
            f"{wavelet}, not {levels}; lower `levels`, or take longer segments or a shorter "
            "wavelet."
        )
    signals = np.asarray(signals, np.float64)
    found = pywt.wavedec(signals, wavelet, mode="periodization", level=levels, axis=-1)
    names = [f"a{levels}", *(f"d{j}" for j in range(levels, 0, -1))]
    return dict(zip(names, found, strict=True))


def statistics(coefficients: np.ndarray, energy: np.ndarray, samples: int) -> np.ndarray:
    """Describe the coefficients of one level.

    Parameters
    ----------
    coefficients : ndarray, (n, k)
    energy : ndarray, (n,)
        Energy of all levels together, the sum of squares.
    samples : int
        Samples of a segment.

    Returns
    -------
    ndarray
        (n, len(STATISTICS)): log10 of the level's mean square in the signal; its share of the
        energy; the Shannon entropy of the squares' shares, over its maximum log k: 1 for an even
        spread, 0 for one coefficient (Coifman and Wickerhauser 1992); the median of the absolute
        values; skewness and excess kurtosis, 0 where all are alike.
    """
    square = coefficients**2
    own = square.sum(axis=1)
    shares = square / np.maximum(own, LEAST)[:, None]
    entropy = -(shares * np.log(np.maximum(shares, 1e-300))).sum(axis=1)
    centred = coefficients - coefficients.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=1, keepdims=True))
    z = centred / np.maximum(spread, LEAST)
    flat = spread[:, 0] <= LEAST
    return np.stack(
        [
            np.log10(own / samples + LEAST),
            own / np.maximum(energy, LEAST),
            entropy / np.log(max(coefficients.shape[1], 2)),
            np.median(np.abs(coefficients), axis=1),
            np.where(flat, 0, (z**3).mean(axis=1)),
            np.where(flat, 0, (z**4).mean(axis=1) - 3),
        ],
        axis=1,
    )


def wavelet_table(
    signals: np.ndarray, rate_hz: float, *, wavelet: str = "db4", levels: int = 6
) -> pd.DataFrame:
    """Return the statistics of each level of a discrete wavelet transform, one row a segment.

    Parameters
    ----------
    signals : ndarray, (n, samples), float32 or float64
        The segments.
    rate_hz : float
        Sampling rate, on which the columns do not depend: a level is a number of halvings.
    wavelet : str
        Discrete wavelet, by its PyWavelets name.
    levels : int
        Levels of the transform.

    Returns
    -------
    DataFrame
        {level}_{statistic} for each level and each of `STATISTICS`.

    Examples
    --------
    >>> noise = np.random.default_rng(0).normal(size=(3, 1280))
    >>> wavelet_table(noise, 128, levels=2).shape
    (3, 18)
    """
    parts = levels_of(signals, wavelet, levels)
    energy = sum((part**2).sum(axis=1) for part in parts.values())
    columns = {}
    for level, part in parts.items():
        found = statistics(part, energy, signals.shape[1])
        columns |= {f"{level}_{name}": found[:, i] for i, name in enumerate(STATISTICS)}
    return pd.DataFrame(columns)


table = wavelet_table


def filter_length(wavelet: str) -> int:
    """Return the taps of a discrete wavelet's filters, by its PyWavelets name.

    Said here, as a config is checked where PyWavelets need not be installed.
    """
    family, order = re.fullmatch("([a-z]+)([0-9.]*)", wavelet).groups()
    if family in ("bior", "rbio"):
        rebuilding, decomposing = map(int, order.split("."))
        return 2 * decomposing + (0 if rebuilding == 1 else 2)
    known = {"haar": 2, "dmey": 62}
    return known[family] if family in known else int(order) * (6 if family == "coif" else 2)


def check(name: str, entry: dict, study: dict) -> None:
    """Refuse more levels than segments are long enough for.

    Parameters
    ----------
    name : str
        The entry's name under the config's `features`.
    entry : dict
        The entry.
    study : dict
        The config, with all defaults.
    """
    samples = round(study["segments"]["window_s"] * study["resample"]["rate_hz"])
    # As pywt.dwt_max_level: where the coarsest level is as long as the filter.
    places = samples / (filter_length(entry["wavelet"]) - 1)
    most = max(0, math.floor(math.log2(places)))
    if entry["levels"] > most:
        raise StudyError(
            f"features.{name}.levels: segments of {samples} samples have at most "
            f"{number_of(most, 'level')} of "
            f"{entry['wavelet']}, not {entry['levels']}; lower it, or take longer segments or a "
            "shorter wavelet."
        )
