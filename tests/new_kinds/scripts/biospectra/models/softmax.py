"""A throw-away classifying network: logistic regression on the pixels or samples."""

from biospectra.store.dataset import input_shape


def build(training, classes: int, *, start, learning_rate: float, dropout: float):
    """Return the network for training segments, compiled."""
    import keras
    from keras import layers

    from biospectra.models.training import compile_classifier

    given = keras.Input(input_shape(training))
    flat = layers.Dropout(dropout)(layers.Flatten()(given))
    probability = layers.Dense(classes, activation="softmax", dtype="float32")(flat)
    optimizer = keras.optimizers.Adam(learning_rate)
    return compile_classifier(keras.Model(given, probability), optimizer)
