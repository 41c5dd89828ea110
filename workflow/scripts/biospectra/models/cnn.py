"""System B's classifier: a small CNN on images, and its one-dimensional twin on samples."""

from pathlib import Path

import pandas as pd

from biospectra.errors import StudyError
from biospectra.models.heads import Head
from biospectra.store.dataset import extent_of, input_shape, read_inputs

KERNEL, POOLING = 3, 2  # of images, in both directions
SPREAD_SEGMENTS = 512  # training segments at most, whose samples' spread is measured


def build(
    training: pd.DataFrame,
    head: Head,
    *,
    start: Path | None,
    learning_rate: float,
    momentum: float,
    filters: list[int],
    dense: int,
):
    """Build the CNN for some training segments, compiled.

    Parameters
    ----------
    training : DataFrame
        Rows of the training segments, as of `biospectra.store.dataset.select_rows`.
    head : Head
        What it gives.
    start : None
        The CNN starts from random weights.
    learning_rate, momentum : float
        Of stochastic gradient descent.
    filters, dense : list of int or int
        As for `build_cnn`.

    Returns
    -------
    keras.Model
        Output what the head gives, (outputs,) float32.
    """
    import keras

    some = training.iloc[:: -(-len(training) // SPREAD_SEGMENTS)]
    spread = float(read_inputs(some).std()) or 1
    cnn = build_cnn(input_shape(training), head, filters, dense, spread=spread)
    return head.compile(cnn, keras.optimizers.SGD(learning_rate, momentum=momentum))


def build_cnn(
    shape: tuple[int, ...], head: Head, filters: list[int], dense: int, *, spread: float = 1
):
    """Build system B's small CNN, or the same on samples.

    On samples a filter has as many taps as one of 3x3, and max pooling leaves as few of what it is
    given as 2x2 does, so that each stage has the same parameters and shrinks as much.

    Parameters
    ----------
    shape : tuple of int, (height, width, channels)
        Shape of an image, or (samples, 1).
    head : Head
        What it gives.
    filters : list of int
        Filters of each convolution, 3x3 or 9, followed by 2x2 max pooling, or by 4.
    dense : int
        Units of the hidden layer.
    spread : float
        Standard deviation of the inputs, by which samples are divided: in physical units they may
        be far from 1.

    Returns
    -------
    keras.Model whose output is what the head gives, (outputs,) float32

    Raises
    ------
    StudyError
        If pooling leaves nothing of the input.
    """
    import keras
    from keras import layers

    check_extent(shape[:-1], filters)
    kernel, pooling = _sizes(shape[:-1])
    if len(shape) == 3:
        convolution, pool = layers.Conv2D, layers.MaxPooling2D
    else:
        convolution, pool = layers.Conv1D, layers.MaxPooling1D
    given = keras.Input(shape, name="input")
    maps = given if len(shape) == 3 else layers.Rescaling(1 / spread)(given)
    for count in filters:
        maps = convolution(count, kernel, activation="relu")(maps)
        maps = pool(pooling)(maps)
    hidden = layers.Dense(dense, activation="relu")(layers.Flatten()(maps))
    return keras.Model(given, head.layer()(hidden), name="cnn")


def _sizes(extent):
    """Return a filter's size and that of pooling, of images in each direction."""
    return (KERNEL, POOLING) if len(extent) == 2 else (KERNEL**2, POOLING**2)


def check_extent(extent: tuple[int, ...], filters: list[int]) -> None:
    """Refuse an input of which pooling leaves nothing.

    Parameters
    ----------
    extent : tuple of int
        (height, width) of an image, or (samples,).
    filters : list of int
        Of each convolution.

    Raises
    ------
    StudyError
        Naming the input's size and the remedy.
    """
    kernel, pooling = _sizes(extent)
    side = min(extent)
    for _ in filters:
        side = (side - kernel + 1) // pooling
    if side < 1:
        raise StudyError(
            f"inputs of {'x'.join(map(str, extent))} are too small for {len(filters)} "
            "convolutions, each followed by pooling; use fewer `filters`."
        )


def check(name: str, entry: dict, study: dict) -> None:
    """Refuse an input that is too small.

    Parameters
    ----------
    name : str
        The entry's name under the config's `classifiers`.
    entry : dict
        The entry.
    study : dict
        The config, with all defaults.
    """
    try:
        check_extent(extent_of(study, entry["input"]), entry["filters"])
    except StudyError as error:
        raise StudyError(f"classifiers.{name}: {error}") from None
