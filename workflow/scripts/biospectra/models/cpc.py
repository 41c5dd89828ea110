"""Contrastive predictive coding: an encoder that learns to predict what comes next in a signal.

Van den Oord, Li and Vinyals 2018, https://arxiv.org/abs/1807.03748. Convolutions make a latent of
each short stretch of samples, causal convolutions over the latents so far a context, and from the
context at one time the latents some steps later are to be told from others: those of other segments
of the batch at the same time, or of other times of the same segment. No label is looked at.
"""

from pathlib import Path

import pandas as pd

from biospectra.errors import StudyError
from biospectra.models.augmentation import CHANGES_OF_IMAGES, augmentation
from biospectra.models.info_nce import right_shares
from biospectra.store.dataset import SAMPLES, extent_of

RESTORES = False  # nothing is restored: no reconstruction of it is drawn or compared
OF_OBJECTIVE = ("negatives", "batches")  # keys that `build` does not take
TEMPERATURE = 0.1  # by which cosines are divided before the softmax
DILATIONS = (1, 2, 4)  # of the context's convolutions of three latents: it reaches back 15
LEAST_VARIANCE = 1e-6  # of a variance


def build(shape: tuple[int, ...], *, filters: list[int], stride: int, steps: int):
    """Build the network that predicts, and the encoder in it.

    Parameters
    ----------
    shape : tuple of int
        (samples, channels) of a segment.
    filters : list of int
        Of each stage of the latents: a causal convolution, normalisation of each latent and GELU.
    stride : int
        Of each stage.
    steps : int
        How many latents ahead are predicted.

    Returns
    -------
    network, encoder : keras.Model
        Of segments, output (2, steps, times, filters[-1]), what is predicted and what came; and
        output (columns,), the mean and the standard deviation over time of latents and context;
        float32.
    """
    import keras
    from keras import layers, ops

    given = keras.Input(shape, name="samples")
    latents = layers.GroupNormalization(
        1, scale=False, center=False, epsilon=LEAST_VARIANCE, dtype="float32", name="standardised"
    )(given)
    for stage, count in enumerate(filters, 1):
        latents = layers.Conv1D(
            count, 2 * stride, strides=stride, padding="causal", name=f"convolution_{stage}"
        )(latents)
        latents = layers.LayerNormalization(name=f"normalisation_{stage}")(latents)
        latents = layers.Activation("gelu", name=f"gelu_{stage}")(latents)
    context = latents
    for dilation in DILATIONS:
        more = layers.Conv1D(
            filters[-1], 3, dilation_rate=dilation, padding="causal", name=f"context_{dilation}"
        )(context)
        context = layers.Add()([context, layers.Activation("gelu")(more)])
    times = latents.shape[1] - steps
    told = [
        layers.Dense(filters[-1], use_bias=False, name=f"ahead_{step}")(context[:, :times])
        for step in range(1, steps + 1)
    ]
    came = [latents[:, step : step + times] for step in range(1, steps + 1)]
    both = ops.stack([ops.stack(told, axis=1), ops.stack(came, axis=1)], axis=1)
    both = layers.Activation("linear", dtype="float32", name="both")(both)
    parts = []
    for maps in (latents, context):
        whole = layers.Activation("linear", dtype="float32")(maps)
        parts += [ops.mean(whole, axis=1), ops.sqrt(ops.var(whole, axis=1) + LEAST_VARIANCE)]
    features = layers.Concatenate(dtype="float32", name="features")(parts)
    return keras.Model(given, both, name="cpc"), keras.Model(given, features, name="encoder")


def loss_among_segments(_, both):
    """Return the loss (InfoNCE) where what came is told from that of the batch's other segments.

    Parameters
    ----------
    both : tensor, (n, 2, steps, times, columns), float32
        What is predicted, and what came.

    Returns
    -------
    tensor, ()
    """
    return _contrast(both, "iktd,jktd->ktij")


def loss_among_times(_, both):
    """Return the loss where what came is told from that at other times of the segment.

    Parameters
    ----------
    both : tensor, (n, 2, steps, times, columns), float32
        As for `loss_among_segments`.

    Returns
    -------
    tensor, ()
    """
    return _contrast(both, "iktd,iksd->ikts")


LOSSES = {"segments": loss_among_segments, "times": loss_among_times}


def _contrast(both, pairs: str):
    from keras import ops

    told, came = (ops.normalize(both[:, i], axis=-1) for i in range(2))
    likeness = ops.einsum(pairs, told, came)
    return -ops.mean(right_shares(likeness / TEMPERATURE))


def objective(entry: dict, rows: dict[str, pd.DataFrame], file: str | Path) -> dict:
    """Return what is learnt: the loss, and how batches of training and validation are made.

    Parameters
    ----------
    entry : dict
        Of the config's `encoders`.
    rows : dict of str to DataFrame
        Of "training" and "validation".
    file : path
        One of the HDF5 files of the segments.

    Returns
    -------
    dict
        `loss`, `target`, and by side options of `biospectra.models.feeding.input_batches`.
    """
    within = ["database"] if entry["batches"] == "database" else []
    change = augmentation(entry["augment"], file)
    return {
        "loss": LOSSES[entry["negatives"]],
        "target": None,
        "training": {"change": change, "within": within},
        "validation": {"within": within},
    }


def check(name: str, entry: dict, study: dict) -> None:
    """Refuse images, and segments too short for what is to be predicted.

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
        raise StudyError(f"{where}.input: this kind reads samples; take input: {SAMPLES}.")
    (samples,) = extent_of(study, SAMPLES)
    latents = samples
    for _ in entry["filters"]:
        latents = -(-latents // entry["stride"])
    if latents < 2 * entry["steps"]:
        raise StudyError(
            f"{where}.steps: {samples} samples make {latents} latents, and {entry['steps']} ahead "
            f"leave too few to predict from; take {latents // 2} at most, a smaller stride or "
            "fewer filters."
        )
    for key in CHANGES_OF_IMAGES:
        if entry["augment"][key]:
            raise StudyError(
                f"{where}.augment.{key}: samples have no frequencies of their own; leave it out."
            )
