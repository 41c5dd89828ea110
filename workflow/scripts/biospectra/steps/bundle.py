"""A trained model with all that new recordings need: one folder that can be copied anywhere."""

import shutil
from pathlib import Path

from biospectra.study.trained import (
    BAND,
    ENCODER,
    MAP,
    NOVELTY,
    UMAP,
    classifier_file,
    write_settings,
)

NOVELTY_SEGMENTS = 5000


def write_bundle(
    features: str | Path,
    encoder: str | Path,
    reducer: str | Path,
    positions: str | Path,
    folder: str | Path,
    *,
    config: dict,
    name: str,
    classifiers: dict[str, str],
    choices: dict[str, str],
    band: str | Path | None,
) -> None:
    """Gather a trained model.

    Parameters
    ----------
    features : path
        HDF5 file of the encoder's features of the study's segments.
    encoder, reducer, positions : path
        encoder.keras, the fitted UMAP, and the map's table.
    folder : path
        Written: the files, novelty.npz and settings.json.
    config : dict
        The study's, with all defaults.
    name : str
        Name of the autoencoder.
    classifiers, choices : dict of str to str
        File of each classifier on these features, and of how it was chosen.
    band : path or None
        Table of the study's native bands, where its recordings are limited to the lowest.
    """
    from biospectra.evaluation.cross_validation import chosen_pooling
    from biospectra.models.novelty import Novelty
    from biospectra.store.features import read_features

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for file, target in ((encoder, ENCODER), (reducer, UMAP), (positions, MAP)):
        shutil.copyfile(file, folder / target)
    if band:
        shutil.copyfile(band, folder / BAND)
    for classifier, file in classifiers.items():
        shutil.copyfile(file, folder / classifier_file(classifier))
    sides, classes = {}, {}
    for split in ("training", "validation"):
        values, rows = read_features(features, pooling="time", splits=[split])
        step = -(-len(values) // NOVELTY_SEGMENTS)
        sides[split], classes[split] = values[::step], rows["label"].to_numpy(str)[::step]
    novelty = Novelty(sides["training"], sides["validation"], classes["training"])
    novelty.save(folder / NOVELTY)
    entry = config["autoencoders"][name]
    settings = {
        "study": config["study"],
        "model": name,
        "labels": config["labels"],
        "resample": config["resample"],
        "segments": config["segments"],
        "images": config["images"].get(entry["input"]),  # None where it reads samples
        "autoencoder": entry,
        "classifiers": {classifier: chosen_pooling(file) for classifier, file in choices.items()},
    }
    write_settings(folder, settings)
