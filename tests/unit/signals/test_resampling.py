"""Resampling keeps what fits into the new band, and nothing else."""

import numpy as np
import pytest

from biospectra.signals import resampling
from biospectra.signals.resampling import limit_band, ratio, resample, resample_signal
from biospectra.signals.scaling import scale
from biospectra.signals.signal import Signal


def tone(frequency_hz: float, rate_hz: float, seconds: float = 20.0) -> np.ndarray:
    return np.sin(2 * np.pi * frequency_hz * np.arange(round(seconds * rate_hz)) / rate_hz)


def level_db(samples: np.ndarray) -> float:
    middle = samples[len(samples) // 4 : -len(samples) // 4]
    return 20 * np.log10(np.sqrt(2) * middle.std() + 1e-15)


@pytest.mark.parametrize("rate_hz", [1000, 2000, 4000, 44100, 1024, 600])
def test_a_tone_above_the_new_nyquist_frequency_vanishes(rate_hz):
    assert level_db(resample(tone(258, rate_hz), rate_hz, 512)) < -60


@pytest.mark.parametrize("above_hz", [256, 300, 400, 499, 512 - 10, 512 + 10])
def test_wherever_it_lies(above_hz):
    rate_hz = 2000
    assert level_db(resample(tone(above_hz, rate_hz), rate_hz, 512)) < -60


@pytest.mark.parametrize("rate_hz", [100, 128, 250, 300, 360, 500, 1000, 4000, 44100, 250.5])
def test_a_tone_in_the_band_is_the_same_tone(rate_hz):
    frequency_hz = 0.4 * min(rate_hz, 512) / 2
    got = resample(tone(frequency_hz, rate_hz), rate_hz, 512)
    expected = tone(frequency_hz, 512)
    n = min(len(got), len(expected))
    inner = slice(n // 8, -n // 8)
    assert np.abs(got[:n] - expected[:n])[inner].max() < 2e-3


def test_raising_the_rate_adds_no_image_of_the_band():
    got = resample(tone(50, 128), 128, 512)
    power = np.abs(np.fft.rfft(got * np.hanning(len(got)))) ** 2
    frequency_hz = np.fft.rfftfreq(len(got), 1 / 512)
    assert power[frequency_hz > 64].max() < 1e-6 * power.max()


@pytest.mark.parametrize("rate_hz, n", [(1000, 5000), (360, 1801), (128, 77), (4000, 50860)])
def test_length(rate_hz, n):
    assert len(resample(np.zeros(n), rate_hz, 512)) == -(-n * 512 // rate_hz)


def test_an_offset_does_not_ring_at_the_ends():
    got = resample(np.full(5000, 32768.0), 1000, 512)
    np.testing.assert_allclose(got, 32768.0, rtol=1e-12)


def test_non_finite_samples_do_not_spread():
    samples = tone(5, 1000)
    samples[3000:3010] = [np.nan, np.inf] * 5
    got = resample(samples, 1000, 512)
    bad = np.flatnonzero(~np.isfinite(got))
    assert bad.min() >= 1536 and bad.max() <= 1541
    assert np.isnan(resample(np.full(100, np.nan), 1000, 512)).all()


def test_ratio_of_integers():
    assert (ratio(1000, 512).numerator, ratio(1000, 512).denominator) == (64, 125)
    assert float(ratio(256.41, 512)) == pytest.approx(512 / 256.41, rel=1e-6)
    with pytest.raises(ValueError, match="ratio of integers"):
        ratio(1e-3 * np.pi, 512)
    for bad in (0, -5, np.nan, np.inf):
        with pytest.raises(ValueError, match="positive"):
            ratio(bad, 512)


def test_each_stretch_by_itself():
    rng = np.random.default_rng(0)
    samples = rng.normal(size=3000)
    signal = Signal(samples, 1000, "mV", "x", [(0, 1000), (1000, 3000)])
    got = resample_signal(signal, 500)
    assert got.stretches == [(0, 500), (500, 1500)]
    assert got.rate_hz == 500
    np.testing.assert_array_equal(got.samples[:500], resample(samples[:1000], 1000, 500))


def test_limit_band_leaves_the_same_band_as_a_lower_rate():
    assert level_db(limit_band(tone(66, 360), 360, 64)) < -60
    np.testing.assert_allclose(
        limit_band(tone(30, 360), 360, 64)[720:-720], tone(30, 360)[720:-720], atol=1e-3
    )
    samples = tone(30, 360)
    np.testing.assert_array_equal(limit_band(samples, 360, 180), samples)


def test_robust_scale():
    samples = 3 + 5 * np.random.default_rng(0).normal(size=100_000)
    samples[:100] = 1e6
    got = scale(samples)
    assert np.median(got) == pytest.approx(0, abs=1e-9)
    low, high = np.percentile(got, [1, 99])
    assert (high - low) / 2 == pytest.approx(1)
    np.testing.assert_array_equal(scale(samples, "physical"), samples.astype(np.float32))
    np.testing.assert_array_equal(scale(np.full(9, 4.0)), np.zeros(9))
    assert np.isnan(scale(np.full(3, np.nan))).all()
    with pytest.raises(ValueError, match="robust or physical"):
        scale(samples, "zscore")


@pytest.mark.parametrize(("rate_hz", "n"), [(360, 40_003), (1000, 50_000), (128, 9_999), (500, 7)])
def test_piece_by_piece_is_what_scipy_gives_of_the_whole(rate_hz, n, monkeypatch):
    from functools import partial

    from scipy.signal import resample_poly

    samples = 50 + np.cumsum(np.random.default_rng(4).standard_normal(n))
    windows = []
    whole = resampling._polyphase

    def small_pieces(samples, step, window):
        windows.append(window)
        return whole(samples, step, window, block=3000)

    monkeypatch.setattr(resampling, "_polyphase", small_pieces)
    got = resample(samples, rate_hz, 512)
    step = ratio(rate_hz, 512)
    of_scipy = partial(resample_poly, up=step.numerator, down=step.denominator, padtype="line")
    np.testing.assert_allclose(got, of_scipy(samples, window=windows[0]), atol=1e-9)
