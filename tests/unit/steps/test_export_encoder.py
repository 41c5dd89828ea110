"""Encoders of each kind in the formats of other tools give the features that Keras gives."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from biospectra.errors import StudyError
from biospectra.models import contrastive, convolutional, cpc, table_regression
from biospectra.steps import export_encoder

FORMATS = {"TensorFlow Lite": "tflite", "ONNX": "onnx"}


def trained(networks, inputs: np.ndarray, wanted: np.ndarray, loss):
    """Return the encoder after a few steps, which move the weights that begin as 0 or 1."""
    network, encoder = networks
    network.compile("adam", loss)
    for _ in range(3):
        network.train_on_batch(inputs, wanted)
    assert any(np.ptp(weights) > 0 for weights in encoder.get_weights() if weights.ndim == 1)
    return encoder


def contrasted():
    """Of images in three colours; pairs of eight segments, each from all others."""
    pairs = np.random.default_rng(1).random((8, 2, 32, 24, 3), np.float32)
    codes = np.stack([np.zeros(8), np.arange(8)], axis=1).astype(np.int32)
    networks = contrastive.build((32, 24, 3), filters=[8, 8], projection=8)
    return trained(networks, pairs, codes, contrastive.contrastive_loss(0.2))


def told():
    """Of samples of two channels, which learn two tables."""
    random = np.random.default_rng(1)
    inputs = random.random((8, 64, 2), np.float32)
    tables = random.normal(size=(8, 5)).astype(np.float32)
    networks = table_regression.build((64, 2), 5, filters=[8, 8], stride=2, level=True)
    return trained(networks, inputs, tables, table_regression.table_loss([3, 2]))


ENCODERS = {
    "images": lambda: convolutional.build((32, 16, 1), filters=[4, 4])[1],
    "samples": lambda: convolutional.build((64, 1), filters=[4, 4], latent=10)[1],
    "predictive": lambda: cpc.build((96, 1), filters=[4, 8], stride=2, steps=3)[1],
    "contrastive": contrasted,
    "table_regression": told,
}


@pytest.mark.parametrize("kind", ENCODERS)
def test_each_kind_of_encoder_gives_the_same_features_of_any_number_of_segments(tmp_path, kind):
    model = ENCODERS[kind]()
    random = np.random.default_rng(0)
    some = random.random((3, *model.input_shape[1:]), np.float32)
    paths = {name: tmp_path / f"encoder.{ending}" for name, ending in FORMATS.items()}
    export_encoder.check_exports(model, some, paths)
    more = random.random((5, *model.input_shape[1:]), np.float32)
    expected = np.asarray(model.predict_on_batch(more))
    for name, path in paths.items():
        run = export_encoder.FORMATS_OF_OTHERS[name][1]
        np.testing.assert_allclose(run(path, more), expected, atol=1e-4 * np.abs(expected).max())


def test_other_features_end_the_run(tmp_path, monkeypatch):
    model = ENCODERS["samples"]()
    some = np.ones((2, *model.input_shape[1:]), np.float32)
    write = export_encoder.write_onnx
    monkeypatch.setitem(
        export_encoder.FORMATS_OF_OTHERS,
        "ONNX",
        (write, lambda path, inputs: 1.001 * export_encoder.run_onnx(path, inputs)),
    )
    with pytest.raises(ArithmeticError, match=r"encoder\.onnx: ONNX gives other features"):
        export_encoder.check_exports(model, some, {"ONNX": tmp_path / "encoder.onnx"})


WITHOUT_TENSORFLOW = """
import sys
from pathlib import Path

import numpy as np

sys.modules["tensorflow"] = None  # not there
from test_export_encoder import ENCODERS, export_encoder

for kind, build in ENCODERS.items():
    model = build()
    some = np.random.default_rng(0).random((3, *model.input_shape[1:]), np.float32)
    export_encoder.check_exports(model, some, {"ONNX": Path(f"{kind}.onnx")})
    more = np.concatenate([some, some])
    expected = np.asarray(model.predict_on_batch(more))
    found = export_encoder.run_onnx(f"{kind}.onnx", more)
    np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())
print(export_encoder.exporting_backend(["onnx"]))
"""


def test_pytorch_writes_each_kind_of_encoder_as_onnx(tmp_path):
    if find_spec("torch") is None:
        pytest.skip("torch is not installed")
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TENSORFLOW],
        cwd=tmp_path,
        env=os.environ | {"KERAS_BACKEND": "torch", "PYTHONPATH": path},
        text=True,
        capture_output=True,
    )
    assert done.stdout.splitlines()[-1:] == ["torch"], done.stderr[-2000:]


@pytest.mark.parametrize(
    ("installed", "formats", "expected"),
    [
        (["tensorflow", "torch"], ["tflite", "onnx"], "tensorflow"),
        (["torch", "jax"], ["onnx"], "torch"),
        (["jax", "jax2onnx"], ["onnx"], "jax"),
        (["torch"], ["tflite", "onnx"], r"tflite is written by TensorFlow.*export: \[onnx\]"),
        (["jax"], ["onnx"], "by TensorFlow or PyTorch, or by JAX with jax2onnx"),
    ],
)
def test_what_writes_a_format_is_what_is_installed(monkeypatch, installed, formats, expected):
    monkeypatch.setattr(export_encoder, "find_spec", lambda name: name in installed)
    if expected in ("tensorflow", "torch", "jax"):
        assert export_encoder.exporting_backend(formats) == expected
        return
    with pytest.raises(StudyError, match=expected):
        export_encoder.exporting_backend(formats)
