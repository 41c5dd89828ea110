"""The networks have the shapes that were published, and reconstruction is measured rightly."""

import numpy as np
import pytest

from biospectra.errors import StudyError
from biospectra.models.heads import Head


def test_system_a_to_the_letter():
    from biospectra.models.convolutional import build

    autoencoder, encoder = build((480, 640, 1), filters=[64, 64, 64, 64], kernel_size=3)
    assert encoder.output_shape == (None, 30, 40, 64)
    assert autoencoder.output_shape == (None, 480, 640, 1)
    kinds = [type(layer).__name__ for layer in autoencoder.layers[1:]]
    assert kinds == [
        *["Conv2D", "MaxPooling2D"] * 4,
        *["Conv2DTranspose", "UpSampling2D"] * 4,
        "Conv2D",
        "Activation",
    ]
    assert autoencoder.layers[-1].activation.__name__ == "sigmoid"


def test_a_cosine_rises_over_a_tenth_of_the_steps_and_falls_to_nothing():
    from biospectra.models.network import learning_rate

    settings = {"learning_rate": 0.02, "schedule": "cosine", "epochs": 20, "batch_size": 8}
    rate = learning_rate(settings, 77)  # 10 steps an epoch
    found = [float(rate(step)) for step in (0, 10, 20, 110, 200)]
    assert found == pytest.approx([0, 0.01, 0.02, 0.01, 0], abs=1e-6)
    assert learning_rate(settings | {"schedule": "constant"}, 77) == 0.02


def test_an_image_that_does_not_halve_is_refused():
    from biospectra.models.convolutional import build

    with pytest.raises(StudyError, match="multiples of 16"):
        build((480, 650, 1), filters=[64, 64, 64, 64], kernel_size=3)


def test_system_bs_cnn():
    from biospectra.models.cnn import build_cnn

    cnn = build_cnn((127, 127, 3), Head(3), [32, 64, 64], 64)
    assert cnn.output_shape == (None, 3)
    assert np.asarray(cnn(np.zeros((2, 127, 127, 3)))).sum(axis=1) == pytest.approx(1)


def test_on_samples_each_stage_of_the_cnn_has_the_parameters_of_that_on_images():
    from biospectra.models.cnn import build_cnn

    images = build_cnn((127, 127, 1), Head(3), [32, 64, 64], 64)
    samples = build_cnn((2560, 1), Head(3), [32, 64, 64], 64, spread=50)
    sizes = [
        [layer.count_params() for layer in cnn.layers if "conv" in layer.name]
        for cnn in (images, samples)
    ]
    assert sizes[0] == sizes[1] == [320, 18496, 36928]
    assert samples.layers[-4].output.shape == (None, 37, 64)  # 2560 less 8, by 4, three times
    answers = np.asarray(samples(np.full((2, 2560, 1), 50.0)))
    assert answers.sum(axis=1) == pytest.approx(1)
    unscaled = build_cnn((2560, 1), Head(3), [32, 64, 64], 64)
    unscaled.set_weights(samples.get_weights())
    np.testing.assert_allclose(answers, unscaled(np.ones((2, 2560, 1))), rtol=1e-4)


@pytest.mark.parametrize("freeze", [True, False])
def test_fine_tuning_starts_from_the_encoder_and_leaves_a_frozen_one_alone(freeze):
    import keras

    from biospectra.models.convolutional import build
    from biospectra.models.fine_tuned import build_classifier, pooled_encoder

    _, encoder = build((16, 32, 1), filters=[4], kernel_size=3)
    images = np.random.default_rng(0).uniform(size=(8, 16, 32, 1)).astype(np.float32)
    before = [np.copy(weights) for weights in encoder.get_weights()]
    features = np.asarray(encoder(images)).mean(axis=2).reshape(8, -1)
    pooled = pooled_encoder(encoder, "time")
    np.testing.assert_allclose(pooled(images), features, rtol=1e-5)
    centre, spread = np.linspace(0, 0.5, 32), np.linspace(0.1, 1, 32)
    tuned = build_classifier(pooled, Head(2), freeze=freeze, centre=centre, spread=spread)
    kernel, bias = tuned.get_layer("fine_tuned_head").get_weights()
    logits = (features - centre) / spread @ kernel + bias
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(tuned(images), expected, rtol=1e-3, atol=1e-5)
    tuned.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    tuned.fit(images, np.arange(8) % 2, epochs=1, verbose=0)
    same = [np.array_equal(a, b) for a, b in zip(before, encoder.get_weights(), strict=True)]
    assert all(same) if freeze else not any(same)


def test_maps_of_samples_are_pooled_over_time():
    import keras

    from biospectra.models.fine_tuned import pooled_encoder

    given = keras.Input((32, 1))
    encoder = keras.Model(given, keras.layers.Conv1D(4, 3)(given))
    for pooling, columns in {"time": 4, "both": 4, "flat": 30 * 4}.items():
        assert pooled_encoder(encoder, pooling).output.shape == (None, columns)


def test_an_encoders_own_layers_may_have_any_names(tmp_path):
    import keras
    from keras import layers

    from biospectra.models.fine_tuned import build_classifier, pooled_encoder

    given = keras.Input((32, 1))
    code = layers.Dense(4, name="head")(layers.Flatten(name="flatten")(given))
    keras.Model(given, layers.Rescaling(2, name="scale")(code)).save(tmp_path / "encoder.keras")
    keras.backend.clear_session()  # as in a job of its own, which counts names from the first
    pooled = pooled_encoder(keras.models.load_model(tmp_path / "encoder.keras"), "flat")
    tuned = build_classifier(pooled, Head(2), freeze=False, centre=np.zeros(4), spread=np.ones(4))
    assert tuned.output_shape == (None, 2)


def test_an_input_that_pooling_leaves_nothing_of_is_refused():
    from biospectra.models.cnn import build_cnn

    with pytest.raises(StudyError, match="127x9 are too small for 3"):
        build_cnn((127, 9, 1), Head(2), [4, 4, 4], 4)
    with pytest.raises(StudyError, match="fewer `filters`"):
        build_cnn((12, 1), Head(2), [4, 4], 4)


def test_measures_of_a_known_error():
    from biospectra.evaluation.reconstruction import reconstruction_errors

    random = np.random.default_rng(0)
    images = random.uniform(0.2, 0.8, (3, 32, 48, 1)).astype(np.float32)
    same = reconstruction_errors(images, images)
    assert same["mse"].tolist() == [0, 0, 0]
    assert same["ssim"].to_numpy() == pytest.approx(1)
    off = reconstruction_errors(images, images + 0.1)
    assert off["mse"].to_numpy() == pytest.approx(0.01, rel=1e-4)
    assert off["psnr_db"].to_numpy() == pytest.approx(20, rel=1e-4)
    assert (off["ssim"] < 1).all()


@pytest.mark.parametrize("channels", [1, 3])
def test_ssim_is_tensorflows(channels):
    import tensorflow as tf

    from biospectra.evaluation.reconstruction import ssim

    random = np.random.default_rng(1)
    a, b = random.uniform(size=(2, 40, 60, channels)).astype(np.float32)
    b = 0.7 * a + 0.3 * b
    assert ssim(a, b) == pytest.approx(float(tf.image.ssim(a, b, 1.0)), abs=1e-4)


def test_the_twin_of_system_a():
    from biospectra.models.convolutional import build

    autoencoder, encoder = build((2560, 1), filters=[64, 64, 64, 64])
    assert encoder.output_shape == (None, 160, 64)
    assert autoencoder.output_shape == (None, 2560, 1)
    kinds = [type(layer).__name__ for layer in autoencoder.layers[1:]]
    assert kinds == [
        *["Conv1D", "MaxPooling1D"] * 4,
        *["Conv1DTranspose", "UpSampling1D"] * 4,
        "Conv1D",
        "Activation",
    ]
    last = autoencoder.layers[-1]
    assert last.activation.__name__ == "linear"
    images, _ = build((480, 640, 1), filters=[64, 64, 64, 64])
    assert autoencoder.count_params() == images.count_params()  # nine taps, as 3x3


@pytest.mark.parametrize("shape", [(32, 64, 3), (128, 1)])
@pytest.mark.parametrize("latent", [256, 128, 100, 7])
def test_a_latent_of_the_size_asked_for(shape, latent):
    from biospectra.models.convolutional import build

    autoencoder, encoder = build(shape, filters=[8, 8], latent=latent)
    given = np.random.default_rng(0).uniform(size=(2, *shape)).astype(np.float32)
    assert np.asarray(encoder(given)).reshape(2, -1).shape == (2, latent)
    assert np.asarray(autoencoder(given)).shape == given.shape
    decoder = [layer for layer in autoencoder.layers if layer.name.startswith("deconv")]
    assert [layer.filters for layer in decoder] == [8, 8]  # only the latent is narrow


@pytest.mark.parametrize(
    ("extent", "latent", "nearest"),
    [
        ((480, 640), 76801, 76800),
        ((480, 640), 77399, 76800),
        ((480, 640), 77999, 78000),
        ((480, 640), 1310, 1302),  # 1302 x 76800 weights are the most
        ((480, 640), 2000, 2400),
        ((2560,), 10250, 10240),
    ],
)
def test_what_cannot_be_built_names_the_nearest(extent, latent, nearest):
    from biospectra.models.convolutional import plan_latent

    with pytest.raises(StudyError, match=f"nearest possible is {nearest}"):
        plan_latent(extent, [64] * 4, latent)
    assert plan_latent(extent, [64] * 4, nearest).size == nearest


def test_sizes_of_latents():
    from biospectra.models.convolutional import plan_latent

    assert plan_latent((480, 640), [64] * 4, None).size == 76800
    for size, filters, dense in ((76800, 64, None), (1200, 1, None), (64, 64, 64)):
        plan = plan_latent((480, 640), [64] * 4, size)
        assert (plan.size, plan.filters, plan.dense) == (size, filters, dense)


def test_measures_of_samples():
    from biospectra.evaluation.reconstruction import reconstruction_errors

    time_s = np.arange(512) / 512
    tone = np.sin(2 * np.pi * 8 * time_s, dtype=np.float64).astype(np.float32)[None, :, None]
    off = reconstruction_errors(tone, tone + 0.1)
    assert off["mse"].to_numpy() == pytest.approx(0.01, rel=1e-4)
    assert off["snr_db"].to_numpy() == pytest.approx(10 * np.log10(0.5 / 0.01), abs=1e-3)


def test_features_of_samples_are_pooled_over_time(tmp_path):
    import h5py
    import pandas as pd

    from biospectra.store.features import read_features
    from biospectra.store.rows import write_table

    maps = np.random.default_rng(0).normal(size=(3, 5, 4)).astype(np.float32)
    with h5py.File(tmp_path / "f.h5", "w") as file:
        file["features"] = maps
        write_table(file, "rows", pd.DataFrame({"recording": list("abc"), "split": "test"}))
    for pooling in ("time", "both"):
        values, _ = read_features(tmp_path / "f.h5", pooling=pooling)
        np.testing.assert_allclose(values, maps.mean(axis=1), rtol=1e-5)
    assert read_features(tmp_path / "f.h5")[0].shape == (3, 20)
