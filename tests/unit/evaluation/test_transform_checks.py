"""The self-test passes where settings are right, and says why where they are not."""

import numpy as np
import pytest

from biospectra.evaluation.transform_checks import run_checks
from biospectra.report.transform_checks import draw
from biospectra.signals.resampling import resample
from biospectra.transforms.kinds import KINDS
from biospectra.transforms.transform import Transform

SPECTROGRAM = {
    "kind": "spectrogram",
    "height": 120,
    "width": 160,
    "window_s": 0.5,
    "frequency_range_hz": (0, 128),
}
SCALEOGRAM = {
    "kind": "scaleogram",
    "height": 64,
    "width": 64,
    "frequency_range_hz": (0.5, 128),
}


def run(*, resample=resample, native_rates_hz=(360, 1000), **images):
    images = images or {"spectrogram": SPECTROGRAM, "scaleogram": SCALEOGRAM}
    return run_checks(
        images,
        rate_hz=512.0,
        samples=2560,
        native_rates_hz=native_rates_hz,
        resample=resample,
    )


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
    checks, _ = run(own_name={**SPECTROGRAM, **change})
    assert not failed(checks)


@pytest.mark.parametrize(
    "wavelet", ["cmor2.5-0.7", "shan1.5-1.0", "fbsp2-1.5-1.0", "cgau2", "cgau4", "morl", "mexh"]
)
@pytest.mark.parametrize("scaling", ["amplitude", "energy"])
def test_scaleogram_settings(wavelet, scaling):
    settings = {**SCALEOGRAM, "wavelet": wavelet, "scaling": scaling}
    checks, _ = run(own_name={**settings, "frequency_range_hz": (2, 128)})
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


class BoxBank(Transform):
    """A third kind: the mean of a sinusoid's product with the signal over a fixed time."""

    quantity = "Amplitude (dB re 1)"
    frequency_axis = "log"
    margin = 256

    def __init__(self, *, box_s=0.4, off=1.0, limits_db=(-60, 0), **sizes):
        super().__init__(limits_db=limits_db, **sizes)
        self.box_s, self.off, self.lowest_hz = box_s, off, 4 / box_s
        self.frequency_hz = np.geomspace(100, 8, self.height)
        self.time_s = (np.arange(self.width) + 0.5) * self.samples / self.width / self.rate_hz
        self._size = round(box_s * self.rate_hz)

    def magnitude(self, windows):
        windows = self._checked(windows)
        t = np.arange(windows.shape[1]) - self.margin
        turned = np.exp(-2j * np.pi * np.outer(self.frequency_hz * self.off, t) / self.rate_hz)
        sums = np.cumsum(windows[:, None] * turned, axis=2)
        begin = np.round(self.time_s * self.rate_hz - self._size / 2).astype(int) + self.margin
        means = (sums[..., begin + self._size - 1] - sums[..., begin - 1]) / self._size
        return (2 * np.abs(means)).astype(np.float32)

    def response(self, frequency_hz):
        turns = (self.frequency_hz - frequency_hz) / self.rate_hz
        waves = np.exp(2j * np.pi * np.outer(turns, np.arange(self._size)))
        return np.abs(waves.mean(axis=1))


@pytest.mark.parametrize(("off", "passes"), [(1.0, True), (1.2, False)])
def test_a_third_kind_is_checked_from_its_first_day(tmp_path, monkeypatch, off, passes):
    monkeypatch.setitem(KINDS, "box_bank", BoxBank)
    entry = {"kind": "box_bank", "height": 40, "width": 32, "off": off, "compression": "zstd"}
    checks, panels = run(mine=entry)
    assert len(checks) == 1 + 2 * 6 + 3
    assert (not failed(checks)) == passes
    draw(checks, panels, tmp_path / "page.png")
