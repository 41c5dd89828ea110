"""Windows of signal that a file holds in place of images, which are made of them as they are read.

Those of the published spectrograms take a ninth of the images' room. A network may make the images
where it computes; whoever else reads the file is given the images, made by their plan.
"""

import json
from functools import lru_cache
from importlib import import_module
from typing import Any

import h5py
import numpy as np

from biospectra.store.hdf5 import CHECKSUMMED, set_attributes
from biospectra.transforms.colour import colour
from biospectra.transforms.transform import Transform

ON_DEVICE = "on_device"  # what `made` says of images of which windows are kept
MADE_OF = "made_of"  # attribute of such windows: what makes images of them


class Making:
    """What makes images of windows.

    Parameters
    ----------
    plan : Transform
    entry : dict
        The entry of the config's `images` that it was made by.

    Attributes
    ----------
    plan : Transform
    colour_map : str or None
    """

    def __init__(self, plan: Transform, entry: dict[str, Any]) -> None:
        self.said = {"entry": entry, "rate_hz": plan.rate_hz, "samples": plan.samples}
        self.plan, self.colour_map = plan, entry.get("colour_map")

    def __call__(self, windows: np.ndarray) -> np.ndarray:
        """Make images.

        Parameters
        ----------
        windows : ndarray, (n, margin + samples + margin[, channels]), float32

        Returns
        -------
        ndarray, (n, height, width[, channels]), uint8
            With a colour map (n, height, width, 3).
        """
        lines = np.moveaxis(windows, 1, -1)
        size = (self.plan.height, self.plan.width)
        images = self.plan(lines.reshape(-1, lines.shape[-1])).reshape(*lines.shape[:-1], *size)
        if self.colour_map:
            return colour(images if windows.ndim == 2 else images[:, 0], self.colour_map)
        return images if windows.ndim == 2 else np.moveaxis(images, 1, -1)


def create_windows(group: h5py.Group, making: Making) -> h5py.Dataset:
    """Create an empty dataset ``windows`` that windows are appended to.

    Parameters
    ----------
    group : h5py.Group
    making : Making
        Kept with them.

    Returns
    -------
    h5py.Dataset, (0, margin + samples + margin), float32
    """
    length = making.plan.samples + 2 * making.plan.margin
    windows = group.create_dataset(
        "windows",
        (0, length),
        np.float32,
        maxshape=(None, length),
        chunks=(1, length),  # rows are read in any order
        **CHECKSUMMED,
    )
    set_attributes(windows, {MADE_OF: json.dumps(making.said)})
    return windows


def entries_of(file: h5py.File) -> h5py.Dataset:
    """Return the entries of a file: its images, the windows in their place, or its segments."""
    return next(file[name] for name in ("images", "windows", "signal") if name in file)


def making_of(entries: h5py.Dataset) -> Making | None:
    """Return what makes images of entries; None where they are no windows.

    Parameters
    ----------
    entries : h5py.Dataset
        Of `entries_of`.
    """
    said = entries.attrs.get(MADE_OF)
    return None if said is None else _making(said.decode() if isinstance(said, bytes) else said)


@lru_cache(maxsize=8)
def _making(said: str) -> Making:
    # Named, not imported: with another transform the windows are written anew, and what reads them
    # runs after that, while a further kind of image changes none of it.
    kinds = import_module("biospectra.transforms.kinds")
    given = json.loads(said)
    return Making(kinds.make_transform(**given), given["entry"])
