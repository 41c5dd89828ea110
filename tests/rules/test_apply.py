"""New recordings through the trained tiny study: apply's rules, each run by snakemake."""

import json
import os
import pickle
import shutil

import numpy as np
import pandas as pd
import pytest

from support.tiny import RATE_HZ, signal, write_edf

HEADER = "recording\tsource\tchannel\trate_hz\n"


@pytest.fixture(scope="module")
def applied(tiny):
    """The folder of results of three new recordings, one of them of another kind."""
    tiny.make("model/small")
    write_edf(tiny.folder / "unseen_slow.edf", signal("slow", 101), RATE_HZ)
    write_edf(tiny.folder / "unseen_fast.edf", signal("fast", 102), RATE_HZ)
    time_s = np.arange(20 * RATE_HZ) / RATE_HZ
    tones = sum(np.sin(2 * np.pi * hz * time_s) for hz in (4, 15, 25, 33, 50, 60))
    noise = 0.05 * np.random.default_rng(5).standard_normal(time_s.size)
    np.savez(tiny.folder / "tones.npz", mV=tones + noise, fs=RATE_HZ)
    (tiny.folder / "new.tsv").write_text(
        HEADER + "a\tunseen_slow.edf\tLEAD\t\nb\tunseen_fast.edf\tLEAD\t\nstrange\ttones.npz\t0\t\n"
    )
    tiny.run("apply", "--config", "apply_to=new.tsv", "model=small")
    return tiny.folder / "results/tiny/apply/small/new"


def test_each_recording_gets_its_class_its_place_and_its_novelty(applied):
    table = pd.read_csv(applied / "recordings.tsv", sep="\t").set_index("recording")
    assert table.loc["a", "encoder"] == "slow"
    assert table.loc["b", "encoder"] == "fast"
    probability = table[["encoder_p_slow", "encoder_p_fast"]]
    assert probability.sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-4)
    assert table["unlike_training"].to_dict() == {"a": False, "b": False, "strange": True}
    assert np.isfinite(table[["x", "y"]]).all(axis=None)


def test_each_segment_has_a_row(applied):
    table = pd.read_csv(applied / "segments.tsv", sep="\t")
    assert table.groupby("recording").size().to_dict() == {"a": 15, "b": 15, "strange": 10}
    good = table[table["quality"] == "ok"]
    assert good[["x", "y", "novelty"]].notna().all(axis=None)
    assert (applied / "map.png").stat().st_size > 5000


def test_new_points_of_a_class_lie_near_its_old_ones(applied, tiny):
    old = pd.read_csv(tiny.folder / "results/tiny/umap/small/map.tsv", sep="\t")
    new = pd.read_csv(applied / "recordings.tsv", sep="\t").set_index("recording")
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
        (("apply_to=gone.tsv", "model=small"), ["gone.tsv", "apply_to"]),
        (("apply_to=unseen_slow.edf", "model=small"), ["unseen_slow.edf", "channel=NAME"]),
        (("apply_to=new.tsv", "model=elsewhere/old"), ["old", "format none", "run snakemake"]),
        (("apply_to=new.tsv", "model=elsewhere/part"), ["part/umap.npz", "is missing"]),
    ],
)
def test_what_is_wrong_is_said_before_any_job(tiny, applied, given, words):
    old, part = (copy_of_model(tiny, name) for name in ("old", "part"))
    change_settings(old, lambda settings: settings.pop("format"))
    (part / "umap.npz").unlink()
    done = tiny.run("apply", "--config", *given, check=False)
    assert done.returncode != 0
    assert "Traceback" not in done.stdout
    for word in words:
        assert word in done.stdout


def test_the_exported_encoder_and_the_library_alone_give_the_same_features(tiny, applied):
    import h5py

    from biospectra.steps.apply import features_of
    from biospectra.steps.export_encoder import run_lite
    from biospectra.store.images import read_images

    with h5py.File(applied / "features.h5") as file:
        made = file["features"][:15]
    model = tiny.folder / "results/tiny/model/small"
    alone, rows = features_of(tiny.folder / "unseen_slow.edf", "LEAD", model)
    assert len(rows) == 15
    np.testing.assert_allclose(alone, made, atol=1e-5)
    (lite,) = tiny.make("autoencoder/small/encoder.tflite")
    images = read_images(applied / "images.h5", range(15))[..., None].astype(np.float32) / 255
    assert run_lite(lite.read_bytes(), images) == pytest.approx(made, abs=1e-4)
