"""VICReg: an encoder that learns without labels to say the same of two views of what is the same.

Bardes, Ponce and LeCun 2022, https://arxiv.org/abs/2105.04906. Two views are made by random changes
of one segment, or of two segments of one recording. What the encoder says of them is to agree
(invariance), to differ from segment to segment in each number (variance), and not to say the same
thing in several numbers (covariance), which keeps it from saying one thing of everything.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.models.augmentation import CHANGES, augmentation
from biospectra.models.statistics_pooling import build_encoder, columns_of
from biospectra.store.dataset import SAMPLES, extent_of

RESTORES = False  # nothing is restored: no reconstruction of it is drawn or compared
OF_OBJECTIVE = ("views", "batches")  # keys that `build` does not take
INVARIANCE, VARIANCE, COVARIANCE = 25.0, 25.0, 1.0  # weights of the loss, as published


def build(shape: tuple[int, ...], *, filters: list[int], projection: int):
    """Build the network that is trained on pairs, and the encoder in it.

    Parameters
    ----------
    shape : tuple of int
        (height, width, channels) of an image.
    filters : list of int
        Of `biospectra.models.statistics_pooling.build_encoder`.
    projection : int
        Numbers of the head in which views are compared; it is left off afterwards.

    Returns
    -------
    pairs, encoder : keras.Model
        Of pairs of images (2, height, width, channels), output (2, projection); of images, output
        (columns,); float32.
    """
    import keras
    from keras import layers, ops

    encoder = build_encoder(shape, filters)
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
    return keras.Model(views, said, name="vicreg"), encoder


def vicreg_loss(_, projections):
    """Return the loss of a batch.

    Parameters
    ----------
    projections : tensor, (n, 2, columns), float32
        What the network says of both views of each segment.

    Returns
    -------
    tensor, ()
    """
    from keras import ops

    first, second = projections[:, 0], projections[:, 1]
    columns = projections.shape[-1]
    freedom = ops.cast(ops.maximum(ops.shape(projections)[0] - 1, 1), projections.dtype)
    loss = INVARIANCE * ops.mean(ops.square(first - second))
    for view in (first, second):
        centred = view - ops.mean(view, axis=0)
        variance = ops.sum(ops.square(centred), axis=0) / freedom
        low = ops.relu(1 - ops.sqrt(variance + 1e-4))
        loss += VARIANCE * ops.mean(low) / 2
        covariance = ops.matmul(ops.transpose(centred), centred) / freedom
        off = ops.sum(ops.square(covariance)) - ops.sum(ops.square(variance))
        loss += COVARIANCE * off / columns
    return loss


def partners_of(rows: pd.DataFrame, views: str) -> Callable[..., np.ndarray]:
    """Return the function that gives each segment the one that it is compared with.

    Parameters
    ----------
    rows : DataFrame
        Of segments, with recording and segment.
    views : str
        "segment" for the segment itself, "neighbours" for the one before or after it in its
        recording, "recording" for any other of its recording; itself where there is none.

    Returns
    -------
    callable
        Function (places, random) of places in `rows`, (n,) int, that returns places, (n,) int.
    """
    if views == "segment":
        return lambda places, random: places
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


def objective(entry: dict, rows: dict[str, pd.DataFrame], file: str | Path) -> dict:
    """Return what is learnt: the loss, and how batches of training and validation are made.

    Parameters
    ----------
    entry : dict
        Of the config's `encoders`.
    rows : dict of str to DataFrame
        Of "training" and "validation".
    file : path
        One of the HDF5 files of the images.

    Returns
    -------
    dict
        `loss`, `target`, and by side options of `biospectra.models.feeding.input_batches`.
    """
    change = augmentation(entry["augment"], file)
    shared = {
        "change": change and partial(change_views, change=change),
        "within": ["database"] if entry["batches"] == "database" else [],
    }
    sides = {
        side: shared | {"partners": partners_of(own, entry["views"])} for side, own in rows.items()
    }
    return {"loss": vicreg_loss, "target": None, **sides}


def check(name: str, entry: dict, study: dict) -> None:
    """Refuse samples, stages that leave nothing of an image, and views that are no two.

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
    if entry["input"] == SAMPLES:
        raise StudyError(
            f"{where}.input: this kind learns from images; name one of the config's images."
        )
    try:
        columns_of(extent_of(study, entry["input"]), entry["filters"])
    except StudyError as error:
        raise StudyError(f"{where}.{error}") from None
    if entry["views"] == "segment" and not any(entry["augment"][key] for key in CHANGES):
        raise StudyError(
            f"{where}.augment: two views of one segment are the same if nothing changes them; "
            "ask for a change, or for views: neighbours."
        )
