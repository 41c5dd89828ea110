"""An encoder taught what the table says: a network that starts from what was learnt without it."""

from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.models.heads import Head
from biospectra.models.onnx_network import is_onnx
from biospectra.models.saved_network import load_network
from biospectra.store.encoded import pooled_axes

SCALE_SEGMENTS = 512  # training segments at most, whose features' mean and spread are measured
ENCODED_AT_ONCE = 16  # segments that are encoded for it


def build(
    training: pd.DataFrame,
    head: Head,
    *,
    start: Path,
    learning_rate: float,
    freeze: bool,
    pooling: str,
):
    """Put a head on a trained encoder, for some training segments, compiled.

    Parameters
    ----------
    training : DataFrame
        Rows of the training segments, as of `biospectra.store.dataset.select_rows`.
    head : Head
        What it gives.
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
        Output what the head gives, (outputs,) float32.
    """
    import keras

    from biospectra.models import feeding

    encoder = pooled_encoder(load_network(start), pooling)
    some = training.iloc[:: -(-len(training) // SCALE_SEGMENTS)]
    features = np.concatenate(
        [said for *_, said in feeding.predictions(encoder, some, ENCODED_AT_ONCE)]
    )
    classifier = build_classifier(
        encoder,
        head,
        freeze=freeze,
        centre=features.mean(axis=0),
        spread=_spread(features),
    )
    return head.compile(classifier, keras.optimizers.Adam(learning_rate))


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


def build_classifier(encoder, head: Head, *, freeze: bool, centre: np.ndarray, spread: np.ndarray):
    """Put a head on an encoder.

    Parameters
    ----------
    encoder : of `pooled_encoder`
    head : Head
        What it gives.
    freeze : bool
        Leave the encoder's weights as they are.
    centre, spread : (columns,) mean and standard deviation of what the encoder gives, which are
        brought to 0 and 1: its columns may differ much in size

    Returns
    -------
    keras.Model whose output is what the head gives, (outputs,) float32
    """
    import keras
    from keras import layers

    encoder.trainable = not freeze
    scale = layers.Rescaling(
        (1 / spread).tolist(), (-centre / spread).tolist(), dtype="float32", name="fine_tuned_scale"
    )
    given = head.layer(name="fine_tuned_head")(scale(encoder.output))
    return keras.Model(encoder.input, given, name="fine_tuned")


def check(name: str, entry: dict, study: dict) -> None:
    """Refuse an encoder that cannot be taught anything, which comes as an ONNX file.

    Parameters
    ----------
    name : str
        The entry's name under the config's `classifiers`.
    entry : dict
        The entry.
    study : dict
        The config, with all defaults.
    """
    encoder = entry["encoder"]
    if is_onnx(study["encoders"][encoder].get("file")):
        raise StudyError(
            f"classifiers.{name}.encoder: {encoder} is an ONNX network, whose weights are fixed; "
            f"name an encoder of Keras, or take kind: table with features: {encoder}."
        )
