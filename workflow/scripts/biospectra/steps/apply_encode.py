"""Features of new recordings, by a trained encoder."""

from pathlib import Path

import numpy as np

from biospectra.models.saved_network import load_network
from biospectra.study.trained import ENCODER, read_settings


def apply_encode(
    images: str | Path, model: str | Path, output: str | Path, *, threads: int
) -> None:
    """Write the encoder's features of good segments: HDF5 with `features` (n, ...) and the rows.

    Parameters
    ----------
    images : path
        Images of `biospectra.steps.apply_images.apply_images`.
    model : path
        Folder of the trained model.
    output : path
        HDF5 file.
    threads : int
        Processor threads.
    """
    from biospectra.models import network
    from biospectra.store.hdf5 import create, put_dataset
    from biospectra.store.rows import read_recordings, read_rows, write_table

    settings = read_settings(model)
    precision = settings["autoencoder"]["precision"]
    network.start(threads=threads, seed=0, precision=precision)
    rows = read_rows([images]).query("quality == 'ok'")
    encoder = load_network(Path(model) / ENCODER)
    size = settings["autoencoder"]["batch_size"]
    parts = [encoded for _, _, encoded in network.predictions(encoder, rows, size)]
    features = np.concatenate(parts) if parts else np.empty((0, *encoder.output_shape[1:]), "f4")
    with create(output) as out:
        put_dataset(out, "features", features)
        write_table(out, "rows", rows.drop(columns=["file", "index"]).assign(split="new"))
        write_table(out, "recordings", read_recordings([images]))
