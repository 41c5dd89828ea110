"""A convolutional encoder of images or samples that ends in statistics over time."""

from biospectra.errors import StudyError
from biospectra.models.residual import residual_stages
from biospectra.store.dataset import extent_of

NORM_GROUPS = 8  # of group normalisation; each stage's filters are a multiple
SMALLEST = 1e-6  # of a variance
SMALLEST_POWER = 1e-12  # in units squared: a segment of a microvolt in volts has one


def build_encoder(
    shape: tuple[int, ...], filters: list[int], *, stride: int = 1, level: bool = False
):
    """Build an encoder whose features are the mean and the spread over time.

    Each image, or segment of samples, is brought to mean 0 and standard deviation 1, so that its
    level, which the electrodes and the amplifier have a part in, is left out. Maps of an image are
    made by stages, those of samples by `biospectra.models.residual.residual_stages`. Of the maps,
    the mean and the standard deviation over time are taken at each row and filter: statistics
    pooling (Snyder et al. 2018), which keeps at which frequency something stands, and how much it
    comes and goes, but not when.

    Parameters
    ----------
    shape : tuple of int
        (height, width, channels) of an image, or (samples, channels), of any size that the stages
        leave something of.
    filters : list of int
        Of each stage, multiples of `NORM_GROUPS`.
    stride : int
        Of the first convolution of samples; images have none.
    level : bool
        Whether the level of each channel is a feature, too: of samples the natural logarithm of the
        standard deviation, of an image the mean of its pixels.

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
    if of_image:
        maps = _stages_of_image(maps, filters)
    else:
        maps = residual_stages(maps, filters, stride, NORM_GROUPS)
    maps = layers.Activation("linear", dtype="float32", name="maps")(maps)
    mean = ops.mean(maps, axis=-2)
    spread = ops.sqrt(ops.var(maps, axis=-2) + SMALLEST)
    statistics = ops.concatenate([mean, spread], axis=-1)
    features = layers.Flatten(dtype="float32", name="features")(statistics)
    if level:
        whole = layers.Activation("linear", dtype="float32", name="unscaled")(given)
        if of_image:
            height = ops.mean(whole, axis=(1, 2))
        else:
            height = ops.log(ops.var(whole, axis=1) + SMALLEST_POWER) / 2
        features = layers.Concatenate(dtype="float32", name="with_level")([features, height])
    return keras.Model(given, features, name="encoder")


def _stages_of_image(maps, filters: list[int]):
    """Make maps of an image: 3x3 convolutions, group normalisation (Wu and He 2018) and GELU.

    Max pooling by 2 stands between stages.
    """
    from keras import layers

    for stage, count in enumerate(filters, 1):
        if stage > 1:
            maps = layers.MaxPooling2D(2, name=f"pooling_{stage - 1}")(maps)
        maps = layers.Conv2D(count, 3, padding="same", name=f"convolution_{stage}")(maps)
        maps = layers.GroupNormalization(NORM_GROUPS, name=f"normalisation_{stage}")(maps)
        maps = layers.Activation("gelu", name=f"gelu_{stage}")(maps)
    return maps


def columns_of(extent: tuple[int, ...], filters: list[int], stride: int = 1) -> int:
    """Return how many numbers the encoder gives of an image or of samples, without their levels.

    Parameters
    ----------
    extent : tuple of int
        (height, width) of the image, or (samples,).
    filters : list of int
        Of each stage.
    stride : int
        Of the first convolution of samples.

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
    halvings = len(filters) - 1
    if len(extent) == 1:
        if extent[0] < stride * 2**halvings:
            raise StudyError(
                f"filters: a stride of {stride} and {len(filters)} stages, of which each further "
                f"one halves the length, leave nothing of {extent[0]} samples; take fewer, or a "
                "smaller stride."
            )
        return 2 * filters[-1]
    if min(extent) < 2**halvings:
        raise StudyError(
            f"filters: {len(filters)} stages pool {halvings} times by 2, which leaves nothing "
            f"of {extent[0]}x{extent[1]} pixels; take fewer."
        )
    return 2 * (extent[0] // 2**halvings) * filters[-1]


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
        columns_of(extent_of(study, entry["input"]), entry["filters"], entry["stride"])
    except StudyError as error:
        raise StudyError(f"encoders.{name}.{error}") from None
