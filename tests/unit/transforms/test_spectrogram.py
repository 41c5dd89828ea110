"""Spectrograms against SciPy and closed forms."""

import numpy as np
import pytest
from scipy import signal as scipy_signal

from biospectra.signals.windows import cut
from biospectra.transforms.spectrogram import Spectrogram

RATE = 512.0
SAMPLES = 2560


def plan(**changes):
    settings = {"rate_hz": RATE, "samples": SAMPLES, "height": 60, "width": 80, "window_s": 0.2}
    return Spectrogram(**{**settings, **changes})


def noise(seed=0):
    return np.random.default_rng(seed).normal(size=3 * SAMPLES).astype(np.float32)


@pytest.mark.parametrize("window", ["hann", "boxcar", ("kaiser", 8.0)])
@pytest.mark.parametrize("height", [480, 60])
def test_psd_is_scipys(window, height):
    """Same frames, same FFT length: every bin but DC, Nyquist among them."""
    spectrogram = plan(scaling="psd", window=window, height=height, window_s=0.2)
    length = round(0.2 * RATE)
    windows = cut(noise(), [SAMPLES], SAMPLES, spectrogram.margin)
    found = spectrogram.magnitude(windows)[0]
    hop = spectrogram.hop
    extra = spectrogram.margin + (hop - length) // 2
    frequency, time, expected = scipy_signal.spectrogram(
        windows[0, extra:].astype(np.float64),
        RATE,
        window,
        length,
        length - hop,
        spectrogram.fft_length,
        detrend=False,
    )
    np.testing.assert_allclose(spectrogram.frequency_hz, frequency[:0:-1])
    expected = expected[:0:-1, : spectrogram.width]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5 * expected.max())
    start = (spectrogram.margin - extra) / RATE
    np.testing.assert_allclose(spectrogram.time_s, time[: spectrogram.width] - 0.5 / RATE - start)


@pytest.mark.parametrize(
    "changes",
    [
        {"height": 20, "window_s": 1.0},
        {"height": 480, "width": 640, "frequency_range_hz": (0, 100)},
        {"frequency_range_hz": (20, 90)},
        {"frequency_axis": "log", "frequency_range_hz": (1, 200)},
        {"frequency_axis": "mel"},
        {"width": 5},
        {"width": 2560, "height": 8},
        {"height": 1, "width": 1},
        {"height": 127, "width": 128, "window_s": 0.3},
    ],
)
@pytest.mark.parametrize("scaling", ["amplitude", "psd"])
def test_every_pixel_is_the_transform_at_its_frequency(changes, scaling):
    spectrogram = plan(scaling=scaling, **changes)
    windows = cut(noise(), [0, SAMPLES], SAMPLES, spectrogram.margin)
    found = spectrogram.magnitude(windows)[1]
    length = round({"window_s": 0.2, **changes}["window_s"] * RATE)
    taper = scipy_signal.get_window("hann", length)
    middle = spectrogram.time_s * RATE + spectrogram.margin
    first = np.rint(middle - (length - 1) / 2).astype(int)
    frames = windows[1][first[:, None] + np.arange(length)] * taper
    turn = np.outer(np.arange(length), spectrogram.frequency_hz / RATE)
    power = np.abs(frames @ np.exp(-2j * np.pi * turn)).T ** 2
    nyquist = np.isclose(spectrogram.frequency_hz, RATE / 2)[:, None]
    if scaling == "psd":
        expected = power * np.where(nyquist, 1, 2) / (RATE * np.sum(taper**2))
    else:
        expected = np.sqrt(power) * np.where(nyquist, 1, 2) / taper.sum()
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() < 1e-5 * expected.max()


def test_rows_and_columns_of_the_published_image():
    spectrogram = plan(height=480, width=640, window_s=0.5)
    assert (spectrogram.hop, spectrogram.fft_length) == (4, 960)
    np.testing.assert_allclose(spectrogram.frequency_hz, np.arange(480, 0, -1) * RATE / 960)
    np.testing.assert_allclose(spectrogram.time_s * RATE, np.arange(640) * 4 + 1.5)


def test_a_range_is_kept_within_half_a_per_cent():
    for low, high in ((0, 100), (0, 128), (5, 40), (20, 256)):
        spectrogram = plan(height=480, window_s=0.5, frequency_range_hz=(low, high))
        step = RATE / spectrogram.fft_length
        assert spectrogram.frequency_hz[0] == pytest.approx(high, rel=0.006, abs=2 * step)
        assert spectrogram.frequency_hz[-1] == pytest.approx(max(low, step), abs=2 * step)
        bins = spectrogram.frequency_hz / step
        np.testing.assert_allclose(bins, np.rint(bins), atol=1e-9)
        assert spectrogram.frequency_hz[0] <= RATE / 2


@pytest.mark.parametrize("axis", ["linear", "log", "mel"])
def test_a_tone_is_on_its_row_at_its_amplitude(axis):
    spectrogram = plan(
        height=120, window_s=0.5, frequency_axis=axis, frequency_range_hz=(8, 200), width=128
    )
    t = np.arange(-spectrogram.margin, SAMPLES + spectrogram.margin) / RATE
    for row in (10, 50, 90):
        tone = 3.5 * np.sin(2 * np.pi * spectrogram.frequency_hz[row] * t + 1)
        found = spectrogram.magnitude(tone[None])[0]
        np.testing.assert_allclose(found[row], 3.5, rtol=2e-3)
        assert np.abs(found.argmax(axis=0) - row).max() <= (0 if axis == "linear" else 1)
        level = spectrogram.decibel(tone[None])[0, row]
        np.testing.assert_allclose(level, 20 * np.log10(3.5), atol=0.02)


def test_nyquist_row_has_the_amplitude_of_an_alternating_signal():
    spectrogram = plan()
    alternating = 2.0 * (-1.0) ** np.arange(SAMPLES + 2 * spectrogram.margin)
    np.testing.assert_allclose(spectrogram.magnitude(alternating[None])[0, 0], 2, rtol=1e-5)


def test_an_impulse_shows_the_window():
    spectrogram = plan(window_s=0.25, width=SAMPLES // 4)
    windows = np.zeros((1, SAMPLES + 2 * spectrogram.margin), np.float32)
    windows[0, spectrogram.margin + 1000] = 1
    taper = scipy_signal.get_window("hann", 128)
    at = np.rint(1000 - spectrogram.time_s * RATE + 63.5).astype(int)
    expected = np.where((at >= 0) & (at < 128), taper[np.clip(at, 0, 127)], 0) * 2 / taper.sum()
    found = spectrogram.magnitude(windows)[0]
    np.testing.assert_allclose(found[1:], np.tile(expected, (59, 1)), atol=1e-6 * expected.max())


@pytest.mark.parametrize("scaling", ["amplitude", "psd"])
@pytest.mark.parametrize("axis", ["linear", "mel"])
def test_levels_are_those_of_the_decibels(scaling, axis):
    spectrogram = plan(scaling=scaling, frequency_axis=axis, limits_db=(-50, 0), width=40)
    windows = cut(noise(), [0, 2000, 4000], SAMPLES, spectrogram.margin)
    windows *= np.array([[1], [300], [1e-5]])
    found = spectrogram(windows)
    levels = np.clip((spectrogram.decibel(windows) + 50) * 255 / 50, 0, 255)
    assert found.dtype == np.uint8
    assert np.abs(found - levels).max() < 0.501
    assert (spectrogram(np.zeros_like(windows)) == 0).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"width": 639}, r"width: 2560 samples cannot be cut into 639 whole hops; .* 512, 640"),
        ({"window_s": 6}, r"window_s: 6 s is 3072 samples, longer than the segment of 2560"),
        ({"frequency_range_hz": (0, 300)}, "frequency_range_hz: 300 Hz is above the Nyquist"),
        ({"frequency_range_hz": (30, 20)}, "frequency_range_hz: is"),
        ({"frequency_axis": "log", "frequency_range_hz": (0, 20)}, "low above 0 on the log axis"),
        ({"frequency_axis": "bark"}, "frequency_axis: is 'bark'; must be one of linear, log, mel"),
        ({"scaling": "power"}, "scaling: is"),
        ({"limits_db": (3, -3)}, "limits_db: is"),
        ({"window": "nosuch"}, "window"),
        ({"height": 0}, "height: is 0"),
    ],
)
def test_errors(changes, message):
    with pytest.raises(ValueError, match=message):
        plan(**changes)


def test_windows_of_another_length_are_refused():
    spectrogram = plan()
    with pytest.raises(ValueError, match=r"windows: have shape \(1, 2560\)"):
        spectrogram(np.zeros((1, SAMPLES), np.float32))
    empty = np.zeros((0, SAMPLES + 2 * spectrogram.margin), np.float32)
    assert spectrogram(empty).shape == (0, 60, 80)
