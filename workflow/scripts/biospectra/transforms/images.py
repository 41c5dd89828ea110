"""Images of windows as an entry of the config's `images` asks for them."""

import numpy as np


def images_of(windows, before, after, transform, settings: dict) -> tuple[np.ndarray, list[float]]:
    """Make the images of windows as an entry of the config's `images` says.

    Parameters
    ----------
    windows, before, after : of `windows_with_context`
    transform : of `plan`
    settings : the entry

    Returns
    -------
    (n, height, width) or (n, height, width, 3) uint8, and the share of each in the cone of
    influence, none for spectrograms
    """
    from biospectra.transforms.colour import colour

    images = transform(windows)
    cone, colour_map = settings.get("cone_of_influence"), settings.get("colour_map")
    shares = _show_cone(images, transform, before, after, cone) if cone else []
    return colour(images, colour_map) if colour_map else images, shares


def _show_cone(images, transform, before, after, cone: str) -> list[float]:
    """Return the share of each image in the cone of influence, and mask or draw it there."""
    shares = np.empty(len(images))
    sides = np.stack([before, after], axis=1)
    for pair in np.unique(sides, axis=0):
        own = (sides == pair).all(axis=1)
        mask, shares[own] = transform.cone_of_influence(*pair)
        images[own] = mark_cone(images[own], mask, cone)
    return shares.tolist()


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
