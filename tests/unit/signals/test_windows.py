"""Segments with their neighbourhood."""

import numpy as np
import pytest

from biospectra.signals.windows import cut


def test_context_is_the_true_neighbourhood():
    signal = np.arange(100)
    windows = cut(signal, [20, 70], 10, 15)
    assert windows.dtype == np.float32
    np.testing.assert_array_equal(windows[0], np.arange(5, 45))
    np.testing.assert_array_equal(windows[1], np.arange(55, 95))


@pytest.mark.parametrize(("size", "margin"), [(40, 5), (40, 39), (40, 200), (10, 33), (1, 4)])
def test_ends_are_mirrored_as_numpy_does(size, margin):
    signal = np.random.default_rng(0).normal(size=size).astype(np.float32)
    samples = min(size, 10)
    starts = [0, size - samples]
    padded = np.pad(signal, margin, mode="reflect") if size > 1 else np.full(9, signal[0])
    expected = [padded[start : start + samples + 2 * margin] for start in starts]
    np.testing.assert_array_equal(cut(signal, starts, samples, margin), expected)


def test_no_segments():
    assert cut(np.zeros(10), [], 5, 2).shape == (0, 9)


def test_errors():
    with pytest.raises(ValueError, match=r"starts: the segment of 5 samples at 6 does not lie"):
        cut(np.zeros(10), [0, 6], 5, 2)
    with pytest.raises(ValueError, match="signal: has shape"):
        cut(np.zeros((2, 10)), [0], 5, 2)
