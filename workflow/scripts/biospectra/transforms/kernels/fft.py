"""Sixteen Fourier transforms at once, one a lane.

Stockham's self-sorting algorithm (radices 2, 3, 4, 5, 8, others by definition). A buffer is flat
float32, ``POINT`` = 32 elements a point: its real parts in all lanes, then its imaginary parts.
Tables come from ``fft_plan``.
"""

import numpy as np

from biospectra.transforms.kernels.compiled import jit
from biospectra.transforms.kernels.simd import LANES, load, store

POINT = 2 * LANES
SINE_60 = np.float32(np.sqrt(3) / 2)
HALF_ROOT = np.float32(np.sqrt(0.5))
C1, C2 = np.float32(np.cos(2 * np.pi / 5)), np.float32(np.cos(4 * np.pi / 5))
S1, S2 = np.float32(np.sin(2 * np.pi / 5)), np.float32(np.sin(4 * np.pi / 5))
HALF = np.float32(0.5)


@jit
def run(x, y, size, tables):
    """Transform a buffer forward, for any size.

    Parameters
    ----------
    x, y : ndarray, (length * 32,), float32
        The buffer, and one to work in; both are overwritten.
    size : int
        Points of the transform.
    tables : tuple
        ``fft_plan.tables(size)``.

    Returns
    -------
    ndarray
        The one of x and y that holds the transform.
    """
    length, factors, twiddles, chirp, response = tables
    if chirp.shape[0] == 0:
        return transform(x, y, size, 1, factors, twiddles)
    _turn(x, chirp, size, np.float32(1), np.float32(1))
    x[size * POINT : length * POINT] = np.float32(0)
    z = transform(x, y, length, 1, factors, twiddles)
    # The way back is the way forth of the conjugate.
    _turn(z, response, length, np.float32(1), np.float32(-1))
    if factors.size % 2 == 1:
        z = transform(y, x, length, 1, factors, twiddles)
    else:
        z = transform(x, y, length, 1, factors, twiddles)
    _turn(z, chirp, size, np.float32(-1), np.float32(1))
    return z


@jit
def _turn(z, table, count, before, after):
    """Multiply points by a table; -1 conjugates them before or after."""
    for k in range(count):
        c, s = table[k, 0], table[k, 1]
        re, im = load(z, k * POINT), before * load(z, k * POINT + LANES)
        store(z, k * POINT, re * c - im * s)
        store(z, k * POINT + LANES, after * (re * s + im * c))


@jit
def transform(x, y, size, stride, factors, twiddles):
    """Transform a buffer forward, for a size without large prime factors.

    Parameters
    ----------
    x, y : ndarray, (stride * size * 32,), float32
        The buffer, and one to work in; both are overwritten.
    size : int
        Points of the transform.
    stride : int
        1, or as many transforms of ``size`` points are done, point by point beside each other: a
        longer transform whose first passes are done.
    factors, twiddles : ndarray
        ``fft_plan.passes(size)``.

    Returns
    -------
    ndarray
        The one of x and y that holds the transform.
    """
    n, at = size, 0
    for radix in factors:
        m = n // radix
        if radix == 8:
            _pass8(x, y, m, stride, twiddles, at)
        elif radix == 4:
            _pass4(x, y, m, stride, twiddles, at)
        elif radix == 5:
            _pass5(x, y, m, stride, twiddles, at)
        elif radix == 3:
            _pass3(x, y, m, stride, twiddles, at)
        elif radix == 2:
            _pass2(x, y, m, stride, twiddles, at)
        else:
            _pass_any(x, y, m, stride, twiddles, at, radix)
            at += 2 * radix
        at += 2 * m * (radix - 1)
        n, stride = m, stride * radix
        x, y = y, x
    return x


@jit
def _put(y, at, re, im, w, t):
    """Write (re + i im) times the twiddle factor at t."""
    c, s = w[t], w[t + 1]
    store(y, at, re * c - im * s)
    store(y, at + LANES, re * s + im * c)


@jit
def _pass2(x, y, m, stride, w, t):
    hop, out = stride * m * POINT, stride * POINT
    for p in range(m):
        for q in range(stride):
            i, o = (q + stride * p) * POINT, (q + stride * 2 * p) * POINT
            ar, ai = load(x, i), load(x, i + LANES)
            br, bi = load(x, i + hop), load(x, i + hop + LANES)
            store(y, o, ar + br)
            store(y, o + LANES, ai + bi)
            _put(y, o + out, ar - br, ai - bi, w, t)
        t += 2


@jit
def _pass3(x, y, m, stride, w, t):
    hop, out = stride * m * POINT, stride * POINT
    for p in range(m):
        for q in range(stride):
            i, o = (q + stride * p) * POINT, (q + stride * 3 * p) * POINT
            ar, ai = load(x, i), load(x, i + LANES)
            br, bi = load(x, i + hop), load(x, i + hop + LANES)
            cr, ci = load(x, i + 2 * hop), load(x, i + 2 * hop + LANES)
            sr, si = br + cr, bi + ci
            dr, di = SINE_60 * (bi - ci), SINE_60 * (cr - br)
            store(y, o, ar + sr)
            store(y, o + LANES, ai + si)
            er, ei = ar - HALF * sr, ai - HALF * si
            _put(y, o + out, er + dr, ei + di, w, t)
            _put(y, o + 2 * out, er - dr, ei - di, w, t + 2)
        t += 4


@jit
def _pass4(x, y, m, stride, w, t):
    hop, out = stride * m * POINT, stride * POINT
    for p in range(m):
        for q in range(stride):
            i, o = (q + stride * p) * POINT, (q + stride * 4 * p) * POINT
            ar, ai = load(x, i), load(x, i + LANES)
            br, bi = load(x, i + hop), load(x, i + hop + LANES)
            cr, ci = load(x, i + 2 * hop), load(x, i + 2 * hop + LANES)
            dr, di = load(x, i + 3 * hop), load(x, i + 3 * hop + LANES)
            er, ei, fr, fi = ar + cr, ai + ci, ar - cr, ai - ci
            gr, gi, hr, hi = br + dr, bi + di, bi - di, dr - br
            store(y, o, er + gr)
            store(y, o + LANES, ei + gi)
            if p == 0:
                store(y, o + out, fr + hr)
                store(y, o + out + LANES, fi + hi)
                store(y, o + 2 * out, er - gr)
                store(y, o + 2 * out + LANES, ei - gi)
                store(y, o + 3 * out, fr - hr)
                store(y, o + 3 * out + LANES, fi - hi)
            else:
                _put(y, o + out, fr + hr, fi + hi, w, t)
                _put(y, o + 2 * out, er - gr, ei - gi, w, t + 2)
                _put(y, o + 3 * out, fr - hr, fi - hi, w, t + 4)
        t += 6


@jit
def _pass5(x, y, m, stride, w, t):
    hop, out = stride * m * POINT, stride * POINT
    for p in range(m):
        for q in range(stride):
            i, o = (q + stride * p) * POINT, (q + stride * 5 * p) * POINT
            ar, ai = load(x, i), load(x, i + LANES)
            br, bi = load(x, i + hop), load(x, i + hop + LANES)
            cr, ci = load(x, i + 2 * hop), load(x, i + 2 * hop + LANES)
            dr, di = load(x, i + 3 * hop), load(x, i + 3 * hop + LANES)
            er, ei = load(x, i + 4 * hop), load(x, i + 4 * hop + LANES)
            pr, pi, qr, qi = br + er, bi + ei, cr + dr, ci + di
            # Differences, already times -i.
            ur, ui, vr, vi = bi - ei, er - br, ci - di, dr - cr
            store(y, o, ar + pr + qr)
            store(y, o + LANES, ai + pi + qi)
            gr, gi = ar + C1 * pr + C2 * qr, ai + C1 * pi + C2 * qi
            hr, hi = S1 * ur + S2 * vr, S1 * ui + S2 * vi
            _put(y, o + out, gr + hr, gi + hi, w, t)
            _put(y, o + 4 * out, gr - hr, gi - hi, w, t + 6)
            gr, gi = ar + C2 * pr + C1 * qr, ai + C2 * pi + C1 * qi
            hr, hi = S2 * ur - S1 * vr, S2 * ui - S1 * vi
            _put(y, o + 2 * out, gr + hr, gi + hi, w, t + 2)
            _put(y, o + 3 * out, gr - hr, gi - hi, w, t + 4)
        t += 8


@jit
def _pass8(x, y, m, stride, w, t):
    hop, out = stride * m * POINT, stride * POINT
    for p in range(m):
        for q in range(stride):
            i, o = (q + stride * p) * POINT, (q + stride * 8 * p) * POINT
            ar, ai, er, ei = _two(x, i, i + 4 * hop)
            br, bi, fr, fi = _two(x, i + hop, i + 5 * hop)
            cr, ci, gr, gi = _two(x, i + 2 * hop, i + 6 * hop)
            dr, di, hr, hi = _two(x, i + 3 * hop, i + 7 * hop)
            # Even outputs: a transform of four of the sums.
            sr, si, ur, ui = ar + cr, ai + ci, ar - cr, ai - ci
            tr, ti, vr, vi = br + dr, bi + di, bi - di, dr - br
            store(y, o, sr + tr)
            store(y, o + LANES, si + ti)
            _put(y, o + 2 * out, ur + vr, ui + vi, w, t + 2)
            _put(y, o + 4 * out, sr - tr, si - ti, w, t + 6)
            _put(y, o + 6 * out, ur - vr, ui - vi, w, t + 10)
            # Odd outputs: the differences, turned by eighths of a circle.
            fr, fi = HALF_ROOT * (fr + fi), HALF_ROOT * (fi - fr)
            gr, gi = gi, np.float32(0) - gr
            hr, hi = HALF_ROOT * (hi - hr), np.float32(0) - HALF_ROOT * (hr + hi)
            sr, si, ur, ui = er + gr, ei + gi, er - gr, ei - gi
            tr, ti, vr, vi = fr + hr, fi + hi, fi - hi, hr - fr
            _put(y, o + out, sr + tr, si + ti, w, t)
            _put(y, o + 3 * out, ur + vr, ui + vi, w, t + 4)
            _put(y, o + 5 * out, sr - tr, si - ti, w, t + 8)
            _put(y, o + 7 * out, ur - vr, ui - vi, w, t + 12)
        t += 14


@jit
def _two(x, i, j):
    """Sum and difference of the points at i and j."""
    ar, ai, br, bi = load(x, i), load(x, i + LANES), load(x, j), load(x, j + LANES)
    return ar + br, ai + bi, ar - br, ai - bi


@jit
def _pass_any(x, y, m, stride, w, t, radix):
    hop, out = stride * m * POINT, stride * POINT
    roots = t
    t += 2 * radix
    for p in range(m):
        for q in range(stride):
            i, o = (q + stride * p) * POINT, (q + stride * radix * p) * POINT
            for k in range(radix):
                sr, si = load(x, i), load(x, i + LANES)
                turn = 0
                for j in range(1, radix):
                    turn += k
                    if turn >= radix:
                        turn -= radix
                    c, s = w[roots + 2 * turn], w[roots + 2 * turn + 1]
                    ar, ai = load(x, i + j * hop), load(x, i + j * hop + LANES)
                    sr += ar * c - ai * s
                    si += ar * s + ai * c
                if k == 0:
                    store(y, o, sr)
                    store(y, o + LANES, si)
                else:
                    _put(y, o + k * out, sr, si, w, t + 2 * (k - 1))
        t += 2 * (radix - 1)
