"""Frozen encoders of ONNX files give what they give elsewhere, and nothing else is run or read."""

import json
import sys
from zipfile import ZipFile

import h5py
import numpy as np
import onnx
import pandas as pd
import pytest
from onnx import TensorProto, helper, numpy_helper

from biospectra.errors import StudyError
from biospectra.models import convolutional, feeding, fine_tuned, pretrained
from biospectra.models.kinds import exported
from biospectra.models.onnx_network import OnnxNetwork, Preprocessing
from biospectra.models.saved_network import dtype_of_features, load_network
from biospectra.models.statistics_pooling import build_encoder
from biospectra.steps.export_encoder import export_encoder, write_onnx
from biospectra.store.rows import read_rows, write_table

RANDOM = np.random.default_rng(0)
SIGNALS = RANDOM.normal(3, 2, (5, 64)).astype(np.float32)
IMAGES = RANDOM.integers(0, 256, (5, 32, 24), np.uint8)
PLAIN = {"seed": 0, "standardise": "none", "gain": 1, "channels": "last", "layer": None}
KERNEL = RANDOM.normal(size=(3, 2, 5)).astype(np.float32)  # filters, channels, taps


def rows_of(path, **entries: np.ndarray) -> pd.DataFrame:
    """Write entries as a step does, and return their rows."""
    with h5py.File(path, "w") as file:
        for name, values in entries.items():
            file[name] = values
        write_table(file, "rows", pd.DataFrame({"recording": "r", "segment": range(len(values))}))
    return read_rows([path])


def write_graph(path, nodes, weights=(), given="float", shape=("n", 2, 20), made=("y", None)):
    """Write an ONNX file of one input `x`."""
    kind = {"float": TensorProto.FLOAT, "integer": TensorProto.INT64}[given]
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", kind, shape)],
        [helper.make_tensor_value_info(made[0], TensorProto.FLOAT, made[1])],
        [numpy_helper.from_array(values, name) for name, values in weights],
    )
    sets = [helper.make_opsetid("", 17), helper.make_opsetid("somebody.else", 1)]
    model = helper.make_model(graph, opset_imports=sets, ir_version=9)
    path.write_bytes(model.SerializeToString())
    return str(path)


def write_convolution(path, first="n"):
    """Write a convolution, channels first, and the mean of its maps."""
    nodes = [
        helper.make_node("Conv", ["x", "kernel"], ["maps"], kernel_shape=[5]),
        helper.make_node("ReduceMean", ["maps"], ["y"], axes=[2], keepdims=0),
    ]
    return write_graph(path, nodes, [("kernel", KERNEL)], shape=(first, 2, 20), made=("y", None))


@pytest.mark.parametrize("given", ["samples", "images"])
@pytest.mark.parametrize("standardise", ["none", "segment"])
def test_a_network_gives_the_same_from_a_file_of_keras_and_of_onnx(tmp_path, given, standardise):
    if given == "samples":
        rows = rows_of(tmp_path / "signal.h5", signal=SIGNALS)
        network = convolutional.build((64, 1), filters=[4, 4])[1]
    else:
        rows = rows_of(tmp_path / "images.h5", images=IMAGES)
        network = build_encoder((32, 24, 1), [8, 8])
    network.save(tmp_path / "given.keras")
    write_onnx(network, tmp_path / "given.onnx")
    made = {}
    for ending in ("keras", "onnx"):
        options = PLAIN | {"standardise": standardise, "gain": 1.5}
        file = str(tmp_path / f"given.{ending}")
        _, encoder = pretrained.fit_encoder(rows, file=file, **options)
        encoder.save(tmp_path / "encoder.keras")
        again = load_network(tmp_path / "encoder.keras")
        assert again.input_shape == (None, *network.input_shape[1:])
        assert again.output_shape == network.output_shape
        assert not again.trainable_weights
        assert dtype_of_features(again) == "float32"
        said = [said for *_, said in feeding.predictions(again, rows, 2)]
        assert [len(part) for part in said] == [2, 2, 1]
        made[ending] = np.concatenate(said)
    assert np.ptp(made["keras"]) > 0.1
    np.testing.assert_allclose(made["onnx"], made["keras"], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("first", ["n", 1])
def test_channels_may_come_first_and_a_tensor_within_be_the_features(tmp_path, first):
    segments = RANDOM.normal(size=(4, 20, 2)).astype(np.float32)
    rows = rows_of(tmp_path / "signal.h5", signal=segments)
    file = write_convolution(tmp_path / "given.onnx", first)
    windows = np.lib.stride_tricks.sliding_window_view(segments, 5, axis=1)
    maps = np.einsum("ntcw,fcw->ntf", windows, KERNEL)
    for layer, expected in ((None, maps.mean(axis=1)), ("maps", maps)):
        options = PLAIN | {"channels": "first", "layer": layer}
        _, encoder = pretrained.fit_encoder(rows, file=file, **options)
        encoder.save(tmp_path / "encoder.keras")
        found = load_network(tmp_path / "encoder.keras").predict_on_batch(segments)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
    with pytest.raises(StudyError, match=r"makes no tensor 'last'; the last are: maps, y\."):
        pretrained.fit_encoder(rows, file=file, **PLAIN | {"channels": "first", "layer": "last"})
    with pytest.raises(StudyError, match=r"\(None, 20, 2\) with `channels: last`; change `chan"):
        pretrained.fit_encoder(rows, file=file, **PLAIN)


def test_keras_may_have_channels_first_too(tmp_path):
    import keras

    given = keras.Input((2, 20))
    maps = keras.layers.Conv1D(3, 5)(keras.layers.Permute((2, 1))(given))
    known = keras.Model(given, keras.layers.Permute((2, 1))(maps))
    known.save(tmp_path / "given.keras")
    segments = RANDOM.normal(size=(4, 20, 2)).astype(np.float32)
    rows = rows_of(tmp_path / "signal.h5", signal=segments)
    options = PLAIN | {"channels": "first"}
    _, encoder = pretrained.fit_encoder(rows, file=str(tmp_path / "given.keras"), **options)
    expected = np.asarray(known(segments.transpose(0, 2, 1))).transpose(0, 2, 1)
    np.testing.assert_allclose(encoder.predict_on_batch(segments), expected, atol=1e-5)


def broken(folder, how: str) -> str:
    """Write a file that is no encoder or wants more than itself."""
    path = folder / "given.onnx"
    match how:
        case "text":
            path.write_text("no network")
        case "operator":
            write_graph(path, [helper.make_node("Run", ["x"], ["y"], domain="somebody.else")])
        case "integers":
            cast = [helper.make_node("Cast", ["x"], ["y"], to=TensorProto.FLOAT)]
            write_graph(path, cast, given="integer")
        case "five":
            write_convolution(path, 5)
        case "scalar":
            write_graph(path, [helper.make_node("ReduceMean", ["x"], ["y"], keepdims=0)])
        case "fails":
            nodes = [helper.make_node("Add", ["x", "seven"], ["y"])]
            weights = [("seven", np.ones(7, np.float32))]
            write_graph(path, nodes, weights, shape=("n", 2, "times"))
        case "outside":
            model = onnx.load(write_convolution(path))
            onnx.save(model, path, save_as_external_data=True, size_threshold=0, location="w.bin")
        case "branch":  # whose weight is in a file, too
            weight = numpy_helper.from_array(np.ones(1, np.float32), "w")
            weight.data_location = TensorProto.EXTERNAL
            weight.external_data.add(key="location", value="../secret")
            made = [helper.make_tensor_value_info("z", TensorProto.FLOAT, None)]
            add = [helper.make_node("Add", ["x", "w"], ["z"])]
            branches = [helper.make_graph(add, "branch", [], made, [weight])] * 2
            then, other = branches
            nodes = [
                helper.make_node("If", ["true"], ["y"], then_branch=then, else_branch=other),
            ]
            write_graph(path, nodes, [("true", np.array(True))])
    return str(path)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("text", r"given\.onnx: is no network that ONNX Runtime opens"),
        ("operator", r"is no network that ONNX Runtime opens .*Run.*; take a whole copy, or"),
        ("integers", r"takes x tensor\(int64\).*; an encoder takes one, of floating-point"),
        ("five", "takes exactly 5 segments at once; export it with a free first dimension"),
        ("scalar", r"gives \(\) of one segment"),
        ("fails", r"cannot encode a segment of shape \(20, 2\)"),
        ("outside", "has weights in other files beside it"),
        ("branch", "has weights in other files beside it"),
    ],
)
def test_what_is_no_encoder_is_refused_in_a_line(tmp_path, how, words):
    rows = rows_of(tmp_path / "signal.h5", signal=np.ones((2, 20, 2), np.float32))
    with pytest.raises(StudyError, match=words) as error:
        pretrained.fit_encoder(rows, file=broken(tmp_path, how), **PLAIN | {"channels": "first"})
    assert "\n" not in str(error.value)


def kept(folder):
    """Return the file of an encoder, as a stranger's folder holds it."""
    given = Preprocessing((20, 2), channels="first")
    graph = (folder / "given.onnx").read_bytes()
    OnnxNetwork(graph, given, "given.onnx").save(folder / "encoder.keras")
    return folder / "encoder.keras"


@pytest.mark.parametrize("name", ["ran.py", "config.json"])
def test_a_file_with_more_in_it_is_refused(tmp_path, name):
    write_convolution(tmp_path / "given.onnx")
    path = kept(tmp_path)
    with ZipFile(path, "a") as archive:
        archive.writestr(name, "{}")
    with pytest.raises(StudyError, match=rf"encoder\.keras: cannot be opened safely .*{name}"):
        load_network(path)


@pytest.mark.parametrize(
    "change",
    [{"more": 1}, {"standardise": "run"}, {"gain": "1"}, {"shape": [0, 2]}, {"channels": 1}],
)
def test_another_preprocessing_is_refused(tmp_path, change):
    write_convolution(tmp_path / "given.onnx")
    with ZipFile(kept(tmp_path)) as archive:
        said = json.loads(archive.read("preprocessing.json"))
        graph = archive.read("network.onnx")
    with ZipFile(tmp_path / "encoder.keras", "w") as archive:
        archive.writestr("preprocessing.json", json.dumps(said | change))
        archive.writestr("network.onnx", graph)
    with pytest.raises(StudyError, match=r"encoder\.keras: cannot be opened safely"):
        load_network(tmp_path / "encoder.keras")


@pytest.mark.parametrize("package", ["onnx", "onnxruntime"])
def test_without_the_packages_the_extra_is_named(tmp_path, monkeypatch, package):
    write_convolution(tmp_path / "given.onnx")
    path = kept(tmp_path)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(StudyError, match=rf"package {package}, .*pip install .biospectra\[onnx\]"):
        load_network(path)


def test_it_is_neither_taught_nor_written_for_other_tools(tmp_path):
    entries = {
        "given": {"kind": "pretrained", "file": "of/Somebody.ONNX"},
        "known": {"kind": "pretrained", "file": "known.keras"},
        "rocket": {"kind": "minirocket"},
    }
    assert exported(entries) == ["known", "rocket"]
    for name in ("known", "rocket"):
        fine_tuned.check("net", {"encoder": name}, {"encoders": entries})
    with pytest.raises(StudyError, match=r"classifiers\.net\.encoder: given is an ONNX network"):
        fine_tuned.check("net", {"encoder": "given"}, {"encoders": entries})
    write_convolution(tmp_path / "given.onnx")
    paths = {"onnx": tmp_path / "encoder.onnx"}
    with pytest.raises(StudyError, match=r"encoder\.keras: is an ONNX network already"):
        export_encoder([], "split.tsv", kept(tmp_path), paths=paths, threads=1)
    assert not paths["onnx"].exists()
