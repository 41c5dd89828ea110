"""PNG files and colour for people: models read the levels themselves."""

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=8)
def colour_table(name):
    """Colour map of matplotlib: (256, 3), uint8, RGB.

    Raises
    ------
    ValueError
        If matplotlib knows no colour map of that name.
    """
    import matplotlib

    if name not in matplotlib.colormaps:
        raise ValueError(
            f"colour_map: matplotlib has no {name!r}; viridis, cividis, magma and inferno are "
            "perceptually uniform"
        )
    return (matplotlib.colormaps[name](np.arange(256))[:, :3] * 255).round().astype(np.uint8)


def colour(images, name):
    """Levels to colour.

    Parameters
    ----------
    images : array, any shape, uint8
    name : str
        Colour map of matplotlib.

    Returns
    -------
    array of images' shape and (3,), uint8, RGB
    """
    return np.take(colour_table(name), np.asarray(images, np.uint8), axis=0)


@lru_cache(maxsize=8)
def _level_table(name):
    """Level of each colour of a map, by its 24 bits: (2^24,), uint8."""
    red, green, blue = colour_table(name).astype(np.int64).T
    found = np.zeros(1 << 24, np.uint8)
    found[red << 16 | green << 8 | blue] = np.arange(256)
    return found


def levels_of_colour(images, name):
    """Colour to levels, the inverse of `colour`; levels of one colour become one of them.

    Parameters
    ----------
    images : array, (..., 3), uint8, RGB
    name : str
        Colour map of matplotlib, by which they were coloured.

    Returns
    -------
    array of images' shape without the last axis, uint8
    """
    red, green, blue = np.moveaxis(np.asarray(images, np.uint8).astype(np.int32), -1, 0)
    return _level_table(name)[red << 16 | green << 8 | blue]
