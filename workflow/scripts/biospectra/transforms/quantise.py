"""Pixel levels: a fixed decibel range on 0 to 255."""

import numpy as np


def quantise(values: np.ndarray, limits_db: tuple[float, float], factor: float) -> np.ndarray:
    """Turn values into levels.

    Parameters
    ----------
    values : ndarray, any shape, float32
        Magnitude or power, at least 0.
    limits_db : (float, float)
        Decibels of levels 0 and 255; what lies beyond takes the nearer level.
    factor : float
        Decibels of a tenfold value: 20 for a magnitude, 10 for a power.

    Returns
    -------
    ndarray, shape of values, uint8

    Examples
    --------
    >>> quantise(np.array([0.0, 0.001, 0.1, 1.0, 10.0]), (-60, 0), 20)
    array([  0,   0, 170, 255, 255], dtype=uint8)
    """
    low, high = limits_db
    decibel = factor * np.log10(np.maximum(values, np.float32(1e-30)))
    return np.rint(np.clip((decibel - low) * (255 / (high - low)), 0, 255)).astype(np.uint8)


def affine(limits_db: tuple[float, float], factor: float) -> tuple[np.float32, np.float32]:
    """Return the gain and the offset that make a level of log2 of a power.

    Parameters
    ----------
    limits_db : (float, float)
        Decibels of levels 0 and 255.
    factor : float
        Decibels of a tenfold power: 10.

    Returns
    -------
    gain, offset : float32

    Examples
    --------
    >>> gain, offset = affine((-60, 0), 10.0)
    >>> round(float(gain * np.log2(1e-6) + offset), 3), float(offset)
    (0.0, 255.0)
    """
    low, high = limits_db
    step = 255 / (high - low)
    return np.float32(factor * np.log10(2) * step), np.float32(-low * step)
