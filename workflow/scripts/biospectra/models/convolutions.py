"""Convolutions of TensorFlow, and what stands beside each, in a form quick on a processor.

Outputs and gradients are those of the layers one after another, to the rounding of the precision:

- The gradient of a bias, a sum over all places, is taken by average pooling, row by row, and behind
  max pooling, which passes each slope on to one place: a sum of TensorFlow's takes six times as
  long. ReLU's is taken there too.
- The gradient of a kernel is taken of maps in stripes that stay in the processor's cache, and of
  the taps that reach from one stripe into the next by themselves.
- A transposed convolution to few channels is a convolution to its phases, which are then
  interleaved; a bias and ReLU behind one are added in one pass.
"""

from __future__ import annotations

from typing import Any

STRIPE = 1 << 19  # bytes of one: half of what the cache of a processor's core often holds
NARROW_CHANNELS = 4  # at most, with which most of a vector unit is idle


def convolve_and_pool(
    maps: Any, kernel: Any, bias: Any, pooling: Any, *, padding: str = "same"
) -> Any:
    """Convolve, add a bias, rectify, and take the maximum.

    Parameters
    ----------
    maps : tf.Tensor, (n_segments, height, width, n_channels) or (n_segments, n_samples, n_channels)
    kernel : tf.Tensor, (rows, columns, n_channels, n_filters) or (samples, n_channels, n_filters)
    bias : tf.Tensor, (n_filters,)
    pooling : keras.layers.MaxPooling1D or keras.layers.MaxPooling2D
    padding : {"same", "valid"}
        Whether the kernel's edges reach into zeros.

    Returns
    -------
    tf.Tensor
        The pooled maps.
    """
    import tensorflow as tf

    if len(maps.shape) == 3:
        found = convolve_and_pool(
            tf.expand_dims(maps, 1), tf.expand_dims(kernel, 0), bias, pooling, padding=padding
        )
        return tf.squeeze(found, 1)
    window = {
        "ksize": [*[1, 1, *pooling.pool_size][-3:], 1],
        "strides": [*[1, 1, *pooling.strides][-3:], 1],
        "padding": pooling.padding.upper(),
    }

    @tf.custom_gradient
    def pooled(maps: Any, kernel: Any, bias: Any) -> tuple[Any, Any]:
        found = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(maps, kernel, 1, padding.upper()), bias))
        most = tf.nn.max_pool2d(found, **window)

        def slopes(slope: Any) -> tuple[Any, Any, Any]:
            slope = tf.raw_ops.ReluGrad(gradients=slope, features=most)
            of_bias = _sum_of_places(slope)
            slope = tf.raw_ops.MaxPoolGrad(orig_input=found, orig_output=most, grad=slope, **window)
            of_maps = tf.raw_ops.Conv2DBackpropInput(
                input_sizes=tf.shape(maps),
                filter=kernel,
                out_backprop=slope,
                strides=[1] * 4,
                padding=padding.upper(),
            )
            return of_maps, _of_kernel(maps, slope, kernel.shape[:2], (1, 1), padding), of_bias

        return most, slopes

    return pooled(maps, kernel, bias)


def convolve_transposed(maps: Any, kernel: Any, bias: Any, *, rectified: bool) -> Any:
    """Make maps twice as large by a transposed convolution of stride 2, and add a bias.

    Parameters
    ----------
    maps : tf.Tensor, (n_segments, height, width, n_channels) or (n_segments, n_samples, n_channels)
    kernel : tf.Tensor, (rows, columns, n_filters, n_channels) or (samples, n_filters, n_channels)
        An even number of rows and columns.
    bias : tf.Tensor, (n_filters,)
    rectified : bool
        Whether ReLU follows.

    Returns
    -------
    tf.Tensor, (n_segments, 2 * height, 2 * width, n_filters)
        Or (n_segments, 2 * n_samples, n_filters).
    """
    import tensorflow as tf

    stride = (2, 2)
    if flat := len(maps.shape) == 3:
        maps, kernel, stride = tf.expand_dims(maps, 1), tf.expand_dims(kernel, 0), (1, 2)
    count = kernel.shape[2]

    @tf.custom_gradient
    def transposed(maps: Any, kernel: Any, bias: Any) -> tuple[Any, Any]:
        if count <= NARROW_CHANNELS:
            found = _by_phases(maps, kernel, stride)
        else:
            extent = [along * s for along, s in zip(maps.shape[1:3], stride, strict=True)]
            shape = tf.stack([tf.shape(maps)[0], *extent, count])
            found = tf.nn.conv2d_transpose(maps, kernel, shape, [1, *stride, 1], "SAME")
        found = _add_and_rectify(found, bias) if rectified else tf.nn.bias_add(found, bias)

        def slopes(slope: Any) -> tuple[Any, Any, Any]:
            if rectified:
                slope = tf.raw_ops.ReluGrad(gradients=slope, features=found)
            of_maps = tf.nn.conv2d(slope, kernel, [1, *stride, 1], "SAME")
            of_kernel = _of_kernel(slope, maps, kernel.shape[:2], stride)
            return of_maps, of_kernel, _sum_of_places(slope)

        return found, slopes

    found = transposed(maps, kernel, bias)
    return tf.squeeze(found, 1) if flat else found


def _add_and_rectify(maps: Any, bias: Any) -> Any:
    """Add a bias and rectify in one pass, as a normalisation by a mean of 0 and a variance of 1."""
    import tensorflow as tf

    ones, zeros = tf.ones(bias.shape), tf.zeros(bias.shape)
    same = tf.raw_ops.FusedBatchNormV3(
        x=maps,
        scale=ones,
        offset=tf.cast(bias, "float32"),
        mean=zeros,
        variance=ones,
        epsilon=0.0,
        is_training=False,
    )
    return tf.nn.relu(same.y)


def _by_phases(maps: Any, kernel: Any, stride: tuple[int, int]) -> Any:
    """Return a transposed convolution as a plain one to its phases, interleaved.

    The value at stride * i + phase takes of the kernel every stride-th tap.
    """
    import tensorflow as tf

    taps = [size // s for size, s in zip(kernel.shape[:2], stride, strict=True)]
    # Of each axis and phase its first tap, and by how many places it starts behind phase 0.
    first, start = (
        [
            [
                (phase + m - 1) % s if of_taps else (phase + m - 1) // s - (m - 1) // s
                for phase in range(s)
            ]
            for m, s in zip(taps, stride, strict=True)
        ]
        for of_taps in (True, False)
    )
    kernels = [kernel[p :: stride[0], q :: stride[1]] for p in first[0] for q in first[1]]
    kernels = [tf.transpose(one[::-1, ::-1], (0, 1, 3, 2)) for one in kernels]
    beside = [[m // 2] * 2 for m in taps]
    found = tf.nn.conv2d(maps, tf.concat(kernels, 3), 1, [[0, 0], *beside, [0, 0]])
    height, width = maps.shape[1:3]
    parts = iter(tf.split(found, len(kernels), 3))
    rows = [
        tf.stack([next(parts)[:, i : i + height, j : j + width] for j in start[1]], 3)
        for i in start[0]
    ]
    count = kernel.shape[2]
    return tf.reshape(tf.stack(rows, 2), (-1, height * stride[0], width * stride[1], count))


def _sum_of_places(slope: Any) -> Any:
    """Return the sum of maps over all but their channels."""
    import tensorflow as tf

    width = slope.shape[2]
    means = tf.nn.avg_pool2d(slope, (1, width), (1, width), "VALID")
    return tf.cast(tf.reduce_sum(tf.cast(means, "float32"), (0, 1, 2)) * width, slope.dtype)


def _of_kernel(
    maps: Any,
    slope: Any,
    size: tuple[int, int],
    stride: tuple[int, int],
    padding: str = "same",
) -> Any:
    """Return the gradient of a convolution's kernel.

    Parameters
    ----------
    maps : tf.Tensor, (n_segments, height, width, n_channels)
        What is convolved.
    slope : tf.Tensor, (n_segments, height / stride, width / stride, n_filters)
        The gradient of what it gives.
    size : tuple of int
        Rows and columns of the kernel.
    stride : tuple of int
        Of rows and columns; these divide height and width.
    padding : {"same", "valid"}
        Whether the kernel's edges reach into zeros.

    Returns
    -------
    tf.Tensor, (rows, columns, n_channels, n_filters)
    """
    import tensorflow as tf

    (height, width, n_channels), n_filters = maps.shape[1:], slope.shape[3]

    def gradient(maps: Any, slope: Any, rows: int) -> Any:
        return tf.raw_ops.Conv2DBackpropFilter(
            input=maps,
            filter_sizes=(rows, size[1], n_channels, n_filters),
            out_backprop=slope,
            strides=[1, *stride, 1],
            padding=padding.upper(),
        )

    high = height if padding == "valid" else _rows_of_a_stripe(maps, size[0], stride[0])
    if high == height:
        return gradient(maps, slope, size[0])
    low = high // stride[0]
    of_maps = tf.reshape(maps, (-1, height // high, high, width, n_channels))
    of_slope = tf.reshape(slope, (-1, height // high, low, width // stride[1], n_filters))

    def by_row(rows: Any) -> Any:
        return tf.reshape(rows, (-1, 1, *rows.shape[2:]))

    stripes = gradient(
        tf.reshape(maps, (-1, high, width, n_channels)),
        tf.reshape(slope, (-1, low, width // stride[1], n_filters)),
        size[0],
    )
    before = max(size[0] - stride[0], 0) // 2
    taps = []
    for tap in range(size[0]):
        across = [tf.zeros(stripes.shape[1:], "float32")]
        for i in range(low):
            row = stride[0] * i + tap - before
            if row < 0:
                rows, theirs = of_maps[:, :-1, row + high], of_slope[:, 1:, i]
            elif row >= high:
                rows, theirs = of_maps[:, 1:, row - high], of_slope[:, :-1, i]
            else:
                continue
            across.append(tf.cast(gradient(by_row(rows), by_row(theirs), 1)[0], "float32"))
        taps.append(tf.add_n(across))
    return tf.cast(tf.cast(stripes, "float32") + tf.stack(taps), slope.dtype)


def _rows_of_a_stripe(maps: Any, reach: int, stride: int) -> int:
    """Return of how many rows a kernel's gradient is taken at once: all, where they are few."""
    height, width, n_channels = maps.shape[1:]
    a_row = width * n_channels * maps.dtype.size
    if height * a_row <= 2 * STRIPE or n_channels <= NARROW_CHANNELS:
        return height
    least = max(STRIPE // a_row, 2 * reach)
    fit = (rows for rows in range(least, height) if height % rows == rows % stride == 0)
    return next(fit, height)
