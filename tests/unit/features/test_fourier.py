"""The Fourier table against the publication's example and closed forms."""

import numpy as np
import pytest

from biospectra.features.fourier import (
    amplitude_spectrum,
    band_powers,
    fourier_table,
    spectral_peaks,
)

RATE_HZ = 128


@pytest.fixture
def example():
    """The publication's example: 2, 5 and 3 Hz with amplitudes 4, 1.5 and 9."""
    time_s = np.arange(10 * RATE_HZ) / RATE_HZ
    parts = ((2, 4), (5, 1.5), (3, 9))
    return sum(a * np.sin(2 * np.pi * f * time_s) for f, a in parts)


def test_the_publications_example_gives_exactly_its_pairs(example):
    found = spectral_peaks(example, RATE_HZ, 5, 0.05)
    assert [f for f, _ in found] == [3, 2, 5]
    assert [a for _, a in found] == pytest.approx([9, 4, 1.5], abs=1e-9)


def test_the_table_names_and_fills_its_columns(example):
    table = fourier_table(
        example[None].astype(np.float32),
        RATE_HZ,
        peaks=4,
        min_prominence=0.05,
        bands_hz={"low": (1, 4), "high": (4, 10)},
    )
    row = table.iloc[0]
    assert list(table)[:3] == ["ft_peak_1_x", "ft_peak_1_y", "ft_peak_2_x"]
    assert (row["ft_peak_1_x"], row["ft_peak_2_x"], row["ft_peak_3_x"]) == (3, 2, 5)
    assert (row["ft_peak_4_x"], row["ft_peak_4_y"]) == (0, 0)  # there is no fourth
    assert row["variance"] == pytest.approx((4**2 + 1.5**2 + 9**2) / 2, rel=1e-5)
    assert row["mean"] == pytest.approx(0, abs=1e-4)


def test_the_amplitude_spectrum_keeps_offset_and_nyquist():
    signal = 3.0 + 0.5 * (-1.0) ** np.arange(64)
    frequency_hz, amplitude = amplitude_spectrum(signal, RATE_HZ)
    assert amplitude[0] == pytest.approx(3)
    assert amplitude[-1] == pytest.approx(0.5)
    assert frequency_hz[-1] == RATE_HZ / 2


def test_band_powers_of_a_tone_are_half_its_amplitude_squared():
    time_s = np.arange(60 * RATE_HZ) / RATE_HZ
    tone = 2 * np.sin(2 * np.pi * 10 * time_s)
    powers = band_powers(tone[None], RATE_HZ, {"its own": (8, 13), "another": (20, 30)})[0]
    assert powers[0] == pytest.approx(2, rel=0.01)
    assert powers[1] < 1e-6
