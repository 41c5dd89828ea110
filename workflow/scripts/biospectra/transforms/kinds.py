"""The kinds of image: each is a class in a module of its own, with the kind's name in the config.

A kind's ``from_entry(entry, rate_hz, samples)`` gives the transform of an entry of the config's
`images`, and its ``check(name, entry, study)`` refuses an entry from which no image can be made.
"""

from typing import Any

from biospectra.transforms.scaleogram import Scaleogram
from biospectra.transforms.spectrogram import Spectrogram
from biospectra.transforms.transform import Transform

KINDS: dict[str, type[Transform]] = {"spectrogram": Spectrogram, "scaleogram": Scaleogram}


def make_transform(entry: dict[str, Any], rate_hz: float, samples: int) -> Transform:
    """Return the transform that an entry of the config's `images` asks for.

    Parameters
    ----------
    entry : dict
        The entry, with all its defaults.
    rate_hz : float
        The study's sampling rate.
    samples : int
        Length of a segment.

    Returns
    -------
    Transform

    Raises
    ------
    ValueError
        Naming the key, what is wrong and what would be right.

    Examples
    --------
    >>> entry = {"kind": "spectrogram", "height": 64, "width": 128, "compression": "zstd"}
    >>> make_transform(entry, rate_hz=128, samples=1280).hop
    10
    """
    return KINDS[entry["kind"]].from_entry(entry, rate_hz, samples)
