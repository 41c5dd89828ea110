"""Segments of a signal with their true neighbourhood."""

import numpy as np


def cut(signal, starts, samples, margin):
    """Cut segments with context out of one continuous stretch of signal.

    Each window is the segment with ``margin`` samples of what comes before and after it. Where
    the stretch ends, the signal goes on as its own mirror image (the end sample is not repeated,
    as ``numpy.pad(mode="reflect")`` does), as often as the margin asks.

    Parameters
    ----------
    signal : array, (n_samples,)
        One continuous stretch, in any unit.
    starts : sequence of int, (n,)
        First sample of each segment.
    samples : int
        Length of a segment in samples.
    margin : int
        Samples of context on each side.

    Returns
    -------
    array, (n, margin + samples + margin), float32

    Raises
    ------
    ValueError
        If a segment does not lie within the signal.
    """
    signal = np.ascontiguousarray(signal, np.float32)
    starts = np.atleast_1d(np.asarray(starts, np.int64))
    if signal.ndim != 1:
        raise ValueError(f"signal: has shape {signal.shape}, where one channel (n_samples,) is due")
    if samples < 1 or margin < 0:
        raise ValueError(f"samples, margin: {samples}, {margin}; must be at least 1 and 0")
    bad = (starts < 0) | (starts + samples > signal.size)
    if bad.any():
        raise ValueError(
            f"starts: the segment of {samples} samples at {starts[bad][0]} does not lie within "
            f"the signal of {signal.size} samples"
        )
    length = samples + 2 * margin
    windows = np.empty((starts.size, length), np.float32)
    for window, start in zip(windows, starts - margin, strict=True):
        if start >= 0 and start + length <= signal.size:
            window[:] = signal[start : start + length]
        else:
            window[:] = signal[reflected(np.arange(start, start + length), signal.size)]
    return windows


def reflected(index, size):
    """Bring sample numbers into [0, size) by mirroring at the first and last sample."""
    if size == 1:
        return np.zeros_like(index)
    index = np.abs(index) % (2 * size - 2)
    return np.where(index < size, index, 2 * size - 2 - index)


AT_ONCE = 512  # windows in memory


def starts(stretches: np.ndarray, samples: int, step: int) -> np.ndarray:
    """Return where windows of `samples` begin, every `step` samples, none across a gap.

    Parameters
    ----------
    stretches : (k, 2) sample ranges without a gap
    samples, step : length of a window, and from one start to the next, in samples

    Returns
    -------
    (n,) int64
    """
    parts = [np.arange(a, b - samples + 1, step) for a, b in stretches]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


class Windows:
    """Windows of a signal, made when they are asked for: with overlap they are many times as long.

    Parameters
    ----------
    signal : (n,)
    begin : (k,) first sample of each
    samples : of each
    """

    def __init__(self, signal: np.ndarray, begin: np.ndarray, samples: int):
        self._all = np.lib.stride_tricks.sliding_window_view(signal, samples)
        self._begin = begin
        self.shape = (len(begin), samples)

    def __getitem__(self, key: slice | np.ndarray) -> np.ndarray:
        """Return some of them, (len, samples)."""
        return self._all[self._begin[key]]
