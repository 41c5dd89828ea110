"""Sixteen Fourier transforms at once, one a lane.

Stockham's self-sorting algorithm (radices 2, 3, 4, 5, 8, others by definition). A buffer is flat
float32, ``POINT`` = 32 elements a point: its real parts in all lanes, then its imaginary parts.
Twiddle factors are computed in float64.
"""

from functools import lru_cache

import numpy as np

from biospectra.lanes import LANES, jit, load, store

# Rough cost in clock cycles of one pass over one point of sixteen lanes, as measured.
COST = {2: 5.0, 3: 6.0, 4: 6.0, 5: 7.5, 8: 7.0}
POINT = 2 * LANES
LARGEST = 23
SINE_60 = np.float32(np.sqrt(3) / 2)
HALF_ROOT = np.float32(np.sqrt(0.5))
C1, C2 = np.float32(np.cos(2 * np.pi / 5)), np.float32(np.cos(4 * np.pi / 5))
S1, S2 = np.float32(np.sin(2 * np.pi / 5)), np.float32(np.sin(4 * np.pi / 5))
HALF = np.float32(0.5)


@lru_cache(maxsize=4096)
def factorise(size):
    """Radices of a transform, in the order in which they are applied."""
    factors = []
    for radix in (5, 3):
        while size % radix == 0:
            factors.append(radix)
            size //= radix
    twos = (size & -size).bit_length() - 1
    size >>= twos
    radix = 7
    while size > 1:
        while size % radix == 0:
            factors.append(radix)
            size //= radix
        radix += 2
    # As few passes as possible: eights, with fours where the twos do not divide by three.
    eights, fours = {0: (twos // 3, 0), 1: (twos // 3 - 1, 2), 2: (twos // 3, 1)}[twos % 3]
    if twos == 1:
        return (*factors, 2)
    return tuple(factors + [8] * eights + [4] * fours)


def cost(size):
    """Rough cost of a transform in clock cycles."""
    factors = factorise(size)
    if factors and max(factors) > LARGEST:
        return 2 * cost(_chirp_length(size)) + 10 * size
    return pass_cost(size)


def pass_cost(size):
    """Rough cost, in clock cycles, of a transform of all its prime factors."""
    return size * sum(COST.get(radix, 4.0 * radix) for radix in factorise(size))


@lru_cache(maxsize=1024)
def _chirp_length(size):
    """Cheapest length that a transform of a size with a large prime factor goes through."""
    lengths = [n for n in range(2 * size, 3 * size) if max(factorise(n)) <= 5 or n & (n - 1) == 0]
    return min(lengths, key=cost)


@lru_cache(maxsize=64)
def plan(size):
    """All that ``run`` needs for a transform of any size.

    Returns
    -------
    length : int
        Points that its buffers must hold.
    factors, twiddles : arrays
        See ``passes``.
    chirp, response : arrays, (size, 2) and (length, 2), float32; or empty
        For a size with a large prime factor, which goes as a convolution with a chirp (Bluestein
        1970): ``exp(-i pi k^2 / size)``, and the transform of its conjugate over ``length``.
    """
    factors = factorise(size)
    if not factors or max(factors) <= LARGEST:
        nothing = np.zeros((0, 2), np.float32)
        return size, *passes(size), nothing, nothing
    length = _chirp_length(size)
    # k^2 modulo 2 size keeps the phase exact for any k.
    chirp = np.exp(-1j * np.pi * (np.arange(size) ** 2 % (2 * size)) / size)
    wrapped = np.zeros(length, np.complex128)
    wrapped[:size] = chirp.conj()
    wrapped[length - size + 1 :] = chirp.conj()[:0:-1]
    response = np.fft.fft(wrapped) / length
    tables = (z.astype(np.complex64).view(np.float32).reshape(-1, 2) for z in (chirp, response))
    return length, *passes(length), *tables


@lru_cache(maxsize=64)
def passes(size):
    """Radices (int64) and twiddle factors (float32) of a transform.

    For each pass: the roots of unity of a radix that has no kernel of its own, then for each p
    and k = 1 to radix - 1 the real and imaginary part of ``exp(-2 pi i p k / n)``.
    """
    factors = factorise(size)
    tables, n = [np.zeros(0)], size
    for radix in factors:
        if radix not in COST:
            tables.append(np.exp(-2j * np.pi * np.arange(radix) / radix))
        steps = np.outer(np.arange(n // radix), np.arange(1, radix))
        tables.append(np.exp(-2j * np.pi * steps / n).ravel())
        n //= radix
    twiddles = np.concatenate(tables).astype(np.complex64)
    return np.array(factors, np.int64), twiddles.view(np.float32)


@jit
def run(x, y, size, tables):
    """Forward transform of buffer x by a ``plan``; the one of x and y that holds it."""
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
    """Forward transform of buffer x, with y to work in; the one of the two that holds it.

    ``stride`` is 1, or as many transforms of ``size`` points are done, point by point beside each
    other: a longer transform whose first passes are done.
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
