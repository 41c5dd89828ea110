"""New recordings through the trained tiny study: apply's rules, each run by snakemake."""

import json
import os
import pickle
import shutil

import numpy as np
import pandas as pd
import pytest
import yaml

from support.harness import Workflow
from support.tiny import CONFIG, RATE_HZ, signal, write_edf

HEADER = "recording\tsource\tchannel\trate_hz\n"
CLASSIFIERS = ["table", "folds", "encoder", "cnn", "fine_tuned", "samples_cnn"]


@pytest.fixture(scope="module")
def applied(tiny):
    """The folder of results of new recordings: two of each class, noise, and a flat line."""
    tiny.make("model/small")
    write_edf(tiny.folder / "unseen_slow.edf", signal("slow", 101), RATE_HZ)
    write_edf(tiny.folder / "unseen_fast.edf", signal("fast", 102), RATE_HZ)
    random = np.random.default_rng(5)
    np.savez(tiny.folder / "noise.npz", mV=random.standard_normal(20 * RATE_HZ), fs=RATE_HZ)
    np.savez(tiny.folder / "flat.npz", mV=np.zeros(20 * RATE_HZ), fs=RATE_HZ)
    (tiny.folder / "new.tsv").write_text(
        HEADER
        + "a\tunseen_slow.edf\tLEAD\t\n"
        + "b\tunseen_fast.edf\tLEAD\t\n"
        + "slow_2\tslow_2.hea\tII\t\n"
        + "noise\tnoise.npz\t0\t\n"
        + "flat\tflat.npz\t0\t\n"
    )
    tiny.run("apply", "--config", "apply_to=new.tsv", "model=small")
    return tiny.folder / "results/tiny/apply/small/new"


def recordings_of(folder):
    return pd.read_csv(folder / "recordings.tsv", sep="\t").set_index("recording")


def test_each_recording_gets_its_class_by_each_classifier(applied):
    table = recordings_of(applied)
    for name in CLASSIFIERS:
        columns = [f"{name}_p_slow", f"{name}_p_fast"]
        good = table.drop(index="flat")
        assert good[columns].sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-4)
        assert good[[f"{name}_sd_slow"]].notna().all(axis=None)
        assert table.loc[["flat"], columns].isna().all(axis=None)
    for name in ("table", "folds", "encoder"):  # two epochs teach the networks little
        assert table.loc[["a", "b", "slow_2"], name].tolist() == ["slow", "fast", "slow"]
    assert np.isfinite(table.drop(index="flat")[["x", "y"]]).all(axis=None)


def test_noise_and_a_flat_line_are_told_from_new_people(applied):
    table = recordings_of(applied)
    assert table.loc[["a", "b", "slow_2", "noise"], "unlike_training"].tolist() == [
        *(False, False, False),
        True,
    ]
    assert table.loc["noise", "novel_share"] == 1
    assert table.loc["flat", "reasons"] == "flat (10)"
    assert pd.isna(table.loc["flat", "unlike_training"])


def test_a_person_of_the_study_is_told_as_in_the_study(applied, tiny):
    """What each classifier said of the test person, before there was a folder of the model."""
    new = pd.read_csv(applied / "segments.tsv", sep="\t").query("recording == 'slow_2'")
    for name in ("table", "encoder", "cnn", "fine_tuned", "samples_cnn"):
        (path,) = tiny.make(f"classifier/{name}/predictions.tsv")
        old = pd.read_csv(path, sep="\t").query("recording == 'slow_2'")
        both = old.merge(new, on=["recording", "segment"], validate="one_to_one")
        assert len(both) == len(old) == 15
        np.testing.assert_allclose(both["p_slow"], both[f"{name}_p_slow"], atol=2e-3)


def test_each_segment_has_a_row(applied):
    table = pd.read_csv(applied / "segments.tsv", sep="\t")
    counts = table.groupby("recording").size().to_dict()
    assert counts == {"a": 15, "b": 15, "slow_2": 15, "noise": 10, "flat": 10}
    good = table[table["quality"] == "ok"]
    assert good[["x", "y", "novelty"]].notna().all(axis=None)
    assert (applied / "map.png").stat().st_size > 5000


def test_the_page_shows_each_recording_with_what_decided(applied):
    page = (applied / "report.html").read_text()
    for words in ("<h2>a</h2>", "<h2>flat</h2>", "unlike the training", "flat (10)", "±"):
        assert words in page
    assert page.count("speaks for slow") >= 3
    assert page.count("data:image/jpeg") >= 9  # of segments
    assert "data:image/png" in page  # the map
    assert "held-out people" in page
    assert "http" not in page


def test_the_library_alone_says_the_same(applied, tiny, tmp_path, monkeypatch, capsys):
    from biospectra.__main__ import main

    monkeypatch.chdir(tiny.folder)
    model = str(shutil.copytree("results/tiny/model/small", tmp_path / "small"))
    assert main(["apply", model, "new.tsv", "--output", str(tmp_path / "said")]) == 0
    assert "samples_cnn" in capsys.readouterr().out
    for name in ("recordings", "segments"):
        made = pd.read_csv(applied / f"{name}.tsv", sep="\t")
        alone = pd.read_csv(tmp_path / f"said/{name}.tsv", sep="\t")
        pd.testing.assert_frame_equal(alone, made, atol=1e-4, rtol=1e-4)
    assert (tmp_path / "said/report.html").stat().st_size > 50_000


def test_a_study_without_an_autoencoder_has_a_model_of_its_classifiers(applied, tiny, tmp_path):
    """Tables and networks, novelty in the first table, and a map of its components."""
    from biospectra.steps.apply import apply_model

    classifiers = {name: CONFIG["classifiers"][name] for name in ("table", "cnn")}
    config = CONFIG | {"encoders": {}, "classifiers": classifiers}
    other = Workflow(tiny.folder)
    other.config = tiny.folder / "without.yaml"
    other.config.write_text(yaml.safe_dump(config, sort_keys=False))
    with tiny.alone():
        other.run("results/tiny/model/classifiers")
    folder = tiny.folder / "results/tiny/model/classifiers"
    assert {path.name for path in folder.iterdir() if path.name[0] != "."} == {
        *("settings.json", "novelty.npz", "signal_novelty.npz", "people.npz", "map.tsv"),
        "classifier_table.skops",
        *("classifier_cnn.keras", "uncertainty_cnn.json", "uncertainty_table.json", "README.md"),
    }
    files = [tiny.folder / name for name in ("unseen_slow.edf", "unseen_fast.edf", "noise.npz")]
    said = apply_model(folder, files, tmp_path / "said").set_index("recording")
    assert said["table"].tolist()[:2] == ["slow", "fast"]
    assert said["unlike_training"].tolist() == [False, False, True]
    same = recordings_of(applied).loc[["a", "b"], ["table_p_slow", "cnn_p_slow"]].to_numpy()
    np.testing.assert_allclose(said[["table_p_slow", "cnn_p_slow"]][:2], same, atol=1e-4)
    shutil.rmtree(folder)  # the study of the other tests has none


def test_new_points_of_a_class_lie_near_its_old_ones(applied, tiny):
    old = pd.read_csv(tiny.folder / "results/tiny/umap/small/map.tsv", sep="\t")
    new = recordings_of(applied)
    middle = old.groupby("label")[["x", "y"]].median()
    for recording, label in (("a", "slow"), ("b", "fast")):
        off = np.linalg.norm(middle - new.loc[recording, ["x", "y"]].to_numpy(float), axis=1)
        assert middle.index[off.argmin()] == label


def copy_of_model(tiny, name):
    """Copy the trained model's folder to another one, and return that."""
    target = tiny.folder / "elsewhere" / name
    return shutil.copytree(tiny.folder / "results/tiny/model/small", target, dirs_exist_ok=True)


def change_settings(folder, change):
    """Change the settings in a model's folder in place."""
    settings = json.loads((folder / "settings.json").read_text())
    change(settings)
    (folder / "settings.json").write_text(json.dumps(settings))


class Bomb:
    """What makes a folder where it is unpickled."""

    def __reduce__(self):
        return os.mkdir, ("ran",)


def test_a_forged_model_ends_the_run_with_one_line_and_is_not_run(tiny, applied):
    forged = copy_of_model(tiny, "forged")
    content = pickle.dumps(Bomb())
    name = "classifier_encoder.skops"
    (forged / name).write_bytes(content)
    change_settings(forged, lambda settings: settings["files"].update({name: len(content)}))
    done = tiny.run(
        "apply",
        "--config",
        "apply_to=unseen_slow.edf",
        "channel=LEAD",
        "model=elsewhere/forged",
        check=False,
    )
    assert done.returncode != 0
    said = [line for line in done.stdout.splitlines() if line.startswith("Error: ")]
    assert len(said) == 1
    assert said[0].startswith(f"Error: elsewhere/forged/{name}: cannot be opened safely")
    assert not list(tiny.folder.rglob("ran"))


def test_results_hold_no_pickles(tiny, applied):
    files = [path for path in (tiny.folder / "results").rglob("*") if path.is_file()]
    assert {"umap.npz", "novelty.npz", "model.skops"} <= {path.name for path in files}
    for path in files:
        assert path.suffix not in (".joblib", ".pickle", ".pkl", ".npy"), path
        assert not path.read_bytes().startswith(tuple(b"\x80%c" % number for number in range(2, 6)))
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                assert all(arrays[name].dtype != object for name in arrays.files)


def test_one_file_is_enough_and_the_folder_of_a_model_too(tiny, applied, tmp_path):
    shutil.copytree(tiny.folder / "results/tiny/model/small", tiny.folder / "elsewhere/small")
    tiny.run(
        "apply", "--config", "apply_to=unseen_slow.edf", "channel=LEAD", "model=elsewhere/small"
    )
    table = pd.read_csv(
        tiny.folder / "results/tiny/apply/small/unseen_slow/recordings.tsv", sep="\t"
    )
    assert table["encoder"].tolist() == ["slow"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("apply_to=new.tsv", "model=smal"), ["smal", "no trained model", "small"]),
        (("apply_to=gone.tsv", "model=small"), ["gone.tsv", "there is no"]),
        (("apply_to=two.edf", "model=small"), ["two.edf", "channel=NAME", "EMPTY, OTHER"]),
        ((), ["apply_to=recording.edf", "models (small)"]),
        (("apply_to=new.tsv", "model=elsewhere/old"), ["old", "format none", "run snakemake"]),
        (("apply_to=new.tsv", "model=elsewhere/part"), ["part/umap.npz", "is missing"]),
    ],
)
def test_what_is_wrong_is_said_before_any_job(tiny, applied, given, words):
    old, part = (copy_of_model(tiny, name) for name in ("old", "part"))
    change_settings(old, lambda settings: settings.pop("format"))
    (part / "umap.npz").unlink()
    other = (tiny.folder / "unseen_slow.edf").read_bytes().replace(b"LEAD ", b"OTHER", 1)
    (tiny.folder / "two.edf").write_bytes(other)
    done = tiny.run("apply", *(["--config", *given] if given else []), check=False)
    assert done.returncode != 0
    assert "Traceback" not in done.stdout
    for word in words:
        assert word in done.stdout


def test_the_exported_encoder_and_the_library_alone_give_the_same_features(tiny, applied):
    import h5py

    from biospectra.steps.apply import features_of
    from biospectra.steps.export_encoder import run_lite, run_onnx
    from biospectra.store.images import read_images

    with h5py.File(applied / "features/small.h5") as file:
        made = file["features"][:15]
    model = tiny.folder / "results/tiny/model/small"
    alone, rows = features_of(tiny.folder / "unseen_slow.edf", "LEAD", model)
    assert len(rows) == 15
    np.testing.assert_allclose(alone, made, atol=1e-5)
    (lite,) = tiny.make("encoder/small/encoder.tflite")
    images = (
        read_images(applied / "images/spectrogram.h5", range(15))[..., None].astype(np.float32)
        / 255
    )
    assert run_lite(lite, images) == pytest.approx(made, abs=1e-4)
    assert run_onnx(lite.with_suffix(".onnx"), images) == pytest.approx(made, abs=1e-4)
