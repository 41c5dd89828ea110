"""Autoencoders side by side on the same test people: what they restore and tell apart."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import prod
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.autoencoder_figure import draw_autoencoders
from biospectra.chosen import batches, chosen_rows, read_inputs, read_signals
from biospectra.comparison import paired_difference
from biospectra.network_cost import training_seconds
from biospectra.people import mean_interval, why_no_interval
from biospectra.probe import BATCH, SPLITS, probe, read_latents
from biospectra.reconstruction import PrincipalComponents
from biospectra.references import SAMPLES
from biospectra.restored import IMAGE_ITSELF, in_both_terms
from biospectra.rows import read_recordings, read_rows
from biospectra.scores import score

RESTORED = ("mse", "psnr_db", "ssim", "snr_db")
COLUMNS = ["family", "input", "latent", "capped", "parameters", "training_s"]
COLUMNS += ["image", "knn_accuracy", "silhouette", "pooling"]


def family_of(settings: dict) -> str:
    """Name the line of the figure that an entry of the config's `autoencoders` belongs to."""
    kinds = {"noise": "denoising", "mask": "masked"}
    how = [kinds[key] for key, amount in settings["corrupt"].items() if amount]
    return " ".join([*how, "networks of", settings["input"]])


@dataclass
class Contender:
    """What is compared: a network or a PCA.

    Parameters
    ----------
    about : what the table says of it
    restore : gives inputs as they come back from the latent
    said : the class of each test segment by the `probe` of its latent
    """

    about: dict
    restore: Callable[[np.ndarray], np.ndarray]
    said: np.ndarray


def network_contender(files: dict, seed: int) -> Contender:
    """Load a trained autoencoder and probe its latent.

    Parameters
    ----------
    files : of `compare_autoencoders`
    seed : of the probe
    """
    import h5py
    import keras

    model = keras.models.load_model(files["model"])
    rows = read_rows([files["features"]])
    separation = json.loads(Path(files["embedding"]).read_text())["feature_space"]["label"] or {}
    with h5py.File(files["features"]) as file:
        shape = file["features"].shape[1:]
    ways = {1: ["flat"], 2: ["flat", "time"], 3: ["flat", "time", "both"]}[len(shape)]
    readers = {way: partial(read_latents, pooling=way) for way in ways}
    pooling, said = probe(readers, rows, seed)
    about = {
        "family": family_of(files["settings"]),
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
    files : HDF5 files of the images, or of the segments for their samples
    split : split.tsv
    sizes : how many components; those that training does not allow become the most it does
    name : of the input
    seed : of the probe
    """
    rows = chosen_rows(files, split, SPLITS)
    pca = PrincipalComponents(rows[rows["split"] == "training"])
    found = {}
    for size in sorted({min(size, pca.components) for size in sizes}):

        def read(some, size=size):
            parts = [pca.project(read_inputs(part))[:, :size] for part in batches(some, BATCH)]
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
    contenders : by name
    test : rows of the test segments
    segments, resampled : HDF5 files of all shards
    images : the config's

    Returns
    -------
    of `biospectra.restored.in_both_terms`, with `image`; and the image in whose terms samples are
    measured: the first that a contender reads, else the first of the config
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
        found = in_both_terms(
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


def compare_autoencoders(
    autoencoders: dict[str, dict],
    inputs: dict[str, list[str]],
    resampled: list[str],
    split: str | Path,
    *,
    output: str | Path,
    table: str | Path,
    figures: list[str],
    images: dict[str, dict],
    labels: list[str],
    optimistic: str | None,
    draws: int,
    seed: int,
    threads: int,
) -> None:
    """Compare autoencoders, and PCA of the same sizes, on the same test people.

    Parameters
    ----------
    autoencoders : of each, by name: `settings`, its entry in the config; files `model`, `history`,
        `features` and `embedding` (the map's scores)
    inputs : the HDF5 files of each image that an autoencoder reads, by its name, and those of the
        segments, by "samples"
    resampled : HDF5 files of all shards
    split : split.tsv
    output : written; JSON
    table : written; tab-separated, a row for each autoencoder and PCA
    figures : written, in several formats
    images : the config's
    labels : the classes
    optimistic : why probes promise more than people never met will give, or None
    draws, seed : of the bootstrap over people
    threads : processor threads
    """
    from biospectra import network

    network.start(threads=threads, seed=seed, precision="auto")
    contenders = {}
    for name, files in autoencoders.items():
        contenders[name] = network_contender(files, seed)
        print(f"{name}: probed", flush=True)
    for given in dict.fromkeys(c.about["input"] for c in list(contenders.values())):
        sizes = [c.about["latent"] for c in contenders.values() if c.about["input"] == given]
        contenders |= pca_contenders(inputs[given], split, sizes, given, seed)
        print(f"PCA of {given}: probed", flush=True)
    test = chosen_rows(inputs[SAMPLES], split, ["test"])
    measured, image = measure(contenders, test, inputs[SAMPLES], resampled, images)
    itself = measured[(measured["method"] == IMAGE_ITSELF) & (measured["image"] == image)]
    truth, people = test["label"].to_numpy(str), test["subject"].to_numpy(str)
    draw = {"draws": draws, "seed": seed}
    result = {
        "image": image,
        "optimistic": optimistic,
        "snr_of_image_db": _mean(itself["snr_db"]),
        "segments": len(test),
        "people": len(set(people)),
        "why_no_interval": why_no_interval(people, truth),
        "chance": 1 / len(labels),
        "methods": {
            name: c.about
            | _measured(
                measured[measured["method"] == name],
                score(truth, c.said, people, labels, **draw),
                **draw,
            )
            for name, c in contenders.items()
        },
        "pairs": [
            {"first": a, "second": b}
            | {"same_latent": first.about["latent"] == second.about["latent"]}
            | paired_difference(truth, first.said, second.said, people, labels, **draw)
            for (a, first), (b, second) in combinations(contenders.items(), 2)
            if a in autoencoders
        ],
    }
    Path(output).write_text(json.dumps(result, indent=2) + "\n")
    lines = [_line(name, about) for name, about in result["methods"].items()]
    pd.DataFrame(lines).to_csv(table, sep="\t", index=False, float_format="%.6g")
    draw_autoencoders(result, figures)


def _mean(values: pd.Series) -> float | None:
    return float(values.mean()) if values.notna().all() and len(values) else None


def _measured(own: pd.DataFrame, probed: dict, *, draws: int, seed: int) -> dict:
    """Return the means of a contender's measures, the image that they are of, and its probe."""
    who = own["subject"].to_numpy(str), own["label"].to_numpy(str)
    found = {key: _mean(own[key]) for key in RESTORED}
    image = str(own["image"].iloc[0])
    intervals = {
        key: mean_interval(own[key].to_numpy(), *who, draws=draws, seed=seed)
        for key, value in found.items()
        if value is not None
    }
    found["balanced_accuracy"] = probed["balanced_accuracy"]
    intervals["balanced_accuracy"] = probed["intervals"]["balanced_accuracy"]
    return found | {"image": image, "intervals": {key: intervals.get(key) for key in found}}


def _line(name: str, about: dict) -> dict:
    """Return a row of the table: each interval as two columns."""
    line = {"name": name} | {key: about.get(key) for key in COLUMNS}
    for key, bounds in about["intervals"].items():
        low, high = bounds or (None, None)
        line |= {key: about[key], f"{key}_low": low, f"{key}_high": high}
    return line
