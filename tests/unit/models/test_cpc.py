"""Contrastive predictive coding: its loss by hand, and that nothing of the future is known."""

import copy

import numpy as np
import pytest

from biospectra.errors import StudyError
from biospectra.models import cpc
from biospectra.models.augmentation import CHANGES
from biospectra.models.kinds import ENCODERS
from biospectra.study.config import SCHEMAS, complete_config
from biospectra.study.schema import load_config_schema
from support.tiny import CONFIG


def by_hand(both: np.ndarray, negatives: str) -> float:
    told, came = both[:, 0], both[:, 1]
    unit = [x / np.linalg.norm(x, axis=-1, keepdims=True) for x in (told, came)]
    losses = []
    segments, steps, times, _ = told.shape
    for i in range(segments):
        for k in range(steps):
            for t in range(times):
                if negatives == "segments":
                    others, right = unit[1][:, k, t], i
                else:
                    others, right = unit[1][i, k], t
                likeness = others @ unit[0][i, k, t] / cpc.TEMPERATURE
                losses.append(np.log(np.exp(likeness).sum()) - likeness[right])
    return float(np.mean(losses))


@pytest.mark.parametrize("negatives", ["segments", "times"])
def test_the_loss_is_that_of_the_right_one_among_all(negatives):
    both = np.random.default_rng(0).normal(size=(4, 2, 3, 5, 6)).astype(np.float32)
    loss = cpc.LOSSES[negatives]
    found = float(loss(None, both))
    assert found == pytest.approx(by_hand(both, negatives), rel=1e-4)
    right = both.copy()
    right[:, 0] = right[:, 1]
    assert float(loss(None, right)) < found / 2


def test_what_is_predicted_knows_nothing_of_later_samples():
    network, encoder = cpc.build((96, 1), filters=[4, 8], stride=2, steps=3)
    assert network.output_shape == (None, 2, 3, 21, 8)
    assert encoder.output_shape == (None, 32)
    signals = np.random.default_rng(0).normal(size=(2, 96, 1)).astype(np.float32)
    turned = signals.copy()
    turned[:, 60:] = turned[:, 60:][:, ::-1]  # of the same mean and spread
    before, after = (network.predict(x, verbose=0) for x in (signals, turned))
    known = 60 // 4  # latents that end before the first sample that is another
    np.testing.assert_allclose(before[:, 0, :, :known], after[:, 0, :, :known], atol=1e-5)
    assert (np.abs(before[:, 0, :, known + 1 :] - after[:, 0, :, known + 1 :]) > 1e-3).any()
    assert (np.abs(before[:, 1, 2, known:] - after[:, 1, 2, known:]) > 1e-3).any()


def test_tones_that_go_on_are_told_from_others():
    import keras

    keras.utils.set_random_seed(1)
    random = np.random.default_rng(0)
    time = np.arange(128)
    pitch = random.uniform(0.05, 0.4, 64)[:, None]
    signals = np.sin(2 * np.pi * (pitch * time + random.uniform(size=(64, 1))))[..., None]
    network, _ = cpc.build((128, 1), filters=[8, 16], stride=3, steps=2)
    entry = {"batches": "any", "negatives": "segments", "augment": NO_CHANGE}
    loss = cpc.objective(entry, {}, "")["loss"]
    network.compile(keras.optimizers.Adam(0.005), loss)
    first = network.evaluate(signals, np.zeros(64), batch_size=32, verbose=0)
    network.fit(signals, np.zeros(64), batch_size=32, epochs=12, verbose=0)
    assert network.evaluate(signals, np.zeros(64), batch_size=32, verbose=0) < first - 0.5


NO_CHANGE = dict.fromkeys(CHANGES, 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, None),
        ({"input": "spectrogram"}, "new.input: this kind reads samples"),
        ({"steps": 5}, "new.steps: 256 samples make 4 latents, and 5 ahead .* take 2 at most"),
        ({"augment": {"tilt_db": 3}}, "new.augment.tilt_db: samples have no frequencies"),
    ],
)
def test_what_cannot_be_is_refused_before_any_job(changes, words):
    config = copy.deepcopy(CONFIG)
    config["encoders"]["new"] = {"kind": "cpc", "steps": 2} | changes
    schema = load_config_schema(SCHEMAS)
    if words is None:
        entry = complete_config(config, schema, "c")["encoders"]["new"]
        assert entry["input"] == "samples"
        assert ENCODERS["cpc"] is cpc
        return
    with pytest.raises(StudyError, match=words):
        complete_config(config, schema, "c")
