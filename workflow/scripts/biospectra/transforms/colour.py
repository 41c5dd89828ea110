"""PNG files and colour for people: models read the levels themselves."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike


@lru_cache(maxsize=8)
def colour_table(name: str) -> np.ndarray:
    """Return a colour map of matplotlib.

    Parameters
    ----------
    name : str
        Its name in matplotlib.

    Returns
    -------
    ndarray, (256, 3), uint8
        RGB.

    Raises
    ------
    ValueError
        If matplotlib knows no colour map of that name.

    Examples
    --------
    >>> colour_table("viridis")[[0, 255]]
    array([[ 68,   1,  84],
           [253, 231,  37]], dtype=uint8)
    """
    import matplotlib

    if name not in matplotlib.colormaps:
        raise ValueError(
            f"colour_map: matplotlib has no {name!r}; viridis, cividis, magma and inferno are "
            "perceptually uniform"
        )
    return (matplotlib.colormaps[name](np.arange(256))[:, :3] * 255).round().astype(np.uint8)


def colour(images: ArrayLike, name: str) -> np.ndarray:
    """Colour levels by a colour map.

    Parameters
    ----------
    images : array_like, any shape, uint8
        Levels.
    name : str
        Colour map of matplotlib.

    Returns
    -------
    ndarray, shape of images and (3,), uint8
        RGB.

    Examples
    --------
    >>> import numpy as np
    >>> colour(np.zeros((2, 4, 5), np.uint8), "viridis").shape
    (2, 4, 5, 3)
    """
    return np.take(colour_table(name), np.asarray(images, np.uint8), axis=0)


@lru_cache(maxsize=8)
def _level_table(name: str) -> np.ndarray:
    """Level of each colour of a map, by its 24 bits: (2^24,), uint8."""
    red, green, blue = colour_table(name).astype(np.int64).T
    found = np.zeros(1 << 24, np.uint8)
    found[red << 16 | green << 8 | blue] = np.arange(256)
    return found


def levels_of_colour(images: ArrayLike, name: str) -> np.ndarray:
    """Return the levels of colours, the inverse of `colour`; levels of one colour become one.

    Parameters
    ----------
    images : array_like, (..., 3), uint8
        RGB.
    name : str
        Colour map of matplotlib, by which they were coloured.

    Returns
    -------
    ndarray, shape of images without the last axis, uint8

    Examples
    --------
    >>> import numpy as np
    >>> levels_of_colour(colour(np.array([0, 100, 255]), "viridis"), "viridis")
    array([  0, 100, 255], dtype=uint8)
    """
    red, green, blue = np.moveaxis(np.asarray(images, np.uint8).astype(np.int32), -1, 0)
    return _level_table(name)[red << 16 | green << 8 | blue]
