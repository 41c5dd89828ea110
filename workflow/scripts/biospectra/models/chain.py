"""Networks that are a row of layers, put together anew with some of them computed otherwise."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any


def rebuild(model: Any, replace: Callable[[Any, Any, tuple[int | None, ...]], Any]) -> Any:
    """Return a network of the same weights in which pairs of layers are computed otherwise.

    Parameters
    ----------
    model : keras.Model
        A chain of layers; it shares its variables with what is returned, so that training the one
        trains the other.
    replace : callable
        Function of a layer, the one behind it and the shape (batch, ...) of what they are given; it
        returns a layer that does what both do, with their variables, or None.

    Returns
    -------
    keras.Model
        `model` itself where it is no such chain.
    """
    import keras
    from keras import layers

    class Same(layers.Layer):
        """The layer itself, in another network."""

        def __init__(self, layer: Any) -> None:
            super().__init__(name=layer.name, dtype=layer.dtype_policy)
            self.layer = layer

        def call(self, maps: Any, training: bool | None = None) -> Any:
            takes = self.layer._call_has_training_arg
            return self.layer(maps, training=training) if takes else self.layer(maps)

    if not _is_chain(model):
        return model
    chain = model.layers
    given = keras.Input(model.input_shape[1:], name=chain[0].name)
    maps, at = given, 1
    while at < len(chain):
        behind = chain[at + 1] if at + 1 < len(chain) else None
        instead = behind and replace(chain[at], behind, maps.shape)
        if instead:
            maps, at = instead(maps), at + 2
        else:
            maps, at = Same(chain[at])(maps), at + 1
    return keras.Model(given, maps, name=model.name)


def pools(convolution: Any, pooling: Any) -> bool:
    """Return whether a layer is a convolution with a ReLU, and the next one pools its maxima."""
    import keras
    from keras import layers

    return (
        isinstance(convolution, layers.Conv1D | layers.Conv2D)
        and isinstance(pooling, layers.MaxPooling1D | layers.MaxPooling2D)
        and convolution.activation is keras.activations.relu
        and convolution.padding != "causal"  # which the layer itself does before it convolves
    )


def _is_chain(model: Any) -> bool:
    """Return whether a network is an input and a row of layers, each used once."""
    from keras import layers

    try:
        begun = isinstance(model.layers[0], layers.InputLayer)  # a Sequential does not list it
        places = [(layer.input, layer.output) for layer in model.layers]
        ended = model.layers[-1].output is model.output
    # No layers, or one that is used several times; or a Sequential, which has no output itself.
    except (AttributeError, ValueError, IndexError):
        return False
    return begun and ended and all(begin is end for (_, end), (begin, _) in pairwise(places))


def can_fold(upsampling: Any, convolution: Any) -> bool:
    """Return whether a layer is upsampling by 2 that can be folded into the convolution behind."""
    from keras import layers

    plain = (layers.Conv1D, layers.Conv2D, layers.Conv1DTranspose, layers.Conv2DTranspose)
    return (
        isinstance(upsampling, layers.UpSampling1D | layers.UpSampling2D)
        and isinstance(convolution, plain)
        and set(_each(upsampling.size)) == {2}
        and getattr(upsampling, "interpolation", "nearest") == "nearest"
        and all(size % 2 for size in convolution.kernel_size)
        and convolution.padding == "same"
        and is_plain(convolution)
    )


def is_plain(convolution: Any) -> bool:
    """Return whether a convolution is of neighbours at each place, in all channels."""
    return (
        set(convolution.strides) == set(convolution.dilation_rate) == {1}
        and convolution.data_format == "channels_last"
        and getattr(convolution, "groups", 1) == 1
    )


def _each(value: int | tuple[int, ...]) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)
