"""Images of windows as an entry of the config's `images` asks for them."""

from typing import Any, Literal, get_args

import numpy as np

from biospectra.transforms.transform import Transform

Cone = Literal["none", "mask", "draw"]


def images_of(
    windows: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    transform: Transform,
    entry: dict[str, Any],
) -> tuple[np.ndarray, list[float]]:
    """Make the images of windows as an entry of the config's `images` says.

    Parameters
    ----------
    windows : ndarray, (n, margin + samples + margin), float32
        Segments with their context.
    before, after : ndarray, (n,), int64
        Samples of that context which are true signal.
    transform : Transform
        The entry's.
    entry : dict
        Its `colour_map` and `cone_of_influence`, where it has them, are looked at.

    Returns
    -------
    images : ndarray, (n, height, width) or (n, height, width, 3), uint8
    shares : list of float, (n,)
        Share of each image in the cone of influence; empty where the entry has none.

    Examples
    --------
    >>> from biospectra.transforms.kinds import make_transform
    >>> entry = {"kind": "scaleogram", "height": 8, "width": 16, "frequency_range_hz": [4, 32]}
    >>> transform = make_transform(entry, rate_hz=128, samples=256)
    >>> windows = np.zeros((1, 256 + 2 * transform.margin), np.float32)
    >>> entry["cone_of_influence"] = "draw"
    >>> images, shares = images_of(windows, [0], [0], transform, entry)
    >>> images.shape, round(shares[0], 3)
    ((1, 8, 16), 0.125)
    """
    from biospectra.transforms.colour import colour

    images = transform(windows)
    cone, colour_map = entry.get("cone_of_influence"), entry.get("colour_map")
    shares = _show_cone(images, transform, before, after, cone) if cone else []
    return colour(images, colour_map) if colour_map else images, shares


def _show_cone(
    images: np.ndarray, transform: Any, before: np.ndarray, after: np.ndarray, cone: Cone
) -> list[float]:
    """Return the share of each image in the cone of influence, and mask or draw it there."""
    shares = np.empty(len(images))
    sides = np.stack([before, after], axis=1)
    for pair in np.unique(sides, axis=0):
        own = (sides == pair).all(axis=1)
        mask, shares[own] = transform.cone_of_influence(*pair)
        images[own] = mark_cone(images[own], mask, cone)
    return shares.tolist()


def mark_cone(images: np.ndarray, mask: np.ndarray, how: Cone) -> np.ndarray:
    """Show the cone of influence in images.

    Parameters
    ----------
    images : ndarray, (n, height, width), uint8
    mask : ndarray, (height, width), bool
        True in the cone, as a transform's ``cone_of_influence`` gives it.
    how : {"none", "mask", "draw"}
        Leave images as they are; set pixels in the cone to 0; or draw its rim at 255.

    Returns
    -------
    ndarray, (n, height, width), uint8
        A copy, but for "none".

    Examples
    --------
    >>> mask = np.array([[False, False, False], [True, False, True]])
    >>> mark_cone(np.full((1, 2, 3), 100, np.uint8), mask, "mask")[0]
    array([[100, 100, 100],
           [  0, 100,   0]], dtype=uint8)
    """
    if how not in get_args(Cone):
        raise ValueError(f"cone: is {how!r}; must be one of {', '.join(get_args(Cone))}")
    if how == "none":
        return images
    if how == "mask":
        return np.where(mask, np.uint8(0), images)
    inside = np.pad(mask, 1, constant_values=True)
    core = inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
    return np.where(mask & ~core, np.uint8(255), images)
