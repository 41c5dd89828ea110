"""The same network in a form that takes a GPU less time; weights and outputs are the same.

What a GPU spends on system A's network is mostly the way of its largest maps to memory and back.

- Nearest upsampling by 2 and then a convolution is a convolution of the smaller map that gives the
  two (in images the four) samples of each of its places as channels, its phases, which are then
  laid side by side. The upsampled map is never written. It takes as many multiplications, and is
  done where few channels come out, so that phases fill the channels that a GPU computes anyway.
- A convolution of few channels, of which pooling by 2 takes the largest, is one of the phases of
  its input that gives all that are pooled as channels; their maximum needs no search for where it
  came from when gradients go back.
- Pooling elsewhere is the maximum of the two (four) samples themselves, for the same reason; and
  a ReLU behind pooling gives what it gives before, of a quarter of the values.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from biospectra.models.chain import can_fold, is_plain, pools, rebuild

FEW_CHANNELS = 8  # channels: as many as a GPU's matrix units compute at once


def phase_layers(model: Any) -> Any:
    """Return a network of the same weights in the form for a GPU.

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
    upsampled, pooled = _layers()

    def replace(layer: Any, behind: Any, shape: tuple[int | None, ...]) -> Any:
        if None in shape[1:]:
            return None
        if can_fold(layer, behind) and behind.filters < FEW_CHANNELS:
            return upsampled(behind)
        return pooled(layer) if _can_pool(layer, behind, shape) else None

    return rebuild(model, replace)


def _can_pool(convolution: Any, pooling: Any, shape: tuple[int | None, ...]) -> bool:
    """Return whether maps of this shape are convolved and then pooled by 2."""
    return (
        pools(convolution, pooling)
        and set(pooling.pool_size) == set(pooling.strides) == {2}
        and all(size % 2 for size in convolution.kernel_size)
        and convolution.padding == "same"
        and is_plain(convolution)
        and all(size % 2 == 0 for size in shape[1:-1])
    )


def _taps(size: int) -> np.ndarray:
    """Return which sample of which place each tap of a kernel meets, by the phase of the result.

    Parameters
    ----------
    size : int
        Taps of the kernel, an odd number.

    Returns
    -------
    ndarray, (2, places, 2, size), float32
        1 where, for a result at phase a of a place, tap t meets the sample at phase u of the place
        p - places // 2 further on: 2 (p - places // 2) + u = a + t - size // 2.
    """
    phase, tap = np.meshgrid(np.arange(2), np.arange(size), indexing="ij")
    met = phase + tap - size // 2
    reach = np.abs(met // 2).max()
    taps = np.zeros((2, 2 * reach + 1, 2, size), np.float32)
    taps[phase, met // 2 + reach, met % 2, tap] = 1
    return taps


def _layers() -> tuple[Any, Any]:
    """Return the kinds of layers that compute with another layer's weights."""
    from keras import layers, ops

    class Convolution(layers.Layer):
        """A convolution, of whose weights it takes its own."""

        def __init__(self, convolution: Any) -> None:
            super().__init__(name=convolution.name, dtype=convolution.dtype_policy)
            self.convolution = convolution
            self.transposed = isinstance(
                convolution, layers.Conv1DTranspose | layers.Conv2DTranspose
            )

        def kernel(self) -> Any:
            """Return its weights as those of a plain convolution, in float32."""
            kernel = ops.cast(self.convolution.kernel, "float32")
            if self.transposed:
                axes = tuple(range(len(self.convolution.kernel_size)))
                kernel = ops.swapaxes(ops.flip(kernel, axes), -1, -2)
            return kernel

        def convolve(self, maps: Any, kernel: Any) -> Any:
            return ops.conv(maps, ops.cast(kernel, self.compute_dtype), padding="same")

        def activate(self, maps: Any) -> Any:
            of = self.convolution
            if of.use_bias:
                maps = maps + ops.cast(of.bias, self.compute_dtype)
            return of.activation(maps)

        def phases(self, *, of_input: bool) -> Any:
            """Return the kernel whose output has the phases of each place as channels, in order.

            Its input has them, too, or one sample of each place, that of all phases.
            """
            kernel = self.kernel()
            taps = [_taps(size) for size in self.convolution.kernel_size]
            if not of_input:
                taps = [part.sum(axis=2, keepdims=True) for part in taps]
            taps = [ops.convert_to_tensor(part) for part in taps]
            how = "aput,tio->puiao" if len(taps) == 1 else "aput,bqvs,tsio->pquviabo"
            found = ops.einsum(how, *taps, kernel)
            places = tuple(part.shape[1] for part in taps)
            outputs = 2 ** len(taps) * kernel.shape[-1]
            return ops.reshape(found, (*places, -1, outputs))

    class Upsampled(Convolution):
        """Upsampling by 2 and a convolution."""

        def call(self, maps: Any) -> Any:
            found = self.convolve(maps, self.phases(of_input=False))
            return self.activate(side_by_side(found, self.convolution.filters))

    class Pooled(Convolution):
        """A convolution and max pooling by 2, with the convolution's ReLU behind both."""

        def call(self, maps: Any) -> Any:
            filters = self.convolution.filters
            if maps.shape[-1] < FEW_CHANNELS:
                found = self.convolve(as_channels(maps), self.phases(of_input=True))
                own = [
                    found[..., first : first + filters]
                    for first in range(0, found.shape[-1], filters)
                ]
                return self.activate(largest(own))
            found = self.convolve(maps, self.kernel())
            sizes = found.shape[1:-1]
            split = [part for size in sizes for part in (size // 2, 2)]
            found = ops.reshape(found, (-1, *split, filters))
            for axis in reversed(range(len(sizes))):
                found = ops.maximum(*ops.unstack(found, 2, axis=2 + 2 * axis))
            return self.activate(found)

    def largest(parts: list[Any]) -> Any:
        while len(parts) > 1:
            parts = [ops.maximum(*parts[i : i + 2]) for i in range(0, len(parts), 2)]
        return parts[0]

    def as_channels(maps: Any) -> Any:
        """Samples two by two along each axis (n, ..., channels) as channels (n, ..., phases)."""
        *sizes, channels = maps.shape[1:]
        split = [part for size in sizes for part in (size // 2, 2)]
        maps = ops.reshape(maps, (-1, *split, channels))
        places, phases = range(1, 2 * len(sizes), 2), range(2, 2 * len(sizes) + 1, 2)
        maps = ops.transpose(maps, (0, *places, *phases, 2 * len(sizes) + 1))
        return ops.reshape(maps, (-1, *(size // 2 for size in sizes), 2 ** len(sizes) * channels))

    def side_by_side(maps: Any, channels: int) -> Any:
        """The inverse: phases (n, ..., phases x channels) as samples (n, ..., channels)."""
        sizes = maps.shape[1:-1]
        axes = len(sizes)
        maps = ops.reshape(maps, (-1, *sizes, *axes * [2], channels))
        order = [at for axis in range(axes) for at in (1 + axis, 1 + axes + axis)]
        maps = ops.transpose(maps, (0, *order, 2 * axes + 1))
        return ops.reshape(maps, (-1, *(2 * size for size in sizes), channels))

    return Upsampled, Pooled
