"""Images as PNG files."""

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from biospectra.transforms.colour import colour_table


def write_png(path: str | Path, image: ArrayLike, colour_map: str | None = None) -> None:
    """Write one image as 8-bit PNG.

    Grey and RGB go through OpenCV; colour of a map goes through Pillow as a palette, which OpenCV
    cannot write: a third of the time and half the size of RGB (benchmarks/README.md).

    Parameters
    ----------
    path : path
        Str or Path.
    image : array_like, (height, width) or (height, width, 3), uint8
        Levels, or RGB.
    colour_map : str, optional
        Colour map of levels; grey without one.

    Raises
    ------
    ValueError
        If the image has another shape or type.

    Examples
    --------
    >>> write_png("image.png", np.zeros((48, 64), np.uint8), "viridis")
    >>> Path("image.png").stat().st_size < 1500
    True
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
