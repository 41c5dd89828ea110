"""Segments of a signal with their true neighbourhood."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from biospectra.words import number_of


def cut(signal: ArrayLike, starts: ArrayLike, samples: int, margin: int = 0) -> np.ndarray:
    """Cut segments with context out of one continuous stretch of signal.

    Each window is the segment with ``margin`` samples of what comes before and after it. Where
    the stretch ends, the signal goes on as its own mirror image (the end sample is not repeated,
    as ``numpy.pad(mode="reflect")`` does), as often as the margin asks.

    Parameters
    ----------
    signal : array_like, (n_samples,), float32
        One continuous stretch, in any unit.
    starts : array_like, (n,), int
        First sample of each segment.
    samples : int
        Length of a segment in samples.
    margin : int
        Samples of context on each side.

    Returns
    -------
    ndarray, (n, margin + samples + margin), float32

    Raises
    ------
    ValueError
        If a segment does not lie within the signal.

    Examples
    --------
    >>> cut([0, 1, 2, 3, 4, 5], starts=[0, 3], samples=2, margin=1)
    array([[1., 0., 1., 2.],
           [2., 3., 4., 5.]], dtype=float32)
    """
    signal = np.ascontiguousarray(signal, np.float32)
    given = np.atleast_1d(starts)
    starts = given.astype(np.int64)
    if signal.ndim != 1:
        raise ValueError(f"signal: has shape {signal.shape}; must be one channel, (n_samples,)")
    if samples < 1 or margin < 0:
        raise ValueError(f"samples, margin: {samples}, {margin}; must be at least 1 and 0")
    if (starts != given).any():
        raise ValueError(f"starts: {given[starts != given][0]} is no whole number of samples")
    bad = (starts < 0) | (starts + samples > signal.size)
    if bad.any():
        raise ValueError(
            f"starts: the segment of {samples} samples at {starts[bad][0]} does not lie within "
            f"the signal of {number_of(signal.size, 'sample')}"
        )
    length = samples + 2 * margin
    windows = np.empty((starts.size, length), np.float32)
    for window, start in zip(windows, starts - margin, strict=True):
        if start >= 0 and start + length <= signal.size:
            window[:] = signal[start : start + length]
        else:
            window[:] = signal[reflected(np.arange(start, start + length), signal.size)]
    return windows


def reflected(index: np.ndarray, size: int) -> np.ndarray:
    """Bring sample numbers into [0, size) by mirroring at the first and last sample.

    Parameters
    ----------
    index : ndarray, any shape, int64
        Sample numbers.
    size : int
        Samples that there are.

    Returns
    -------
    ndarray, shape of index, int64

    Examples
    --------
    >>> reflected(np.arange(-2, 7), 4)
    array([2, 1, 0, 1, 2, 3, 2, 1, 0])
    """
    if size == 1:
        return np.zeros_like(index)
    index = np.abs(index) % (2 * size - 2)
    return np.where(index < size, index, 2 * size - 2 - index)


AT_ONCE = 512  # windows in memory


def starts(
    stretches: Sequence[tuple[int, int]] | np.ndarray, samples: int, step: int
) -> np.ndarray:
    """Return where windows begin, every ``step`` samples, none across a gap.

    Parameters
    ----------
    stretches : array_like, (k, 2), int
        First sample and end of each range without a gap.
    samples, step : int
        Length of a window, and from one start to the next.

    Returns
    -------
    ndarray, (n,), int64

    Examples
    --------
    >>> starts([(0, 10), (12, 17)], samples=5, step=2)
    array([ 0,  2,  4, 12])
    """
    parts = [np.arange(a, b - samples + 1, step) for a, b in stretches]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


class Windows:
    """Windows of a signal, made when they are asked for: with overlap they are many times as long.

    Parameters
    ----------
    signal : ndarray, (n,), any type
    begin : ndarray, (k,), int64
        First sample of each.
    samples : int
        Length of each.

    Attributes
    ----------
    shape : (int, int)
        How many, and their length.

    Examples
    --------
    >>> windows = Windows(np.arange(10), np.array([0, 4, 5]), samples=3)
    >>> windows.shape
    (3, 3)
    >>> windows[1:]
    array([[4, 5, 6],
           [5, 6, 7]])
    """

    def __init__(self, signal: np.ndarray, begin: np.ndarray, samples: int) -> None:
        self._all = np.lib.stride_tricks.sliding_window_view(signal, samples)
        self._begin = begin
        self.shape = (len(begin), samples)

    def __getitem__(self, key: slice | np.ndarray) -> np.ndarray:
        return self._all[self._begin[key]]
