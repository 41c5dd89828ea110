"""The convolutional encoder: the network of system A, and its twin of samples."""

from dataclasses import dataclass
from math import prod

from biospectra.errors import StudyError
from biospectra.store.dataset import extent_of


def build(
    shape: tuple[int, ...],
    *,
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
    shape : tuple of int, (height, width, channels)
        Shape of an image or (samples, 1); all but channels must halve evenly at each stage.
    filters : list of int
        Filters of each stage.
    kernel_size : int or None
        Height and width of a filter in pixels, or its length in samples; None for 3 and 9.
    latent : int or None
        How many numbers the encoder gives, as of `plan_latent`; None for what the stages give.

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


MOST_WEIGHTS = 100_000_000  # of one dense layer; with Adam it takes 1.6 GB


@dataclass(frozen=True)
class Latent:
    """The end of an encoder.

    Parameters
    ----------
    places : tuple of int
        Places of the maps after all halvings, (rows, columns) of an image or (times,) of samples.
    filters : int
        Filters of the last convolution.
    dense : int or None
        Units of a dense layer behind it; None for no such layer.
    """

    places: tuple[int, ...]
    filters: int
    dense: int | None

    @property
    def size(self) -> int:
        """How many numbers the encoder gives of an input."""
        return self.dense or prod(self.places) * self.filters


def plan_latent(extent: tuple[int, ...], filters: list[int], latent: int | None) -> Latent:
    """Plan the end of an encoder whose stages each halve their input.

    Where `latent` is a multiple of the places that are left, the last convolution takes so many
    filters as make it; otherwise a dense layer follows, and another leads back.

    Parameters
    ----------
    extent : tuple of int, (height, width)
        Extent of an image, or (samples,).
    filters : list of int
        Filters of each stage.
    latent : int or None
        The size wanted; None for what the stages give.

    Raises
    ------
    StudyError
        If the extent does not halve evenly, or if there is no such latent; names the nearest.
    """
    factor = 2 ** len(filters)
    if any(length % factor for length in extent):
        images = len(extent) == 2
        raise StudyError(
            f"{len(filters)} stages halve "
            + (f"images of {extent[0]}x{extent[1]} pixels" if images else f"{extent[0]} samples")
            + f" so often, which takes multiples of {factor}; use fewer `filters`, or another "
            + ("height and width." if images else "window_s or rate_hz.")
        )
    places = tuple(length // factor for length in extent)
    count, full = prod(places), prod(places) * filters[-1]
    if latent is None:
        return Latent(places, filters[-1], None)
    if latent % count == 0:
        return Latent(places, latent // count, None)
    most = min(full, MOST_WEIGHTS // full)
    if latent <= most:
        return Latent(places, filters[-1], latent)
    near = [n for n in (latent // count * count, (latent // count + 1) * count) if n]
    nearest = min([most, *near], key=lambda n: abs(n - latent))
    raise StudyError(
        f"a latent of {latent} cannot be built: it is no multiple of the {count} places of the "
        f"last maps, and a dense layer gives {most} at most; the nearest possible is {nearest}."
    )


def check(name: str, entry: dict, study: dict) -> None:
    """Refuse stages that do not halve the input evenly, and a latent that cannot be built.

    Parameters
    ----------
    name : str
        The entry's name under the config's `encoders`.
    entry : dict
        The entry.
    study : dict
        The config, with all defaults.
    """
    try:
        plan_latent(extent_of(study, entry["input"]), entry["filters"], entry["latent"])
    except StudyError as error:
        raise StudyError(f"encoders.{name}: {error}") from None
