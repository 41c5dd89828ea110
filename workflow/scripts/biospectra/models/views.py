"""Pairs of views: what should be alike, for encoders that learn it without labels.

Two views are made by random changes of one segment, or of two segments of one recording or person.
Kinds that learn from them differ in their loss alone.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.models.augmentation import CHANGES, CHANGES_OF_IMAGES, CHANGES_OF_SAMPLES
from biospectra.models.statistics_pooling import build_encoder, check_stages
from biospectra.store.dataset import SAMPLES


def build_pairs(
    shape: tuple[int, ...],
    *,
    filters: list[int],
    projection: int,
    stride: int = 1,
    level: bool = False,
):
    """Build the network that is trained on pairs, and the encoder in it.

    Parameters
    ----------
    shape : tuple of int
        (height, width, channels) of an image, or (samples, channels).
    filters, stride, level : list of int, int, bool
        Of `biospectra.models.statistics_pooling.build_encoder`.
    projection : int
        Numbers of the head in which views are compared; it is left off afterwards.

    Returns
    -------
    pairs, encoder : keras.Model
        Of pairs of inputs (2, *shape), output (2, projection); of inputs, output (columns,);
        float32.
    """
    import keras
    from keras import layers, ops

    encoder = build_encoder(shape, filters, stride=stride, level=level)
    head = keras.Sequential(
        [
            keras.Input(encoder.output_shape[1:]),
            layers.Dense(projection),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.Dense(projection, dtype="float32"),
        ],
        name="projection",
    )
    views = keras.Input((2, *shape), name="views")
    said = ops.stack([head(encoder(views[:, i])) for i in range(2)], axis=1)
    return keras.Model(views, said, name="pairs"), encoder


def partners_of(rows: pd.DataFrame, views: str) -> Callable[..., np.ndarray]:
    """Return the function that gives each segment the one that it is compared with.

    Parameters
    ----------
    rows : DataFrame
        Of segments, with recording and segment; for "subject" with subject and channel.
    views : str
        "segment" for the segment itself, "neighbours" for the one before or after it in its
        recording, "recording" for any other of its recording, "subject" for any other of its person
        by the same channel; itself where there is none.

    Returns
    -------
    callable
        Function (places, random) of places in `rows`, (n,) int, that returns places, (n,) int.
    """
    if views == "segment":
        return lambda places, random: places
    if views == "subject":
        name = rows.groupby(["subject", "channel"]).ngroup().to_numpy()
    else:
        name = pd.factorize(rows["recording"])[0]
    order = np.lexsort((rows["segment"].to_numpy(), name))
    count = np.bincount(name)
    start = (np.cumsum(count) - count)[name]
    rank = np.empty(len(rows), int)
    rank[order] = np.arange(len(rows))
    rank -= start
    count = count[name]

    def partners(places: np.ndarray, random: np.random.Generator) -> np.ndarray:
        own, many = rank[places], count[places]
        if views == "neighbours":
            step = random.choice([-1, 1], len(places))
            beyond = (own + step < 0) | (own + step >= many)
            other = own + np.where(beyond, -step, step)
        else:
            other = random.integers(0, np.maximum(many - 1, 1))
            other += other >= own
        return order[start[places] + np.where(many > 1, other, own)]

    return partners


def change_views(views: np.ndarray, random: np.random.Generator, *, change) -> np.ndarray:
    """Change each of two views by itself: (n, 2, ...) float32."""
    flat = views.reshape(-1, *views.shape[2:])
    return change(flat, random=random).reshape(views.shape)


def pairs_in_batches(entry: dict, rows: pd.DataFrame, change: Callable | None) -> dict:
    """Return how batches of pairs are made.

    Parameters
    ----------
    entry : dict
        Of the config's `encoders`.
    rows : DataFrame
        Of segments, as for `partners_of`.
    change : callable or None
        Of `biospectra.models.augmentation.augmentation`.

    Returns
    -------
    dict
        Options of `biospectra.models.feeding.input_batches`.
    """
    return {
        "change": change and partial(change_views, change=change),
        "partners": partners_of(rows, entry["views"]),
        "within": ["database"] if entry["batches"] == "database" else [],
    }


def check_pairs(name: str, entry: dict, study: dict) -> None:
    """Refuse stages that leave nothing of an input, and views that are no two.

    Parameters
    ----------
    name : str
        The entry's name under the config's `encoders`.
    entry : dict
        The entry.
    study : dict
        The config, with all defaults.
    """
    check_stages(name, entry, study)
    others = CHANGES_OF_IMAGES if entry["input"] == SAMPLES else CHANGES_OF_SAMPLES
    known = [key for key in CHANGES if key not in others]
    if entry["views"] == "segment" and not any(entry["augment"][key] for key in known):
        raise StudyError(
            f"encoders.{name}.augment: two views of one segment that nothing changes are one; ask "
            f"for a change ({', '.join(known)}), or for views: neighbours."
        )
