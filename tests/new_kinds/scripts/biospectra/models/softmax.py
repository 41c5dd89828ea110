"""A throw-away network of a class or other target: (logistic) regression on pixels or samples."""

from biospectra.store.dataset import input_shape


def build(training, head, *, start, learning_rate: float, dropout: float):
    """Return the network for training segments, compiled."""
    import keras
    from keras import layers

    given = keras.Input(input_shape(training))
    flat = layers.Dropout(dropout)(layers.Flatten()(given))
    network = keras.Model(given, head.layer()(flat))
    return head.compile(network, keras.optimizers.Adam(learning_rate))
