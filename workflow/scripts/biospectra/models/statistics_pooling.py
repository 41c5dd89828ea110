"""A convolutional encoder of images or samples that ends in statistics over time."""

from biospectra.errors import StudyError
from biospectra.store.dataset import extent_of

NORM_GROUPS = 8  # of group normalisation; each stage's filters are a multiple
SMALLEST = 1e-6  # of a variance
LENGTH_1D, POOL_1D = 9, 4  # of samples: a filter, and what pooling makes one of


def build_encoder(shape: tuple[int, ...], filters: list[int]):
    """Build an encoder whose features are the mean and the spread over time.

    Each image, or segment of samples, is brought to mean 0 and standard deviation 1, so that its
    level, which the electrodes and the amplifier have a part in, is left out. Each stage is a 3x3
    convolution, group normalisation (Wu and He 2018) and GELU; max pooling by 2 stands between
    stages. Of the maps that are left, the mean and the standard deviation over time are taken at
    each row and filter: statistics pooling (Snyder et al. 2018), which keeps at which frequency
    something stands, and how much it comes and goes, but not when. Of samples, filters are
    `LENGTH_1D` long, and pooling is by `POOL_1D`.

    Parameters
    ----------
    shape : tuple of int
        (height, width, channels) of an image, or (samples, channels), of any size that the stages
        leave something of.
    filters : list of int
        Of each stage, multiples of `NORM_GROUPS`.

    Returns
    -------
    keras.Model
        Features (columns,) float32, `columns_of` in number.
    """
    import keras
    from keras import layers, ops

    of_image = len(shape) == 3
    given = keras.Input(shape, name="image" if of_image else "samples")
    maps = layers.GroupNormalization(
        1, scale=False, center=False, epsilon=SMALLEST, dtype="float32", name="standardised"
    )(given)
    for stage, count in enumerate(filters, 1):
        if stage > 1:
            pooling = layers.MaxPooling2D if of_image else layers.MaxPooling1D
            maps = pooling(2 if of_image else POOL_1D, name=f"pooling_{stage - 1}")(maps)
        convolution = layers.Conv2D if of_image else layers.Conv1D
        length = 3 if of_image else LENGTH_1D
        maps = convolution(count, length, padding="same", name=f"convolution_{stage}")(maps)
        maps = layers.GroupNormalization(NORM_GROUPS, name=f"normalisation_{stage}")(maps)
        maps = layers.Activation("gelu", name=f"gelu_{stage}")(maps)
    maps = layers.Activation("linear", dtype="float32", name="maps")(maps)
    mean = ops.mean(maps, axis=-2)
    spread = ops.sqrt(ops.var(maps, axis=-2) + SMALLEST)
    statistics = ops.concatenate([mean, spread], axis=-1)
    features = layers.Flatten(dtype="float32", name="features")(statistics)
    return keras.Model(given, features, name="encoder")


def columns_of(extent: tuple[int, ...], filters: list[int]) -> int:
    """Return how many numbers the encoder gives of an image or of samples.

    Parameters
    ----------
    extent : tuple of int
        (height, width) of the image, or (samples,).
    filters : list of int
        Of each stage.

    Raises
    ------
    StudyError
        If the stages leave nothing of it, or cannot be normalised in groups.
    """
    odd = [count for count in filters if count % NORM_GROUPS]
    if odd:
        raise StudyError(
            f"filters: {odd[0]} is no multiple of {NORM_GROUPS}, the groups of its normalisation; "
            f"take {max(NORM_GROUPS, odd[0] // NORM_GROUPS * NORM_GROUPS)}."
        )
    poolings, by = len(filters) - 1, 2 if len(extent) == 2 else POOL_1D
    if min(extent) < by**poolings:
        what = f"{extent[0]}x{extent[1]} pixels" if len(extent) == 2 else f"{extent[0]} samples"
        raise StudyError(
            f"filters: {len(filters)} stages pool {poolings} times by {by}, which leaves nothing "
            f"of {what}; take fewer."
        )
    rows = extent[0] // by**poolings if len(extent) == 2 else 1
    return 2 * rows * filters[-1]


def check_stages(name: str, entry: dict, study: dict) -> None:
    """Refuse an encoder whose stages leave nothing of its input.

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
        columns_of(extent_of(study, entry["input"]), entry["filters"])
    except StudyError as error:
        raise StudyError(f"encoders.{name}.{error}") from None
