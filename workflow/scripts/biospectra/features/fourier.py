"""System B's table: peaks of the Fourier spectrum, band powers and moments of each segment."""

import numpy as np
import pandas as pd

from biospectra.signals.nyquist import check_range_hz

BANDS_HZ = {
    "0.5-4": (0.5, 4),
    "4-8": (4, 8),
    "8-13": (8, 13),
    "13-30": (13, 30),
    "30-70": (30, 70),
    "70-150": (70, 150),
}


def amplitude_spectrum(signal: np.ndarray, rate_hz: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the one-sided amplitude spectrum: a sinusoid on a bin stands there at its amplitude.

    Parameters
    ----------
    signal : ndarray, (..., samples)
    rate_hz : float
        Sampling rate.

    Returns
    -------
    tuple of ndarray
        Frequency_hz (bins,), amplitude (..., bins) in the signal's units.
    """
    from scipy import fft

    samples = signal.shape[-1]
    amplitude = np.abs(fft.rfft(signal, axis=-1)) * (2 / samples)
    amplitude[..., 0] /= 2
    if samples % 2 == 0:
        amplitude[..., -1] /= 2
    return fft.rfftfreq(samples, 1 / rate_hz), amplitude


def spectral_peaks(
    signal: np.ndarray, rate_hz: float, count: int, min_prominence: float
) -> list[tuple[float, float]]:
    """Return the highest peaks of the amplitude spectrum, highest first.

    Parameters
    ----------
    signal : ndarray, (samples,)
    rate_hz : float
        Sampling rate.
    count : int
        How many at most.
    min_prominence : float
        As a share of the spectrum's maximum (`scipy.signal.find_peaks`).

    Returns
    -------
    list of tuple of float
        (frequency in Hz, amplitude in the signal's units) of each.
    """
    from scipy.signal import find_peaks

    frequency_hz, amplitude = amplitude_spectrum(signal, rate_hz)
    # Nothing lies beyond the ends, so that a maximum there is a peak as well.
    padded = np.concatenate([[0.0], amplitude, [0.0]])
    found, _ = find_peaks(padded, prominence=min_prominence * max(amplitude.max(), 1e-30))
    found = found - 1
    found = found[np.argsort(-amplitude[found], kind="stable")][:count]
    return [(float(frequency_hz[i]), float(amplitude[i])) for i in found]


def band_powers(
    signals: np.ndarray, rate_hz: float, bands_hz: dict[str, tuple[float, float]]
) -> np.ndarray:
    """Return the power of each band, by integrating Welch's power spectral density.

    Parameters
    ----------
    signals : ndarray, (n, samples)
    rate_hz : float
        Sampling rate.
    bands_hz : dict of str to tuple of float
        From (included) and to (excluded) of each band.

    Returns
    -------
    ndarray, (n, bands)
        In the signal's units squared.
    """
    from scipy.signal import welch

    length = min(signals.shape[1], round(2 * rate_hz))
    frequency_hz, density = welch(signals, rate_hz, nperseg=length, axis=-1)
    width_hz = frequency_hz[1] - frequency_hz[0]
    return np.stack(
        [
            density[:, (frequency_hz >= low) & (frequency_hz < high)].sum(axis=1) * width_hz
            for low, high in bands_hz.values()
        ],
        axis=1,
    )


def fourier_table(
    signals: np.ndarray,
    rate_hz: float,
    *,
    peaks: int = 5,
    min_prominence: float = 0.05,
    bands_hz: dict[str, tuple[float, float]] | None = None,
) -> pd.DataFrame:
    """Return the Fourier features of some segments, one row each.

    Parameters
    ----------
    signals : ndarray, (n, samples), float32 or float64
        The segments.
    rate_hz : float
        Sampling rate.
    peaks, min_prominence : int, float
        How many peaks of the amplitude spectrum, and their least prominence as a share of its
        maximum (`spectral_peaks`). A peak that is not there is 0 Hz high 0.
    bands_hz : dict of str to (float, float), optional
        Bands whose power is a feature; by default those of `BANDS_HZ` below half the sampling rate.

    Returns
    -------
    DataFrame
        ft_peak_i_x (Hz), ft_peak_i_y (units), power_{band} (units squared), mean, median, variance.

    Raises
    ------
    StudyError
        For a band that ends before it begins or above half the sampling rate.

    Examples
    --------
    >>> t = np.arange(1280) / 128
    >>> table = fourier_table(np.sin(2 * np.pi * np.outer([10, 20], t)), 128)
    >>> table["ft_peak_1_x"].tolist(), table["variance"].round(3).tolist()
    ([10.0, 20.0], [0.5, 0.5])
    """
    if bands_hz is None:
        bands_hz = {name: ends for name, ends in BANDS_HZ.items() if ends[1] <= rate_hz / 2}
    for name, ends_hz in bands_hz.items():
        check_range_hz(f"bands_hz.{name}", ends_hz, rate_hz)
    columns: dict[str, np.ndarray] = {}
    pairs = np.zeros((len(signals), peaks, 2))
    for pair, signal in zip(pairs, signals, strict=True):
        found = spectral_peaks(signal, rate_hz, peaks, min_prominence)
        pair[: len(found)] = np.array(found).reshape(-1, 2)
    for i in range(peaks):
        columns[f"ft_peak_{i + 1}_x"] = pairs[:, i, 0]
        columns[f"ft_peak_{i + 1}_y"] = pairs[:, i, 1]
    powers = band_powers(signals, rate_hz, bands_hz)
    columns |= {f"power_{name}_hz": powers[:, i] for i, name in enumerate(bands_hz)}
    columns["mean"] = signals.mean(axis=1, dtype=np.float64)
    columns["median"] = np.median(signals, axis=1)
    columns["variance"] = signals.var(axis=1, dtype=np.float64)
    return pd.DataFrame(columns)


table = fourier_table


def check(name: str, entry: dict, study: dict) -> None:
    """Refuse bands that the study's sampling rate cannot carry.

    Parameters
    ----------
    name : str
        The entry's name under the config's `features`.
    entry : dict
        The entry.
    study : dict
        The config, with all defaults.
    """
    for band, ends_hz in entry["bands_hz"].items():
        where = f"features.{name}.bands_hz.{band}"
        check_range_hz(where, ends_hz, study["resample"]["rate_hz"])
