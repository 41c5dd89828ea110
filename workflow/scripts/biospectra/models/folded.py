"""The same network in a form that takes a processor less time; weights and outputs are the same.

Nearest upsampling by 2 and then a convolution with an odd kernel w is one transposed convolution of
stride 2, with a kernel k of one tap more along each side, k[t] = w[-t] + w[1 - t]: of the four
samples that upsampling makes of one, a tap of w meets the same one twice. For 3x3 it takes 4/9 of
the multiplications, and no upsampled map is written. With TensorFlow such a convolution, and one
with ReLU and max pooling behind it, is computed by `biospectra.models.convolutions`; otherwise ReLU
is taken behind max pooling, where it gives what it gives before, of a quarter of the values.
"""

from __future__ import annotations

from typing import Any

from biospectra.models.chain import can_fold, is_plain, pools, rebuild


def fold_layers(model: Any) -> Any:
    """Return a network of the same weights with upsampling and ReLU folded, where there are any.

    Parameters
    ----------
    model : keras.Model
        A chain of layers; it shares its variables with what is returned, so that training the one
        trains the other.

    Returns
    -------
    keras.Model
        With the outputs of `model`, to the rounding of the precision; `model` itself where it is
        no such chain.
    """
    folded, pooled = _layers()

    def replace(layer: Any, behind: Any, _: tuple[int | None, ...]) -> Any:
        if can_fold(layer, behind):
            return folded(behind)
        return pooled(layer, behind) if pools(layer, behind) else None

    return rebuild(model, replace)


def _layers() -> tuple[Any, Any]:
    """Return the kinds of layers that compute with another layer's weights."""
    import keras
    from keras import layers, ops

    from biospectra.models.convolutions import convolve_and_pool, convolve_transposed

    quick = keras.backend.backend() == "tensorflow"

    class Folded(layers.Layer):
        """Upsampling by 2 and a convolution, of whose weights it takes its own."""

        def __init__(self, convolution: Any) -> None:
            super().__init__(name=convolution.name, dtype=convolution.dtype_policy)
            self.convolution = convolution
            self.transposed = isinstance(
                convolution, layers.Conv1DTranspose | layers.Conv2DTranspose
            )

        def call(self, maps: Any) -> Any:
            of = self.convolution
            kernel = ops.cast(of.kernel, "float32")
            axes = tuple(range(len(of.kernel_size)))
            # w[u] of a transposed convolution is w[-u] of a plain one, with its channels swapped.
            kernel = ops.flip(kernel, axes) if self.transposed else ops.swapaxes(kernel, -1, -2)
            # Of w[-t] and w[1 - t] the kernel of the transposed convolution, which runs backwards.
            for axis in axes:
                none = [(0, 0)] * len(kernel.shape)
                behind, before = list(none), list(none)
                behind[axis], before[axis] = (0, 1), (1, 0)
                kernel = ops.pad(kernel, behind) + ops.pad(kernel, before)
            kernel = ops.cast(ops.flip(kernel, axes), self.compute_dtype)
            bias = _bias(of, self.compute_dtype)
            if quick and None not in maps.shape[1:]:
                rectified = of.activation is keras.activations.relu
                found = convolve_transposed(maps, kernel, bias, rectified=rectified)
                return found if rectified else of.activation(found)
            return of.activation(ops.conv_transpose(maps, kernel, strides=2, padding="same") + bias)

    class Pooled(layers.Layer):
        """A convolution and max pooling, with the convolution's ReLU behind both."""

        def __init__(self, convolution: Any, pooling: Any) -> None:
            super().__init__(name=convolution.name, dtype=convolution.dtype_policy)
            self.convolution, self.pooling = convolution, pooling
            self.quick = quick and is_plain(convolution)

        def call(self, maps: Any) -> Any:
            of = self.convolution
            kernel = ops.cast(of.kernel, self.compute_dtype)
            bias = _bias(of, self.compute_dtype)
            if self.quick and None not in maps.shape[1:]:
                return convolve_and_pool(maps, kernel, bias, self.pooling, padding=of.padding)
            return ops.relu(self.pooling(of.convolution_op(maps, kernel) + bias))

    return Folded, Pooled


def _bias(convolution: Any, dtype: str) -> Any:
    """Return a convolution's bias, zeros where it has none."""
    from keras import ops

    return (
        ops.cast(convolution.bias, dtype)
        if convolution.use_bias
        else ops.zeros((convolution.filters,), dtype)
    )
