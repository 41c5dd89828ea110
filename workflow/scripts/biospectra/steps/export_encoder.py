"""The encoder as a file for other tools: TensorFlow Lite."""

from pathlib import Path

import numpy as np

from biospectra.models.saved_network import load_network
from biospectra.store.dataset import read_inputs, select_rows

CHECKED = 8  # segments
TOLERANCE = 1e-4  # of the largest feature


def in_float32(model):
    """Return a Keras model with the same weights that computes in float32 throughout."""
    import keras

    config = model.to_json()
    for policy in ("mixed_bfloat16", "mixed_float16"):
        config = config.replace(policy, "float32")
    copy = keras.models.model_from_json(config)
    copy.set_weights(model.get_weights())
    return copy


def run_lite(content: bytes, inputs: np.ndarray) -> np.ndarray:
    """Return what a TensorFlow Lite model makes of its inputs, (n, ...) float32."""
    import tensorflow as tf

    interpreter = tf.lite.Interpreter(model_content=content)
    (given,), (made,) = interpreter.get_input_details(), interpreter.get_output_details()
    interpreter.resize_tensor_input(given["index"], inputs.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(given["index"], inputs)
    interpreter.invoke()
    return interpreter.get_tensor(made["index"])


def export_encoder(
    inputs: list[str], split: str | Path, encoder: str | Path, output: str | Path, *, threads: int
) -> None:
    """Write an encoder for TensorFlow Lite, after checking it on segments of the test.

    Parameters
    ----------
    inputs : list of str
        HDF5 files of the images, or of the segments for their samples.
    split : path
        split.tsv.
    encoder : path
        encoder.keras.
    output : path
        encoder.tflite; takes images (n, height, width, channels) float32 in 0 to 1, or samples (n,
        samples, 1) float32.
    threads : int
        Processor threads.

    Raises
    ------
    ArithmeticError
        If its features are not those of the Keras model.
    """
    from biospectra.models import network

    network.start(threads=threads, seed=0, precision="float32")
    import tensorflow as tf

    model = in_float32(load_network(encoder))
    content = tf.lite.TFLiteConverter.from_keras_model(model).convert()
    rows = select_rows(inputs, split, ["test"])
    at = np.unique(np.linspace(0, len(rows) - 1, CHECKED).round().astype(int))
    some = read_inputs(rows.iloc[at])
    expected = np.asarray(model.predict_on_batch(some))
    off = float(np.abs(run_lite(content, some) - expected).max() / np.abs(expected).max())
    print(f"{len(content)} bytes; features differ by {off:.2g} of the largest at most")
    if off > TOLERANCE:
        raise ArithmeticError(f"{output}: TensorFlow Lite gives other features (by {off:.2g})")
    Path(output).write_bytes(content)
