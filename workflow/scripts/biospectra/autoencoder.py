"""The autoencoder: the network of system A and its twin of samples, training and features."""

from math import prod
from pathlib import Path

import numpy as np

from biospectra.chosen import chosen_rows, input_shape
from biospectra.corruption import corrupt
from biospectra.latent import plan_latent


def build(
    shape: tuple[int, ...],
    filters: list[int],
    kernel_size: int | None = None,
    latent: int | None = None,
):
    """Build the convolutional autoencoder of images, or its twin of samples.

    Encoder: for each number of filters a convolution, then max pooling by 2. Decoder: in reverse, a
    transposed convolution, then upsampling by 2; and one convolution to the input's channels, which
    ends in a sigmoid for images, whose pixels are 0 to 1, and in nothing for samples.

    Parameters
    ----------
    shape : (height, width, channels) of an image or (samples, 1); all but channels must halve
        evenly at each stage
    filters : filters of each stage
    kernel_size : height and width of a filter in pixels, or its length in samples; None for 3 and 9
    latent : how many numbers the encoder gives, as of `biospectra.latent.plan_latent`; None for
        what the stages give

    Returns
    -------
    autoencoder, encoder : keras.Model
        Output of the shape given; and (height / 2^k, width / 2^k, filters[-1]) or
        (samples / 2^k, filters[-1]), with a dense layer (latent,), all float32

    Raises
    ------
    StudyError
        If an input does not halve evenly, or such a latent cannot be built.
    """
    import keras
    from keras import layers

    ends = plan_latent(shape[:-1], filters, latent)
    of_images = len(shape) == 3
    kernel_size = kernel_size or (3 if of_images else 9)
    if of_images:
        convolution, transposed = layers.Conv2D, layers.Conv2DTranspose
        pooling, upsampling = layers.MaxPooling2D, layers.UpSampling2D
    else:
        convolution, transposed = layers.Conv1D, layers.Conv1DTranspose
        pooling, upsampling = layers.MaxPooling1D, layers.UpSampling1D
    usual = {"padding": "same", "activation": "relu"}
    given = keras.Input(shape, name="image" if of_images else "samples")
    maps = given
    for stage, count in enumerate([*filters[:-1], ends.filters], 1):
        maps = convolution(count, kernel_size, **usual, name=f"convolution_{stage}")(maps)
        maps = pooling(2, name=f"pooling_{stage}")(maps)
    code = maps
    if ends.dense:
        code = layers.Dense(ends.dense, name="latent")(layers.Flatten(name="flat")(maps))
        back = layers.Dense(prod(maps.shape[1:]), activation="relu", name="back")(code)
        maps = layers.Reshape((*ends.places, ends.filters), name="maps")(back)
    for stage, count in enumerate(reversed(filters), 1):
        maps = transposed(count, kernel_size, **usual, name=f"deconvolution_{stage}")(maps)
        maps = upsampling(2, name=f"upsampling_{stage}")(maps)
    restored = convolution(shape[-1], kernel_size, padding="same", name="to_channels")(maps)
    ending = layers.Activation(
        "sigmoid" if of_images else "linear", dtype="float32", name="reconstruction"
    )
    restored = ending(restored)
    features = layers.Activation("linear", dtype="float32", name="features")(code)
    return (
        keras.Model(given, restored, name="autoencoder"),
        keras.Model(given, features, name="encoder"),
    )


def train(
    inputs: list[str],
    split: str | Path,
    *,
    model: str | Path,
    encoder: str | Path,
    history: str | Path,
    settings: dict,
    seed: int,
    threads: int,
) -> None:
    """Train an autoencoder on training segments, watching the loss on validation segments.

    Parameters
    ----------
    inputs : HDF5 files of the images, or of the segments for their samples
    split : split.tsv
    model, encoder, history : written; the models with the weights of the best epoch
    settings : an entry of the config's `autoencoders`
    seed, threads : of training
    """
    from functools import partial

    from biospectra import network
    from biospectra.training import train as train_network

    network.start(threads=threads, seed=seed, precision=settings["precision"])
    import keras

    rows = {name: chosen_rows(inputs, split, [name]) for name in ("training", "validation")}
    shape = input_shape(rows["training"])
    with network.strategy().scope():
        autoencoder, encoder_model = build(
            shape, settings["filters"], settings["kernel_size"], settings["latent"]
        )
        autoencoder.compile(keras.optimizers.Adam(settings["learning_rate"]), "mse")
    change = None
    if any(settings["corrupt"].values()):
        change = partial(corrupt, **settings["corrupt"], block=2 ** len(settings["filters"]))
    train_network(
        autoencoder,
        rows,
        target="input",
        given=[*inputs, split],
        model=model,
        history=history,
        settings=settings,
        seed=seed,
        change=change,
    )
    autoencoder.save(model)
    encoder_model.save(encoder)


def encode(
    inputs: list[str],
    split: str | Path,
    encoder: str | Path,
    output: str | Path,
    *,
    settings: dict,
    threads: int,
) -> None:
    """Write the encoder's features of all chosen segments.

    Parameters
    ----------
    inputs : HDF5 files of the images, or of the segments for their samples
    split : split.tsv; the rows of training, validation and test are encoded
    encoder : encoder.keras
    output : HDF5 file with `features` (n, ...) float32, as of `build`, and the rows
    settings : an entry of the config's `autoencoders`
    threads : processor threads
    """
    import h5py
    import hdf5plugin

    from biospectra import network
    from biospectra.rows import LIBVER, read_recordings, write_table

    network.start(threads=threads, seed=0, precision=settings["precision"])
    import keras

    rows = chosen_rows(inputs, split, ["training", "validation", "test"])
    model = keras.models.load_model(encoder)
    shape = model.output_shape[1:]
    with h5py.File(output, "w", libver=LIBVER) as out:
        features = out.create_dataset(
            "features",
            (len(rows), *shape),
            np.float32,
            chunks=(1, *shape),
            **hdf5plugin.Blosc2(cname="zstd", clevel=1),
        )
        at = 0
        for batch, _, encoded in network.predictions(model, rows, settings["batch_size"]):
            features[at : at + len(batch)] = encoded
            at += len(batch)
        write_table(out, "rows", rows.drop(columns=["file", "index"]))
        write_table(out, "recordings", read_recordings(inputs))
