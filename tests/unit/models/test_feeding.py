"""What is stored goes to a network as it is, and gives what inputs of 0 to 1 give."""

import re
import time
from contextlib import nullcontext

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.models import feeding
from biospectra.models.network import one_step_behind
from biospectra.store.dataset import read_inputs


@pytest.fixture
def random():
    return np.random.default_rng(0)


@pytest.fixture
def rows(tmp_path, random):
    path = tmp_path / "images.h5"
    with h5py.File(path, "w") as file:
        file["images"] = random.integers(0, 256, (22, 8, 8), dtype=np.uint8)
    return pd.DataFrame({"file": str(path), "index": range(22), "code": [0, 1] * 11})


def network(outputs):
    import keras
    from keras import layers

    given = keras.Input((8, 8, 1))
    maps = layers.Conv2D(3, 3, padding="same", activation="relu")(given)
    if outputs:
        said = layers.Dense(outputs, activation="softmax")(layers.Flatten()(maps))
    else:
        said = layers.Conv2D(1, 3, padding="same", activation="sigmoid")(maps)
    return keras.Model(given, said)


def test_an_autoencoder_is_given_bytes_alone_and_restores_them(rows):
    import keras

    keras.utils.set_random_seed(1)
    autoencoder = network(0)
    learner = feeding.fed(autoencoder)
    learner.compile(keras.optimizers.SGD(0.0), "mse")
    batches = feeding.input_batches(rows, 4, target="input", seed=1)
    assert [len(batches[i]) for i in range(6)] == [1] * 6
    assert batches[0][0].dtype == np.uint8
    inputs = read_inputs(rows)
    expected = np.mean((np.asarray(autoencoder(inputs)) - inputs) ** 2)
    assert learner.evaluate(batches, verbose=0) == pytest.approx(expected, rel=1e-4)
    noisy = feeding.input_batches(
        rows, 4, target="input", seed=1, change=lambda given, random: given + np.float32(0.5)
    )
    given, wanted = noisy[0]
    assert (given.dtype, wanted.dtype) == (np.float32, np.uint8)
    np.testing.assert_allclose(given - 0.5, wanted / 255, atol=1e-6)
    expected = np.mean((np.asarray(autoencoder(inputs + np.float32(0.5))) - inputs) ** 2)
    assert learner.evaluate(noisy, verbose=0) == pytest.approx(expected, rel=1e-4)


def test_a_compiled_classifier_is_fed_as_it_was_compiled(rows):
    import keras

    keras.utils.set_random_seed(1)
    classifier = network(2)
    classifier.compile(
        keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    learner = feeding.fed(classifier)
    batches = feeding.input_batches(rows, 4, target="code", seed=None)
    before = classifier.evaluate(read_inputs(rows), rows["code"].to_numpy(), verbose=0)
    assert learner.evaluate(batches, verbose=0) == pytest.approx(before, rel=1e-4)
    learner.fit(batches, verbose=0)  # trains the classifier's own weights
    after = classifier.evaluate(read_inputs(rows), rows["code"].to_numpy(), verbose=0)
    assert after[0] != before[0]
    said = [said for *_, said in feeding.predictions(classifier, rows, 5)]
    np.testing.assert_allclose(np.concatenate(said), classifier(read_inputs(rows)), atol=1e-5)


def test_few_batches_are_read_ahead_and_each_once(rows, monkeypatch):
    held = []
    plain = feeding.read_stored
    monkeypatch.setattr(
        feeding,
        "read_stored",
        lambda part, *how, **more: held.append(len(part)) or plain(part, *how, **more),
    )
    batches = feeding.input_batches(rows, 2, target="code", seed=1)
    for number in range(11):
        batches[number]
        assert len(batches.coming) <= feeding.BATCHES_AHEAD
    assert len(held) == 11
    batches.on_epoch_end()
    assert len(batches.coming) == feeding.BATCHES_AHEAD + 1  # the next epoch's


def test_waiting_for_batches_is_told(rows, monkeypatch, capsys):
    import keras

    learner = feeding.fed(network(2))
    learner.compile("sgd", "sparse_categorical_crossentropy")

    def fit(batches, *more):
        waiting = feeding.report_waiting(batches)
        with one_step_behind(learner):
            learner.fit(batches, verbose=0, shuffle=False, callbacks=[waiting, *more])

    def waited(change):
        batches = feeding.input_batches(rows, 1, target="code", seed=1, change=change)
        fit(batches)
        line = re.search(r"Waiting for batches took ([\d.]+)\s?%", capsys.readouterr().out)
        return float(line[1])

    def slow(given, random):
        time.sleep(0.05)
        return given

    class Slow(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            time.sleep(0.03)

    monkeypatch.setattr(feeding, "MOST_AT_WORK", 1)
    assert waited(slow) > 50
    batches = feeding.input_batches(rows, 1, target="code", seed=1)
    fit(batches, Slow())
    line = re.search(r"Waiting for batches took ([\d.]+)\s?%", capsys.readouterr().out)
    assert float(line[1]) < 20


def test_a_step_that_is_handed_on_early_trains_the_same(rows):
    import keras

    def trained(how):
        keras.utils.set_random_seed(1)
        learner = feeding.fed(network(2))
        learner.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
        batches = feeding.input_batches(rows, 4, target="code", seed=1)
        seen = []
        note = keras.callbacks.LambdaCallback(
            on_train_batch_end=lambda batch, logs: seen.append(logs["loss"])
        )
        with how(learner):
            history = learner.fit(batches, epochs=2, verbose=0, shuffle=False, callbacks=[note])
        return learner, history.history, seen

    plain, expected, each = trained(nullcontext)
    early, history, behind = trained(one_step_behind)
    assert history == expected
    for own, other in zip(early.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(own, other)
    # The callbacks are told of the step before; of the first one there is none.
    assert behind[:3] == [each[0], *each[:2]]
    # Trained by itself, step by step, it says its own loss again.
    inputs, code = feeding.input_batches(rows, 4, target="code", seed=1)[0]
    assert early.train_on_batch(inputs, code) == plain.train_on_batch(inputs, code)
