"""The form of a network in which a processor computes it is the network."""

import keras
import numpy as np
import pytest

from biospectra.models import cnn, convolutional
from biospectra.models.folded import fold_layers
from biospectra.models.heads import Head
from biospectra.models.saved_network import load_network

SHAPES = {
    "images": ((16, 32, 1), {"filters": [4, 6]}),
    "colours, wide kernels": ((16, 8, 3), {"filters": [4, 6], "kernel_size": 5}),
    "a dense latent": ((16, 8, 1), {"filters": [4], "latent": 7}),
    "samples": ((64, 1), {"filters": [4, 6, 8]}),
}


def drawn(model, seed=0):
    """Give a network weights, and biases too."""
    random = np.random.default_rng(seed)
    for variable in model.variables:
        variable.assign(random.normal(0, 0.3, variable.shape).astype(np.float32))
    return model


def given(model, seed=1):
    random = np.random.default_rng(seed)
    return random.uniform(size=(3, *model.input_shape[1:])).astype(np.float32)


@pytest.mark.parametrize("which", SHAPES)
def test_outputs_and_weights_are_the_same(which):
    shape, settings = SHAPES[which]
    for model in convolutional.build(shape, **settings):
        folded = fold_layers(drawn(model))
        assert folded is not model
        assert folded.count_params() == model.count_params()
        some = given(model)
        np.testing.assert_allclose(folded(some), model(some), rtol=1e-5, atol=1e-5)
    assert not any("upsampling" in layer.name for layer in fold_layers(model).layers)


def test_a_step_of_training_is_the_same_and_is_the_networks_own(tmp_path):
    shape, settings = SHAPES["images"]
    trained = []
    for form in (fold_layers, lambda model: model):
        model = drawn(convolutional.build(shape, **settings)[0])
        learner = form(model)
        learner.compile(keras.optimizers.SGD(0.1), "mse")
        learner.train_on_batch(given(model), given(model, 2))
        model.save(tmp_path / "model.keras")  # in its published layers
        again = load_network(tmp_path / "model.keras")
        assert [layer.name for layer in again.layers][3:5] == ["convolution_2", "pooling_2"]
        trained.append(again.get_weights())
    for one, other in zip(*trained, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)
    start = drawn(convolutional.build(shape, **settings)[0]).get_weights()
    assert not np.allclose(trained[0][0], start[0])


def test_a_network_that_names_a_class_has_it_without_dropout_in_use():
    model = drawn(cnn.build_cnn((16, 32, 1), Head(3), [4], 8, spread=2))
    some = given(model)
    np.testing.assert_allclose(fold_layers(model)(some), model(some), rtol=1e-5, atol=1e-6)


def test_what_is_no_chain_stays_as_it_is():
    begin = keras.Input((8, 1))
    one = keras.layers.Conv1D(2, 3, padding="same")(begin)
    model = keras.Model(begin, keras.layers.Add()([one, begin]))
    assert fold_layers(model) is model
    chain = keras.Model(begin, one)
    assert fold_layers(model) is model
    assert fold_layers(chain) is not model
