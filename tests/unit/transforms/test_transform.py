"""What every kind of image does alike."""

import subprocess
import sys
from typing import get_args

import numpy as np
import pytest
from scipy.signal import get_window, windows

from biospectra.errors import StudyError
from biospectra.signals.windows import cut
from biospectra.transforms.kinds import KINDS, make_transform
from biospectra.transforms.scaleogram import Scaleogram  # noqa: F401  for repr
from biospectra.transforms.spectrogram import Spectrogram, Window
from biospectra.transforms.transform import IMAGES_AT_ONCE
from biospectra.transforms.wavelets import Wavelet  # noqa: F401  for repr
from support.harness import ROOT

ENTRIES = {
    "spectrogram": {"kind": "spectrogram", "height": 24, "width": 32, "limits_db": [-70, 0]},
    "scaleogram": {
        "kind": "scaleogram",
        "height": 24,
        "width": 32,
        "frequency_range_hz": [1, 50],
        "wavelet": "cmor1.5-1.0",
        "limits_db": [-60, 0],
        "colour_map": "viridis",
        "cone_of_influence": "draw",
    },
}
STUDY = {"resample": {"rate_hz": 128}, "segments": {"window_s": 2.0}}
SAMPLES = 256


@pytest.fixture(params=KINDS)
def plan(request):
    return make_transform(ENTRIES[request.param], 128, SAMPLES)


@pytest.fixture(scope="module")
def signal():
    return np.random.default_rng(0).normal(size=2000)


def test_of_is_cut_and_call(plan, signal):
    starts = np.arange(IMAGES_AT_ONCE + 5) % (2000 - SAMPLES + 1)
    starts[-1] = 2000 - SAMPLES
    expected = plan(cut(signal, starts, SAMPLES, plan.margin))
    np.testing.assert_array_equal(plan.of(signal, starts), expected)
    np.testing.assert_array_equal(plan.of(signal.tolist(), 7), expected[7:8])
    assert plan.of(signal, []).shape == (0, 24, 32)


@pytest.mark.parametrize("start", [-1, 2000 - SAMPLES + 1, 10**9])
def test_starts_outside_the_signal_are_refused(plan, signal, start):
    with pytest.raises(ValueError, match=f"starts: the segment of 256 samples at {start} "):
        plan.of(signal, [0, start])


def test_a_start_between_samples_is_refused(plan, signal):
    with pytest.raises(ValueError, match=r"starts: 1\.5 is no whole number"):
        plan.of(signal, [0, 1.5])


def test_a_segment_with_a_gap_is_refused(plan, signal):
    holey = signal.copy()
    holey[1500] = np.nan
    assert plan.of(holey, [0]).shape == (1, 24, 32)
    with pytest.raises(ValueError, match=r"signal: the segment at 1400, .* is not finite"):
        plan.of(holey, [0, 1400])


def test_repr_makes_the_same_plan(plan, signal):
    again = eval(repr(plan))
    assert repr(again) == repr(plan)
    np.testing.assert_array_equal(again.of(signal, [300]), plan.of(signal, [300]))


def test_levels_are_the_limits_share_of_the_decibels(plan, signal):
    windows = cut(signal, [100, 700], SAMPLES, plan.margin)
    low_db, high_db = plan.limits_db
    levels = (plan.decibel(windows) - low_db) * 255 / (high_db - low_db)
    assert np.abs(plan(windows) - np.clip(levels, 0, 255)).max() < 0.51


@pytest.mark.parametrize("kind", KINDS)
def test_settings_are_checked_before_any_job(kind):
    KINDS[kind].check("mine", ENTRIES[kind], STUDY)


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("spectrogram", {"width": 100}, ["width", "100", "64, 128"]),
        ("spectrogram", {"window_s": 3}, ["window_s", "384", "256"]),
        ("spectrogram", {"window": "hanning"}, ["window", "'hanning'", "hann"]),
        ("spectrogram", {"frequency_range_hz": [1, 70]}, ["frequency_range_hz", "64 Hz"]),
        ("spectrogram", {"frequency_range_hz": [9, 2]}, ["frequency_range_hz", "low < high"]),
        ("spectrogram", {"frequency_axis": "bark"}, ["frequency_axis", "linear, log, mel"]),
        ("spectrogram", {"scaling": "energy"}, ["scaling", "amplitude, psd"]),
        ("scaleogram", {"frequency_range_hz": [1, 64]}, ["frequency_range_hz", "Nyquist", "64 Hz"]),
        ("scaleogram", {"period_range_s": [0.01, 1]}, ["period_range_s", "Nyquist"]),
        ("scaleogram", {"scale_range": [1, 40]}, ["scale_range", "Nyquist"]),
        ("scaleogram", {"wavelet": "db4"}, ["wavelet", "'db4'", "cmorB-C"]),
        ("scaleogram", {"edges": "zero"}, ["edges", "context, reflect"]),
        ("scaleogram", {"limits_db": [0, -60]}, ["limits_db", "low < high"]),
        ("spectrogram", {"limits_db": [0, 0]}, ["limits_db", "low < high"]),
    ],
)
def test_what_no_image_can_be_made_of_is_refused(kind, changes, words):
    with pytest.raises(StudyError) as caught:
        KINDS[kind].check("mine", ENTRIES[kind] | changes, STUDY)
    message = str(caught.value)
    assert message.startswith(f"images.mine.{words[0]}: ")
    assert message.endswith(".")
    for word in words:
        assert word in message


def test_a_range_of_periods_or_scales_replaces_the_default_of_frequencies():
    plan = make_transform(ENTRIES["scaleogram"] | {"period_range_s": [0.05, 1]}, 128, SAMPLES)
    np.testing.assert_allclose(plan.period_s[[0, -1]], [0.05, 1])
    plan = make_transform(ENTRIES["scaleogram"] | {"scale_range": [4, 64]}, 128, SAMPLES)
    np.testing.assert_allclose(plan.scale[[0, -1]], [4, 64])


def test_checking_settings_loads_neither_scipy_nor_numba():
    """The config is checked by every job, and where only snakemake is installed."""
    code = f"""
import sys
from biospectra.transforms.kinds import KINDS
for wavelet in ("cmor1.5-1.0", "gaus2", "cgau2", "shan1.5-1.0", "fbsp2-1.5-1.0", "mexh"):
    entry = {ENTRIES["scaleogram"]!r} | {{"wavelet": wavelet}}
    KINDS["scaleogram"].check("a", entry, {STUDY!r})
    KINDS["scaleogram"].check("a", entry | {{"scale_range": [8, 64]}}, {STUDY!r})
for axis in ("linear", "log", "mel"):
    entry = {ENTRIES["spectrogram"]!r} | {{"frequency_axis": axis, "frequency_range_hz": [1, 50]}}
    KINDS["spectrogram"].check("b", entry, {STUDY!r})
loaded = {{name.split(".")[0] for name in sys.modules}}
print(*loaded & {{"scipy", "numba", "matplotlib", "pandas"}})
"""
    environment = {"PYTHONPATH": str(ROOT / "workflow/scripts")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout == "\n"


def test_the_windows_are_all_of_scipys_that_need_no_parameter():
    def needs_none(name):
        try:
            return len(get_window(name, 8)) == 8
        except ValueError:
            return False

    assert set(get_args(Window)) == {name for name in windows.__all__ if needs_none(name)}


def test_a_window_with_its_parameter_is_scipys():
    settings = {"rate_hz": 128, "samples": SAMPLES, "height": 8, "width": 8}
    plan = Spectrogram(**settings, window=("kaiser", 8.0))
    np.testing.assert_array_equal(plan.taper, get_window(("kaiser", 8.0), 64))
    with pytest.raises(ValueError, match=r"window: is \('kaiser',\); SciPy says: "):
        _ = Spectrogram(**settings, window=("kaiser",)).taper
