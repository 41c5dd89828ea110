"""An encoder that somebody else has trained, from a file: frozen, beside those of this study."""

from pathlib import Path

import pandas as pd

from biospectra.errors import StudyError
from biospectra.models.onnx_network import FLATTEST, OnnxNetwork, Preprocessing, is_onnx
from biospectra.models.saved_network import load_network
from biospectra.store.dataset import SAMPLES, input_shape

RESTORES = False
OF_OBJECTIVE = ("rate_hz",)  # is looked at before any job


def fit_encoder(
    training: pd.DataFrame,
    *,
    seed: int,
    file: str,
    standardise: str,
    gain: float,
    channels: str,
    layer: str | None,
):
    """Return the network of a file with its preprocessing before it.

    Parameters
    ----------
    training : DataFrame
        Rows of the training segments, of which the shape alone is looked at.
    seed : int
        Nothing is left to chance.
    file : str
        Of Keras, opened in its safe mode, or of ONNX, run by ONNX Runtime.
    standardise, gain : str or float
        What is done to each segment first: brought to mean 0 and standard deviation 1, then
        multiplied.
    channels : str
        Which axis of a segment, and of maps, the network has its channels in, "last" or "first".
    layer : str or None
        The layer, of ONNX the tensor, whose output are the features; None for the network's own.

    Returns
    -------
    network, encoder : keras.Model or OnnxNetwork
        The same twice.

    Raises
    ------
    StudyError
        If the file is no such network, has no such layer, or takes inputs of another shape.
    """
    shape = input_shape(training)
    if is_onnx(file):
        before = Preprocessing(shape, standardise, gain, channels, layer)
        encoder = OnnxNetwork(Path(file).read_bytes(), before, file)
        return encoder, encoder
    import keras
    from keras import layers, ops

    known = load_network(file)
    first = channels == "first"
    _check_shape(known, (shape[-1], *shape[:-1]) if first else shape, file)
    if layer is not None:
        names = [one.name for one in known.layers]
        if layer not in names:
            raise StudyError(
                f"{file}: has no layer {layer!r}; there are: {', '.join(names)}. Name one of them, "
                "or leave `layer` out."
            )
        known = keras.Model(known.input, known.get_layer(layer).output)
    known.trainable = False
    given = keras.Input(shape, name="input")
    ready = given
    if standardise == "segment":
        axes = tuple(range(1, len(shape) + 1))
        mean = ops.mean(ready, axis=axes, keepdims=True)
        spread = ops.std(ready, axis=axes, keepdims=True)
        ready = (ready - mean) / ops.maximum(spread, FLATTEST)
    if gain != 1:
        ready = layers.Rescaling(gain, dtype="float32")(ready)
    made = known(ops.moveaxis(ready, -1, 1) if first else ready)
    if first and len(made.shape) > 2:
        made = ops.moveaxis(made, 1, -1)
    features = layers.Activation("linear", dtype="float32", name="features")(made)
    encoder = keras.Model(given, features, name="pretrained")
    return encoder, encoder


def _check_shape(known, shape: tuple[int, ...], file: str) -> None:
    wanted = known.input_shape
    one = isinstance(wanted, tuple) and len(wanted) == len(shape) + 1
    if not one or any(a not in (None, b) for a, b in zip(wanted[1:], shape, strict=True)):
        raise StudyError(
            f"{file}: takes inputs of shape {wanted}, and this study gives {(None, *shape)}; "
            "change `channels`, segments, resample or the image so that they agree, or take "
            "another file."
        )


def check(name: str, entry: dict, study: dict) -> None:
    """Refuse a file that is not there, and samples at another rate than it was trained at.

    Parameters
    ----------
    name : str
        The entry's name under the config's `encoders`.
    entry : dict
        The entry.
    study : dict
        The config, with all defaults.
    """
    where, rate_hz = f"encoders.{name}", study["resample"]["rate_hz"]
    if not Path(entry["file"]).is_file():
        raise StudyError(f"{where}.file: there is no {entry['file']!r}; correct its path.")
    if entry["input"] == SAMPLES and entry["rate_hz"] is None:
        raise StudyError(
            f"{where}.rate_hz: at which rate the file's network was trained must be said; the "
            f"study gives it {rate_hz:g} Hz."
        )
    if entry["rate_hz"] not in (None, rate_hz):
        raise StudyError(
            f"{where}.rate_hz: the file's network was trained at {entry['rate_hz']:g} Hz, and the "
            f"study gives it {rate_hz:g}; take that for resample.rate_hz."
        )
