"""An autoencoder's encoder taught the classes: a classifier that starts from what it has learnt."""

import numpy as np

from biospectra.store.features import pooled_axes


def pooled_encoder(encoder, pooling: str):
    """Return an encoder that gives a vector.

    Parameters
    ----------
    encoder : keras.Model whose output is maps (rows, columns, filters), or (times, filters)
    pooling : of the maps, as `biospectra.store.features.read_features` says

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
