"""MiniRocket: how much of a segment lies above a bias after each of many fixed filters.

Dempster, Schmidt and Webb 2021, https://arxiv.org/abs/2012.08791; of several channels as their
multivariate variant does, where a filter is the sum over some channels, drawn at random. Filters
are fixed, and the biases are quantiles of what filters give of training segments, so that nothing
is trained and labels are not looked at.
"""

from itertools import combinations

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.store.dataset import SAMPLES, extent_of, read_inputs

RESTORES = False
LENGTH, RAISED = 9, 3  # taps of a filter, and how many of them are 2; the others are -1
KERNELS = np.full((84, LENGTH), -1, np.float32)  # 84 ways to choose 3 of 9
for _kernel, _places in zip(KERNELS, combinations(range(LENGTH), RAISED), strict=True):
    _kernel[list(_places)] = 2


def fit_encoder(training: pd.DataFrame, *, seed: int, columns: int, max_dilations: int):
    """Return the network that gives the features of segments, which nothing is left to train in.

    Parameters
    ----------
    training : DataFrame
        Rows of the training segments, as of `biospectra.store.dataset.select_rows`.
    seed : int
        Of the segments that biases are taken from, and of channels.
    columns : int
        How many features, of which the largest multiple of 84 up to it is made.
    max_dilations : int
        Most dilations of a filter.

    Returns
    -------
    network, encoder : keras.Model
        The same twice: of samples (samples, channels), output (features,) float32.
    """
    import keras
    from keras import layers, ops

    random = np.random.default_rng(seed)
    samples, channels = read_inputs(training.iloc[:1]).shape[1:]
    dilations, counts = dilations_of(samples, columns, max_dilations)
    drawn = random.integers(len(training), size=(len(dilations), len(KERNELS)))
    used, place = np.unique(drawn, return_inverse=True)
    segments = read_inputs(training.iloc[used])
    place = place.reshape(drawn.shape)
    quantiles = np.split(
        golden_quantiles(len(KERNELS) * int(counts.sum())), np.cumsum(counts * len(KERNELS))[:-1]
    )
    given = keras.Input((samples, channels), name="samples")
    parts = []
    for i, (dilation, count) in enumerate(zip(dilations, counts, strict=True)):
        weights = KERNELS.T[:, None] * channel_masks(channels, random).T[None]
        wanted = quantiles[i].reshape(len(KERNELS), count)
        bias = np.empty((len(KERNELS), count), np.float32)
        for k in range(len(KERNELS)):
            filtered = convolved(segments[place[i, k]], weights[:, :, k], dilation)
            bias[k] = np.quantile(filtered, wanted[k])
        # Every other filter is taken where it lies wholly within the segment, and only there.
        for padding, first in (("same", i % 2), ("valid", 1 - i % 2)):
            own = np.arange(first, len(KERNELS), 2)
            name = f"{dilation}_{padding}"
            filters = layers.Conv1D(
                len(own), LENGTH, dilation_rate=int(dilation), padding=padding, use_bias=False,
                dtype="float32", name=f"filters_{name}",
            )  # fmt: skip
            above = layers.DepthwiseConv1D(
                1, depth_multiplier=int(count), dtype="float32", name=f"biases_{name}"
            )
            maps = above(filters(given))
            parts.append(ops.mean(ops.cast(maps > 0, "float32"), axis=1))
            filters.set_weights([weights[:, :, own]])
            above.set_weights([np.ones((1, len(own), count)), -bias[own].reshape(-1)])
    together = layers.Concatenate(dtype="float32", name="features")(parts)
    encoder = keras.Model(given, together, name="minirocket")
    encoder.trainable = False
    return encoder, encoder


def dilations_of(samples: int, columns: int, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the dilations of each filter, and how many biases it has with each.

    Parameters
    ----------
    samples : int
        Of a segment.
    columns, most : int
        Columns and max dilations of `fit_encoder`.

    Returns
    -------
    dilations, counts : ndarray, (n,), int
        Dilations are spread evenly on a logarithmic scale, up to where the filter is as long as a
        segment.
    """
    each = columns // len(KERNELS)
    several = min(each, most)
    highest = np.log2((samples - 1) / (LENGTH - 1))
    exact = np.logspace(0, highest, several, base=2).astype(np.int32)
    dilations, counts = np.unique(exact, return_counts=True)
    counts = (counts * (each / several)).astype(np.int32)
    rest = each - int(counts.sum())
    counts += rest // len(counts)
    counts[: rest % len(counts)] += 1
    return dilations, counts


def golden_quantiles(count: int) -> np.ndarray:
    """Return quantiles (count,) that fill 0 to 1 evenly, by the golden ratio."""
    return (np.arange(1, count + 1) * ((np.sqrt(5) + 1) / 2)) % 1


def channel_masks(channels: int, random: np.random.Generator) -> np.ndarray:
    """Draw the channels that each filter takes: (84, channels) of 0 and 1, fewer more often."""
    masks = np.zeros((len(KERNELS), channels), np.float32)
    highest = np.log2(min(channels, LENGTH) + 1)
    for mask in masks:
        count = max(1, int(2 ** random.uniform(0, highest)))
        mask[random.permutation(channels)[: min(count, channels)]] = 1
    return masks


def convolved(segment: np.ndarray, weights: np.ndarray, dilation: int) -> np.ndarray:
    """Return a segment (samples, channels) after a filter (taps, channels): (samples,).

    Beyond its ends it is taken for 0.
    """
    reach = (LENGTH // 2) * int(dilation)
    padded = np.pad(segment, ((reach, reach), (0, 0)))
    shifted = [padded[tap * dilation : tap * dilation + len(segment)] for tap in range(LENGTH)]
    return np.einsum("tsc,tc->s", np.stack(shifted), weights)


def check(name: str, entry: dict, study: dict) -> None:
    """Refuse images, segments that no filter fits into, and fewer features than filters.

    Parameters
    ----------
    name : str
        The entry's name under the config's `encoders`.
    entry : dict
        The entry.
    study : dict
        The config, with all defaults.
    """
    where = f"encoders.{name}"
    if entry["input"] != SAMPLES:
        raise StudyError(f"{where}.input: MiniRocket reads samples; take input: {SAMPLES}.")
    (samples,) = extent_of(study, SAMPLES)
    if samples < LENGTH:
        raise StudyError(
            f"{where}.input: segments of {samples} samples are shorter than a filter of {LENGTH}; "
            "take a longer segments.window_s."
        )
