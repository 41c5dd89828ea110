"""Encoders of each kind in the formats of other tools give the features that Keras gives."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from biospectra.errors import StudyError
from biospectra.models import convolutional, cpc
from biospectra.models.statistics_pooling import build_encoder
from biospectra.steps import export_encoder

FORMATS = {"TensorFlow Lite": "tflite", "ONNX": "onnx"}


def encoders():
    yield "images", convolutional.build((32, 16, 1), filters=[4, 4])[1]
    yield "samples", convolutional.build((64, 1), filters=[4, 4], latent=10)[1]
    yield "predictive", cpc.build((96, 1), filters=[4, 8], stride=2, steps=3)[1]
    yield "statistics", build_encoder((32, 24, 3), [8, 8])


@pytest.mark.parametrize("kind", ["images", "samples", "predictive", "statistics"])
def test_each_kind_of_encoder_gives_the_same_features_of_any_number_of_segments(tmp_path, kind):
    model = dict(encoders())[kind]
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
    model = dict(encoders())["samples"]
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
from test_export_encoder import encoders, export_encoder

for kind, model in encoders():
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
