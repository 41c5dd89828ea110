"""Networks of each kind come back from their files in safe mode, and say the same."""

import numpy as np
import pytest

from biospectra.models import cnn, fine_tuned
from biospectra.models.heads import Head
from biospectra.models.kinds import ENCODERS
from biospectra.models.saved_network import load_network

SETTINGS = {
    "contrastive": {"filters": [8, 8], "projection": 8},
    "cpc": {"filters": [4, 8], "stride": 2, "steps": 3},
    "convolutional": {"filters": [4, 4], "kernel_size": None, "latent": None},
    "table_regression": {"filters": [8, 8], "targets": 5},
    "vicreg": {"filters": [8, 8], "projection": 8},
}
SHAPE = (16, 32, 1)
SHAPES = {"cpc": (96, 1)}  # of samples


def test_all_trained_kinds_are_tried():
    assert {kind for kind, module in ENCODERS.items() if hasattr(module, "build")} == set(SETTINGS)


def check(model, path):
    model.save(path)
    again = load_network(path)
    given = np.random.default_rng(0).uniform(size=(3, *model.input_shape[1:])).astype(np.float32)
    np.testing.assert_array_equal(np.asarray(again(given)), np.asarray(model(given)))
    assert again.count_params() == model.count_params()
    assert not getattr(again, "compiled", False)


@pytest.mark.parametrize("kind", SETTINGS)
def test_an_autoencoder_and_its_encoder(tmp_path, kind):
    for model in ENCODERS[kind].build(SHAPES.get(kind, SHAPE), **SETTINGS[kind]):
        check(model, tmp_path / "model.keras")


@pytest.mark.parametrize("shape", [SHAPE, (64, 1)])
def test_a_classifying_network(tmp_path, shape):
    model = cnn.build_cnn(shape, Head(3), [4], 8, spread=2)
    model.compile("sgd", "sparse_categorical_crossentropy")
    check(model, tmp_path / "model.keras")


def test_an_encoder_with_a_head(tmp_path):
    _, encoder = ENCODERS["convolutional"].build(SHAPE, **SETTINGS["convolutional"])
    pooled = fine_tuned.pooled_encoder(encoder, "time")
    columns = pooled.output_shape[-1]
    model = fine_tuned.build_classifier(
        pooled, Head(2), freeze=True, centre=np.zeros(columns), spread=np.ones(columns)
    )
    check(model, tmp_path / "model.keras")
