"""How well an autoencoder restores test segments, beside two baselines."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.evaluation.reconstruction import reconstruction_errors
from biospectra.models.pca import PrincipalComponents
from biospectra.report.reconstruction import draw_reconstructions, draw_restored_signals
from biospectra.store.dataset import select_rows
from biospectra.store.images import axes_of
from biospectra.store.rows import read_recordings
from biospectra.store.sampling import evenly_by_class


def reconstruct(
    inputs: list[str],
    split: str | Path,
    model: str | Path,
    *,
    table: str | Path,
    scores: str | Path,
    figure: str | Path,
    settings: dict,
    labels: list[str],
    colour_map: str,
    threads: int,
    per_class: int = 2,
) -> None:
    """Restore all test segments, measure it, and keep a few of each class to look at.

    Parameters
    ----------
    inputs : HDF5 files of the images, or of the segments for their samples
    split : split.tsv
    model : model.keras
    table : written; a row for each test segment and method
    scores : written; JSON with the means for the autoencoder, the mean of training and PCA
    figure : written; test images above their reconstructions, or samples under them
    settings : an entry of the config's `autoencoders`
    labels : the classes
    per_class : segments of each class in the figure
    colour_map : of images of one channel in the figure
    threads : processor threads
    """
    from biospectra.models import network

    network.start(threads=threads, seed=0, precision=settings["precision"])
    import keras

    test = select_rows(inputs, split, ["test"])
    pca = PrincipalComponents(select_rows(inputs, split, ["training"]))
    autoencoder = keras.models.load_model(model)
    shown = evenly_by_class(test, per_class).index
    kept, results = [], []
    for batch, originals, restored in network.predictions(
        autoencoder, test, settings["batch_size"]
    ):
        mean = np.broadcast_to(pca.mean.reshape(originals.shape[1:]), originals.shape)
        for method, output in (
            ("autoencoder", restored),
            (f"mean_training_{'image' if pca.of_images else 'signal'}", mean),
            ("pca", pca.restore(originals)),
        ):
            found = reconstruction_errors(originals, np.ascontiguousarray(output))
            identity = batch[["recording", "segment", "label"]].reset_index(drop=True)
            results.append(pd.concat([identity.assign(method=method), found], axis=1))
        kept += [
            (row, original, image)
            for row, original, image in zip(batch.itertuples(), originals, restored, strict=True)
            if row.Index in shown
        ]
    results = pd.concat(results, ignore_index=True)
    results.to_csv(table, sep="\t", index=False, float_format="%.6g")
    means = results.groupby("method")[list(found)].mean()
    summary = {method: values.to_dict() for method, values in means.iterrows()}
    summary["pca"]["components"] = pca.components
    summary["test_segments"] = len(test)
    Path(scores).write_text(json.dumps(summary, indent=2) + "\n")
    if pca.of_images:
        draw_reconstructions(kept, axes_of(inputs[0]), figure, labels=labels, colour_map=colour_map)
    else:
        rate_hz = float(read_recordings(inputs)["rate_hz"].iloc[0])
        draw_restored_signals(kept, rate_hz, figure, labels=labels)
