"""Autoencoders and principal components, measured alike on the same test segments."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import prod
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.evaluation.bootstrap import mean_interval
from biospectra.evaluation.both_domains import errors_in_both_domains
from biospectra.evaluation.probe import LATENTS_AT_ONCE, SIDES, probe
from biospectra.models.pca import PrincipalComponents
from biospectra.store.cost import training_seconds
from biospectra.store.dataset import SAMPLES, batches, read_inputs, read_signals, select_rows
from biospectra.store.features import feature_shape, has_whole_maps, read_latents
from biospectra.store.rows import read_recordings, read_rows

RESTORED = ("mse", "psnr_db", "ssim", "snr_db")


def family_of(settings: dict) -> str:
    """Name the line of the figure that an entry of the config's `encoders` belongs to."""
    kinds = {"noise": "denoising", "mask": "masked"}
    how = [kinds[key] for key, amount in settings["corrupt"].items() if amount]
    return " ".join([*how, settings["kind"], "networks of", settings["input"]])


@dataclass
class Contender:
    """What is compared: a network or a PCA.

    Parameters
    ----------
    about : dict
        What the table says of it.
    restore : callable
        Gives inputs as they come back from the latent.
    said : ndarray
        The class of each test segment by the `probe` of its latent.
    """

    about: dict
    restore: Callable[[np.ndarray], np.ndarray]
    said: np.ndarray


def network_contender(model, files: dict, seed: int) -> Contender:
    """Probe the latent of a trained autoencoder.

    Parameters
    ----------
    model : keras.Model
        The whole autoencoder.
    files : dict
        Its entry in `encoders` of `compare_autoencoders`.
    seed : int
        Of the probe.
    """
    rows = read_rows([files["features"]])[has_whole_maps(files["features"])]
    separation = json.loads(Path(files["embedding"]).read_text())["feature_space"]["label"] or {}
    shape = feature_shape(files["features"])
    ways = {1: ["flat"], 2: ["flat", "time"], 3: ["flat", "time", "both"]}[len(shape)]
    readers = {way: partial(read_latents, pooling=way) for way in ways}
    pooling, said = probe(readers, rows, seed)
    about = {
        "family": family_of(files["settings"]),
        "architecture": files["settings"]["kind"],
        "corrupted": any(files["settings"]["corrupt"].values()),
        "input": files["settings"]["input"],
        "latent": prod(shape),
        "parameters": model.count_params(),
        "training_s": training_seconds(files["history"]),
        "knn_accuracy": separation.get("knn_accuracy"),
        "silhouette": separation.get("silhouette"),
        "pooling": pooling,
    }
    return Contender(
        about, lambda inputs: np.asarray(model.predict_on_batch(inputs), np.float32), said
    )


def pca_contenders(
    files: list[str], split: str | Path, sizes: list[int], name: str, seed: int
) -> dict[str, Contender]:
    """Fit PCA of some sizes to training inputs, and probe its components.

    Parameters
    ----------
    files : list of str
        HDF5 files of the images, or of the segments for their samples.
    split : path
        split.tsv.
    sizes : list of int
        How many components; those that training does not allow become the most it does.
    name : str
        Name of the input.
    seed : int
        Seed of the probe.
    """
    rows = select_rows(files, split, SIDES)
    pca = PrincipalComponents(rows[rows["split"] == "training"])
    found = {}
    for size in sorted({min(size, pca.components) for size in sizes}):

        def read(some, size=size):
            parts = [
                pca.project(read_inputs(part))[:, :size] for part in batches(some, LATENTS_AT_ONCE)
            ]
            return np.concatenate(parts)

        about = {"family": f"PCA of {name}", "input": name, "latent": size}
        about["capped"] = size == pca.components and max(sizes) > size
        about["pooling"], said = probe({"flat": read}, rows, seed)
        restore = partial(pca.restore, components=size)
        found[f"pca_{name}_{size}"] = Contender(about, restore, said)
    return found


def measure(
    contenders: dict[str, Contender],
    test: pd.DataFrame,
    segments: list[str],
    resampled: list[str],
    images: dict[str, dict],
) -> tuple[pd.DataFrame, str]:
    """Measure what contenders restore of test segments in the image's terms and the signal's.

    Parameters
    ----------
    contenders : dict of str to Contender
        By name.
    test : DataFrame
        Rows of the test segments.
    segments, resampled : list of str
        HDF5 files of all shards.
    images : dict of str to dict
        The config's.

    Returns
    -------
    tuple of DataFrame, str
        Of `errors_in_both_domains`, with `image`; and the image in whose terms samples are
        measured: the first that a contender reads, else the first of the config.
    """
    read = dict.fromkeys(
        c.about["input"] for c in contenders.values() if c.about["input"] in images
    )
    first = next(iter(read or images))
    rate_hz = float(read_recordings(segments)["rate_hz"].iloc[0])
    tables = []
    for image in read or [first]:
        restorers = {
            given: {n: c.restore for n, c in contenders.items() if c.about["input"] == given}
            for given in (image, SAMPLES)
        }
        found = errors_in_both_domains(
            test,
            resampled,
            images[image],
            rate_hz=rate_hz,
            samples=read_signals(test[:1]).shape[1],
            of_images=restorers[image],
            of_samples=restorers[SAMPLES] if image == first else {},
        )
        tables.append(found.assign(image=image))
        print(f"measured in the terms of {image}", flush=True)
    return pd.concat(tables, ignore_index=True), first


def mean_or_none(values: pd.Series) -> float | None:
    return float(values.mean()) if values.notna().all() and len(values) else None


def measured_on_test(own: pd.DataFrame, probed: dict, *, draws: int, seed: int) -> dict:
    """Return the means of a contender's measures, the image that they are of, and its probe."""
    who = own["subject"].to_numpy(str), own["label"].to_numpy(str)
    found = {key: mean_or_none(own[key]) for key in RESTORED}
    image = str(own["image"].iloc[0])
    intervals = {
        key: mean_interval(own[key].to_numpy(), *who, draws=draws, seed=seed)
        for key, value in found.items()
        if value is not None
    }
    found["balanced_accuracy"] = probed["balanced_accuracy"]
    intervals["balanced_accuracy"] = probed["intervals"]["balanced_accuracy"]
    return found | {"image": image, "intervals": {key: intervals.get(key) for key in found}}
