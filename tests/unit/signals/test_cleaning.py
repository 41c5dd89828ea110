"""Filters remove what they should, keep the rest, and move nothing in time."""

import numpy as np
import pytest

from biospectra.formats.read import read
from biospectra.signals.cleaning import (
    clean,
    clean_signal,
    filter_both_ways,
    mains_hz,
    running_median,
)
from biospectra.signals.signal import Signal
from support.data import DATA, needs_data

RATE_HZ = 500.0
TIME_S = np.arange(20 * 500) / RATE_HZ
INNER = slice(1000, -1000)


def tone(frequency_hz: float) -> np.ndarray:
    return np.sin(2 * np.pi * frequency_hz * TIME_S)


@pytest.mark.parametrize(
    "settings, kept_hz, lost_hz",
    [
        ({"lowpass_hz": 40}, 10, 120),
        ({"highpass_hz": 5}, 20, 1),
        ({"highpass_hz": 5, "lowpass_hz": 40}, 15, 120),
        ({"highpass_hz": 5, "lowpass_hz": 40}, 15, 1),
        ({"notch_hz": 50}, 40, 50),
        ({"notch_hz": 50}, 40, 150),
        ({"notch_hz": 60}, 50, 60),
        ({"baseline": "highpass"}, 10, 0.05),
    ],
)
def test_bands(settings, kept_hz, lost_hz):
    got = clean(tone(kept_hz) + tone(lost_hz), RATE_HZ, **settings)[INNER]
    # zero phase: the kept tone comes out where it was, not only as high as it was
    assert np.abs(got - tone(kept_hz)[INNER]).max() < 0.03


def test_corner_frequency_is_6_db_down():
    got = clean(tone(40), RATE_HZ, lowpass_hz=40)[INNER]
    assert 20 * np.log10(got.std() * np.sqrt(2)) == pytest.approx(-6.02, abs=0.1)


def test_zero_phase_keeps_a_pulse_in_place():
    pulse = np.exp(-(((TIME_S - 10) / 0.01) ** 2))
    got = clean(pulse, RATE_HZ, highpass_hz=1, lowpass_hz=40)
    assert np.argmax(got) == np.argmax(pulse)


def test_offset_and_drift():
    noise = np.random.default_rng(0).normal(size=TIME_S.size)
    assert np.median(clean(noise + 32768, RATE_HZ)) == pytest.approx(0, abs=1e-9)
    np.testing.assert_array_equal(clean(noise, RATE_HZ, baseline="none"), noise)
    drift = 50 * np.sin(2 * np.pi * 0.03 * TIME_S) + 3 * TIME_S
    for baseline in ("median", "highpass"):
        got = clean(noise + drift, RATE_HZ, baseline=baseline)[INNER]
        assert got.std() < 1.1 and abs(got.mean()) < 0.05


def test_running_median_leaves_a_narrow_wave_alone():
    beats = sum(np.exp(-(((TIME_S - beat) / 0.02) ** 2)) for beat in range(1, 20))
    assert np.abs(running_median(beats, RATE_HZ)).max() < 0.02


def test_mains_is_found_where_it_is():
    rng = np.random.default_rng(0)
    noise = np.cumsum(rng.normal(size=TIME_S.size)) * 0.05 + rng.normal(size=TIME_S.size)
    assert mains_hz(noise, RATE_HZ) is None
    assert mains_hz(noise + 0.5 * tone(50), RATE_HZ) == 50
    assert mains_hz(noise + 0.5 * tone(60), RATE_HZ) == 60
    assert mains_hz(noise[:100], RATE_HZ) is None
    got = clean(noise + 0.5 * tone(60), RATE_HZ, notch_hz="auto", baseline="none")
    assert mains_hz(got, RATE_HZ) is None


@needs_data
@pytest.mark.parametrize(
    "path, found", [("ecg_mitdb/109.hea", 60), ("eeg_eegmat/Subject00_1.edf", None)]
)
def test_mains_of_real_recordings(path, found):
    """MIT's recordings have American mains in them; the EEG set was published without hum."""
    signal = read(DATA / path, channel=0)
    assert mains_hz(clean(signal.samples, signal.rate_hz, highpass_hz=0.5), signal.rate_hz) == found


def test_non_finite_samples_do_not_spread():
    samples = tone(10)
    samples[500:505] = np.nan
    got = clean(samples, RATE_HZ, highpass_hz=1, lowpass_hz=40, notch_hz=50, baseline="median")
    assert np.flatnonzero(np.isnan(got)).tolist() == [500, 501, 502, 503, 504]
    assert np.isnan(clean(np.full(50, np.inf), RATE_HZ, lowpass_hz=40)).all()


def test_each_stretch_by_itself():
    steps = np.repeat([0.0, 100.0], 2000)
    signal = Signal(steps, RATE_HZ, "mV", "x", [(0, 2000), (2000, 4000)])
    got = clean_signal(signal, baseline="highpass")
    assert np.abs(got.samples).max() < 1e-6
    assert got.stretches == signal.stretches


@pytest.mark.parametrize("n", [0, 1, 2, 10])
def test_very_short_recordings_pass(n):
    settings = {"highpass_hz": 1, "lowpass_hz": 40, "notch_hz": 50, "baseline": "median"}
    assert clean(np.ones(n), RATE_HZ, **settings).shape == (n,)


def test_a_low_pass_above_the_band_does_nothing():
    samples = np.random.default_rng(0).normal(size=1000)
    np.testing.assert_array_equal(clean(samples, 128, lowpass_hz=64, baseline="none"), samples)


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"highpass_hz": 250}, "leaves nothing"),
        ({"highpass_hz": -1}, "positive"),
        ({"lowpass_hz": 0}, "positive"),
        ({"highpass_hz": 40, "lowpass_hz": 5}, "leave nothing"),
        ({"notch_hz": 300}, "a notch at 300 Hz is impossible"),
        ({"baseline": "spline"}, "one of none, offset, median, highpass"),
    ],
)
def test_settings_that_cannot_be(settings, said):
    with pytest.raises(ValueError, match=said):
        clean(tone(10), RATE_HZ, **settings)


@pytest.mark.parametrize("n", [1, 2, 30, 9_000])
def test_filtering_piece_by_piece_is_what_sosfiltfilt_gives_of_the_whole(n):
    from scipy.signal import butter, sosfiltfilt

    sections = butter(4, 0.5, "highpass", fs=100, output="sos")
    samples = np.random.default_rng(5).standard_normal(n).cumsum()
    expected = sosfiltfilt(sections, samples, padlen=min(n - 1, 252)) if n > 1 else [0.0]
    filter_both_ways(sections, samples, block=700)
    np.testing.assert_allclose(samples, expected, atol=1e-9)
