"""How long a stretch of signal each row of a scaleogram is computed from.

Low frequencies have long wavelets and need much context; high ones need little, and a short
transform is a cheap one. Rows, sixteen at a time, are put into groups of one length each so that
the estimated work is least.
"""

from dataclasses import dataclass
from math import ceil, gcd
from typing import Any, Literal

import numpy as np
from scipy.special import erfc

from biospectra.transforms.kernels import fft_plan
from biospectra.transforms.kernels.simd import LANES
from biospectra.transforms.wavelets import Wavelet

NEGLIGIBLE = 1e-6
# A filter that ended at the Nyquist frequency would ring for ever, and a pixel would hear the ends
# of its window. It fades out over the last tenth below it, where an anti-alias filter has left
# little; that rings for FADE_REACH samples (to 1e-5).
FADE_FROM = 0.45
FADE_REACH = 110
LONGEST = 8192  # samples of which 32 windows, side by side, still fit into a core's cache


@dataclass(frozen=True)
class Group:
    """Blocks of sixteen rows that share a length of signal.

    Attributes
    ----------
    length : int
        Samples of signal, and length of its Fourier transform.
    points : int
        Evenly spaced times in it at which the transform is sampled.
    blocks : range
        Numbers of the blocks.
    """

    length: int
    points: int
    blocks: range


@dataclass(frozen=True)
class Band:
    """Weights of sixteen scales on the bins of a spectrum.

    Attributes
    ----------
    first, last : int
        Bins ``first`` to ``last - 1``; negative for negative frequencies.
    weights : ndarray, ((last - first) * 16,), float32
    """

    first: int
    last: int
    weights: np.ndarray


def fade(frequency: np.ndarray) -> np.ndarray:
    """Return the gain near the Nyquist frequency: a smoothed step.

    Parameters
    ----------
    frequency : ndarray, any shape, float64
        In cycles per sample.

    Returns
    -------
    ndarray, shape of frequency, float64
        1 up to 0.45 cycles per sample, 0 from 0.5 on.

    Examples
    --------
    >>> fade(np.array([0.4, 0.475, 0.5])).round(4)
    array([1. , 0.5, 0. ])
    """
    middle = (FADE_FROM + 0.5) / 2
    # 4.26 standard deviations leave 1e-5.
    deviation = (0.5 - middle) / 4.26
    return 0.5 * erfc((np.abs(frequency) - middle) / (np.sqrt(2) * deviation))


def context(wavelet: Wavelet, scale: np.ndarray) -> int:
    """Return how many samples of signal on each side rows depend on.

    Parameters
    ----------
    wavelet : Wavelet
    scale : ndarray, (n,), float64
        Of the rows, in samples.

    Returns
    -------
    int

    Examples
    --------
    >>> context(Wavelet("cmor1.5-1.0"), np.array([10.0, 20.0]))
    78
    """
    reach = wavelet.support * scale.max()
    edge = np.linspace(FADE_FROM, 0.5, 20)
    if np.abs(wavelet.fourier(scale[:, None] * edge)).max() > 1e-5 * wavelet.peak[0]:
        reach = max(reach, FADE_REACH)
    return ceil(reach) + 1


def groups(samples: int, columns: int, reach: list[int], scale: np.ndarray) -> list[Group]:
    """Return the least costly groups.

    Parameters
    ----------
    samples, columns : int
        Length of the segment and times wanted in it.
    reach : list of int, (blocks,)
        Samples of context each block needs on each side; rising.
    scale : ndarray, (blocks,), float64
        Smallest scale in each block, in samples: how wide its band is.

    Returns
    -------
    list of Group

    Examples
    --------
    >>> for group in groups(512, 64, [40, 400], np.array([2.0, 20.0])):
    ...     print(group)
    Group(length=600, points=75, blocks=range(0, 1))
    Group(length=1536, points=192, blocks=range(1, 2))
    """
    divisor = gcd(samples, columns)
    step, points = samples // divisor, columns // divisor
    count = len(reach)
    best = [(0.0, 0, 0, 0)]
    for end in range(1, count + 1):
        length, folded, transform = _length(samples + 2 * reach[end - 1], step, points)
        options = []
        for begin in range(end):
            fold = np.sum(np.minimum(2.0 / scale[begin:end], 0.5)) * length * 3.5
            forward = length * (0.5 * np.log2(length) + 1)
            work = forward + (end - begin) * (transform + 3 * folded) + fold
            options.append((best[begin][0] + work, begin, length, folded))
        best.append(min(options))
    found, end = [], count
    while end:
        _, begin, length, folded = best[end]
        found.append(Group(int(length), int(folded), range(begin, end)))
        end = begin
    return found[::-1]


def _length(least: int, step: int, points: int) -> tuple[int, int, float]:
    """Length and points of the cheapest transform that holds ``least`` samples."""
    fewest = ceil(least / step)
    counts = range(fewest, max(fewest + 1, ceil(1.3 * fewest)) + 1)
    work = {n: fft_plan.cost(n * points) + 0.5 * n * step for n in counts[:512]}
    multiple = min(work, key=lambda n: work[n])
    return multiple * step, multiple * points, work[multiple]


def band(
    wavelet: Wavelet, scale: np.ndarray, length: int, scaling: Literal["amplitude", "energy"]
) -> Band:
    """Return the weights of up to sixteen scales.

    Parameters
    ----------
    wavelet : Wavelet
    scale : ndarray, (up to 16,), float64
        In samples.
    length : int
        Of the signal's Fourier transform.
    scaling : {"amplitude", "energy"}
        A sinusoid's amplitude is its height, or as in PyWavelets.

    Returns
    -------
    Band
        Of a real wavelet, whose negative frequencies mirror the positive ones, only the latter,
        twice.

    Examples
    --------
    >>> found = band(Wavelet("cmor1.5-1.0"), np.array([8.0]), 64, "amplitude")
    >>> found.first, found.last, found.weights.shape
    (1, 16, (240,))
    """
    half = length // 2
    bins = np.arange(-half if wavelet.is_complex else 0, half + 1)
    gain = wavelet.fourier(scale[:, None] * bins / length) * fade(bins / length)
    energy = scaling == "energy"
    gain *= np.sqrt(scale)[:, None] if energy else 1 / wavelet.peak[0]
    gain /= length
    if not wavelet.is_complex:
        gain[:, bins > 0] *= 2
    elif not energy:
        gain *= 2
    used = np.flatnonzero((np.abs(gain) > NEGLIGIBLE * np.abs(gain).max(1)[:, None]).any(0))
    first, last = (used[0], used[-1] + 1) if used.size else (0, 1)
    weights = np.zeros((last - first, LANES), np.float32)
    weights[:, : len(scale)] = gain[:, first:last].T
    return Band(int(bins[first]), int(bins[first]) + int(last - first), weights.ravel())


def way(length: int, turn: np.ndarray, bands: list[Band]) -> tuple[Any, np.ndarray] | None:
    """Return what `kernels.scaleogram.forward` needs for the bins that bands weigh, if it pays.

    Parameters
    ----------
    length : int
        Of the signal's Fourier transform.
    turn : ndarray, (length // 2 + 1,), complex64
        What each bin is multiplied by.
    bands : list of Band

    Returns
    -------
    (tuple, ndarray) or None
        Tables of the transform; and half of `turn`, (bins, 2) float32, for as many bins as are
        needed, in eights.

    Examples
    --------
    >>> bands = [band(Wavelet("cmor1.5-1.0"), np.array([8.0]), 64, "amplitude")]
    >>> tables, halved = way(64, np.ones(33, np.complex64), bands)
    >>> halved.shape, halved[0].tolist()
    ((16, 2), [0.5, 0.0])
    """
    bins = -(-max(max(band.last, 1 - band.first) for band in bands) // 8) * 8
    if not bins <= length <= LONGEST:
        return None
    halved = np.zeros((bins, 2), np.float32)
    halved[: len(turn)] = 0.5 * turn[:bins].view(np.float32).reshape(-1, 2)
    return fft_plan.tables(length), halved
