"""System B's classifier: a small CNN on images."""

from pathlib import Path

import numpy as np

from biospectra.predictions import write_predictions


def build_cnn(shape: tuple[int, int, int], classes: int, filters: list[int], dense: int):
    """Build system B's small CNN.

    Parameters
    ----------
    shape : (height, width, channels) of an image
    classes : how many
    filters : of each 3x3 convolution, followed by 2x2 max pooling
    dense : units of the hidden layer

    Returns
    -------
    keras.Model whose output is the probability of each class, (classes,) float32
    """
    import keras
    from keras import layers

    image = keras.Input(shape, name="image")
    maps = image
    for count in filters:
        maps = layers.Conv2D(count, 3, activation="relu")(maps)
        maps = layers.MaxPooling2D(2)(maps)
    hidden = layers.Dense(dense, activation="relu")(layers.Flatten()(maps))
    probability = layers.Dense(classes, activation="softmax", dtype="float32")(hidden)
    return keras.Model(image, probability, name="cnn")


def train_cnn(
    inputs: list[str],
    split: str | Path,
    *,
    model: str | Path,
    history: str | Path,
    predictions: str | Path,
    labels: list[str],
    settings: dict,
    seed: int,
    threads: int,
) -> None:
    """Train the CNN on training images, watch the validation images, judge the test images.

    A checkpoint beside `model` lets a training that was killed go on;
    `biospectra.checkpoint.finish` removes it.

    Parameters
    ----------
    inputs : HDF5 files of the images, or of the segments for their samples
    split : split.tsv
    model, history : written; the model after the last epoch
    predictions : written; what it says of the test rows
    labels : the classes
    settings : an entry of the config's `classifiers`
    seed, threads : of training
    """
    from functools import partial

    from biospectra import network
    from biospectra.checkpoint import checkpoint_beside, fingerprint, fit
    from biospectra.chosen import chosen_rows, input_shape

    network.start(threads=threads, seed=seed, precision=settings["precision"])
    import keras

    code = {label: i for i, label in enumerate(labels)}
    rows = {
        name: chosen_rows(inputs, split, [name]).assign(code=lambda t: t["label"].map(code))
        for name in ("training", "validation", "test")
    }
    shape = input_shape(rows["training"])
    with network.strategy().scope():
        cnn = build_cnn(shape, len(labels), settings["filters"], settings["dense"])
        cnn.compile(
            keras.optimizers.SGD(settings["learning_rate"], momentum=settings["momentum"]),
            "sparse_categorical_crossentropy",
            metrics=["accuracy"],
        )
    cnn.summary(print_fn=print)
    size, epochs = settings["batch_size"], settings["epochs"]
    training = network.input_batches(rows["training"], size, target="code", seed=seed)
    measured = fit(
        cnn,
        training,
        network.input_batches(rows["validation"], size, target="code", seed=None),
        epochs=epochs,
        patience=None,
        path=checkpoint_beside(model),
        stamp=fingerprint([*inputs, split], **settings | {"epochs": None}, seed=seed),
        report=partial(network.report_batches, epochs=epochs, steps=len(training), batch_size=size),
    )
    network.write_history(measured, history)
    cnn.save(model)
    # Loaded anew, on one device: a model spread over several answers a batch once on each.
    judged = keras.models.load_model(model)
    parts = [said for _, _, said in network.predictions(judged, rows["test"], size)]
    write_predictions(rows["test"], np.concatenate(parts), labels, predictions)
