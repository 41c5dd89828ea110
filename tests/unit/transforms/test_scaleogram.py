"""Scaleograms against direct integration, closed forms and PyWavelets."""

import numpy as np
import pytest

from biospectra.signals.windows import cut
from biospectra.transforms.images import mark_cone
from biospectra.transforms.scaleogram import Scaleogram

RATE = 128.0
SAMPLES = 512
NAMES = ["cmor1.5-1.0", "cmor0.5-1.0", "shan1.5-1.0", "shan0.5-2.0", "fbsp2-1.5-1.0", "fbsp1-1-1"]
NAMES += ["mexh", "morl", *(f"gaus{n}" for n in range(1, 9)), *(f"cgau{n}" for n in range(1, 9))]


def plan(**changes):
    settings = {
        "rate_hz": RATE,
        "samples": SAMPLES,
        "height": 21,
        "width": 64,
        "frequency_range_hz": (2.0, 50.0),
    }
    return Scaleogram(**{**settings, **changes})


def bursts(t):
    """Tones under Gaussians, with nothing above 45 Hz: analytic, so it can be sampled anywhere."""
    total = np.zeros_like(t)
    for f, at, width, phase in ((3, 1.2, 0.5, 0), (11, 2.5, 0.3, 1), (24, 0.7, 0.2, 2)):
        total += np.exp(-(((t - at) / width) ** 2) / 2) * np.cos(2 * np.pi * f * t + phase)
    return total


def integrate(wavelet, scale, at, signal, finer=16):
    """|CWT| in float64 by the trapezoid rule, energy normalisation; at and scale in samples."""
    out = np.empty((scale.size, at.size))
    for row, a in zip(out, scale, strict=True):
        reach = wavelet.support * a * (1 if wavelet.family in ("shan", "fbsp") else 1.3)
        count = int(np.ceil(reach * finer))
        lag = np.linspace(-reach, reach, 2 * count + 1)
        psi = np.conj(wavelet.time(lag / a)) / np.sqrt(a) * (lag[1] - lag[0])
        psi[[0, -1]] /= 2
        for j, b in enumerate(at):
            row[j] = np.abs(signal((b + lag) / RATE) @ psi)
    return out


@pytest.mark.parametrize("name", NAMES)
def test_agrees_with_direct_integration(name):
    scaleogram = plan(wavelet=name, scaling="energy")
    t = np.arange(-scaleogram.margin, SAMPLES + scaleogram.margin) / RATE
    found = scaleogram.magnitude(bursts(t)[None].astype(np.float32))[0]
    columns = slice(3, None, 6)
    at = scaleogram.time_s[columns] * RATE
    expected = integrate(scaleogram.wavelet, scaleogram.scale, at, bursts)
    assert np.abs(found[:, columns] - expected).max() < 1e-4 * expected.max()


@pytest.mark.parametrize("name", ["cmor1.5-1.0", "cmor2.5-0.7", "cgau4", "gaus2", "mexh", "morl"])
def test_near_pywt_where_pywt_is_fine(name):
    """From scales of 25 samples on, within 1 per cent; 8 for real wavelets.

    PyWavelets holds its wavelet constant over a sample and places it up to half a sample off,
    which the oscillating magnitude of a real wavelet shows most.
    """
    pywt = pytest.importorskip("pywt")
    # One pixel a sample, so that a pixel's middle is a sample.
    scaleogram = plan(
        wavelet=name,
        scaling="energy",
        width=SAMPLES,
        frequency_range_hz=None,
        scale_range=(25, 100),
    )
    signal = bursts(np.arange(-scaleogram.margin, SAMPLES + scaleogram.margin) / RATE)
    theirs, frequency = pywt.cwt(signal, scaleogram.scale, name, 1 / RATE, precision=14)
    np.testing.assert_allclose(frequency, scaleogram.frequency_hz)
    ours = scaleogram.magnitude(signal[None])[0]
    # PyWavelets' rows are off by half a sample where a scale's filter has an even length.
    middle = scaleogram.margin + np.arange(SAMPLES)
    late = np.abs(theirs[:, middle] + theirs[:, middle + 1]) / 2
    early = np.abs(theirs[:, middle] + theirs[:, middle - 1]) / 2
    errors = [np.abs(ours - x).max(axis=1) for x in (np.abs(theirs[:, middle]), late, early)]
    tolerance = 0.01 if scaleogram.wavelet.is_complex else 0.08
    assert np.min(errors, axis=0).max() < tolerance * np.abs(theirs).max()


@pytest.mark.parametrize("name", ["cmor1.5-1.0", "cmor3-1", "fbsp2-0.5-1.0"])
@pytest.mark.parametrize("pooling", ["point", "mean", "max"])
def test_a_tone_is_on_its_row_at_its_height(name, pooling):
    scaleogram = plan(wavelet=name, pooling=pooling, height=41)
    t = np.arange(-scaleogram.margin, SAMPLES + scaleogram.margin) / RATE
    for row in (3, 20, 37):
        tone = 2.5 * np.sin(2 * np.pi * scaleogram.frequency_hz[row] * t)
        found = scaleogram.magnitude(tone[None])[0]
        np.testing.assert_allclose(found[row], 2.5, rtol=2e-3)
        assert (found.argmax(axis=0) == row).all()


def test_a_real_wavelets_tone_peaks_at_its_amplitude():
    scaleogram = plan(wavelet="morl", pooling="max", oversample=16)
    f = (
        scaleogram.frequency_hz[8]
        * scaleogram.wavelet.peak[1]
        / scaleogram.wavelet.centre_frequency
    )
    t = np.arange(-scaleogram.margin, SAMPLES + scaleogram.margin) / RATE
    found = scaleogram.magnitude(1.5 * np.sin(2 * np.pi * f * t)[None])[0]
    assert found[8].max() == pytest.approx(1.5, rel=1e-2)


def test_an_impulse_shows_the_wavelet():
    scaleogram = plan(scaling="energy", frequency_range_hz=(2, 20), width=SAMPLES)
    signal = np.zeros((1, SAMPLES + 2 * scaleogram.margin), np.float32)
    signal[0, scaleogram.margin + 200] = 1
    scale = scaleogram.scale[:, None]
    lag = (np.arange(SAMPLES) - 200) / scale
    expected = np.abs(scaleogram.wavelet.time(lag)) / np.sqrt(scale)
    found = scaleogram.magnitude(signal)[0]
    assert np.abs(found - expected).max() < 1e-4 * expected.max()


def test_a_chirps_ridge_follows_its_frequency():
    scaleogram = plan(height=100, frequency_range_hz=(4, 50), frequency_axis="linear")
    t = np.arange(-scaleogram.margin, SAMPLES + scaleogram.margin) / RATE
    found = scaleogram.magnitude(np.cos(2 * np.pi * (10 * t + 3 * t**2))[None])[0]
    ridge = scaleogram.frequency_hz[found.argmax(axis=0)]
    np.testing.assert_allclose(ridge, 10 + 6 * scaleogram.time_s, atol=1.0)


@pytest.mark.parametrize("name", ["cmor1.5-1.0", "mexh", "fbsp2-1.5-1.0"])
def test_a_segment_equals_the_whole_recording_there(name):
    random = np.random.default_rng(0)
    part = plan(width=128, wavelet=name)
    whole = plan(samples=6 * SAMPLES, width=6 * 128, wavelet=name)
    signal = random.normal(size=6 * SAMPLES)
    found = part.magnitude(cut(signal, [2 * SAMPLES], SAMPLES, part.margin))[0]
    entire = whole.magnitude(cut(signal, [0], 6 * SAMPLES, whole.margin))[0][:, 256:384]
    assert np.abs(found - entire).max() < 1e-4 * entire.max()


@pytest.mark.parametrize("width", [64, 127, 1, 17, 512, 600])
@pytest.mark.parametrize("height", [1, 16, 33])
def test_any_shape(width, height):
    scaleogram = plan(width=width, height=height)
    t = np.arange(-scaleogram.margin, SAMPLES + scaleogram.margin) / RATE
    windows = np.stack([bursts(t), 2 * bursts(t)]).astype(np.float32)
    found = scaleogram.magnitude(windows)
    assert found.shape == (2, height, width)
    np.testing.assert_allclose(found[1], 2 * found[0], rtol=1e-3, atol=1e-5)
    expected = np.interp(scaleogram.time_s, *_reference(height))
    if width > 1:
        assert np.abs(found[0, -1] - expected).max() < 0.01 * expected.max()


def _reference(height):
    fine = plan(width=SAMPLES, height=height)
    t = np.arange(-fine.margin, SAMPLES + fine.margin) / RATE
    return fine.time_s, fine.magnitude(bursts(t)[None])[0, -1]


@pytest.mark.parametrize("pooling", ["mean", "max"])
def test_pooling_is_that_of_the_points_in_a_pixel(pooling):
    points = plan(width=64 * 4)
    pooled = plan(width=64, pooling=pooling, oversample=4)
    signal = bursts(np.arange(-2000, 3000) / RATE)
    fine = points.magnitude(cut(signal, [2000], SAMPLES, points.margin))
    found = pooled.magnitude(cut(signal, [2000], SAMPLES, pooled.margin))
    expected = getattr(fine.reshape(1, 21, 64, 4), pooling)(axis=3)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("name", ["cmor1.5-1.0", "cgau2", "mexh", "gaus1"])
@pytest.mark.parametrize("samples", [512, 300, 9000])
def test_many_windows_at_once_are_those_of_one_at_a_time(name, samples):
    """From sixteen on their spectra are made side by side, but for very long ones."""
    scaleogram = plan(wavelet=name, samples=samples, width=20, frequency_range_hz=(2, 63))
    length = samples + 2 * scaleogram.margin
    windows = np.random.default_rng(0).normal(size=(35, length)).astype(np.float32)
    alone = np.concatenate([scaleogram.magnitude(window) for window in windows])
    for count in (16, 35):
        together = scaleogram.magnitude(windows[:count])
        np.testing.assert_allclose(together, alone[:count], atol=1e-5 * alone.max())


def test_levels_are_those_of_the_magnitude():
    scaleogram = plan(limits_db=(-40, 10), width=70)
    random = np.random.default_rng(0)
    shape = (3, SAMPLES + 2 * scaleogram.margin)
    windows = random.normal(size=shape) * np.array([[1], [100], [1e-6]])
    decibel = 20 * np.log10(scaleogram.magnitude(windows))
    levels = np.clip((decibel + 40) * 255 / 50, 0, 255)
    found = scaleogram(windows)
    assert found.dtype == np.uint8
    assert np.abs(found - levels).max() < 0.501
    assert (scaleogram(np.zeros_like(windows)) == 0).all()


def test_reflect_is_context_that_mirrors():
    random = np.random.default_rng(0)
    signal = random.normal(size=SAMPLES).astype(np.float32)
    context, reflect = plan(), plan(edges="reflect")
    assert reflect.margin == 0
    windows = cut(signal, [0], SAMPLES, context.margin)
    np.testing.assert_array_equal(context.magnitude(windows), reflect.magnitude(signal[None]))


def test_axes():
    log = plan(height=5, frequency_range_hz=(2, 32))
    np.testing.assert_allclose(log.frequency_hz, [32, 16, 8, 4, 2])
    np.testing.assert_allclose(log.period_s, 1 / log.frequency_hz)
    np.testing.assert_allclose(log.scale, RATE / log.frequency_hz)
    linear = plan(height=5, frequency_range_hz=(2, 32), frequency_axis="linear")
    np.testing.assert_allclose(linear.frequency_hz, [32, 24.5, 17, 9.5, 2])
    period = plan(
        height=3, frequency_range_hz=None, period_range_s=(0.1, 0.5), frequency_axis="linear"
    )
    np.testing.assert_allclose(period.period_s, [0.1, 0.3, 0.5])
    scale = plan(height=3, frequency_range_hz=None, scale_range=(4, 16))
    np.testing.assert_allclose(scale.scale, [4, 8, 16])
    np.testing.assert_allclose(log.time_s[[0, -1]] * RATE, [3.5, SAMPLES - 4.5])


def test_cone_of_influence():
    scaleogram = plan()
    mask, share = scaleogram.cone_of_influence()
    assert mask.shape == (21, 64)
    assert share == mask.mean() > 0
    # Torrence and Compo: sqrt(2) times the scale of a Morlet wavelet whose envelope is
    # exp(-t^2 / 2); for cmor, exp(-t^2 / B), that is sqrt(B).
    reach = np.sqrt(1.5) / scaleogram.frequency_hz
    np.testing.assert_array_equal(mask[:, 10], scaleogram.time_s[10] < reach)
    before, _ = scaleogram.cone_of_influence(real_before=10**6)
    assert not before[:, :32].any()
    assert before[:, 32:].any()
    assert scaleogram.cone_of_influence(real_before=10**6, real_after=10**6)[1] == 0


def test_cone_in_the_image():
    mask, _ = plan().cone_of_influence()
    images = np.full((2, 21, 64), 100, np.uint8)
    masked = mark_cone(images, mask, "mask")
    np.testing.assert_array_equal(masked == 0, np.broadcast_to(mask, images.shape))
    drawn = mark_cone(images, mask, "draw")
    line = drawn[0] == 255
    assert line.any()
    assert (line <= mask).all()
    assert not line[0].all()
    np.testing.assert_array_equal(mark_cone(images, mask, "none"), images)
    assert (images == 100).all()
    with pytest.raises(ValueError, match="cone: is 'hide'"):
        mark_cone(images, mask, "hide")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"frequency_range_hz": (1, 64)},
            "frequency_range_hz: .* above the Nyquist frequency",
        ),
        ({"frequency_range_hz": None, "scale_range": (1, 9)}, "scale_range: .*Nyquist frequency"),
        ({"scale_range": (1, 9)}, "2 are given; give exactly one"),
        ({"frequency_range_hz": (5, 2)}, "frequency_range_hz: is"),
        ({"frequency_axis": "cubic"}, "frequency_axis: is 'cubic'; must be one of log, linear"),
        ({"pooling": "median"}, "pooling: is"),
        ({"scaling": "L1"}, "scaling: is"),
        ({"edges": "zero"}, "edges: is"),
        ({"limits_db": (0, 0)}, "limits_db: is"),
        ({"width": 0}, "width: is 0"),
        ({"wavelet": "haar"}, "wavelet: no continuous family"),
    ],
)
def test_errors(changes, message):
    with pytest.raises(ValueError, match=message):
        plan(**changes)


def test_windows_of_another_length_are_refused():
    scaleogram = plan()
    with pytest.raises(ValueError, match=rf"margin {scaleogram.margin} \+ samples 512"):
        scaleogram.magnitude(np.zeros((1, SAMPLES), np.float32))
    assert scaleogram(np.zeros((0, SAMPLES + 2 * scaleogram.margin))).shape == (0, 21, 64)
