"""Bad segments are told with their reason, and good ones are left alone."""

import numpy as np
import pytest

from biospectra.signals.cleaning import clean
from biospectra.signals.quality import Defect, assess, find_defects
from biospectra.signals.resampling import resample
from biospectra.signals.scaling import scale

RATE_HZ = 500
RNG = np.random.default_rng(3)


def ecg(seconds: float = 60, rate_hz: float = RATE_HZ) -> np.ndarray:
    """A train of narrow waves on a little noise, in whole microvolts."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    beats = 1200 * np.exp(-((((time_s + 0.4) % 0.8 - 0.4) / 0.012) ** 2))
    return np.round(beats + RNG.normal(scale=8, size=time_s.size))


def windows(samples: np.ndarray) -> np.ndarray:
    return samples[: samples.size // 2500 * 2500].reshape(-1, 2500)


def emg_at_rest() -> np.ndarray:
    """Counts of a 10-bit converter that hardly flicker, with one burst."""
    samples = np.round(512 + RNG.normal(scale=0.35, size=30_000))
    samples[12_000:15_000] += np.round(RNG.normal(scale=90, size=3000))
    return samples


def eeg() -> np.ndarray:
    spectrum = RNG.normal(size=15_001) / np.maximum(1, np.arange(15_001)) ** 0.7
    return np.fft.irfft(spectrum * np.exp(2j * np.pi * RNG.random(15_001)))


@pytest.mark.parametrize("make", [ecg, emg_at_rest, eeg])
def test_good_signals_pass(make):
    samples = make()
    assert find_defects(samples, RATE_HZ) == []
    for ready in (samples, clean(samples, RATE_HZ, baseline="highpass")):
        assert (assess(windows(ready), rate_hz=RATE_HZ) == "ok").all()


def test_reasons():
    samples = windows(ecg()).astype(float)
    samples[1] = 7.0
    samples[2, 100] = np.nan
    samples[3, 100] = np.inf
    samples[4, 600:1400] = samples[4, 600]
    samples[5, 1000] = 60_000
    samples[6] += 3000 * np.sin(2 * np.pi * 50 * np.arange(2500) / RATE_HZ)
    got = assess(samples, rate_hz=RATE_HZ)
    expected = ["ok", "flat", "non_finite", "non_finite", "flat", "spikes", "mains_hum"]
    assert got.tolist() == expected + ["ok"] * 5
    assert got.dtype.kind == "U"
    limited = assess(samples, rate_hz=RATE_HZ, limits=(-1000, 1000))
    assert limited[0] == "out_of_range"


def test_checks_can_be_left_out():
    samples = windows(ecg()).astype(float)
    samples[5, 1000] = 60_000
    got = assess(samples, rate_hz=RATE_HZ, spike_ratio=None, hum_share=None)
    assert (got == "ok").all()


def test_clipping_is_found_after_filtering_too():
    """What rails leave is gone once a filter has run, so the original samples tell."""
    wander = 400 * np.sin(2 * np.pi * np.arange(30_000) / RATE_HZ)
    wander[10_000:15_000] = 0
    recorded = np.clip(ecg() + wander, -250, 5000)
    defects = find_defects(recorded, RATE_HZ)
    assert {d.reason for d in defects} == {"clipped"}
    ready = scale(resample(clean(recorded, RATE_HZ, baseline="highpass"), RATE_HZ, 512))
    ready = ready[: ready.size // 2560 * 2560].reshape(-1, 2560)
    starts_s = 5.0 * np.arange(len(ready))
    got = assess(ready, rate_hz=512, starts_s=starts_s, defects=defects)
    truth = (windows(recorded) == -250).mean(axis=1) > 0.02
    assert truth.any() and not truth.all()
    np.testing.assert_array_equal(got == "clipped", truth)
    assert (assess(ready, rate_hz=512)[truth] == "ok").all()


def test_padding_at_the_end_of_a_file_is_flat():
    recorded = ecg()
    recorded[-800:] = 0
    assert find_defects(recorded, RATE_HZ) == [Defect(pytest.approx(58.4, abs=0.01), 60.0, "flat")]


def test_a_slow_signal_in_coarse_steps_is_not_flat():
    """As skin conductance is: it keeps a value for a second and more."""
    time_s = np.arange(60_000) / 1000
    slow = np.round(500 + 8 * np.sin(2 * np.pi * 0.05 * time_s))
    assert find_defects(slow, 1000) == []


def test_a_rounded_top_is_not_clipped():
    time_s = np.arange(60 * RATE_HZ) / RATE_HZ
    assert find_defects(np.round(500 * np.sin(2 * np.pi * 0.8 * time_s)), RATE_HZ) == []
    pulse = (time_s % 1 < 0.2) * np.sin(np.pi * (time_s % 1) / 0.2) + RNG.normal(size=30_000) * 1e-4
    assert find_defects(pulse, RATE_HZ) == []


def test_missing_samples_are_defects():
    recorded = ecg()
    recorded[1000:1100] = np.nan
    assert find_defects(recorded, RATE_HZ) == [Defect(2.0, 2.2, "non_finite")]
    reasons = {d.reason for d in find_defects(np.full(5000, np.nan), RATE_HZ)}
    assert reasons == {"non_finite"}


@pytest.mark.parametrize("shape", [(0, 2560), (1, 1), (3, 2), (1, 2560)])
def test_odd_shapes(shape):
    got = assess(np.zeros(shape), rate_hz=512)
    assert got.shape == (shape[0],)
    assert (got == "flat").all()
