"""Changes of training segments that leave what they show as it is: each epoch sees other ones.

Shifts in time, levels, noise and masks are what another recording of the same may bring. Masks are
SpecAugment's (Park et al. 2019, https://arxiv.org/abs/1904.08779).
"""

from functools import partial
from pathlib import Path

import numpy as np

from biospectra.store.images import axes_of
from biospectra.store.rows import read_recordings
from biospectra.transforms.colour import colour, levels_of_colour

# The keys of `augment` that change something where they are not 0; the others say how.
CHANGES = (
    "time_shift_s",
    "gain_db",
    "inverted_share",
    "tilt_db",
    "noise",
    "time_masks",
    "frequency_masks",
)
CHANGES_OF_IMAGES = ("tilt_db", "frequency_masks")  # samples have no frequencies of their own
CHANGES_OF_SAMPLES = ("inverted_share",)  # images of power have no sign


def shifted(values: np.ndarray, most: int, random: np.random.Generator) -> np.ndarray:
    """Shift each entry in time, by at most `most` places; what leaves at one end enters the other.

    Parameters
    ----------
    values : ndarray, (n, ..., time)
    """
    by = random.integers(-most, most, len(values), endpoint=True)
    at = (np.arange(values.shape[-1]) - by[:, None]) % values.shape[-1]
    shape = (len(values), *[1] * (values.ndim - 2), values.shape[-1])
    return np.take_along_axis(values, at.reshape(shape), axis=-1)


def masked(
    values: np.ndarray,
    fill: np.ndarray,
    *,
    axis: int,
    count: int,
    widest: int,
    random: np.random.Generator,
) -> np.ndarray:
    """Cover stretches of each entry.

    Parameters
    ----------
    values : ndarray, (n, ...)
        Changed in place.
    fill : ndarray, (n,)
        What each entry is covered with.
    axis : int
        Along which the stretches lie.
    count : int
        Stretches of each entry.
    widest : int
        Places that the longest may take; all lengths from 0 on are as likely.
    """
    size = values.shape[axis]
    for entry, value in zip(np.moveaxis(values, axis, 1), fill, strict=True):
        for _ in range(count):
            width = random.integers(0, min(widest, size), endpoint=True)
            first = random.integers(0, size - width, endpoint=True)
            entry[first : first + width] = value
    return values


def augment_samples(
    inputs: np.ndarray, random: np.random.Generator, *, settings: dict, rate_hz: float
) -> np.ndarray:
    """Change segments.

    Parameters
    ----------
    inputs : ndarray, (n, samples, channels), float32
    random : np.random.Generator
        Where all chance comes from.
    settings : dict
        `augment` of the config.
    rate_hz : float
        Sampling rate.

    Returns
    -------
    ndarray, (n, samples, channels), float32
    """
    signal = np.moveaxis(inputs, -1, 1)  # all channels of a segment change alike, but for noise
    signal = shifted(signal, round(settings["time_shift_s"] * rate_hz), random)
    most_db = settings["gain_db"]
    gain_db = random.uniform(-most_db, most_db, (len(signal), 1, 1))
    noise = random.standard_normal(signal.shape, np.float32)
    spread = settings["noise"] * signal.std(axis=2, keepdims=True)
    signal = (10 ** (gain_db / 20) * (signal + spread * noise)).astype(np.float32)
    if settings["inverted_share"]:
        signal[random.random(len(signal)) < settings["inverted_share"]] *= -1
    masked(
        signal,
        np.zeros(len(signal)),
        axis=2,
        count=settings["time_masks"],
        widest=round(settings["time_mask_s"] * rate_hz),
        random=random,
    )
    return np.moveaxis(signal, 1, -1)


def augment_images(
    inputs: np.ndarray,
    random: np.random.Generator,
    *,
    settings: dict,
    step_s: float,
    span_db: float,
    colour_map: str | None,
) -> np.ndarray:
    """Change images in the levels that their pixels stand for, whatever their colours.

    Parameters
    ----------
    inputs : ndarray, (n, height, width, channels), float32
        In 0 to 1.
    random : np.random.Generator
        Where all chance comes from.
    settings : dict
        `augment` of the config.
    step_s : float
        From one column to the next.
    span_db : float
        From the darkest to the brightest pixel.
    colour_map : str or None
        Colour map of RGB images.

    Returns
    -------
    ndarray, (n, height, width, channels), float32
        In 0 to 1.
    """
    shown = np.moveaxis(inputs, -1, 1)  # all channels of a segment change alike, but for noise
    if colour_map:
        levels = levels_of_colour(np.rint(inputs * 255).astype(np.uint8), colour_map)
        shown = levels[:, None] / np.float32(255)
    shown = shifted(shown, round(settings["time_shift_s"] / step_s), random)
    most_db = settings["gain_db"]
    gain_db = random.uniform(-most_db, most_db, (len(shown), 1, 1, 1))
    noise = random.standard_normal(shown.shape, np.float32)
    tilt_db = random.uniform(-settings["tilt_db"], settings["tilt_db"], (len(shown), 1, 1, 1))
    rise_db = gain_db + tilt_db * np.linspace(0.5, -0.5, shown.shape[2])[:, None]
    shown = (shown + rise_db / span_db + settings["noise"] * noise).clip(0, 1).astype(np.float32)
    mean = shown.mean(axis=(1, 2, 3))
    for axis, count, widest in (
        (3, settings["time_masks"], settings["time_mask_s"] / step_s),
        (2, settings["frequency_masks"], settings["frequency_mask_share"] * shown.shape[2]),
    ):
        masked(shown, mean, axis=axis, count=count, widest=round(widest), random=random)
    if colour_map:
        return colour(np.rint(shown[:, 0] * 255), colour_map).astype(np.float32) / 255
    return np.moveaxis(shown, 1, -1)


def augmentation(settings: dict, file: str | Path):
    """Return the function that changes a batch of training inputs, None where nothing is asked for.

    Parameters
    ----------
    settings : dict
        `augment` of the config.
    file : path
        One of the HDF5 files that the inputs are from.

    Returns
    -------
    function (inputs, numpy.random.Generator) that returns inputs of the same shape
    """
    if not any(settings[key] for key in CHANGES):
        return None
    of = axes_of(file)
    if of is None:
        rate_hz = read_recordings([file])["rate_hz"].iloc[0]
        return partial(augment_samples, settings=settings, rate_hz=rate_hz)
    return partial(
        augment_images,
        settings=settings,
        step_s=of["time_s"][1] - of["time_s"][0],
        span_db=of["limits_db"][1] - of["limits_db"][0],
        colour_map=of["colour_map"],
    )


def corrupt(
    inputs: np.ndarray, *, noise: float, mask: float, block: int, random: np.random.Generator
) -> np.ndarray:
    """Return inputs with noise on them and blocks of them set to 0.

    Vincent et al. 2008 (denoising), He et al. 2022 (masked). Each input loses the same number of
    blocks, drawn by itself; the noise is not on what is masked.

    Parameters
    ----------
    inputs : ndarray, (n, height, width, channels) or (n, samples, 1), float32
        All but channels are multiples of `block`.
    noise : float
        Standard deviation of the Gaussian noise, in the inputs' own units.
    mask : float
        Share of the blocks that are set to 0.
    block : int
        Length of a block, each way.

    Returns
    -------
    ndarray
        Like inputs; these are left as they are.
    """
    given = inputs.copy()
    if noise:
        given += noise * random.standard_normal(inputs.shape, dtype=np.float32)
    if mask:
        grid = tuple(length // block for length in inputs.shape[1:-1])
        lost = np.zeros((len(inputs), int(np.prod(grid))), bool)
        lost[:, : round(mask * lost.shape[1])] = True
        lost = random.permuted(lost, axis=1).reshape(len(inputs), *grid)
        for axis in range(1, inputs.ndim - 1):
            lost = lost.repeat(block, axis=axis)
        given[lost] = 0
    return given
