"""Autoencoders side by side on the same test people: what they restore and tell apart."""

import json
from itertools import combinations
from pathlib import Path

import pandas as pd

from biospectra.evaluation.bootstrap import why_no_interval
from biospectra.evaluation.both_domains import IMAGE_ITSELF
from biospectra.evaluation.contenders import (
    mean_or_none,
    measure,
    measured_on_test,
    network_contender,
    pca_contenders,
)
from biospectra.evaluation.paired import paired_difference
from biospectra.evaluation.scores import score
from biospectra.models.saved_network import load_network
from biospectra.store.dataset import SAMPLES, select_rows
from biospectra.store.tables import write_tsv

DESCRIBING = ["family", "input", "latent", "capped", "parameters", "training_s"]
DESCRIBING += ["image", "knn_accuracy", "silhouette", "pooling"]


def compare_autoencoders(
    autoencoders: dict[str, dict],
    inputs: dict[str, list[str]],
    resampled: list[str],
    split: str | Path,
    *,
    output: str | Path,
    table: str | Path,
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
    autoencoders : dict of str to dict
        Autoencoders of each, by name: `settings`, its entry in the config; files `model`,
        `history`, `features` and `embedding` (the map's scores).
    inputs : dict of str to list of str
        The HDF5 files of each image that an autoencoder reads, by its name, and those of the
        segments, by "samples".
    resampled : list of str
        HDF5 files of all shards.
    split : path
        split.tsv.
    output : path
        Written: JSON.
    table : path
        Written: tab-separated, a row for each autoencoder and PCA.
    images : dict of str to dict
        The config's.
    labels : list of str
        The classes.
    optimistic : str or None
        Why probes are higher than held-out people would give, or None.
    draws, seed : int
        Draws and seed of the bootstrap over people.
    threads : int
        Processor threads.
    """
    from biospectra.models import network

    network.start(threads=threads, seed=seed, precision="auto")
    contenders = {}
    for name, files in autoencoders.items():
        contenders[name] = network_contender(load_network(files["model"]), files, seed)
        print(f"{name}: probed", flush=True)
    for given in dict.fromkeys(c.about["input"] for c in list(contenders.values())):
        sizes = [c.about["latent"] for c in contenders.values() if c.about["input"] == given]
        contenders |= pca_contenders(inputs[given], split, sizes, given, seed)
        print(f"PCA of {given}: probed", flush=True)
    test = select_rows(inputs[SAMPLES], split, ["test"])
    measured, image = measure(contenders, test, inputs[SAMPLES], resampled, images)
    itself = measured[(measured["method"] == IMAGE_ITSELF) & (measured["image"] == image)]
    truth, people = test["label"].to_numpy(str), test["subject"].to_numpy(str)
    draw = {"draws": draws, "seed": seed}
    result = {
        "image": image,
        "optimistic": optimistic,
        "snr_of_image_db": mean_or_none(itself["snr_db"]),
        "segments": len(test),
        "people": len(set(people)),
        "why_no_interval": why_no_interval(people, truth),
        "chance": 1 / len(labels),
        "methods": {
            name: c.about
            | measured_on_test(
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
    write_tsv(pd.DataFrame(lines), table, "%.6g")


def _line(name: str, about: dict) -> dict:
    """Return a row of the table: each interval as two columns."""
    line = {"name": name} | {key: about.get(key) for key in DESCRIBING}
    for key, bounds in about["intervals"].items():
        low, high = bounds or (None, None)
        line |= {key: about[key], f"{key}_low": low, f"{key}_high": high}
    return line
