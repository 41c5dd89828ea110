"""Where a network looked: which pixels or samples of test segments spoke for their class.

Integrated gradients (Sundararajan, Taly and Yan 2017, https://arxiv.org/abs/1703.01365) share a
network's score out over its input, so that the parts add up to what the input has over a baseline.
Grad-CAM's weights are a mean over the image, and would lose where in it something stands for
networks that read all of their last maps through a dense layer, as these do.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.models.attribution import attributor
from biospectra.models.saved_network import load_network
from biospectra.report.explanation import Words, draw_images, draw_samples
from biospectra.store.dataset import read_ahead, read_inputs, scaled, select_rows
from biospectra.store.hdf5 import create, put_dataset
from biospectra.store.images import axes_of
from biospectra.store.predictions import read_predictions
from biospectra.store.rows import read_recordings
from biospectra.store.sampling import evenly_by_class
from biospectra.store.together import BETWEEN
from biospectra.transforms.colour import levels_of_colour
from biospectra.words import number_of

PER_CLASS = 12  # segments of each class, evenly drawn from the recordings
BASELINE = 64  # training images of each class whose mean is the baseline


def mean_image(rows: pd.DataFrame) -> np.ndarray:
    """Return the mean image of some rows, (height, width, channels), each class as weighty."""
    classes = [part for _, part in evenly_by_class(rows, BASELINE).groupby("label")]
    return np.mean([read_inputs(part).mean(axis=0) for part in classes], axis=0)


def rightly_classified(rows: pd.DataFrame, predictions: str | Path) -> pd.DataFrame:
    """Return `PER_CLASS` of the rows of each class that a classifier answered rightly."""
    said = read_predictions(predictions)[["recording", "segment", "predicted"]]
    rows = rows.merge(said, on=["recording", "segment"], validate="one_to_one")
    right = rows[rows["predicted"] == rows["label"]]
    return evenly_by_class(right, PER_CLASS) if len(right) else right


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
    inputs : list of str
        HDF5 files of the images, or of the segments for their samples.
    split : path
        split.tsv.
    model : path
        model.keras.
    predictions : path
        predictions.tsv.
    output : path
        Written: HDF5 with `labels` (classes,), `segments` (classes,), how many of each,
        `attribution` (of channels together their sum) and `mean` (classes, height, width), of
        samples (classes, samples), `time_s` and for images `frequency_hz`, and `rise` and `sum`
        (n,), which would be the same with endless steps; NaN for a class without a segment.
    figures : list of str
        Written, in several formats.
    labels : list of str
        The classes.
    settings : dict
        An entry of the config's `classifiers`.
    name : str
        Its name.
    colour_map : str
        Colour map of images of one channel.
    threads : int
        Processor threads.
    """
    rows = rightly_classified(select_rows(inputs, split, ["test"]), predictions)
    codes = rows["label"].map(labels.index)
    explain_groups(
        inputs,
        split,
        model,
        rows.assign(group=codes, output=codes),
        labels,
        output=output,
        figures=figures,
        batch_size=settings["batch_size"],
        title=f"Where {name} looked: correctly classified test segments",
        colour_map=colour_map,
        threads=threads,
    )


def explain_groups(
    inputs: list[str],
    split: str | Path,
    model: str | Path,
    rows: pd.DataFrame,
    labels: list[str],
    *,
    output: str | Path,
    figures: list[str],
    batch_size: int,
    title: str,
    colour_map: str,
    threads: int,
    **words: str,
) -> None:
    """Average over segments of each group where a network looked.

    Parameters
    ----------
    inputs, split, model, output, figures, colour_map, threads
        As for `explain`.
    rows : DataFrame
        The segments, of `select_rows`, with `group`, the place of each in `labels`, and `output`,
        which of the network's outputs is asked for.
    labels : list of str
        The groups.
    batch_size : int
        Segments that the network is given at once.
    title : str
        Above the figure.
    **words : str
        Of the figure, as for `biospectra.report.explanation.Words`.
    """
    from biospectra.models import network

    network.start(threads=threads, seed=0, precision="float32")
    of = axes_of(inputs[0])
    training = select_rows(inputs, split, ["training"])
    # Nothing is to an image of a fixed dB range the mean of all images, to samples silence.
    baseline = mean_image(training) if of else np.zeros_like(read_inputs(training.iloc[:1])[0])
    attribute = attributor(load_network(model), baseline)
    rows = rows.reset_index(drop=True)  # several labels of a segment are several rows
    codes, asked = rows["group"], rows["output"].to_numpy(np.int32)
    shown, shared, rises = [], [], []
    for part, stored in read_ahead(rows, batch_size):
        given = scaled(stored)
        found, rise = attribute(given, asked[part.index])
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
    with create(output) as out:
        for key, values in (means | axes | {"rise": rises, "sum": sums}).items():
            put_dataset(out, key, values)
    if "channels" in rows and len(rows):
        planes = rows["channels"].iloc[0].split(BETWEEN)
        shown_of = "mean levels" if "frequency_hz" in of else f"signal of {planes[0]}"
        title += f"; {shown_of}, attributions of {number_of(len(planes), 'channel')}"
    about = {"title": title, "words": Words(**words)}
    if "frequency_hz" in of:
        draw_images(means, of, figures, colour_map=colour_map, **about)
    else:
        draw_samples(shown, shared, codes.to_numpy(), labels, of, figures, **about)


def _levels_db(images: np.ndarray, of: dict) -> np.ndarray:
    """Return what pixels stand for, of channels their mean: (n, height, width) in dB."""
    low_db, high_db = of["limits_db"]
    level = images.mean(axis=-1)
    if of["colour_map"]:
        level = levels_of_colour(np.rint(images * 255).astype(np.uint8), of["colour_map"]) / 255
    return low_db + level * (high_db - low_db)


def _time_axis(segments: list[str], samples: int) -> dict:
    """Return the times of a segment's samples, time_s (samples,), and their units."""
    recordings = read_recordings(segments)
    units = ", ".join(sorted(set(recordings["units"])))
    return {"time_s": np.arange(samples) / recordings["rate_hz"].iloc[0], "units": units}
