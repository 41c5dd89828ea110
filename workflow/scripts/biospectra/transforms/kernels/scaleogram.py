"""The inner loops of ``Scaleogram``: multiply and fold, transform back, finish the pixels.

Sampling the inverse Fourier transform of a product (spectrum of the signal times spectrum of the
wavelet) at ``points`` evenly spaced times is the same as folding the product modulo ``points``
and transforming that: exact, whether or not the wavelet's band fits into ``points`` bins. Sixteen
scales go side by side, one a lane.
"""

import numpy as np

from biospectra.transforms.kernels.compiled import jit
from biospectra.transforms.kernels.fft import POINT, run
from biospectra.transforms.kernels.simd import (
    LANES,
    larger,
    levels,
    load,
    pack,
    spread,
    square_root,
    store,
    transpose,
)

MEAN, MAXIMUM = 1, 2
EVEN, ODD, COMPLEX = 0, 1, 2
PACKED = 4 * LANES


@jit
def fold(spectrum, weights, first, last, points, buffer):
    """Fold the conjugate of spectrum times weights modulo ``points`` into a transform's buffer.

    Parameters
    ----------
    spectrum : ndarray, (2 * bins,), float32
        Real and imaginary parts of bins 0, 1, ... of one window's spectrum; bin -k is the
        conjugate of bin k.
    weights : ndarray, ((last - first) * 16,), float32
        Real weights of bins ``first`` to ``last - 1`` for sixteen scales.
    first, last : int
        Of the bins; ``first`` may be negative.
    points : int
    buffer : ndarray, (points * 32,), float32
    """
    begin = first + (-first) % points
    for m in range(points):
        re, im = spread(np.float32(0)), spread(np.float32(0))
        k = begin + m
        if k >= first + points:
            k -= points
        while k < last and k < 0:
            weight = load(weights, (k - first) * LANES)
            re += spectrum[-2 * k] * weight
            im += spectrum[-2 * k + 1] * weight
            k += points
        while k < last:
            weight = load(weights, (k - first) * LANES)
            re += spectrum[2 * k] * weight
            im -= spectrum[2 * k + 1] * weight
            k += points
        store(buffer, m * POINT, re)
        store(buffer, m * POINT + LANES, im)


@jit
def forward(windows, at, length, tables, turn, out):
    """Write the spectra of windows, turned; 32 windows at a time.

    Sixteen windows go side by side, one a lane, and sixteen more as their imaginary part.

    Parameters
    ----------
    windows : ndarray, (n, samples), float32
    at, length : int
        What is transformed of each window.
    tables : tuple
        ``fft_plan.tables(length)``.
    turn : ndarray, (bins, 2), float32
        What each bin is multiplied by, halved.
    out : ndarray, (n rounded up to 32, 2 * bins), float32
        Bins are a multiple of 8.
    """
    count, bins = windows.shape[0], turn.shape[0]
    rounded = (length + LANES - 1) // LANES * LANES
    signal = np.zeros(2 * LANES * rounded, np.float32)
    x = np.empty(max(tables[0], rounded) * POINT, np.float32)
    y = np.empty(max(tables[0], rounded) * POINT, np.float32)
    tile = np.empty(2 * LANES * LANES, np.float32)
    flat = out.ravel()
    for first in range(0, count, 2 * LANES):
        for i in range(min(2 * LANES, count - first)):
            signal[i * rounded : i * rounded + length] = windows[first + i, at : at + length]
        for t in range(0, rounded, LANES):
            transpose(signal, t, rounded, x, t * POINT, POINT)
            transpose(signal, LANES * rounded + t, rounded, x, t * POINT + LANES, POINT)
        z = run(x, y, length, tables)
        for start in range(0, bins, LANES // 2):
            for i in range(LANES // 2):
                k = start + i
                other = length - k if k > 0 else 0
                ar, ai = load(z, k * POINT), load(z, k * POINT + LANES)
                br, bi = load(z, other * POINT), load(z, other * POINT + LANES)
                c, s = turn[k, 0], turn[k, 1]
                re, im = ar + br, ai - bi
                store(tile, 2 * i * LANES, re * c - im * s)
                store(tile, (2 * i + 1) * LANES, re * s + im * c)
                re, im = ai + bi, br - ar
                store(tile, (LANES + 2 * i) * LANES, re * c - im * s)
                store(tile, (LANES + 2 * i + 1) * LANES, re * s + im * c)
            place = first * 2 * bins + 2 * start
            transpose(tile, 0, LANES, flat, place, 2 * bins)
            transpose(tile, LANES * LANES, LANES, flat, place + LANES * 2 * bins, 2 * bins)


@jit
def _power(buffer, column, kind):
    """Squared magnitude of one point."""
    re = load(buffer, column * POINT)
    im = load(buffer, column * POINT + LANES)
    if kind == COMPLEX:
        return re * re + im * im
    if kind == ODD:
        return im * im
    return re * re


@jit
def _pooled(buffer, column, kind, oversample, pooling):
    """Squared pixel: of the point, or of the mean or maximum over its interval."""
    at = column * oversample
    if pooling == MAXIMUM:
        power = _power(buffer, at, kind)
        for i in range(1, oversample):
            power = larger(power, _power(buffer, at + i, kind))
        return power
    if pooling == MEAN:
        total = square_root(_power(buffer, at, kind))
        for i in range(1, oversample):
            total += square_root(_power(buffer, at + i, kind))
        total = total * np.float32(1.0 / oversample)
        return total * total
    return _power(buffer, at, kind)


@jit
def block(spectra, weights, first, last, points, tables, setting, gain, out, item, row):
    """Write sixteen rows of every image.

    Parameters
    ----------
    spectra : ndarray, (n, 2 * bins), float32
        Of each window, turned so that point 0 is the first pixel's first time.
    weights, first, last, points : ndarray, int, int, int
        See ``fold``.
    tables : tuple
        ``fft_plan.tables(points)``.
    setting : (int, int, int)
        Whether the wavelet is real and even (0), real and odd (1) or complex (2); points to a
        pixel; pooling (0 none, 1 mean, 2 maximum).
    gain : (float32, float32)
        Levels are ``gain[0] log2(power) + gain[1]``; for magnitudes unused.
    out : ndarray, (n, height, width * item), uint8
        Bytes of the pixels: float32 magnitudes (item 4) or levels (item 1). (One type for both
        halves the time to compile.)
    item : int
    row : int
        First row.
    """
    kind, oversample, pooling = setting
    height, width = out.shape[1], out.shape[2] // item
    rows = min(LANES, height - row)
    x = np.empty(tables[0] * POINT, np.float32)
    y = np.empty(tables[0] * POINT, np.float32)
    pitch = (width + PACKED - 1) // PACKED * PACKED * item
    tile = np.zeros(LANES * LANES, np.float32)
    lines = np.empty(LANES * pitch, np.uint8)
    for n in range(out.shape[0]):
        fold(spectra[n], weights, first, last, points, x)
        z = run(x, y, points, tables)
        if item == 1:
            for start in range(0, width, PACKED):
                for i in range(LANES):
                    j = start + 4 * i
                    if j < width:
                        _four(z, j, width, kind, oversample, pooling, gain, tile, i * LANES)
                transpose(tile, 0, LANES, lines, start, pitch)
        else:
            for start in range(0, width, LANES):
                for i in range(min(LANES, width - start)):
                    power = _pooled(z, start + i, kind, oversample, pooling)
                    store(tile, i * LANES, square_root(power))
                transpose(tile, 0, LANES, lines, start * item, pitch)
        for i in range(rows):
            line = out[n, row + i]
            for j in range(width * item):
                line[j] = lines[i * pitch + j]


@jit
def _four(z, j, width, kind, oversample, pooling, gain, tile, at):
    """Levels of four columns from j, packed into one element of the tile."""
    last = width - 1
    a = levels(_pooled(z, j, kind, oversample, pooling), gain[0], gain[1])
    b = levels(_pooled(z, min(j + 1, last), kind, oversample, pooling), gain[0], gain[1])
    c = levels(_pooled(z, min(j + 2, last), kind, oversample, pooling), gain[0], gain[1])
    d = levels(_pooled(z, min(j + 3, last), kind, oversample, pooling), gain[0], gain[1])
    store(tile, at, pack(a, b, c, d))
