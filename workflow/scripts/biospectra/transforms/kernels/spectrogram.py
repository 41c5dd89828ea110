"""The inner loops of ``Spectrogram``: taper, transform, finish the pixels.

Sixteen columns go side by side, one a lane; and sixteen more as their imaginary part, since two
real signals share one complex transform. A taper shorter than the transform fills it with zeros:
its first pass then only turns each sample, and is one with the taper.
"""

import numpy as np

from biospectra.transforms.kernels.compiled import jit
from biospectra.transforms.kernels.fft import POINT, transform
from biospectra.transforms.kernels.simd import (
    LANES,
    load,
    spread,
    square_root,
    store,
    store_levels,
    transpose,
)

AMPLITUDE, DENSITY, LEVELS = 0, 1, 2
COLUMNS_AT_ONCE = 2 * LANES


@jit
def images(windows, first, hop, turns, fold, plan, bins, gain, kind, level, out):
    """Make spectrograms of windows.

    Parameters
    ----------
    windows : ndarray, (n, length), float32
    first, hop : int
        Start of column 0's frame in a window, and from one frame to the next.
    turns : ndarray, (taper, spread, 2), float32
        Taper times the twiddle factors of the first pass, which makes one sample ``spread``
        points.
    fold : int
        Length of the transform. A longer taper is folded onto it.
    plan : (int, ndarray, ndarray)
        Size, radices and twiddle factors of the passes that are left.
    bins : ndarray, (height,), int64
        Bin of each row.
    gain : ndarray, (height,), float32
        What a row's squared magnitude is multiplied by.
    kind : int
        What a pixel is: the square root (0), the power itself (1) or its level (2).
    level : (float32, float32)
        Levels are ``level[0] log2(power) + level[1]``.
    out : ndarray, (n, height * width * item), uint8
        Bytes of the pixels: float32, or the levels themselves. (One type for both halves the time
        to compile.)
    """
    taper, ways = turns.shape[:2]
    size, factors, twiddles = plan
    height = bins.size
    width = out.shape[1] // height // (1 if kind == LEVELS else 4)
    padded = (width + COLUMNS_AT_ONCE - 1) // COLUMNS_AT_ONCE * COLUMNS_AT_ONCE
    rounded = (taper + LANES - 1) // LANES * LANES
    signal = np.zeros(padded * hop + rounded, np.float32)
    frame = np.empty(rounded * POINT, np.float32)
    x = np.empty(fold * POINT, np.float32)
    y = np.empty(fold * POINT, np.float32)
    used = min(signal.size, windows.shape[1] - first)
    for n in range(windows.shape[0]):
        signal[:used] = windows[n, first : first + used]
        for column in range(0, width, COLUMNS_AT_ONCE):
            for t in range(0, rounded, LANES):
                at = column * hop + t
                transpose(signal, at, hop, frame, t * POINT, POINT)
                transpose(signal, at + LANES * hop, hop, frame, t * POINT + LANES, POINT)
            _spread(frame, turns, taper, ways, fold, size, x)
            z = transform(x, y, size, ways, factors, twiddles)
            _finish(z, fold, bins, gain, kind, level, out[n], width, column)


@jit
def _spread(frame, turns, taper, ways, fold, size, x):
    """Taper, and the pass in which only one point of each butterfly is not zero."""
    zero = spread(np.float32(0))
    for p in range(size):
        if p >= taper:
            for k in range(ways * p, ways * (p + 1)):
                store(x, k * POINT, zero)
                store(x, k * POINT + LANES, zero)
        elif ways == 1:
            re, im = zero, zero
            for t in range(p, taper, fold):
                re += turns[t, 0, 0] * load(frame, t * POINT)
                im += turns[t, 0, 0] * load(frame, t * POINT + LANES)
            store(x, p * POINT, re)
            store(x, p * POINT + LANES, im)
        else:
            re, im = load(frame, p * POINT), load(frame, p * POINT + LANES)
            for k in range(ways):
                c, s = turns[p, k, 0], turns[p, k, 1]
                store(x, (ways * p + k) * POINT, re * c - im * s)
                store(x, (ways * p + k) * POINT + LANES, re * s + im * c)


@jit
def _finish(z, fold, bins, gain, kind, level, out, width, column):
    """Part the two halves, and write their pixels."""
    for row in range(bins.size):
        k = bins[row]
        other = fold - k if k > 0 else 0
        ar, ai = load(z, k * POINT), load(z, k * POINT + LANES)
        br, bi = load(z, other * POINT), load(z, other * POINT + LANES)
        re, im = ar + br, ai - bi
        write((re * re + im * im) * gain[row], kind, level, out, row, width, column)
        if column + LANES < width:
            re, im = ar - br, ai + bi
            power = (re * re + im * im) * gain[row]
            write(power, kind, level, out, row, width, column + LANES)


@jit
def write(power, kind, level, out, row, width, column):
    """Write sixteen pixels, or as many as the row still holds.

    Parameters
    ----------
    power : Lanes
        Squared magnitudes.
    kind, level, out : int, (float32, float32), ndarray
        As for ``images``, ``out`` being one image.
    row, width, column : int
        Where the first of them is, and columns of the image.
    """
    item = 1 if kind == LEVELS else 4
    at = (row * width + column) * item
    if column + LANES <= width:
        _put(power, kind, level, out, at)
    else:
        some = np.empty(LANES * 4, np.uint8)
        _put(power, kind, level, some, 0)
        for i in range((width - column) * item):
            out[at + i] = some[i]


@jit
def _put(power, kind, level, out, at):
    """Sixteen pixels from a byte on."""
    if kind == LEVELS:
        store_levels(out, at, power, level[0], level[1])
    elif kind == AMPLITUDE:
        store(out, at, square_root(power))
    else:
        store(out, at, power)


@jit
def finish(re, im, gain, kind, level, out, width):
    """Write the pixels of a transform that is done.

    Parameters
    ----------
    re, im : ndarray, (height, width padded to a multiple of 16), float32
        Its real and imaginary parts.
    gain, kind, level, out : ndarray, int, (float32, float32), ndarray
        As for ``images``, ``out`` being one image.
    width : int
        Columns of the image.
    """
    for row in range(re.shape[0]):
        for column in range(0, width, LANES):
            a, b = load(re[row], column), load(im[row], column)
            write((a * a + b * b) * gain[row], kind, level, out, row, width, column)
