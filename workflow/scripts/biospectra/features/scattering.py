"""The wavelet scattering table: what oscillates in each segment, and how fast it comes and goes.

Andén and Mallat, "Deep scattering spectrum", IEEE Transactions on Signal Processing 62 (2014). The
first order is ``|x * psi_1|`` averaged over time, the second ``| |x * psi_1| * psi_2 |`` averaged
over time, for psi_2 slower than psi_1. Averages change little when a signal is shifted, and the
second order keeps of the modulations what the first one's average loses.
"""

from functools import lru_cache
from itertools import chain

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.signals.nyquist import check_range_hz

KIND = "scattering"  # what a message calls it that knows no entry of a config
SEGMENTS_AT_ONCE = 16  # segments whose moduli are in memory at once
SAMPLED = 3  # samples of a modulus, in a period of its octave's highest frequency
SLOWER = 2  # how much slower than psi_1 psi_2 is at least


def scattering_table(
    signals: np.ndarray,
    rate_hz: float,
    *,
    wavelet: str = "cmor1.5-1.0",
    frequency_range_hz: tuple[float, float] | None = None,
    per_octave: int = 4,
    modulation_range_hz: tuple[float, float] = (0.5, 50),
    modulations_per_octave: int = 1,
    windows: int = 1,
    log: bool = True,
) -> pd.DataFrame:
    """Return the scattering coefficients of some segments, one row each.

    Parameters
    ----------
    signals : ndarray, (n, samples), float32 or float64
        The segments; mirrored at their ends.
    rate_hz : float
        Sampling rate.
    wavelet : str
        Complex mother wavelet of both orders, by its PyWavelets name.
    frequency_range_hz, per_octave : (float, float), int
        Of the first order, from the highest frequency down; by default 1 to 150 Hz, or 0.4 times
        the sampling rate where that is lower.
    modulation_range_hz, modulations_per_octave : (float, float), int
        Of the second order, from the highest frequency down.
    windows : int
        Equal parts of a segment, each averaged by itself.
    log : bool
        Whether in dB re 1 unit, never below -120 (in mV, 1 nV), or in the signal's unit.

    Returns
    -------
    DataFrame
        s1_{frequency}hz and s2_{frequency}hz_{modulation}hz, and with _w1, _w2, ... of each part
        where there are several. A sinusoid stands at its amplitude in the first order, a slow
        sinusoidal modulation of it at the modulation's amplitude in the second.

    Examples
    --------
    >>> tone = 0.1 * np.sin(2 * np.pi * 16 * np.arange(1280) / 128)
    >>> table = scattering_table(tone[None], 128, frequency_range_hz=(4, 32), per_octave=1)
    >>> table.iloc[0].idxmax(), round(table.iloc[0].max())
    ('s1_16hz', -20)
    """
    filters = {
        "wavelet": wavelet,
        "frequency_range_hz": frequency_range_hz or (1.0, min(150.0, 0.4 * rate_hz)),
        "per_octave": per_octave,
        "modulation_range_hz": modulation_range_hz,
        "modulations_per_octave": modulations_per_octave,
    }
    hashable = {k: tuple(v) if isinstance(v, list) else v for k, v in filters.items()}
    octaves = scattering_plan(float(rate_hz), signals.shape[1], windows=windows, **hashable)
    parts = []
    for start in range(0, len(signals), SEGMENTS_AT_ONCE):
        found = [
            _scatter(signals[start : start + SEGMENTS_AT_ONCE], windows, *octave)
            for octave in octaves
        ]
        parts.append([np.concatenate(order, axis=1) for order in zip(*found, strict=True)])
    names = zip(*(_names(*octave) for octave in octaves), strict=True)
    columns = {}
    for order, labels in zip(zip(*parts, strict=True), names, strict=True):
        values = np.concatenate(order)
        if log:
            values = 20 * np.log10(np.maximum(values, 1e-6))
        for i, label in enumerate(chain(*labels)):
            for part in range(windows):
                columns[f"{label}_w{part + 1}" if windows > 1 else label] = values[:, i, part]
    return pd.DataFrame(columns)


@lru_cache(maxsize=1)
def scattering_plan(
    rate_hz: float,
    samples: int,
    *,
    wavelet: str,
    frequency_range_hz: tuple[float, float],
    per_octave: int,
    modulation_range_hz: tuple[float, float],
    modulations_per_octave: int,
    windows: int,
) -> list[tuple]:
    """Plan both orders' transforms.

    Parameters
    ----------
    rate_hz, samples : float or int
        Sampling rate and length of a segment.
    wavelet : str
        Complex, by its PyWavelets name.
    frequency_range_hz, per_octave : tuple of float or int
        Frequency range hz and per octave of psi_1, from the highest frequency down.
    modulation_range_hz, modulations_per_octave : tuple of float or int
        Modulation range hz and modulations per octave of psi_2, from the highest frequency down.
    windows : int
        Equal parts of a segment that are averaged.

    Returns
    -------
    list of tuple
        The `Scaleogram` of psi_1 and that of psi_2 (None where none is slow enough) for each octave
        of psi_1: its moduli are sampled no finer than they need, which makes the second order
        cheap.

    Raises
    ------
    StudyError
        For a real or unknown wavelet, and for a range that ends before it begins or above Nyquist.
    """
    from biospectra.transforms.scaleogram import Scaleogram

    _check_filters(KIND, wavelet, frequency_range_hz, modulation_range_hz, rate_hz)
    carriers_hz = _down(frequency_range_hz, per_octave)
    slow_hz = _down(modulation_range_hz, modulations_per_octave)
    octaves = []
    for start in range(0, len(carriers_hz), per_octave):
        own_hz = carriers_hz[start : start + per_octave]
        width = _divisor(samples, SAMPLED * own_hz[0] * samples / rate_hz)
        first = Scaleogram(
            rate_hz=rate_hz,
            samples=samples,
            height=len(own_hz),
            width=width,
            wavelet=wavelet,
            frequency_range_hz=_ends(own_hz),
            edges="reflect",
        )
        own_slow_hz = slow_hz[slow_hz <= own_hz[0] / SLOWER]
        second = None
        if len(own_slow_hz):
            points = 2 * own_slow_hz[0] * samples / rate_hz / windows
            second = Scaleogram(
                rate_hz=rate_hz * width / samples,
                samples=width,
                height=len(own_slow_hz),
                width=windows,
                wavelet=wavelet,
                frequency_range_hz=_ends(own_slow_hz),
                pooling="mean",
                oversample=max(8, int(np.ceil(points))),
            )
        octaves.append((first, second))
    return octaves


def _check_filters(where, wavelet, frequency_range_hz, modulation_range_hz, rate_hz):
    """Refuse wavelets without an envelope, and frequencies that the sampling rate cannot carry."""
    from biospectra.transforms.wavelets import Wavelet

    check_range_hz(f"{where}.frequency_range_hz", frequency_range_hz, rate_hz, below=True)
    # No limit above: what is too fast for a carrier is left out.
    check_range_hz(f"{where}.modulation_range_hz", modulation_range_hz, float("inf"))
    try:
        is_complex = Wavelet(wavelet).is_complex
    except ValueError as error:
        raise StudyError(f"{where}.{error}.") from None
    if not is_complex:
        raise StudyError(
            f"{where}.wavelet: {wavelet} is real, and its modulus no envelope; take a complex one, "
            "such as cmor1.5-1.0."
        )


def _down(range_hz, per_octave):
    """Frequencies from the upper end down, within the range."""
    low, high = range_hz
    count = int(np.floor(per_octave * np.log2(high / low) + 1e-9)) + 1
    return high * 2.0 ** (-np.arange(count) / per_octave)


def _ends(rows_hz):
    """Range that a scaleogram's rows span; of a single row, it takes the upper end alone."""
    return (rows_hz[-1] if len(rows_hz) > 1 else rows_hz[0] / 2, rows_hz[0])


def _divisor(samples, least):
    """Smallest divisor of the samples that is not below ``least``, or all of them."""
    return next((d for d in range(1, samples) if samples % d == 0 and d >= least), samples)


def _pairs(first, second):
    """Which psi_2 go with which psi_1: (carriers, modulations), bool."""
    return second.frequency_hz[None] <= first.frequency_hz[:, None] / SLOWER * (1 + 1e-9)


def _scatter(signals, windows, first, second):
    """First and second order of an octave: (n, columns, windows) each."""
    moduli = first.magnitude(signals)
    averages = [part.mean(axis=2) for part in np.array_split(moduli, windows, axis=2)]
    order = np.stack(averages, axis=2)
    if second is None:
        return order, np.zeros((len(signals), 0, windows), np.float32)
    lines = moduli.reshape(-1, moduli.shape[2])
    # Mirrored between samples: about the segment's end, not half a coarse sample inside it.
    edge = [(0, 0), (second.margin, second.margin)]
    slow = second.magnitude(np.pad(lines, edge, mode="symmetric"))
    slow = slow.reshape(*moduli.shape[:2], *slow.shape[1:])
    return order, slow[:, _pairs(first, second)]


def _names(first, second):
    """Columns of both orders, in the order of ``_scatter``."""
    carriers = [f"{hz:.3g}hz" for hz in first.frequency_hz]
    if second is None:
        return [f"s1_{carrier}" for carrier in carriers], []
    slow = [f"{hz:.3g}hz" for hz in second.frequency_hz]
    pairs = np.argwhere(_pairs(first, second))
    return [f"s1_{carrier}" for carrier in carriers], [
        f"s2_{carriers[i]}_{slow[j]}" for i, j in pairs
    ]


table = scattering_table


def check(name: str, entry: dict, study: dict) -> None:
    """Refuse a wavelet without an envelope, and frequencies that the study's rate cannot carry.

    Parameters
    ----------
    name : str
        The entry's name under the config's `features`.
    entry : dict
        The entry.
    study : dict
        The config, with all defaults.
    """
    ranges = entry["frequency_range_hz"], entry["modulation_range_hz"]
    rate_hz = study["resample"]["rate_hz"]
    _check_filters(f"features.{name}", entry["wavelet"], *ranges, rate_hz)
