"""Segments with their neighbourhood, of signals of any length, against numpy.pad."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from biospectra.signals.windows import cut, starts


@given(data=st.data())
def test_a_window_is_what_numpy_pads(data):
    size = data.draw(st.integers(1, 60), "size")
    samples = data.draw(st.integers(1, size), "samples")
    margin = data.draw(st.integers(0, 200), "margin")  # mirrored several times over
    begin = data.draw(st.lists(st.integers(0, size - samples), max_size=8), "begin")
    signal = np.random.default_rng(size).normal(size=size).astype(np.float32)
    padded = np.pad(signal, margin, mode="reflect")
    windows = cut(signal, begin, samples, margin)
    assert windows.shape == (len(begin), samples + 2 * margin)
    for window, at in zip(windows, begin, strict=True):
        np.testing.assert_array_equal(window, padded[at : at + samples + 2 * margin])


@given(
    lengths=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 40)), max_size=5),
    samples=st.integers(1, 12),
    step=st.integers(1, 12),
)
def test_windows_lie_within_stretches_and_none_is_forgotten(lengths, samples, step):
    stretches, at = [], 0
    for gap, length in lengths:
        stretches.append((at + gap, at + gap + length))
        at += gap + length
    begin = starts(np.array(stretches).reshape(-1, 2), samples, step)
    expected = [first for a, b in stretches for first in range(a, b, step) if first + samples <= b]
    assert begin.tolist() == expected
