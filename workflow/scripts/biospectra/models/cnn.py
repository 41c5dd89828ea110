"""System B's classifier: a small CNN on images, and its one-dimensional twin on samples."""

from biospectra.errors import StudyError

KERNEL, POOLING = 3, 2  # of images, in both directions
SPREAD_SEGMENTS = 512  # training segments at most, whose samples' spread is measured


def build_cnn(
    shape: tuple[int, ...], classes: int, filters: list[int], dense: int, *, spread: float = 1
):
    """Build system B's small CNN, or the same on samples.

    On samples a filter has as many taps as one of 3x3, and max pooling leaves as few of what it is
    given as 2x2 does, so that each stage has the same parameters and shrinks as much.

    Parameters
    ----------
    shape : (height, width, channels) of an image, or (samples, 1)
    classes : how many
    filters : of each convolution, 3x3 or 9, followed by 2x2 max pooling, or by 4
    dense : units of the hidden layer
    spread : standard deviation of the inputs, by which samples are divided: in physical units they
        may be far from 1

    Returns
    -------
    keras.Model whose output is the probability of each class, (classes,) float32

    Raises
    ------
    StudyError
        If pooling leaves nothing of the input.
    """
    import keras
    from keras import layers

    if len(shape) == 3:
        kernel, pooling = KERNEL, POOLING
        convolution, pool = layers.Conv2D, layers.MaxPooling2D
    else:
        kernel, pooling = KERNEL**2, POOLING**2
        convolution, pool = layers.Conv1D, layers.MaxPooling1D
    side = min(shape[:-1])
    for _ in filters:
        side = (side - kernel + 1) // pooling
    if side < 1:
        size = "x".join(map(str, shape[:-1]))
        raise StudyError(
            f"inputs of {size} are too small for {len(filters)} convolutions, each followed by "
            "pooling; use fewer `filters`."
        )
    given = keras.Input(shape, name="input")
    maps = given if len(shape) == 3 else layers.Rescaling(1 / spread)(given)
    for count in filters:
        maps = convolution(count, kernel, activation="relu")(maps)
        maps = pool(pooling)(maps)
    hidden = layers.Dense(dense, activation="relu")(layers.Flatten()(maps))
    probability = layers.Dense(classes, activation="softmax", dtype="float32")(hidden)
    return keras.Model(given, probability, name="cnn")
