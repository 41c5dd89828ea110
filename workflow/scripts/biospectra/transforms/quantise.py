"""Pixel levels: a fixed decibel range on 0 to 255."""

import numpy as np


def quantise(values, limits_db, factor):
    """Values to uint8 levels.

    Parameters
    ----------
    values : array, any shape, float32
        Magnitude or power, at least 0.
    limits_db : (low, high)
        Decibels of levels 0 and 255; what lies beyond takes the nearer level.
    factor : float
        Decibels of a tenfold value: 20 for a magnitude, 10 for a power.

    Returns
    -------
    array of values' shape, uint8
    """
    low, high = limits_db
    decibel = factor * np.log10(np.maximum(values, np.float32(1e-30)))
    return np.rint(np.clip((decibel - low) * (255 / (high - low)), 0, 255)).astype(np.uint8)


def affine(limits_db, factor):
    """Gain and offset that make a level of log2 of a power: (float32, float32).

    Parameters
    ----------
    limits_db : (low, high)
        Decibels of levels 0 and 255.
    factor : float
        Decibels of a tenfold power: 10.
    """
    low, high = limits_db
    step = 255 / (high - low)
    return np.float32(factor * np.log10(2) * step), np.float32(-low * step)
