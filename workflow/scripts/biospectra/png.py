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


def levels(images, name):
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


def write_png(path, image, colour_map=None):
    """Write one image as 8-bit PNG.

    Grey and RGB go through OpenCV; colour of a map goes through Pillow as a palette, which OpenCV
    cannot write: a third of the time and half the size of RGB (benchmarks/README.md).

    Parameters
    ----------
    path : path
    image : array, (height, width) or (height, width, 3), uint8
        Levels, or RGB.
    colour_map : str, optional
        Colour map of levels; grey without one.

    Raises
    ------
    ValueError
        If the image has another shape or type.
    """
    image = np.asarray(image)
    if image.dtype != np.uint8 or not (image.ndim == 2 or image.shape[2:] == (3,)):
        raise ValueError(
            f"image: is {image.dtype} of shape {image.shape}; must be uint8, (height, width) or "
            "(height, width, 3)"
        )
    if colour_map is not None and image.ndim == 2:
        from PIL import Image

        picture = Image.fromarray(image)
        picture.putpalette(colour_table(colour_map).tobytes())
        picture.save(path, "PNG", compress_level=2)
        return
    import cv2

    if image.ndim == 3:
        image = image[:, :, ::-1]
    if not cv2.imwrite(str(path), np.ascontiguousarray(image)):
        raise OSError(f"{path}: the PNG could not be written")
