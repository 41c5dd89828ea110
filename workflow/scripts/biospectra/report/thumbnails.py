"""Segments made small for a page of many: images as JPEG, signals as lines of few points."""

import base64
import io

import numpy as np

THUMBNAIL = (200, 150)  # the largest image of a segment, width and height in pixels
MOST_PIXELS = 768 * 200 * 150  # of all images together
SIGNAL_COLUMNS = 240  # of a drawn signal, each with its lowest and its highest sample


def thumbnails(images: np.ndarray, colour_map: str, size: tuple[int, int]) -> list[str]:
    """Return images (n, height, width, 1 or 3) uint8 as small JPEG files in data URIs."""
    import matplotlib
    from PIL import Image

    colours = matplotlib.colormaps[colour_map]
    found = []
    for image in images:
        small = Image.fromarray(image.squeeze()).resize(size, Image.Resampling.BOX)
        if small.mode == "L":
            small = Image.fromarray(colours(np.asarray(small), bytes=True)[..., :3])
        file = io.BytesIO()
        small.save(file, "JPEG", quality=80)
        found.append("data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode())
    return found


def thumbnail_size(images: int) -> tuple[int, int]:
    """Return width and height of each of so many images: less where they are many."""
    shrink = min(1.0, np.sqrt(MOST_PIXELS / (images * THUMBNAIL[0] * THUMBNAIL[1])))
    return tuple(max(8, int(side * shrink)) for side in THUMBNAIL)


def drawn_out(signals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return signals as a line of few points draws them, and how much a level stands for.

    Parameters
    ----------
    signals : ndarray, (n, samples)

    Returns
    -------
    tuple of ndarray
        Levels (n, points) int8, the lowest and the highest sample of each column in turn, or all
        samples where they are few; step (n,), in the signals' units.
    """
    n, samples = signals.shape
    if samples > 4 * SIGNAL_COLUMNS:  # fewer are drawn as they are
        begin = np.linspace(0, samples, SIGNAL_COLUMNS, endpoint=False).astype(int)
        ends = [np.minimum.reduceat(signals, begin, axis=1), np.maximum.reduceat(signals, begin, 1)]
        signals = np.stack(ends, axis=2).reshape(n, -1)
    step = np.maximum(np.abs(signals).max(axis=1), 1e-30) / 127
    return np.round(signals / step[:, None]).astype(np.int8), step
