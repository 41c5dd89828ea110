"""Training that is killed goes on where it was, and ends as if it had not been."""

import json
import multiprocessing
import os
import signal
from functools import partial

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.models.checkpoint import Progress, fingerprint, finish_training
from biospectra.models.saved_network import load_network
from support.classes import LABELS, write_two_classes

# One process imports TensorFlow, and each training is a fork of it.
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["tensorflow", "keras"])

SETTINGS = {
    "batch_size": 4,
    "epochs": 6,
    "learning_rate": 0.01,
    "precision": "float32",
}
CORRUPT = {"noise": 0.05, "mask": 0.25}  # anew in each epoch, and alike after a resumed one
AUTOENCODER = SETTINGS | {"filters": [4], "kernel_size": 3, "patience": 2, "latent": None}
AUTOENCODER |= {"kind": "convolutional", "corrupt": CORRUPT, "schedule": "cosine"}
CNN = SETTINGS | {
    "kind": "cnn",
    "filters": [4],
    "dense": 4,
    "momentum": 0.9,
    "learning_rate": 0.2,
    "class_weight": "none",
    "sampling": "balanced",
    "augment": {
        "time_shift_s": 0.5,
        "gain_db": 10,
        "noise": 0.1,
        "time_masks": 1,
        "time_mask_s": 0.5,
        "frequency_masks": 0,
        "tilt_db": 0,
        "inverted_share": 0,
        "frequency_mask_share": 0.1,
    },
}
TARGET = {"column": "level", "kind": "number", "superclasses": {}, "evaluation": "holdout"}
TARGET["network"] = CNN | {"patience": 2, "learning_rate": 0.05}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A folder with images and a split of them, which holds a number, too."""
    folder = tmp_path_factory.mktemp("checkpoint")
    rows = write_two_classes(folder)
    rows["level"] = rows["recording"].map({"r0": 1, "r1": 2, "r2": 3}) + rows["segment"] / 10
    rows.to_csv(folder / "levels.tsv", sep="\t", index=False)
    return folder


def train_encoder(study, folder, kind, kill_at, devices=None):
    """Train in a process of its own, which kills itself after a batch of an epoch."""
    from biospectra.models import network
    from biospectra.steps.train_classifier import train_classifier
    from biospectra.steps.train_encoder import train_encoder
    from biospectra.steps.train_target import train_target

    folder.mkdir(exist_ok=True)
    log = (folder / "log.txt").open("a")
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    if devices:
        import tensorflow as tf

        pieces = [tf.config.LogicalDeviceConfiguration() for _ in devices]
        tf.config.set_logical_device_configuration(
            tf.config.list_physical_devices("CPU")[0], pieces
        )
        network.strategy = partial(network.strategy, devices)
    plain = network.report_batches

    def deadly(first, **counts):
        report = plain(first, **counts)
        batch_end = report.on_train_batch_end
        begin = report.on_epoch_begin
        at = {}

        def on_epoch_begin(epoch, logs=None):
            at["epoch"] = epoch
            begin(epoch, logs)

        def on_train_batch_end(batch, logs=None):
            batch_end(batch, logs)
            if (at["epoch"], batch) == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

        report.on_epoch_begin, report.on_train_batch_end = on_epoch_begin, on_train_batch_end
        return report

    network.report_batches = deadly
    given = {"model": folder / "model.keras", "history": folder / "history.tsv"}
    given |= {"seed": 3, "threads": 1}
    given |= {"inputs": [str(study / "images.h5")], "split": study / "split.tsv"}
    if kind == "autoencoder":
        train_encoder(encoder=folder / "encoder.keras", settings=AUTOENCODER, **given)
        return
    given |= {"cost": folder / "cost.json"}
    if kind == "target":
        given |= {"split": study / "levels.tsv", "segments": folder / "segments.tsv"}
        train_target(start=None, settings=TARGET, precision="float32", **given)
    else:
        given |= {"predictions": folder / "predictions.tsv"}
        train_classifier(start=None, labels=LABELS, settings=CNN, precision="float32", **given)


def run(*arguments, **options) -> int:
    process = SERVER.Process(target=train_encoder, args=arguments, kwargs=options)
    process.start()
    process.join(120)
    return process.exitcode


def history(folder) -> pd.DataFrame:
    table = pd.read_csv(folder / "history.tsv", sep="\t")
    assert (table["seconds"] > 0).all()
    return table.drop(columns="seconds")


@pytest.fixture(scope="module")
def whole(study):
    """The history of each kind of training that nobody disturbed."""
    kinds = ("autoencoder", "cnn", "target")
    for kind in kinds:
        assert run(study, study / kind, kind, None) == 0
    return {kind: history(study / kind) for kind in kinds}


# Before any checkpoint, and in the middle of epochs.
@pytest.mark.parametrize(
    ("kind", "kills"),
    [("autoencoder", [(0, 1), (3, 1)]), ("cnn", [(2, 0)]), ("target", [(2, 1)])],
)
def test_killed_at_any_moment_it_ends_as_if_it_had_not_been(study, whole, tmp_path, kind, kills):
    for kill_at in kills:
        assert run(study, tmp_path, kind, kill_at) == -signal.SIGKILL
        assert not (tmp_path / "history.tsv").exists()
    assert (tmp_path / "checkpoint.npz").is_file()
    assert run(study, tmp_path, kind, None) == 0
    assert f"Going on after epoch {kills[-1][0]} " in (tmp_path / "log.txt").read_text()
    assert history(tmp_path)["epoch"].tolist() == list(range(1, len(whole[kind]) + 1))
    assert len(whole[kind]) > 4
    np.testing.assert_allclose(history(tmp_path), whole[kind], rtol=1e-5)
    both = (load_network(at / "model.keras").get_weights() for at in (study / kind, tmp_path))
    for unbroken, resumed in zip(*both, strict=True):
        np.testing.assert_allclose(resumed, unbroken, rtol=1e-4, atol=1e-6)


def test_validation_and_test_segments_are_not_augmented(study, whole):
    import keras

    with h5py.File(study / "images.h5") as file:
        images = file["images"][()][..., None].astype(np.float32) / 255
    split = pd.read_csv(study / "split.tsv", sep="\t")
    said = np.asarray(keras.models.load_model(study / "cnn/model.keras")(images))
    true = said[np.arange(36), split["label"].map(LABELS.index)]
    validation = (split["split"] == "validation").to_numpy()
    assert whole["cnn"]["val_loss"].iloc[-1] == pytest.approx(
        -np.log(true[validation]).mean(), rel=1e-3
    )
    written = pd.read_csv(study / "cnn/predictions.tsv", sep="\t")
    test = (split["split"] == "test").to_numpy()
    np.testing.assert_allclose(written[["p_low", "p_high"]], said[test], atol=1e-4)


def test_spread_over_two_devices_it_is_the_same_training(study, whole, tmp_path):
    assert run(study, tmp_path, "cnn", None, devices=["CPU:0", "CPU:1"]) == 0
    assert "Training on CPU:0, CPU:1" in (tmp_path / "log.txt").read_text()
    np.testing.assert_allclose(history(tmp_path), whole["cnn"], rtol=1e-3)


def test_a_training_that_diverges_says_so_and_leaves_no_model(study, tmp_path):
    from biospectra.steps.train_classifier import train_classifier

    files = {name: tmp_path / name for name in ("model", "history", "predictions", "cost")}
    with pytest.raises(StudyError, match=r"diverged.*learning_rate"):
        train_classifier(
            inputs=[str(study / "images.h5")],
            split=study / "split.tsv",
            start=None,
            labels=LABELS,
            settings=CNN | {"learning_rate": 1e30},
            precision="float32",
            seed=1,
            threads=1,
            **files | {"model": tmp_path / "model.keras"},
        )
    assert not (tmp_path / "model.keras").exists()


def test_people_set_aside_do_not_stop_the_training_and_alone_are_asked(study, tmp_path):
    from biospectra.steps.train_classifier import train_classifier

    split = pd.read_csv(study / "split.tsv", sep="\t")
    watch, aside = split.copy(), split["split"] == "validation"
    watch["subject"] = np.where(aside, "v" + (split.index % 4).astype(str), split["subject"])
    watch.to_csv(tmp_path / "split.tsv", sep="\t", index=False)
    settings = CNN | {"patience": 3, "epochs": 1}
    told = {}
    for share in (0.0, 0.5):
        files = {n: tmp_path / f"{n}{share}" for n in ("history", "predictions", "cost")}
        train_classifier(
            inputs=[str(study / "images.h5")],
            split=tmp_path / "split.tsv",
            start=None,
            labels=LABELS,
            settings=settings,
            precision="float32",
            calibration_people=share,
            seed=1,
            threads=1,
            validation=tmp_path / f"validation{share}",
            model=tmp_path / f"model{share}.keras",
            **files,
        )
        told[share] = pd.read_csv(tmp_path / f"validation{share}", sep="\t")
    assert set(told[0.0]["subject"]) == {"v0", "v1", "v2", "v3"}
    own = told[0.5]["subject"]
    assert 0 < own.nunique() < 4
    # What stops the training is the loss of the others alone.
    others = told[0.0][~told[0.0]["subject"].isin(own)]
    history = pd.read_csv(tmp_path / "history0.5", sep="\t")
    true = others["p_low"].where(others["label"] == "low", others["p_high"])
    assert history["val_loss"].iloc[-1] == pytest.approx(-np.log(true).mean(), rel=1e-3)


def test_another_trainings_checkpoint_is_not_taken_up(study, capsys):
    files = [study / "images.h5"]
    stamps = [fingerprint(files, **AUTOENCODER, seed=seed) for seed in (1, 1, 2)]
    assert stamps[0] == stamps[1] != stamps[2]
    np.savez(study / "checkpoint.npz", state=json.dumps({"stamp": stamps[2], "history": {}}))
    assert not Progress(patience=2).load(study / "checkpoint.npz", None, stamps[0])
    assert "starting anew" in capsys.readouterr().out
    finish_training(study / "model.keras")
    assert not (study / "checkpoint.npz").exists()
