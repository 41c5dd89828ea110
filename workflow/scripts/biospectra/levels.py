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


def mark_cone(images, mask, how):
    """Show the cone of influence in images.

    Parameters
    ----------
    images : array, (n, height, width), uint8
    mask : array, (height, width), bool
        True in the cone, as ``Scaleogram.cone_of_influence`` gives it.
    how : "none", "mask" or "draw"
        Leave images as they are; set pixels in the cone to 0; or draw its rim at 255.

    Returns
    -------
    array, (n, height, width), uint8
        A copy, but for "none".
    """
    if how not in ("none", "mask", "draw"):
        raise ValueError(f"cone: is {how!r}; must be one of none, mask, draw")
    if how == "none":
        return images
    if how == "mask":
        return np.where(mask, np.uint8(0), images)
    inside = np.pad(mask, 1, constant_values=True)
    core = inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
    return np.where(mask & ~core, np.uint8(255), images)
