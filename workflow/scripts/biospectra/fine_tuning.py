"""An autoencoder's encoder taught the classes: a classifier that starts from what it has learnt."""

from pathlib import Path

import numpy as np

from biospectra.cnn import MEASURED
from biospectra.features import pooled_axes


def pooled_encoder(encoder, pooling: str):
    """Return an encoder that gives a vector.

    Parameters
    ----------
    encoder : keras.Model whose output is maps (rows, columns, filters), or (times, filters)
    pooling : of the maps, as `biospectra.features.read_features` says

    Returns
    -------
    keras.Model of the same input and weights, output (columns,) float32
    """
    import keras

    maps = encoder.output
    axes = pooled_axes(len(maps.shape), pooling)
    pooled = keras.ops.mean(maps, axis=axes) if axes else maps
    return keras.Model(encoder.input, keras.layers.Flatten(dtype="float32")(pooled))


def build_classifier(
    encoder, classes: int, *, freeze: bool, centre: np.ndarray, spread: np.ndarray
):
    """Put a softmax head on an encoder.

    Parameters
    ----------
    encoder : of `pooled_encoder`
    classes : how many
    freeze : leave the encoder's weights as they are
    centre, spread : (columns,) mean and standard deviation of what the encoder gives, which are
        brought to 0 and 1: its columns may differ much in size

    Returns
    -------
    keras.Model whose output is the probability of each class, (classes,) float32
    """
    import keras
    from keras import layers

    encoder.trainable = not freeze
    scale = layers.Rescaling(
        (1 / spread).tolist(), (-centre / spread).tolist(), dtype="float32", name="scale"
    )
    head = scale(encoder.output)
    probability = layers.Dense(classes, activation="softmax", dtype="float32", name="head")(head)
    return keras.Model(encoder.input, probability, name="fine_tuned")


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
    labels, settings, seed : as for `biospectra.training.train_classifier`
    precision : of the autoencoder
    threads : of training
    files : inputs, split and what is written, as for `biospectra.training.train_classifier`; the
        inputs are what the encoder reads
    """
    from biospectra import network
    from biospectra.training import train_classifier

    network.start(threads=threads, seed=seed, precision=precision)
    import keras

    def build(training):
        start = pooled_encoder(keras.models.load_model(encoder), settings["pooling"])
        some = training.iloc[:: -(-len(training) // MEASURED)]
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
