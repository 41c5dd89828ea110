"""The self-test passes where settings are right, and says why where they are not."""

from importlib.util import module_from_spec, spec_from_file_location

import numpy as np
import pytest

from biospectra.evaluation.transform_checks import run_checks
from biospectra.report.transform_checks import draw
from biospectra.signals.resampling import resample
from biospectra.transforms.kinds import KINDS
from support.harness import ROOT

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
    draw(panels, tmp_path / "page.png")
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
    draw(panels, tmp_path / "page.svg")


def test_a_resampler_that_folds_or_shifts_is_caught():
    def decimate(signal, rate_hz, target_hz):
        at = np.arange(int(signal.size * target_hz / rate_hz)) * rate_hz / target_hz
        return signal[np.rint(at).astype(int).clip(0, signal.size - 1)]

    def late(signal, rate_hz, target_hz):
        return np.roll(resample(signal, rate_hz, target_hz), 40)

    assert any("folded" in one.check for one in failed(run(resample=decimate)[0]))
    assert any("impulse" in one.check for one in failed(run(resample=late)[0]))


@pytest.fixture
def box_bank():
    """A third kind of image, as tests/workflow/test_new_kinds.py adds it."""
    path = ROOT / "tests/new_kinds/scripts/biospectra/transforms/box_bank.py"
    spec = spec_from_file_location("box_bank", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.BoxBank


@pytest.mark.parametrize("faulty", [False, True])
def test_a_third_kind_is_checked_from_its_first_day(tmp_path, monkeypatch, box_bank, faulty):
    class Detuned(box_bank):
        def magnitude(self, windows):
            return np.roll(super().magnitude(windows), 3, axis=1)

    monkeypatch.setitem(KINDS, "box_bank", Detuned if faulty else box_bank)
    entry = {"kind": "box_bank", "height": 40, "width": 32, "box_s": 0.4, "compression": "zstd"}
    entry |= {"frequency_range_hz": [8, 100], "limits_db": [-60, 0]}
    checks, panels = run(mine=entry)
    assert "box_s=0.4, rate_hz=512.0, samples=2560, height=40" in repr(panels[0].plan)
    assert len(checks) == 1 + 2 * 6 + 3
    assert bool(failed(checks)) == faulty
    draw(panels, tmp_path / "page.png")
