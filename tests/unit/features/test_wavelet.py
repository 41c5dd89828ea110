"""The discrete wavelet and log-spectral tables on signals whose answer is known."""

import numpy as np
import pytest

from biospectra.errors import StudyError
from biospectra.features.bands import band_table
from biospectra.features.wavelet import STATISTICS, levels_of, wavelet_table

RATE_HZ = 512


@pytest.mark.parametrize("wavelet", ["haar", "db4", "sym8", "coif3"])
def test_an_orthogonal_wavelet_keeps_the_energy(wavelet):
    signals = np.random.default_rng(0).standard_normal((3, 1024))
    parts = levels_of(signals, wavelet, 5)
    assert list(parts) == ["a5", "d5", "d4", "d3", "d2", "d1"]
    energy = sum((part**2).sum(axis=1) for part in parts.values())
    assert energy == pytest.approx((signals**2).sum(axis=1))
    table = wavelet_table(signals, RATE_HZ, wavelet=wavelet, levels=5)
    shares = table[[f"{level}_share" for level in parts]]
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1)
    assert (10 ** table[[f"{level}_energy" for level in parts]]).sum(
        axis=1
    ).to_numpy() == pytest.approx((signals**2).mean(axis=1))


@pytest.mark.parametrize("wavelet", ["db8", "bior4.4", "rbio4.4", "dmey"])
def test_a_tone_stands_in_the_level_of_its_frequency(wavelet):
    time_s = np.arange(4096) / RATE_HZ
    levels = 3 if wavelet == "dmey" else 5
    for level, frequency_hz in (("d1", 190), ("d2", 95), ("d3", 45)):
        tone = np.sin(2 * np.pi * frequency_hz * time_s)[None]
        table = wavelet_table(tone, RATE_HZ, wavelet=wavelet, levels=levels).iloc[0]
        assert table[f"{level}_share"] > 0.5  # biorthogonal ones are less sharp


def test_haar_by_hand_and_what_the_statistics_say():
    signal = np.array([[4.0, 2.0, 1.0, 1.0, 3.0, 3.0, 0.0, 0.0]])
    detail = levels_of(signal, "haar", 1)["d1"][0]
    assert np.abs(detail) == pytest.approx([np.sqrt(2), 0, 0, 0])
    row = wavelet_table(signal, RATE_HZ, wavelet="haar", levels=1).iloc[0]
    assert row["d1_entropy"] == pytest.approx(0)  # one coefficient has it all
    assert row["d1_share"] == pytest.approx(2 / 40)
    assert abs(row["d1_skewness"]) == pytest.approx(2 / np.sqrt(3))  # of 1, 0, 0, 0
    assert len(row) == 2 * len(STATISTICS)
    constant = wavelet_table(np.ones((1, 8)), RATE_HZ, wavelet="haar", levels=1).iloc[0]
    assert np.isfinite(constant).all()


def test_noise_spreads_evenly_and_has_no_kurtosis():
    noise = np.random.default_rng(0).standard_normal((1, 65536))
    row = wavelet_table(noise, RATE_HZ, wavelet="db4", levels=2).iloc[0]
    assert row["d1_share"] == pytest.approx(0.5, abs=0.01)
    assert row["d1_kurtosis"] == pytest.approx(0, abs=0.1)
    assert 0.9 < row["d1_entropy"] < 1


def test_too_many_levels_are_refused_with_the_most():
    with pytest.raises(StudyError, match="at most 3 levels of db4, not 9"):
        wavelet_table(np.zeros((1, 64)), RATE_HZ, wavelet="db4", levels=9)


def test_log_bands_give_the_density_of_white_noise_and_find_a_tone():
    noise = 2 * np.random.default_rng(0).standard_normal((1, RATE_HZ * 400))
    row = band_table(noise, RATE_HZ, bands=6, frequency_range_hz=[4, 200]).iloc[0]
    expected_db = 10 * np.log10(2**2 / (RATE_HZ / 2))
    assert row.to_numpy() == pytest.approx(np.full(6, expected_db), abs=0.3)
    tone = np.sin(2 * np.pi * 30 * np.arange(5 * RATE_HZ) / RATE_HZ)[None]
    row = band_table(tone, RATE_HZ, bands=10, frequency_range_hz=[1, 200]).iloc[0]
    low, high = (float(part) for part in row.idxmax().split("_")[1:3])
    assert low <= 30 < high
