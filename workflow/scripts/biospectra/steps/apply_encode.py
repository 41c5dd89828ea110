"""What a trained model's networks make of new recordings: features, probabilities of classes."""

from pathlib import Path

import numpy as np

from biospectra.models.projection import too_many
from biospectra.models.saved_network import dtype_of_features, load_network
from biospectra.store.dataset import SAMPLES
from biospectra.store.together import new_segments
from biospectra.study.trained import (
    classifier_file,
    encoder_file,
    read_settings,
    target_file,
)


def apply_encode(
    folder: str | Path, model: str | Path, *, threads: int, only: str | None = None
) -> None:
    """Write the features of each encoder, and what each classifying network says.

    Parameters
    ----------
    folder : path
        Of `biospectra.steps.apply_images.apply_images`. Gets features/NAME.h5 of each encoder, with
        `features` (n, ...) and the rows, and predictions/NAME.h5 of each
        classifying network, with `features` (n, classes), the probability of each class, and
        targets/NAME.h5 of each target's network, with `features` (n, labels) or (n, 1).
    model : path
        Folder of the trained model.
    threads : int
        Processor threads.
    only : str or None
        The encoder that is wanted alone; None for all networks.
    """
    from biospectra.models import network

    settings, folder, model = read_settings(model), Path(folder), Path(model)
    network.start(threads=threads, seed=0, precision="float32")  # each layer has its own
    for name, entry in settings["encoders"].items():
        if only in (None, name):
            output = folder / "features" / f"{name}.h5"
            _predict(folder, model / encoder_file(name), entry, settings, output)
    for name, entry in settings["classifiers"].items():
        if only is None and entry["kind"] != "table":
            output = folder / "predictions" / f"{name}.h5"
            _predict(folder, model / classifier_file(name, entry), entry, settings, output)
    for name, entry in settings["targets"].items():
        if only is None and "network" in entry:
            output = folder / "targets" / f"{name}.h5"
            _predict(folder, model / target_file(name, entry), entry["network"], settings, output)


def _predict(folder: Path, file: Path, entry: dict, settings: dict, output: Path) -> None:
    """Write what a network makes of the good segments, or of their images."""
    from biospectra.models import feeding
    from biospectra.store.dataset import locate
    from biospectra.store.encoded import FeatureWriter
    from biospectra.store.hdf5 import create
    from biospectra.store.rows import read_recordings, read_rows, write_table

    given = entry["input"]
    inputs = folder / ("segments.h5" if given == SAMPLES else f"images/{given}.h5")
    rows = read_rows([inputs]).query("quality == 'ok'")
    if settings.get("planes"):
        every = new_segments(folder / "segments.h5", settings)
        rows = locate(every.query("quality == 'ok'"), [str(inputs)])
    loaded = load_network(file)
    shape, dtype = loaded.output_shape[1:], dtype_of_features(loaded)
    whole = np.arange(len(rows)) if too_many(shape) else None  # each is placed on the map
    output.parent.mkdir(parents=True, exist_ok=True)
    with create(output) as out:
        writer = FeatureWriter(out, len(rows), shape, dtype=dtype, whole=whole)
        for *_, said in feeding.predictions(loaded, rows, entry["batch_size"]):
            writer.add(said)
        write_table(out, "rows", rows.drop(columns=["file", "index"]).assign(split="new"))
        write_table(out, "recordings", read_recordings([inputs]))
