"""The encoder as files for other tools: TensorFlow Lite and ONNX."""

import os
import warnings
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from biospectra.errors import StudyError
from biospectra.models.onnx_network import OnnxNetwork
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


def with_means_by_axis(model):
    """Return a float32 Keras model that normalises groups by means over one axis after another.

    They are the same means. TensorFlow Lite and ONNX Runtime add up all elements of one mean in a
    row, in float32; over a whole image that is off by 1e-4 and more of the features. Layers that
    normalise places do so by plain means, too: PyTorch writes none of another form as ONNX.
    """
    import keras
    from keras import ops

    class ByAxis(keras.layers.GroupNormalization):
        def call(self, inputs):
            extent, count = inputs.shape[1:-1], inputs.shape[-1]
            grouped = ops.reshape(inputs, (-1, *extent, self.groups, count // self.groups))
            axes = [*range(1, len(extent) + 1), len(extent) + 2]
            centred = grouped - _mean(grouped, axes)
            even = centred * ops.rsqrt(_mean(ops.square(centred), axes) + self.epsilon)
            even = ops.reshape(even, (-1, *extent, count))
            even = even * self.gamma if self.scale else even
            return even + self.beta if self.center else even

    class OfPlaces(keras.layers.LayerNormalization):
        def call(self, inputs):
            centred = inputs - _mean(inputs, [-1])
            even = centred * ops.rsqrt(_mean(ops.square(centred), [-1]) + self.epsilon)
            even = even * self.gamma if self.scale else even
            return even + self.beta if self.center else even

    plain = {keras.layers.GroupNormalization: ByAxis, keras.layers.LayerNormalization: OfPlaces}

    def _mean(values, axes):
        for axis in axes:
            values = ops.mean(values, axis=axis, keepdims=True)
        return values

    def copied(layer):
        return plain.get(type(layer), type(layer)).from_config(layer.get_config())

    copy = keras.models.clone_model(in_float32(model), clone_function=copied)
    copy.set_weights(model.get_weights())
    return copy


def write_lite(model, path: str | Path) -> None:
    """Write a Keras model for TensorFlow Lite."""
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(with_means_by_axis(model))
    Path(path).write_bytes(converter.convert())


def write_onnx(model, path: str | Path) -> None:
    """Write a Keras model as ONNX.

    Its converter does not know TensorFlow's erfc, which is in GELU; by erf, 1 - erfc, it is the
    same function.
    """
    import keras
    from keras import ops

    def gelu(x):
        return 0.5 * x * (1 + ops.erf(x / np.float32(np.sqrt(2))))

    copy = with_means_by_axis(model)
    for layer in copy.layers:
        if getattr(layer, "activation", None) is keras.activations.gelu:
            layer.activation = gelu
    copy(np.zeros((1, *copy.input_shape[1:]), np.float32))  # one that was never called is refused
    with warnings.catch_warnings():  # of NumPy's names in the future, and PyTorch's of sizes
        warnings.simplefilter("ignore")
        copy.export(str(path), format="onnx", verbose=False)


def run_lite(path: str | Path, inputs: np.ndarray) -> np.ndarray:
    """Return what a TensorFlow Lite model makes of its inputs, (n, ...) float32."""
    import tensorflow as tf

    interpreter = tf.lite.Interpreter(str(path))
    (given,), (made,) = interpreter.get_input_details(), interpreter.get_output_details()
    interpreter.resize_tensor_input(given["index"], inputs.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(given["index"], inputs)
    interpreter.invoke()
    return interpreter.get_tensor(made["index"])


def run_onnx(path: str | Path, inputs: np.ndarray) -> np.ndarray:
    """Return what an ONNX model makes of its inputs, (n, ...) float32."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: inputs})[0]


FORMATS_OF_OTHERS = {
    "TensorFlow Lite": (write_lite, run_lite),
    "ONNX": (write_onnx, run_onnx),
}
FORMAT_TITLES = {"tflite": "TensorFlow Lite", "onnx": "ONNX"}  # by what a file's name ends with


def exporting_backend(formats: list[str]) -> str:
    """Return the backend of Keras that writes formats: whatever trained a network, its file is one.

    Parameters
    ----------
    formats : list of str
        Of `FORMAT_TITLES`.

    Raises
    ------
    StudyError
        If what writes them is not installed here.
    """
    if find_spec("tensorflow"):
        return "tensorflow"
    if "tflite" in formats:
        raise StudyError(
            "encoder.tflite is written by TensorFlow, which is not installed here; install it "
            "where jobs run, or take networks.export: [onnx]."
        )
    if find_spec("torch"):
        return "torch"
    if find_spec("jax2onnx"):
        return "jax"
    raise StudyError(
        "encoder.onnx is written by TensorFlow or PyTorch, or by JAX with jax2onnx, and none of "
        "them is installed here; install one where jobs run."
    )


def export_encoder(
    inputs: list[str],
    split: str | Path,
    encoder: str | Path,
    *,
    paths: dict[str, str | Path],
    threads: int,
) -> None:
    """Write an encoder in formats of other tools, and check them on segments of the test.

    Parameters
    ----------
    inputs : list of str
        HDF5 files of the images, or of the segments for their samples.
    split : path
        split.tsv.
    encoder : path
        encoder.keras.
    paths : dict of str to path
        Written, by what their names end with, of `FORMAT_TITLES`; they take images (n, height,
        width, channels) float32 in 0 to 1, or samples (n, samples, 1) float32.
    threads : int
        Processor threads.

    Raises
    ------
    ArithmeticError
        If the features of one are not those of the Keras model.
    StudyError
        If what writes one is not installed here, or the encoder came as an ONNX file.
    """
    os.environ["KERAS_BACKEND"] = exporting_backend(list(paths))
    from biospectra.models import network

    network.start(threads=threads, seed=0, precision="float32")
    known = load_network(encoder)
    if isinstance(known, OnnxNetwork):
        raise StudyError(
            f"{encoder}: is an ONNX network already, and is not written again; give other tools "
            "the file that its entry of encoders names."
        )
    model = in_float32(known)
    rows = select_rows(inputs, split, ["test"])
    at = np.unique(np.linspace(0, len(rows) - 1, CHECKED).round().astype(int))
    some = read_inputs(rows.iloc[at])
    check_exports(model, some, {FORMAT_TITLES[ending]: path for ending, path in paths.items()})


def check_exports(model, some: np.ndarray, paths: dict[str, str | Path]) -> None:
    """Write a float32 model in formats of other tools, and compare what they make of segments.

    Parameters
    ----------
    model : keras.Model
        The encoder.
    some : ndarray, (n, ...), float32
        Inputs of it.
    paths : dict of str to path
        The files, by `FORMATS_OF_OTHERS`; each takes any number of segments.

    Raises
    ------
    ArithmeticError
        If the features differ by more than `TOLERANCE` of the largest.
    """
    expected = np.asarray(model.predict_on_batch(some))
    for name, path in paths.items():
        write, run = FORMATS_OF_OTHERS[name]
        write(model, path)
        off = float(np.abs(run(path, some) - expected).max() / np.abs(expected).max())
        size = Path(path).stat().st_size
        print(f"{name}: {size} bytes; features differ by {off:.2g} of the largest at most")
        if not off <= TOLERANCE:
            raise ArithmeticError(f"{path}: {name} gives other features (by {off:.2g})")
