"""How well an autoencoder restores test segments, beside two baselines."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.evaluation.reconstruction import reconstruction_errors
from biospectra.models.pca import PrincipalComponents
from biospectra.models.saved_network import load_network
from biospectra.store.dataset import making, scaled, select_rows
from biospectra.store.hdf5 import (
    attributes_of,
    create,
    opened,
    put_dataset,
    set_attributes,
)
from biospectra.store.made_images import MADE_OF, entries_of
from biospectra.store.rows import read_recordings, write_table
from biospectra.store.sampling import evenly_by_class
from biospectra.store.tables import write_tsv


def reconstruct(
    inputs: list[str],
    split: str | Path,
    model: str | Path,
    *,
    table: str | Path,
    scores: str | Path,
    examples: str | Path,
    settings: dict,
    threads: int,
    per_class: int = 2,
) -> None:
    """Restore all test segments, measure it, and keep a few of each class to look at.

    Parameters
    ----------
    inputs : list of str
        HDF5 files of the images, or of the segments for their samples.
    split : path
        split.tsv.
    model : path
        model.keras.
    table : path
        Written: a row for each test segment and method.
    scores : path
        Written: JSON with the means for the autoencoder, the mean of training and PCA.
    examples : path
        Written by `write_examples`; a few segments of each class.
    settings : dict
        An entry of the config's `encoders`.
    per_class : int
        How many segments of each class.
    threads : int
        Processor threads.
    """
    from biospectra.models import feeding, network

    network.start(threads=threads, seed=0, precision=settings["precision"])
    test = select_rows(inputs, split, ["test"])
    pca = PrincipalComponents(select_rows(inputs, split, ["training"]))
    autoencoder = load_network(model)
    shown, made = evenly_by_class(test, per_class).index, making(test)
    kept, results = [], []
    for batch, stored, restored in feeding.predictions(autoencoder, test, settings["batch_size"]):
        originals = scaled(made(stored) if made and stored.ndim == 3 else stored)
        mean = np.broadcast_to(pca.mean.reshape(originals.shape[1:]), originals.shape)
        for method, output in (
            ("autoencoder", restored),
            (f"mean_training_{'image' if pca.of_images else 'signal'}", mean),
            ("pca", pca.restore(originals)),
        ):
            found = reconstruction_errors(originals, np.ascontiguousarray(output))
            identity = batch[["recording", "segment", "label"]].reset_index(drop=True)
            results.append(pd.concat([identity.assign(method=method), found], axis=1))
        own = batch.index.isin(shown)
        kept.append((batch[own], originals[own], restored[own]))
    results = pd.concat(results, ignore_index=True)
    write_tsv(results, table, "%.6g")
    means = results.groupby("method")[list(found)].mean()
    summary = {method: values.to_dict() for method, values in means.iterrows()}
    summary["pca"]["components"] = pca.components
    summary["test_segments"] = len(test)
    Path(scores).write_text(json.dumps(summary, indent=2) + "\n")
    write_examples(kept, inputs, examples)


def write_examples(
    kept: list[tuple[pd.DataFrame, np.ndarray, np.ndarray]],
    inputs: list[str],
    output: str | Path,
) -> None:
    """Write segments and what was restored of them, in a file like those of the input.

    Parameters
    ----------
    kept : list of (DataFrame, ndarray, ndarray)
        Of each batch the rows, its input and what was restored, both (n, ..., channels), float32;
        images in 0 to 1.
    inputs : list of path
        HDF5 files of the images or segments that were read.
    output : path
        HDF5 file with `images` and their axes or `signal`, `restored` beside them, float32, and
        the rows.
    """
    rows, originals, restored = zip(*kept, strict=True)
    original = np.concatenate(originals)
    with opened(inputs[0]) as given, create(output) as out:
        if "frequency_hz" in given:
            images = put_dataset(out, "images", np.rint(original * 255).astype(np.uint8))
            of = attributes_of(entries_of(given))
            set_attributes(images, {key: of[key] for key in of if key != MADE_OF})
            for axis in ("frequency_hz", "time_s"):
                put_dataset(out, axis, given[axis][()])
        else:
            signal = put_dataset(out, "signal", original)
            recordings = read_recordings(inputs)
            units = recordings["units"].unique()
            rate_hz = float(recordings["rate_hz"].iloc[0])
            of_all = units[0] if len(units) == 1 else "units"
            set_attributes(signal, {"rate_hz": rate_hz, "units": of_all})
        put_dataset(out, "restored", np.concatenate(restored))
        write_table(out, "rows", pd.concat(rows).drop(columns=["file", "index"]))
