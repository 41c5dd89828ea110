"""Tables and costs of the transforms of ``fft``."""

from functools import lru_cache

import numpy as np

# Rough cost in clock cycles of one pass over one point of sixteen lanes, as measured.
COST = {2: 5.0, 3: 6.0, 4: 6.0, 5: 7.5, 8: 7.0}
# Largest prime factor that goes by definition; beyond it, a chirp is faster.
LARGEST = 23


@lru_cache(maxsize=4096)
def factorise(size: int) -> tuple[int, ...]:
    """Return the radices of a transform, in the order in which they are applied.

    Parameters
    ----------
    size : int
        Points of the transform.

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> factorise(960)
    (5, 3, 8, 8)
    """
    factors: list[int] = []
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


def cost(size: int) -> float:
    """Return the rough cost of a transform in clock cycles.

    Parameters
    ----------
    size : int
        Points of the transform.

    Returns
    -------
    float

    Examples
    --------
    >>> cost(1009) > cost(1024)  # a prime, which goes through a longer one
    True
    """
    factors = factorise(size)
    if factors and max(factors) > LARGEST:
        return 2 * cost(_chirp_length(size)) + 10 * size
    return pass_cost(size)


def pass_cost(size: int) -> float:
    """Return the rough cost, in clock cycles, of a transform of all its prime factors.

    Parameters
    ----------
    size : int
        Points of the transform.

    Returns
    -------
    float

    Examples
    --------
    >>> pass_cost(64)  # two passes of radix 8
    896.0
    """
    return size * sum(COST.get(radix, 4.0 * radix) for radix in factorise(size))


@lru_cache(maxsize=1024)
def _chirp_length(size: int) -> int:
    """Cheapest length that a transform of a size with a large prime factor goes through."""
    # The least of each odd part times a power of two that holds the convolution.
    lengths = [odd << max(0, (-(-2 * size // odd) - 1).bit_length()) for odd in (1, 3, 5, 9, 15)]
    return min(lengths, key=cost)


@lru_cache(maxsize=64)
def tables(size: int) -> tuple[int, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return all that ``run`` needs for a transform of any size.

    Parameters
    ----------
    size : int
        Points of the transform.

    Returns
    -------
    length : int
        Points that its buffers must hold.
    factors, twiddles : ndarray
        See ``passes``.
    chirp, response : ndarray, (size, 2) and (length, 2), float32
        For a size with a large prime factor, which goes as a convolution with a chirp (Bluestein
        1970): ``exp(-i pi k^2 / size)``, and the transform of its conjugate over ``length``.
        Otherwise empty.

    Examples
    --------
    >>> length, factors, twiddles, chirp, response = tables(29)
    >>> length, chirp.shape
    (64, (29, 2))
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
    pair = (z.astype(np.complex64).view(np.float32).reshape(-1, 2) for z in (chirp, response))
    return length, *passes(length), *pair  # type: ignore[return-value]


@lru_cache(maxsize=64)
def passes(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the radices and twiddle factors of a transform.

    Parameters
    ----------
    size : int
        Points of the transform.

    Returns
    -------
    factors : ndarray, (n_passes,), int64
    twiddles : ndarray, (n,), float32
        For each pass: the roots of unity of a radix that has no kernel of its own, then for each p
        and k = 1 to radix - 1 the real and imaginary part of ``exp(-2 pi i p k / n)``.

    Examples
    --------
    >>> factors, twiddles = passes(8)
    >>> factors, twiddles.shape
    (array([8]), (14,))
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
