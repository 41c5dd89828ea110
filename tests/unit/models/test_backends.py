"""Networks trained with another backend of Keras, where it is installed, are the same to others."""

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from biospectra.errors import StudyError
from biospectra.models import network
from biospectra.models.saved_network import load_network
from biospectra.store.dataset import read_inputs
from support.classes import write_two_classes

# Trains an autoencoder and a classifier, and says what they make of the images.
TRAINING = """
import sys

import numpy as np

sys.modules["tensorflow"] = None  # not there

from biospectra.models.attribution import attributor
from biospectra.models.feeding import predictions
from biospectra.models.saved_network import load_network
from biospectra.steps.train_encoder import train_encoder
from biospectra.steps.train_classifier import train_classifier
from biospectra.store.dataset import read_inputs, select_rows

given = {"inputs": ["images.h5"], "split": "split.tsv", "seed": 3, "threads": 1}
shared = {"batch_size": 4, "epochs": 2, "learning_rate": 0.05, "precision": "float32", "gpus": 0}
train_encoder(
    model="model.keras", encoder="encoder.keras", history="history.tsv",
    settings=shared | {
        "kind": "convolutional", "filters": [4], "kernel_size": 3, "patience": 2, "latent": None,
        "corrupt": {"noise": 0.05, "mask": 0.25},
    },
    **given,
)
train_classifier(
    start=None, labels=["low", "high"], precision="float32", model="cnn.keras",
    history="cnn.tsv", predictions="predictions.tsv", cost="cost.json",
    settings=shared | {
        "kind": "cnn", "filters": [4], "dense": 4, "momentum": 0.9, "class_weight": "none",
        "sampling": "balanced",
        "augment": {
            "time_shift_s": 0.5, "gain_db": 0, "noise": 0, "time_masks": 0, "time_mask_s": 0.5,
            "frequency_masks": 0, "tilt_db": 0, "inverted_share": 0, "frequency_mask_share": 0.1,
        },
    },
    **given,
)
rows = select_rows(["images.h5"], "split.tsv", ["test"])
encoded = [said for *_, said in predictions(load_network("encoder.keras"), rows, 5)]
cnn = load_network("cnn.keras")
shared, rise = attributor(cnn, np.zeros((8, 8, 1), np.float32), 64)(
    read_inputs(rows), np.zeros(len(rows), np.int32)
)
np.savez(
    "said.npz",
    encoded=np.concatenate(encoded),
    named=np.concatenate([said for *_, said in predictions(cnn, rows, 5)]),
    shared=shared, rise=rise,
)
"""


@pytest.mark.parametrize("name", ["jax", "torch"])
def test_a_network_of_another_backend_is_read_by_tensorflow(tmp_path, name):
    if find_spec(name) is None:
        pytest.skip(f"{name} is not installed")
    rows = write_two_classes(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", TRAINING],
        cwd=tmp_path,
        env=os.environ | {"KERAS_BACKEND": name},
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert f"{network.BACKENDS[name]} " in done.stdout
    assert re.search(r"Training on (the processor|cuda|NVIDIA|mps)", done.stdout)
    assert "Waiting for batches took" in done.stdout
    said = np.load(tmp_path / "said.npz")
    test = rows[rows["split"] == "test"].assign(
        file=str(tmp_path / "images.h5"), index=lambda table: table.index
    )
    inputs = read_inputs(test)
    encoded = load_network(tmp_path / "encoder.keras").predict_on_batch(inputs)
    np.testing.assert_allclose(said["encoded"], encoded, atol=1e-4)
    named = load_network(tmp_path / "cnn.keras").predict_on_batch(inputs)
    np.testing.assert_allclose(said["named"], named, atol=1e-4)
    np.testing.assert_allclose(said["shared"].sum(axis=(1, 2, 3)), said["rise"], atol=0.02)
    assert json.loads((tmp_path / "cost.json").read_text())


def test_what_networks_cannot_be_computed_with_is_refused(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "numpy")
    with pytest.raises(StudyError, match="'numpy'; take one of tensorflow, jax, torch"):
        network.start(threads=1, seed=1, precision="float32")


def test_a_backend_that_is_not_there_is_named_with_the_remedy():
    code = """
import sys
sys.modules["jax"] = None
from biospectra.errors import StudyError
from biospectra.models import network
try:
    network.start(threads=1, seed=1, precision="float32")
except StudyError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"KERAS_BACKEND": "jax"},
        text=True,
        capture_output=True,
    )
    assert "networks need jax, which is not installed here; `pip install jax`" in done.stdout


def test_jax_makes_the_threads_that_it_is_given():
    if find_spec("jax") is None:
        pytest.skip("jax is not installed")
    code = """
import os
from pathlib import Path
from biospectra.models import network
every = os.sched_getaffinity(0)
network.start(threads=1, seed=1, precision="float32")
import jax.numpy as jnp
(jnp.ones((64, 64)) @ jnp.ones((64, 64))).block_until_ready()
threads = list(Path("/proc/self/task").iterdir())
names = [(thread / "comm").read_text().strip() for thread in threads]
print(names.count("tf_XLAEigen"), all(os.sched_getaffinity(int(t.name)) == every for t in threads))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"KERAS_BACKEND": "jax"},
        text=True,
        capture_output=True,
    )
    assert done.stdout.splitlines()[-1] == "1 True", done.stderr[-2000:]
