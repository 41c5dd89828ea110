"""Sixteen transforms at once against NumPy's."""

import numpy as np
import pytest

from biospectra.transforms.kernels import fft as lane_fft
from biospectra.transforms.kernels import fft_plan
from biospectra.transforms.kernels.simd import LANES


# Every radix, chains of them, a chirp (31, 127, 254), and powers of two with every remainder.
@pytest.mark.parametrize(
    "size", [1, 2, 3, 4, 5, 7, 8, 15, 16, 32, 49, 64, 77, 128, 360, 480, 31, 127, 254, 512]
)
def test_transform_is_numpys(size):
    random = np.random.default_rng(size)
    points = random.normal(size=(size, LANES)) + 1j * random.normal(size=(size, LANES))
    tables = fft_plan.tables(size)
    x = np.full(tables[0] * lane_fft.POINT, np.float32(7))
    x[: size * lane_fft.POINT] = np.stack([points.real, points.imag], 1).ravel()
    found = lane_fft.run(x, np.empty_like(x), size, tables)
    re, im = found[: size * lane_fft.POINT].reshape(size, 2, LANES).transpose(1, 0, 2)
    expected = np.fft.fft(points, axis=0)
    assert np.abs(re + 1j * im - expected).max() < 1e-6 * np.abs(expected).max()


@pytest.mark.parametrize("size", [1, 12, 97, 480, 1024])
def test_factors_multiply_to_the_size(size):
    assert np.prod(fft_plan.factorise(size), dtype=int) == size
