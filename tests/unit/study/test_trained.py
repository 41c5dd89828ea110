"""A trained model's folder from anyone: read whole and of this format, and nothing in it is run."""

import json
import os
import pickle
import re
import shutil
import zipfile
from operator import methodcaller

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from biospectra.errors import StudyError
from biospectra.models.embedding import read_umap
from biospectra.models.novelty import Novelty
from biospectra.models.saved_estimator import read_estimator, write_estimator
from biospectra.models.saved_network import load_network
from biospectra.store.arrays import write_arrays
from biospectra.study.trained import (
    FORMAT,
    SETTINGS,
    native_bands_file,
    read_map,
    read_settings,
    write_settings,
)

# What opens each of the files, in `apply` as here.
OPENED = {
    "settings.json": lambda path: read_settings(path.parent),
    "map.tsv": lambda path: read_map(path.parent),
    "native_bands.tsv": lambda path: native_bands_file(path.parent, COMMON_BAND),
    "encoder_small.keras": load_network,
    "classifier_net.keras": load_network,
    "umap.npz": read_umap,
    "novelty.npz": Novelty.load,
    "classifier_one.skops": read_estimator,
}
COMMON_BAND = {"resample": {"common_band": True}}
ZIPPED = [name for name in OPENED if not name.endswith((".json", ".tsv"))]


class Bomb:
    """What makes a folder where it is unpickled."""

    def __init__(self, marker):
        self.marker = str(marker)

    def __reduce__(self):
        return os.mkdir, (self.marker,)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A model's folder, each file of the kind that a study writes."""
    import keras

    folder = tmp_path_factory.mktemp("made") / "small"
    folder.mkdir()
    random = np.random.default_rng(0)
    values, code = random.standard_normal((60, 4)).astype(np.float32), np.arange(60) % 2
    given = keras.Input((8, 1))
    network = keras.Model(given, keras.layers.Flatten()(keras.layers.Conv1D(2, 3)(given)))
    network.save(folder / "encoder_small.keras")
    network.save(folder / "classifier_net.keras")
    write_arrays(
        folder / "umap.npz",
        features=values,
        embedding=values[:, :2],
        curve=[1.5, 0.9],
        exact=True,
        seed=1,
        n_neighbors=5,
        min_dist=0.1,
        metric="euclidean",
    )
    Novelty(values, code, np.arange(60) // 6, np.arange(60)).save(folder / "novelty.npz")
    fitted = make_pipeline(StandardScaler(), LogisticRegression()).fit(values, code)
    write_estimator(fitted, folder / "classifier_one.skops")
    rows = pd.DataFrame({"label": ["a", "b"], "x": [0.5, 1], "y": [2.0, 3], "segment": [0, 1]})
    rows.to_csv(folder / "map.tsv", sep="\t", index=False)
    (folder / "native_bands.tsv").write_text("recording\tnative_rate_hz\nr\t250\n")
    settings = {"study": "tiny", "model": "small", "labels": ["a", "b"], "segments": {}, "seed": 1}
    settings |= {"images": {}, "features": {}, "encoders": {"small": {}}, "novelty": "small"}
    settings |= {"targets": {}}
    settings |= {"classifiers": {"one": {"kind": "table"}, "net": {"kind": "cnn"}}}
    settings |= {
        "units": ["mV"],
        "channels": ["II"],
        "joined": [],
        "joined_names": [],
    } | COMMON_BAND
    write_settings(folder, settings)
    return folder


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "small")


def refusal(path, marker=None):
    """Return the one line with which a file is refused, whose name it says and nothing ran."""
    with pytest.raises(StudyError) as caught:
        OPENED[path.name](path)
    said = str(caught.value)
    assert "\n" not in said
    assert path.name in said
    assert marker is None or not marker.exists()
    return said


def forget_sizes(folder):
    """Write the sizes of the files as they are now into the settings, as a forger would."""
    settings = json.loads((folder / SETTINGS).read_text())
    settings["files"] = {p.name: p.stat().st_size for p in folder.iterdir() if p.name != SETTINGS}
    (folder / SETTINGS).write_text(json.dumps(settings))


def replace_members(path, change):
    """Rewrite a zip file; `change` gives the new content of a member by its name and old one."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, change(name, content))


def test_a_whole_folder_opens(folder):
    settings = read_settings(folder)
    assert settings["format"] == FORMAT
    assert set(settings["files"]) == set(OPENED) - {SETTINGS}
    for name, opened in OPENED.items():
        assert opened(folder / name) is not None
    assert read_map(folder)["x"].tolist() == [0.5, 1]
    assert load_network(folder / "encoder_small.keras").output_shape == (None, 12)


@pytest.mark.parametrize("name", OPENED)
def test_a_pickle_in_place_of_any_file_is_refused_and_not_run(folder, tmp_path, name):
    marker = tmp_path / "ran"
    (folder / name).write_bytes(pickle.dumps(Bomb(marker)))
    refusal(folder / name, marker)
    pickle.loads((folder / name).read_bytes())  # which would have run
    assert marker.exists()


@pytest.mark.parametrize("name", ZIPPED)
def test_a_pickle_within_any_file_is_refused_and_not_run(folder, tmp_path, name):
    marker = tmp_path / "ran"
    bomb = np.empty(1, object)
    bomb[0] = Bomb(marker)
    np.save(tmp_path / "bomb.npy", bomb, allow_pickle=True)
    content = (tmp_path / "bomb.npy").read_bytes()
    replace_members(folder / name, lambda *_: content)
    refusal(folder / name, marker)


@pytest.mark.parametrize("name", OPENED)
def test_a_missing_or_shortened_file_is_named_before_any_is_opened(folder, name):
    path = folder / name
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(StudyError, match=re.escape(name)):
        read_settings(folder)
    if name != "map.tsv":  # of which fewer rows are left
        refusal(path)
    path.unlink()
    with pytest.raises(StudyError, match=re.escape(name) if name != SETTINGS else "no trained"):
        read_settings(folder)


@pytest.mark.parametrize("name", ZIPPED)
def test_a_file_damaged_within_is_refused(folder, name):
    content = bytearray((folder / name).read_bytes())
    middle = len(content) // 3
    content[middle : middle + 40] = bytes(255 - byte for byte in content[middle : middle + 40])
    (folder / name).write_bytes(content)
    refusal(folder / name)


@pytest.mark.parametrize(
    ("key", "value"),
    [("labels", 5), ("segments", None), ("features", [1]), ("channels", "x"), ("seed", "1")],
)
def test_settings_of_a_wrong_type_are_refused(folder, key, value):
    settings = json.loads((folder / SETTINGS).read_text())
    (folder / SETTINGS).write_text(json.dumps(settings | {key: value}))
    with pytest.raises(StudyError, match=f"{key} is "):
        read_settings(folder)


@pytest.mark.parametrize("number", [FORMAT - 1, FORMAT + 1, None])
def test_a_model_of_another_format_is_refused_with_what_to_do(folder, number):
    settings = json.loads((folder / SETTINGS).read_text())
    settings.pop("format")
    if number:
        settings["format"] = number
    (folder / SETTINGS).write_text(json.dumps(settings))
    with pytest.raises(StudyError) as caught:
        read_settings(folder)
    assert f"format {number or 'none'}" in str(caught.value)
    assert "run snakemake" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"study": "../../elsewhere"}, "elsewhere"),
        ({"files": []}, SETTINGS),
        ({"classifiers": {"gone": {"kind": "table"}}}, "gone"),
        ({"classifiers": {"one": "time"}}, SETTINGS),
        ({"images": {"../../elsewhere": {}}}, "elsewhere"),
        ({"model": "../elsewhere"}, "elsewhere"),
        ({"resample": None}, SETTINGS),
    ],
)
def test_settings_that_cannot_be_are_refused(folder, change, word):
    settings = json.loads((folder / SETTINGS).read_text()) | change
    (folder / SETTINGS).write_text(json.dumps(settings))
    assert word in refusal(folder / SETTINGS)


def layers_changed(path, **changes):
    """Change the convolution in a network's configuration."""

    def change(name, content):
        if name != "config.json":
            return content
        config = json.loads(content)
        layer = next(one for one in config["config"]["layers"] if one["class_name"] == "Conv1D")
        layer |= changes
        return json.dumps(config)

    replace_members(path, change)


def test_a_lambda_layer_is_refused_and_not_run(folder, tmp_path, monkeypatch):
    import keras

    monkeypatch.chdir(tmp_path)
    marker = tmp_path / "ran"
    given = keras.Input((8, 1))
    evil = keras.layers.Lambda(lambda x: (__import__("os").mkdir("ran"), x)[1], (8, 1))
    keras.Model(given, evil(given)).save(folder / "encoder_small.keras")
    assert "Lambda" in refusal(folder / "encoder_small.keras", marker)
    keras.models.load_model(folder / "encoder_small.keras", safe_mode=False)(np.zeros((1, 8, 1)))
    assert marker.exists()  # it would have run


@pytest.mark.parametrize(
    "changes",
    [
        {"module": "os", "class_name": "function", "config": "mkdir"},
        {"module": "keras.config", "class_name": "enable_unsafe_deserialization"},
        {"module": "keras.layers", "class_name": "TorchModuleWrapper"},
        {"module": "keras.layers", "class_name": "TFSMLayer"},
        {"module": "keras.src.layers.core.lambda_layer", "class_name": "Lambda"},
        {"module": None, "class_name": "Lambda"},
        {"module": None, "class_name": "__lambda__"},
        {"module": "biospectra.models.novelty", "class_name": "Novelty"},
        {"registered_name": "their>Own"},
    ],
)
def test_what_a_network_may_not_name_is_refused_before_keras_sees_it(folder, monkeypatch, changes):
    import keras

    layers_changed(folder / "encoder_small.keras", **changes)
    monkeypatch.setattr(keras.models, "load_model", lambda *_, **__: pytest.fail("was opened"))
    assert "could run code" in refusal(folder / "encoder_small.keras")


def test_another_file_within_a_network_is_refused(folder):
    with zipfile.ZipFile(folder / "encoder_small.keras", "a") as archive:
        archive.writestr("assets/vocabulary.pkl", b"")
    assert "vocabulary.pkl" in refusal(folder / "encoder_small.keras")


def test_functions_and_classes_of_others_in_a_classifier_are_refused_and_not_run(folder, tmp_path):
    import skops.io

    class Own:
        pass

    marker = tmp_path / "ran"
    path = folder / "classifier_one.skops"
    values = np.array([[0.0], [1.0]])
    for stranger in (
        make_pipeline(FunctionTransformer(os.mkdir), LogisticRegression()),
        FunctionTransformer(kw_args={"there": Bomb(marker).__reduce__}),
        FunctionTransformer(kw_args={"there": methodcaller("mkdir", str(marker))}),
        FunctionTransformer(kw_args={"there": Own()}),
    ):
        skops.io.dump(stranger, path)
        refusal(path, marker)
    skops.io.dump(StandardScaler().fit(values), path)
    assert "no classifier" in refusal(path)
    with pytest.raises(TypeError, match="mkdir"):  # what could not be read is not written
        write_estimator(make_pipeline(FunctionTransformer(os.mkdir)), path)


def test_a_constructor_named_in_a_classifier_is_refused_and_not_run(folder, tmp_path):
    marker = tmp_path / "ran"
    path = folder / "classifier_one.skops"
    argument = {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode"}
    argument |= {"content": json.dumps(str(marker)), "is_json": True}
    arguments = {"__class__": "tuple", "__module__": "builtins", "__loader__": "TupleNode"}
    arguments["content"] = [argument]
    for module, function in (("os", "mkdir"), ("posix", "mkdir"), ("sklearn.utils.os", "mkdir")):
        schema = {"__module__": module, "__class__": function, "content": arguments}
        schema |= {"__loader__": "ConstructorFromReduceNode", "protocol": 2}
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("schema.json", json.dumps(schema))
        refusal(path, marker)


def test_a_folder_of_models_names_them(tmp_path):
    for name in ("views", "plain"):
        (tmp_path / name).mkdir()
        write_settings(tmp_path / name, {})
    with pytest.raises(StudyError, match=rf"those in it: {tmp_path}/plain, {tmp_path}/views\."):
        read_settings(tmp_path)
