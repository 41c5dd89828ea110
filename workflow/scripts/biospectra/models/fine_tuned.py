"""An autoencoder's encoder taught the classes: a classifier that starts from what it has learnt."""

from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.models.saved_network import load_network
from biospectra.store.encoded import pooled_axes

SCALE_SEGMENTS = 512  # training segments at most, whose features' mean and spread are measured
ENCODED_AT_ONCE = 16  # segments that are encoded for it


def build(
    training: pd.DataFrame,
    classes: int,
    *,
    start: Path,
    learning_rate: float,
    freeze: bool,
    pooling: str,
):
    """Put a softmax head on a trained encoder, for some training segments, compiled.

    Parameters
    ----------
    training : DataFrame
        Rows of the training segments, as of `biospectra.store.dataset.select_rows`.
    classes : int
        How many.
    start : path
        Path encoder.keras, whose weights are the start.
    learning_rate : float
        Of Adam.
    freeze : bool
        Leave the encoder's weights as they are.
    pooling : str
        Of the encoder's maps, as for `pooled_encoder`.

    Returns
    -------
    keras.Model
        Output the probability of each class, (classes,) float32.
    """
    import keras

    from biospectra.models import feeding
    from biospectra.models.training import compile_classifier

    encoder = pooled_encoder(load_network(start), pooling)
    some = training.iloc[:: -(-len(training) // SCALE_SEGMENTS)]
    features = np.concatenate(
        [said for *_, said in feeding.predictions(encoder, some, ENCODED_AT_ONCE)]
    )
    classifier = build_classifier(
        encoder,
        classes,
        freeze=freeze,
        centre=features.mean(axis=0),
        spread=_spread(features),
    )
    return compile_classifier(classifier, keras.optimizers.Adam(learning_rate))


def _spread(features: np.ndarray) -> np.ndarray:
    """Return the spread of each column, at least a tenth of all: some filters hardly answer."""
    return np.maximum(features.std(axis=0), 0.1 * features.std() + 1e-6)


def pooled_encoder(encoder, pooling: str):
    """Return an encoder that gives a vector.

    Parameters
    ----------
    encoder : keras.Model whose output is maps (rows, columns, filters), or (times, filters)
    pooling : str
        Pooling of the maps, as `biospectra.store.features.read_features` says.

    Returns
    -------
    keras.Model of the same input and weights, output (columns,) float32
    """
    import keras

    maps = encoder.output
    axes = pooled_axes(len(maps.shape), pooling)
    pooled = keras.ops.mean(maps, axis=axes) if axes else maps
    # Layers of any kind of encoder may have the names that Keras gives by itself.
    vector = keras.layers.Flatten(dtype="float32", name="fine_tuned_vector")(pooled)
    return keras.Model(encoder.input, vector)


def build_classifier(
    encoder, classes: int, *, freeze: bool, centre: np.ndarray, spread: np.ndarray
):
    """Put a softmax head on an encoder.

    Parameters
    ----------
    encoder : of `pooled_encoder`
    classes : int
        How many.
    freeze : bool
        Leave the encoder's weights as they are.
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
        (1 / spread).tolist(), (-centre / spread).tolist(), dtype="float32", name="fine_tuned_scale"
    )
    head = scale(encoder.output)
    softmax = layers.Dense(classes, activation="softmax", dtype="float32", name="fine_tuned_head")
    probability = softmax(head)
    return keras.Model(encoder.input, probability, name="fine_tuned")
