"""The spectrogram autoencoder: the network of system A, its training and its features."""

from pathlib import Path

import numpy as np

from biospectra.chosen import chosen_rows, input_shape
from biospectra.errors import StudyError


def build(shape: tuple[int, int, int], filters: list[int], kernel_size: int):
    """Build the convolutional autoencoder.

    Encoder: for each number of filters a convolution, then 2x2 max pooling. Decoder: in reverse, a
    transposed convolution, then 2x2 upsampling; and one convolution to the image's channels.

    Parameters
    ----------
    shape : (height, width, channels) of an image; height and width must halve evenly at each stage
    filters : filters of each stage
    kernel_size : height and width of a filter, in pixels

    Returns
    -------
    autoencoder, encoder : keras.Model
        Output (height, width, channels) and (height / 2^k, width / 2^k, filters[-1]), both float32

    Raises
    ------
    StudyError
        If an image does not halve evenly.
    """
    import keras
    from keras import layers

    factor = 2 ** len(filters)
    if shape[0] % factor or shape[1] % factor:
        raise StudyError(
            f"images of {shape[0]}x{shape[1]} pixels cannot be halved {len(filters)} times; make "
            f"height and width multiples of {factor} or use fewer `filters`."
        )
    image = keras.Input(shape, name="image")
    maps = image
    for stage, count in enumerate(filters, 1):
        maps = layers.Conv2D(
            count, kernel_size, padding="same", activation="relu", name=f"convolution_{stage}"
        )(maps)
        maps = layers.MaxPooling2D(2, name=f"pooling_{stage}")(maps)
    latent = maps
    for stage, count in enumerate(reversed(filters), 1):
        maps = layers.Conv2DTranspose(
            count, kernel_size, padding="same", activation="relu", name=f"deconvolution_{stage}"
        )(maps)
        maps = layers.UpSampling2D(2, name=f"upsampling_{stage}")(maps)
    restored = layers.Conv2D(
        shape[2],
        kernel_size,
        padding="same",
        activation="sigmoid",
        dtype="float32",
        name="reconstruction",
    )(maps)
    features = layers.Activation("linear", dtype="float32", name="features")(latent)
    return (
        keras.Model(image, restored, name="autoencoder"),
        keras.Model(image, features, name="encoder"),
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
    """Train an autoencoder on the training images, watching the loss on the validation images.

    Parameters
    ----------
    inputs : HDF5 files of the images, or of the segments for their samples
    split : split.tsv
    model, encoder, history : written; the models with the weights of the best epoch
    settings : an entry of the config's `autoencoders`
    seed, threads : of training
    """
    from biospectra import network
    from biospectra.training import train as train_network

    network.start(threads=threads, seed=seed, precision=settings["precision"])
    import keras

    rows = {name: chosen_rows(inputs, split, [name]) for name in ("training", "validation")}
    shape = input_shape(rows["training"])
    with network.strategy().scope():
        autoencoder, encoder_model = build(shape, settings["filters"], settings["kernel_size"])
        autoencoder.compile(keras.optimizers.Adam(settings["learning_rate"]), "mse")
    train_network(
        autoencoder,
        rows,
        target="input",
        given=[*inputs, split],
        model=model,
        history=history,
        settings=settings,
        seed=seed,
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
    output : HDF5 file with `features` (n, rows, columns, filters) float32 and the rows
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
