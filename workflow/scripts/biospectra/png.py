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
    """Levels to colour: (..., ), uint8 to (..., 3), uint8, RGB."""
    return colour_table(name)[np.asarray(images)]


def write_png(path, image, colour_map=None):
    """Write one image as PNG.

    Parameters
    ----------
    path : path
    image : array, (height, width) or (height, width, 3), uint8
        Levels, or RGB.
    colour_map : str, optional
        Colour map of levels; grey without one.
    """
    import cv2

    image = np.asarray(image)
    if colour_map is not None and image.ndim == 2:
        image = colour(image, colour_map)
    if image.ndim == 3:
        image = image[:, :, ::-1]
    if not cv2.imwrite(str(path), np.ascontiguousarray(image)):
        raise OSError(f"{path}: the PNG could not be written")
