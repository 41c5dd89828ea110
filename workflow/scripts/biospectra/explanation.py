"""Where a network looked: which pixels or samples of test segments spoke for their class.

Integrated gradients (Sundararajan, Taly and Yan 2017, https://arxiv.org/abs/1703.01365) share a
network's score out over its input, so that the parts add up to what the input has over a baseline.
Grad-CAM's weights are a mean over the image, and would lose where in it something stands for
networks that read all of their last maps through a dense layer, as these do.
"""

from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from biospectra.chosen import batches, chosen_rows, read_inputs
from biospectra.explanation_figure import draw_images, draw_samples
from biospectra.image_store import axes_of
from biospectra.pictures import evenly
from biospectra.png import levels
from biospectra.predictions import read_predictions
from biospectra.rows import LIBVER, read_recordings

STEPS = 16  # of the path from the baseline, by the midpoint rule
PER_CLASS = 12  # segments of each class, evenly drawn from the recordings
BASELINE = 64  # training images of each class whose mean is the baseline


def attributor(model, baseline: np.ndarray, steps: int = STEPS):
    """Return the function that shares a classifier's scores out over its inputs.

    The score is the logit of a class over the mean of all classes', since what all have in common
    does not matter to a softmax.

    Parameters
    ----------
    model : keras.Model that ends in a dense softmax layer
    baseline : (...,) the input from which the path starts
    steps : of the path

    Returns
    -------
    function of inputs (n, ...) float32 and classes (n,) int that returns attributions (n, ...),
    in logits, and what they should add up to (n,), the score's rise from the baseline
    """
    import keras
    import tensorflow as tf

    head = model.layers[-1]
    kernel, bias = head.get_weights()
    contrast = tf.constant((kernel - kernel.mean(axis=1, keepdims=True)).T)
    offset = tf.constant(bias - bias.mean())
    below = keras.Model(model.input, head.input)
    start = tf.constant(baseline[None])

    def score(inputs, classes):
        features = tf.cast(below(inputs, training=False), tf.float32)
        weights = tf.gather(contrast, classes)
        return tf.reduce_sum(features * weights, axis=1) + tf.gather(offset, classes)

    @tf.function(
        input_signature=[
            tf.TensorSpec((None, *baseline.shape), tf.float32),
            tf.TensorSpec((None,), tf.int32),
        ]
    )
    def share_out(inputs, classes):
        gradients = tf.zeros_like(inputs)
        for step in tf.range(steps):
            at = (tf.cast(step, tf.float32) + 0.5) / steps
            point = start + at * (inputs - start)
            with tf.GradientTape() as tape:
                tape.watch(point)
                total = tf.reduce_sum(score(point, classes))
            gradients += tape.gradient(total, point)
        rise = score(inputs, classes) - score(start, classes)
        return gradients * (inputs - start) / steps, rise

    def attribute(inputs, classes):
        shared, rise = share_out(tf.constant(inputs), tf.constant(classes))
        return shared.numpy(), rise.numpy()

    return attribute


def mean_image(rows: pd.DataFrame) -> np.ndarray:
    """Return the mean image of some rows, (height, width, channels), each class as weighty."""
    classes = [part for _, part in evenly(rows, BASELINE).groupby("label")]
    return np.mean([read_inputs(part).mean(axis=0) for part in classes], axis=0)


def rightly_classified(rows: pd.DataFrame, predictions: str | Path) -> pd.DataFrame:
    """Return `PER_CLASS` of the rows of each class that a classifier answered rightly."""
    said = read_predictions(predictions)[["recording", "segment", "predicted"]]
    rows = rows.merge(said, on=["recording", "segment"], validate="one_to_one")
    right = rows[rows["predicted"] == rows["label"]]
    return evenly(right, PER_CLASS) if len(right) else right


def explain(
    inputs: list[str],
    split: str | Path,
    model: str | Path,
    predictions: str | Path,
    *,
    output: str | Path,
    figures: list[str],
    labels: list[str],
    settings: dict,
    name: str,
    colour_map: str,
    threads: int,
) -> None:
    """Average over test segments of each class, rightly classified, where a network looked.

    Parameters
    ----------
    inputs : HDF5 files of the images, or of the segments for their samples
    split : split.tsv
    model : model.keras
    predictions : predictions.tsv
    output : written; HDF5 with `labels` (classes,), `segments` (classes,), how many of each,
        `attribution` and `mean` (classes, height, width), of samples (classes, samples), `time_s`
        and for images `frequency_hz`, and `rise` and `sum` (n,), which would be the same with
        endless steps; NaN for a class without a segment
    figures : written, in several formats
    labels : the classes
    settings : an entry of the config's `classifiers`
    name : its name
    colour_map : of images of one channel
    threads : processor threads
    """
    from biospectra import network

    network.start(threads=threads, seed=0, precision="float32")
    import keras

    with h5py.File(inputs[0]) as file:
        of = axes_of(inputs[0]) if "images" in file else None
    rows = rightly_classified(chosen_rows(inputs, split, ["test"]), predictions)
    training = chosen_rows(inputs, split, ["training"])
    # Nothing is to an image of a fixed dB range the mean of all images, to samples silence.
    baseline = mean_image(training) if of else np.zeros_like(read_inputs(training.iloc[:1])[0])
    attribute = attributor(keras.models.load_model(model), baseline)
    codes = rows["label"].map(labels.index)
    shown, shared, rises = [], [], []
    for part in batches(rows, settings["batch_size"]):
        given = read_inputs(part)
        found, rise = attribute(given, codes.loc[part.index].to_numpy(np.int32))
        shown.append(_levels_db(given, of) if of else given[..., 0])
        shared.append(found.sum(axis=-1))
        rises.append(rise)
    size = baseline.shape[:-1]
    shown, shared = (np.concatenate([np.empty((0, *size)), *parts]) for parts in (shown, shared))
    rises = np.concatenate([np.empty(0), *rises])
    of = of or _time_axis(inputs, size[0])
    means = {"labels": labels, "segments": [int((codes == i).sum()) for i in range(len(labels))]}
    for key, values in (("attribution", shared), ("mean", shown)):
        means[key] = np.full((len(labels), *size), np.nan, np.float32)
        for i in set(codes):
            means[key][i] = values[codes == i].mean(axis=0)
    axes = {key: of[key] for key in ("frequency_hz", "time_s") if key in of}
    sums = shared.sum(axis=tuple(range(1, shared.ndim)))
    with h5py.File(output, "w", libver=LIBVER) as out:
        for key, values in (means | axes | {"rise": rises, "sum": sums}).items():
            out[key] = values
    title = f"Where {name} looked: test segments rightly classified"
    if "frequency_hz" in of:
        draw_images(means, of, figures, title=title, colour_map=colour_map)
    else:
        draw_samples(shown, shared, codes.to_numpy(), labels, of, figures, title=title)


def _levels_db(images: np.ndarray, of: dict) -> np.ndarray:
    """Return what the pixels of images stand for, (n, height, width) in dB."""
    low_db, high_db = of["limits_db"]
    level = images[..., 0]
    if of["colour_map"]:
        level = levels(np.rint(images * 255).astype(np.uint8), of["colour_map"]) / 255
    return low_db + level * (high_db - low_db)


def _time_axis(segments: list[str], samples: int) -> dict:
    """Return the times of a segment's samples, time_s (samples,), and their units."""
    recordings = read_recordings(segments)
    units = ", ".join(sorted(set(recordings["units"])))
    return {"time_s": np.arange(samples) / recordings["rate_hz"].iloc[0], "units": units}
