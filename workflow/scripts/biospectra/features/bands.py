"""The table of band powers."""

from itertools import pairwise

import numpy as np
import pandas as pd

from biospectra.signals.nyquist import check_range_hz

LOWEST_HZ, HIGHEST_HZ = 0.5, 150.0


def band_table(
    signals: np.ndarray,
    rate_hz: float,
    *,
    bands: int = 24,
    frequency_range_hz: tuple[float, float] | None = None,
) -> pd.DataFrame:
    """Return the log-spectral bands of some segments, one row each: dB of the mean density.

    Parameters
    ----------
    signals : ndarray, (n, samples), float32 or float64
        The segments.
    rate_hz : float
        Sampling rate.
    bands : int
        How many, of equal width on a logarithmic axis; one narrower than the spectrum's step takes
        the nearest bin.
    frequency_range_hz : (float, float), optional
        Lowest and highest end; by default 0.5 to 150 Hz, or half the sampling rate where that is
        lower.

    Returns
    -------
    DataFrame
        band_{from}_{to}_db of each band, in dB re 1 unit squared per Hz, by Welch's method (1967)
        with windows of 2 s; never below -120 dB (in mV, 1 nV in a root Hz: below any amplifier's
        noise).

    Raises
    ------
    StudyError
        For a range that ends before it begins or above half the sampling rate.

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 10 * np.arange(1280) / 128)
    >>> table = band_table(tone[None], 128, bands=4, frequency_range_hz=(2, 32))
    >>> table.iloc[0].idxmax()
    'band_8_16_db'
    """
    if frequency_range_hz is None:
        frequency_range_hz = (LOWEST_HZ, min(HIGHEST_HZ, rate_hz / 2))
    check_range_hz("frequency_range_hz", frequency_range_hz, rate_hz)
    from scipy.signal import welch

    length = min(signals.shape[1], round(2 * rate_hz))
    frequency_hz, density = welch(signals, rate_hz, nperseg=length, axis=-1)
    edges_hz = np.geomspace(*frequency_range_hz, bands + 1)
    columns = {}
    for low, high in pairwise(edges_hz):
        inside = (frequency_hz >= low) & (frequency_hz < high)
        if not inside.any():
            inside[np.abs(frequency_hz - np.sqrt(low * high)).argmin()] = True
        mean = density[:, inside].mean(axis=1)
        columns[f"band_{low:.3g}_{high:.3g}_db"] = 10 * np.log10(np.maximum(mean, 1e-12))
    return pd.DataFrame(columns)


table = band_table


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
    where = f"features.{name}.frequency_range_hz"
    check_range_hz(where, entry["frequency_range_hz"], study["resample"]["rate_hz"])
