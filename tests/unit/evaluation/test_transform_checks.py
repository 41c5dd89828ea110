"""The self-test passes where settings are right, and says why where they are not."""

import numpy as np
import pytest

from biospectra.evaluation.transform_checks import run_checks
from biospectra.report.transform_checks import draw
from biospectra.signals.resampling import resample

SPECTROGRAM = {
    "rate_hz": 512.0,
    "samples": 2560,
    "height": 120,
    "width": 160,
    "window_s": 0.5,
    "frequency_range_hz": (0, 128),
}
SCALEOGRAM = {
    "rate_hz": 512.0,
    "samples": 2560,
    "height": 64,
    "width": 64,
    "frequency_range_hz": (0.5, 128),
}


def run(**changes):
    settings = {
        "native_rates_hz": [360, 1000],
        "resample": resample,
        "spectrogram": SPECTROGRAM,
        "scaleogram": SCALEOGRAM,
    }
    return run_checks(**{**settings, **changes})


def failed(checks):
    return [one for one in checks if not one.passed]


def test_good_settings_pass(tmp_path):
    checks, panels = run()
    assert not failed(checks)
    assert len(panels) == 4
    draw(checks, panels, tmp_path / "page.png")
    assert (tmp_path / "page.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    "change",
    [
        {"scaling": "psd"},
        {"frequency_axis": "log", "frequency_range_hz": (2, 128)},
        {"frequency_axis": "mel"},
        {"window_s": 0.25, "frequency_range_hz": None},
    ],
)
def test_spectrogram_settings(change):
    checks, _ = run(spectrogram={**SPECTROGRAM, **change}, scaleogram=None)
    assert not failed(checks)


@pytest.mark.parametrize("wavelet", ["cmor2.5-0.7", "shan1.5-1.0", "fbsp2-1.5-1.0", "morl", "mexh"])
@pytest.mark.parametrize("normalisation", ["amplitude", "energy"])
def test_scaleogram_settings(wavelet, normalisation):
    settings = {**SCALEOGRAM, "wavelet": wavelet, "normalisation": normalisation}
    checks, _ = run(spectrogram=None, scaleogram={**settings, "frequency_range_hz": (2, 128)})
    assert not failed(checks)


def test_wrong_settings_fail_with_the_reason(tmp_path):
    checks, panels = run(
        spectrogram={**SPECTROGRAM, "window_s": 6},
        scaleogram={**SCALEOGRAM, "frequency_range_hz": (1, 300)},
    )
    assert [one.passed for one in checks] == [False, False]
    assert "longer than the segment" in checks[0].found
    assert "Nyquist" in checks[1].found
    draw(checks, panels, tmp_path / "page.svg")


def test_a_resampler_that_folds_or_shifts_is_caught():
    def decimate(signal, rate_hz, target_hz):
        at = np.arange(int(signal.size * target_hz / rate_hz)) * rate_hz / target_hz
        return signal[np.rint(at).astype(int).clip(0, signal.size - 1)]

    def late(signal, rate_hz, target_hz):
        return np.roll(resample(signal, rate_hz, target_hz), 40)

    assert any("folded" in one.check for one in failed(run(resample=decimate)[0]))
    assert any("impulse" in one.check for one in failed(run(resample=late)[0]))
