"""Sixteen transforms at once, of any length, against NumPy's."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from biospectra.transforms.kernels import fft, fft_plan
from biospectra.transforms.kernels.simd import LANES

# 1021 is a prime, 1009 * 2 has a large one, 961 the square of one that has no kernel.
SIZES = st.one_of(st.integers(1, 700), st.sampled_from([961, 1009 * 2, 1021, 2048, 2187, 3125]))


def transformed(points: np.ndarray) -> np.ndarray:
    """Return the transforms of points, (size, LANES) complex, along the first axis."""
    size = len(points)
    tables = fft_plan.tables(size)
    x = np.zeros(tables[0] * fft.POINT, np.float32)
    x[: size * fft.POINT] = np.stack([points.real, points.imag], 1).ravel()
    found = fft.run(x, np.empty_like(x), size, tables)
    re, im = found[: size * fft.POINT].reshape(size, 2, LANES).transpose(1, 0, 2)
    return re + 1j * im


@given(size=SIZES, seed=st.integers(0, 2**32 - 1))
@example(size=1021, seed=0)
def test_any_length(size, seed):
    random = np.random.default_rng(seed)
    points = random.normal(size=(size, LANES)) + 1j * random.normal(size=(size, LANES))
    expected = np.fft.fft(points, axis=0)
    assert np.abs(transformed(points) - expected).max() < 2e-6 * np.abs(expected).max()


@given(size=SIZES, data=st.data())
def test_an_impulse_has_a_flat_spectrum_whose_phase_says_where_it_is(size, data):
    at = np.array(data.draw(st.lists(st.integers(0, size - 1), min_size=LANES, max_size=LANES)))
    points = np.zeros((size, LANES), complex)
    points[at, np.arange(LANES)] = 1
    expected = np.exp(-2j * np.pi * (np.arange(size)[:, None] * at % size) / size)
    assert np.abs(transformed(points) - expected).max() < 1e-5


@given(size=SIZES)
def test_factors_multiply_to_the_length(size):
    assert np.prod(fft_plan.factorise(size), dtype=int) == size
