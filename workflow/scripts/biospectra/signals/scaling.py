"""Units and amplitude of a signal."""

import numpy as np

from biospectra.signals.resampling import BLOCK

MILLIVOLTS = {"v": 1e3, "mv": 1.0, "uv": 1e-3, "nv": 1e-6}  # headers write MV and UV as well


def common_unit(units: str) -> tuple[str, float]:
    """Return the unit that a study keeps samples in, mV of voltages, and what to multiply with."""
    factor = MILLIVOLTS.get(units.strip().replace("µ", "u").replace("μ", "u").lower())
    return (units, 1.0) if factor is None else ("mV", factor)


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

    Returns
    -------
    numpy.ndarray
        (n,) float32.

    Raises
    ------
    ValueError
        For another name.
    """
    if how == "physical":
        return np.asarray(samples, dtype=np.float32)
    if how != "robust":
        raise ValueError(f"scale {how!r} is not known; it is robust or physical")
    samples = np.asarray(samples, dtype=np.float64)
    finite = samples[np.isfinite(samples)]
    if finite.size == 0:
        return samples.astype(np.float32)
    low, middle, high = np.percentile(finite, [1, 50, 99], overwrite_input=True)
    unit = (high - low) / 2 or finite.std() or 1.0
    del finite
    scaled = np.empty(samples.size, np.float32)
    for start in range(0, samples.size, BLOCK):
        part = slice(start, start + BLOCK)
        scaled[part] = (samples[part] - middle) / unit
    return scaled
