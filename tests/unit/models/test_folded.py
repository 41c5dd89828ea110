"""The forms of a network in which a processor or a GPU computes it are the network."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from biospectra.models import cnn, convolutional
from biospectra.models.folded import fold_layers
from biospectra.models.heads import Head
from biospectra.models.phases import phase_layers
from biospectra.models.saved_network import load_network

SHAPES = {
    "images": ((16, 32, 1), {"filters": [4, 6]}),
    "colours, wide kernels": ((16, 8, 3), {"filters": [4, 6], "kernel_size": 5}),
    "a dense latent": ((16, 8, 1), {"filters": [4], "latent": 7}),
    "samples": ((64, 1), {"filters": [4, 6, 8]}),
    "samples, wide kernels": ((64, 2), {"filters": [9, 12], "kernel_size": 7}),
}
FORMS = [fold_layers, phase_layers]


def drawn(model, seed=0):
    """Give a network weights, and biases too."""
    random = np.random.default_rng(seed)
    for variable in model.variables:
        variable.assign(random.normal(0, 0.3, variable.shape).astype(np.float32))
    return model


def given(model, seed=1):
    random = np.random.default_rng(seed)
    return random.uniform(size=(3, *model.input_shape[1:])).astype(np.float32)


def said(model, some):
    return keras.ops.convert_to_numpy(model(some))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("which", SHAPES)
def test_outputs_and_weights_are_the_same(which, form):
    shape, settings = SHAPES[which]
    for model in convolutional.build(shape, **settings):
        formed = form(drawn(model))
        assert formed is not model
        assert formed.count_params() == model.count_params()
        some = given(model)
        np.testing.assert_allclose(said(formed, some), said(model, some), rtol=1e-5, atol=1e-5)


def test_what_costs_most_is_gone():
    model, _ = convolutional.build((16, 32, 1), filters=[16, 16])

    def left(form):
        names = [layer.name for layer in form(model).layers]
        return [name for name in names if name.startswith(("pooling", "upsampling"))]

    assert left(fold_layers) == []
    # On a GPU maps are upsampled where many channels come out.
    assert left(phase_layers) == ["upsampling_1"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("which", SHAPES)
def test_gradients_are_the_same(which, form):
    shape, settings = SHAPES[which]
    model = drawn(convolutional.build(shape, **settings)[0])
    some, slopes = given(model), []
    for formed in (form(model), model):
        with tf.GradientTape() as tape:
            apart = tf.reduce_mean((formed(some) - some) ** 2)
        weights = [variable.value for variable in model.trainable_variables]
        slopes.append(tape.gradient(apart, weights))
    for one, other in zip(*slopes, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5 * np.abs(other).max())


@pytest.mark.parametrize("form", FORMS)
def test_what_is_not_of_each_place_and_all_channels_is_left_in_its_layers(form):
    given_here = keras.Input((12, 8, 4))
    maps = keras.layers.Conv2D(4, 3, 2, padding="same", activation="relu")(given_here)
    maps = keras.layers.MaxPooling2D(2)(maps)
    maps = keras.layers.Conv2D(4, 3, padding="same", groups=2, activation="relu")(maps)
    maps = keras.layers.MaxPooling2D((3, 2))(maps)
    maps = keras.layers.UpSampling2D(2)(maps)
    maps = keras.layers.Conv2D(4, 3, padding="same", groups=2)(maps)
    model = drawn(keras.Model(given_here, maps))
    some = given(model)
    np.testing.assert_allclose(said(form(model), some), said(model, some), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("form", FORMS)
def test_a_causal_convolution_is_left_in_its_layer(form):
    begin = keras.Input((40, 2))
    maps = keras.layers.Conv1D(3, 5, padding="causal", activation="relu")(begin)
    model = drawn(keras.Model(begin, keras.layers.MaxPooling1D(2)(maps)))
    some = given(model)
    np.testing.assert_allclose(said(form(model), some), said(model, some), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("form", FORMS)
def test_inputs_of_any_extent(form):
    of_any = keras.Input((None, None, 1))
    maps = keras.layers.Conv2D(4, 3, padding="same", activation="relu")(of_any)
    maps = keras.layers.UpSampling2D(2)(keras.layers.MaxPooling2D(2)(maps))
    maps = keras.layers.Conv2DTranspose(2, 3, padding="same", activation="relu")(maps)
    model = drawn(keras.Model(of_any, maps))
    some = np.random.default_rng(0).uniform(size=(2, 10, 6, 1)).astype(np.float32)
    np.testing.assert_allclose(said(form(model), some), said(model, some), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("form", FORMS)
def test_a_step_of_training_is_the_same_and_is_the_networks_own(tmp_path, form):
    shape, settings = SHAPES["images"]
    trained = []
    for formed in (form, lambda model: model):
        model = drawn(convolutional.build(shape, **settings)[0])
        learner = formed(model)
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


@pytest.mark.parametrize("form", FORMS)
def test_a_network_that_names_a_class_has_it_without_dropout_in_use(form):
    model = drawn(cnn.build_cnn((16, 32, 1), Head(3), [4], 8, spread=2))
    some = given(model)
    np.testing.assert_allclose(said(form(model), some), said(model, some), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("form", FORMS)
def test_what_is_no_chain_stays_as_it_is(form):
    begin = keras.Input((8, 1))
    one = keras.layers.Conv1D(2, 3, padding="same")(begin)
    model = keras.Model(begin, keras.layers.Add()([one, begin]))
    assert form(model) is model
    assert form(keras.Model(begin, one)) is not model
    row = keras.Sequential([begin, keras.layers.Conv1D(2, 3), keras.layers.MaxPooling1D()])
    assert form(row) is row
