"""The networks have the shapes that were published, and reconstruction is measured rightly."""

import numpy as np
import pytest

from biospectra.errors import StudyError


def test_system_a_to_the_letter():
    from biospectra.autoencoder import build

    autoencoder, encoder = build((480, 640, 1), [64, 64, 64, 64], 3)
    assert encoder.output_shape == (None, 30, 40, 64)
    assert autoencoder.output_shape == (None, 480, 640, 1)
    kinds = [type(layer).__name__ for layer in autoencoder.layers[1:]]
    assert kinds == [
        *["Conv2D", "MaxPooling2D"] * 4,
        *["Conv2DTranspose", "UpSampling2D"] * 4,
        "Conv2D",
    ]


def test_an_image_that_does_not_halve_is_refused():
    from biospectra.autoencoder import build

    with pytest.raises(StudyError, match="multiples of 16"):
        build((480, 650, 1), [64, 64, 64, 64], 3)


def test_system_bs_cnn():
    from biospectra.cnn import build_cnn

    cnn = build_cnn((127, 127, 3), 3, [32, 64, 64], 64)
    assert cnn.output_shape == (None, 3)
    assert np.asarray(cnn(np.zeros((2, 127, 127, 3)))).sum(axis=1) == pytest.approx(1)


def test_on_samples_each_stage_of_the_cnn_has_the_parameters_of_that_on_images():
    from biospectra.cnn import build_cnn

    images = build_cnn((127, 127, 1), 3, [32, 64, 64], 64)
    samples = build_cnn((2560, 1), 3, [32, 64, 64], 64, spread=50)
    sizes = [
        [layer.count_params() for layer in cnn.layers if "conv" in layer.name]
        for cnn in (images, samples)
    ]
    assert sizes[0] == sizes[1] == [320, 18496, 36928]
    assert samples.layers[-4].output.shape == (None, 37, 64)  # 2560 less 8, by 4, three times
    answers = np.asarray(samples(np.full((2, 2560, 1), 50.0)))
    assert answers.sum(axis=1) == pytest.approx(1)
    unscaled = build_cnn((2560, 1), 3, [32, 64, 64], 64)
    unscaled.set_weights(samples.get_weights())
    np.testing.assert_allclose(answers, unscaled(np.ones((2, 2560, 1))), rtol=1e-4)


@pytest.mark.parametrize("freeze", [True, False])
def test_fine_tuning_starts_from_the_encoder_and_leaves_a_frozen_one_alone(freeze):
    import keras

    from biospectra.autoencoder import build
    from biospectra.fine_tuning import build_classifier, pooled_encoder

    _, encoder = build((16, 32, 1), [4], 3)
    images = np.random.default_rng(0).uniform(size=(8, 16, 32, 1)).astype(np.float32)
    before = [np.copy(weights) for weights in encoder.get_weights()]
    features = np.asarray(encoder(images)).mean(axis=2).reshape(8, -1)
    pooled = pooled_encoder(encoder, "time")
    np.testing.assert_allclose(pooled(images), features, rtol=1e-5)
    centre, spread = np.linspace(0, 0.5, 32), np.linspace(0.1, 1, 32)
    tuned = build_classifier(pooled, 2, freeze=freeze, centre=centre, spread=spread)
    kernel, bias = tuned.get_layer("head").get_weights()
    logits = (features - centre) / spread @ kernel + bias
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(tuned(images), expected, rtol=1e-3, atol=1e-5)
    tuned.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    tuned.fit(images, np.arange(8) % 2, epochs=1, verbose=0)
    same = [np.array_equal(a, b) for a, b in zip(before, encoder.get_weights(), strict=True)]
    assert all(same) if freeze else not any(same)


def test_maps_of_samples_are_pooled_over_time():
    import keras

    from biospectra.fine_tuning import pooled_encoder

    given = keras.Input((32, 1))
    encoder = keras.Model(given, keras.layers.Conv1D(4, 3)(given))
    for pooling, columns in {"time": 4, "both": 4, "flat": 30 * 4}.items():
        assert pooled_encoder(encoder, pooling).output.shape == (None, columns)


def test_an_input_that_pooling_leaves_nothing_of_is_refused():
    from biospectra.cnn import build_cnn

    with pytest.raises(StudyError, match="127x9 are too small for 3"):
        build_cnn((127, 9, 1), 2, [4, 4, 4], 4)
    with pytest.raises(StudyError, match="fewer `filters`"):
        build_cnn((12, 1), 2, [4, 4], 4)


def test_measures_of_a_known_error():
    from biospectra.reconstruction import measures

    random = np.random.default_rng(0)
    images = random.uniform(0.2, 0.8, (3, 32, 48, 1)).astype(np.float32)
    same = measures(images, images)
    assert same["mse"].tolist() == [0, 0, 0]
    assert same["ssim"].to_numpy() == pytest.approx(1)
    off = measures(images, images + 0.1)
    assert off["mse"].to_numpy() == pytest.approx(0.01, rel=1e-4)
    assert off["psnr_db"].to_numpy() == pytest.approx(20, rel=1e-4)
    assert (off["ssim"] < 1).all()


@pytest.mark.parametrize("channels", [1, 3])
def test_ssim_is_tensorflows(channels):
    import tensorflow as tf

    from biospectra.reconstruction import ssim

    random = np.random.default_rng(1)
    a, b = random.uniform(size=(2, 40, 60, channels)).astype(np.float32)
    b = 0.7 * a + 0.3 * b
    assert ssim(a, b) == pytest.approx(float(tf.image.ssim(a, b, 1.0)), abs=1e-4)
