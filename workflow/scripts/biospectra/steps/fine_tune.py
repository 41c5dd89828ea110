"""Fine-tune an autoencoder's encoder on the classes."""

from pathlib import Path

import numpy as np

from biospectra.models.cnn import SPREAD_SEGMENTS
from biospectra.models.fine_tuned import build_classifier, pooled_encoder


def fine_tune(
    encoder: str | Path,
    *,
    labels: list[str],
    settings: dict,
    precision: str,
    seed: int,
    threads: int,
    **files,
) -> None:
    """Train a head on an encoder, and the encoder with it; watch validation, judge test segments.

    Parameters
    ----------
    encoder : encoder.keras, whose weights are the start
    labels, settings, seed : as for `biospectra.steps.train_classifier.train_classifier`
    precision : of the autoencoder
    threads : of training
    files : inputs, split and what is written, as for `train_classifier`; the
        inputs are what the encoder reads
    """
    from biospectra.models import network
    from biospectra.steps.train_classifier import train_classifier

    network.start(threads=threads, seed=seed, precision=precision)
    import keras

    def build(training):
        start = pooled_encoder(keras.models.load_model(encoder), settings["pooling"])
        some = training.iloc[:: -(-len(training) // SPREAD_SEGMENTS)]
        features = [said for *_, said in network.predictions(start, some, settings["batch_size"])]
        features = np.concatenate(features)
        classifier = build_classifier(
            start,
            len(labels),
            freeze=settings["freeze"],
            centre=features.mean(axis=0),
            spread=_spread(features),
        )
        classifier.compile(
            keras.optimizers.Adam(settings["learning_rate"]),
            "sparse_categorical_crossentropy",
            metrics=["accuracy"],
        )
        return classifier

    train_classifier(build, given=[encoder], labels=labels, settings=settings, seed=seed, **files)


def _spread(features: np.ndarray) -> np.ndarray:
    """Return the spread of each column, at least a tenth of all: some filters hardly answer."""
    return np.maximum(features.std(axis=0), 0.1 * features.std() + 1e-6)
