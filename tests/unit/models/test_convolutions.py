"""What is computed in another form, for a processor, is what TensorFlow's own operations give."""

import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from biospectra.models import convolutions
from biospectra.models.convolutions import convolve_and_pool, convolve_transposed

# A value that rounding takes past 0 or past another maximum has another slope: one makes 7 %.
CLOSE = {"float32": (1e-6, 1e-6), "bfloat16": (0.005, 0.1)}


def drawn(*shapes, dtype):
    random = np.random.default_rng(3)
    return [tf.cast(tf.constant(random.normal(size=shape)), dtype) for shape in shapes]


def found(function, values):
    """Return what a function gives, and the gradients of a sum of it to which each place adds."""
    with tf.GradientTape() as tape:
        tape.watch(values)
        made = function(*values)
        weights = tf.cast(1 + tf.cos(tf.range(tf.size(made), dtype="float32")), made.dtype)
        total = tf.reduce_sum(tf.reshape(made, [-1]) * weights)
    return [made, *tape.gradient(total, values)]


def assert_same(quick, plain, shapes, dtype):
    """Compare with float32 of the same numbers, by the root of the mean square."""
    values = drawn(*shapes, dtype=dtype)
    exact = found(plain, [tf.cast(value, "float32") for value in values])
    made = found(tf.function(quick), values)
    assert [one.shape for one in made] == [other.shape for other in exact]
    assert all(one.dtype == dtype for one in made)
    apart = [
        np.linalg.norm(tf.cast(one, "float32") - other) / np.linalg.norm(other)
        for one, other in zip(made, exact, strict=True)
    ]
    of_output, of_gradients = CLOSE[dtype]
    assert apart[0] < of_output
    assert max(apart[1:]) < of_gradients


POOLED = {  # maps, kernel, and what pools
    "images": ((2, 12, 8, 5), (3, 3, 5, 6), layers.MaxPooling2D(2)),
    "one channel": ((2, 12, 8, 1), (3, 3, 1, 6), layers.MaxPooling2D(2)),
    "an odd extent, wide kernel": ((2, 33, 9, 5), (5, 3, 5, 6), layers.MaxPooling2D(2)),
    "to the edge": ((2, 15, 9, 5), (3, 3, 5, 6), layers.MaxPooling2D(3, 2, padding="same")),
    "an even kernel": ((2, 12, 8, 5), (4, 2, 5, 6), layers.MaxPooling2D((1, 2))),
    "samples": ((3, 20, 5), (9, 5, 6), layers.MaxPooling1D(2)),
    "valid": ((2, 14, 9, 5), (3, 3, 5, 6), layers.MaxPooling2D(2)),
    "valid samples": ((3, 20, 5), (9, 5, 6), layers.MaxPooling1D(4)),
}


@pytest.mark.parametrize("dtype", CLOSE)
@pytest.mark.parametrize("which", POOLED)
def test_a_convolution_with_its_pooling(which, dtype, monkeypatch):
    monkeypatch.setattr(convolutions, "STRIPE", 64)
    maps, kernel, pooling = POOLED[which]
    padding = "valid" if "valid" in which else "same"

    def plain(maps, kernel, bias):
        return pooling(tf.nn.relu(tf.nn.convolution(maps, kernel, padding=padding.upper()) + bias))

    def quick(maps, kernel, bias):
        return convolve_and_pool(maps, kernel, bias, pooling, padding=padding)

    assert_same(quick, plain, (maps, kernel, kernel[-1:]), dtype)


TRANSPOSED = {  # maps and kernel
    "images": ((2, 12, 4, 5), (4, 4, 6, 5)),
    "an odd extent, wide kernel": ((2, 21, 3, 5), (6, 6, 6, 5)),
    "to grey": ((2, 12, 4, 5), (4, 4, 1, 5)),
    "to colours, wide kernel": ((2, 9, 4, 5), (6, 4, 3, 5)),
    "samples": ((3, 20, 5), (10, 6, 5)),
    "to samples": ((3, 20, 5), (10, 1, 5)),
    "to samples, short kernel": ((3, 20, 5), (4, 1, 5)),
}


@pytest.mark.parametrize("dtype", CLOSE)
@pytest.mark.parametrize("rectified", [True, False])
@pytest.mark.parametrize("which", TRANSPOSED)
def test_a_transposed_convolution(which, rectified, dtype, monkeypatch):
    monkeypatch.setattr(convolutions, "STRIPE", 64)
    maps, kernel = TRANSPOSED[which]

    def plain(maps, kernel, bias):
        extent = [2 * along for along in maps.shape[1:-1]]
        shape = (maps.shape[0], *extent, kernel.shape[-2])
        made = tf.nn.conv_transpose(maps, kernel, shape, 2, "SAME") + bias
        return tf.nn.relu(made) if rectified else made

    def quick(maps, kernel, bias):
        return convolve_transposed(maps, kernel, bias, rectified=rectified)

    assert_same(quick, plain, (maps, kernel, kernel[-2:-1]), dtype)


def test_only_large_maps_are_taken_in_stripes():
    def rows(*shape, dtype="float32", reach=3, stride=1):
        return convolutions._rows_of_a_stripe(tf.zeros((1, *shape), dtype), reach, stride)

    assert rows(240, 320, 64) == 6
    assert rows(240, 320, 64, dtype="bfloat16") == 12
    assert rows(240, 320, 64, reach=4, stride=2) == 8
    assert rows(240, 320, 64, dtype="bfloat16", reach=4, stride=2) == 12
    assert rows(30, 40, 64) == 30
    assert rows(480, 640, 1) == 480
    assert rows(241, 320, 64) == 241  # a prime number
