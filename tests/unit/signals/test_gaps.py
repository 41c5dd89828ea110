"""Gaps and missing samples keep their place, whatever is done to the signal around them."""

import numpy as np
import pytest

from biospectra.errors import RecordingError
from biospectra.formats.request import Request
from biospectra.signals.gaps import by_stretch, fill_non_finite, split_at_gaps
from biospectra.signals.resampling import resample_signal
from biospectra.signals.signal import Annotation, Signal, shift_annotations, stretches_of


def signal_with(samples, stretches=()) -> Signal:
    return Signal(np.asarray(samples, dtype=float), 100, "mV", "x", list(stretches))


def test_long_holes_end_a_stretch_and_short_ones_do_not():
    samples = np.arange(1000.0)
    samples[100:120] = np.nan
    samples[400:460] = np.nan
    assert split_at_gaps(signal_with(samples)).stretches == [(0, 400), (460, 1000)]
    assert split_at_gaps(signal_with(samples, [(0, 430), (430, 1000)])).stretches == [
        (0, 400),
        (460, 1000),
    ]
    samples[:] = np.nan
    assert split_at_gaps(signal_with(samples)).stretches == [(0, 1000)]


def test_holes_keep_their_place_in_time():
    samples = np.sin(2 * np.pi * 3 * np.arange(1000) / 100)
    samples[300:500] = np.nan
    got = resample_signal(split_at_gaps(signal_with(samples)), 250)
    assert got.stretches == [(0, 750), (1250, 2500)]
    assert np.isnan(got.samples[750:1250]).all()
    expected = np.sin(2 * np.pi * 3 * np.arange(2500) / 250)
    assert np.abs(got.samples[1300:2400] - expected[1300:2400]).max() < 0.01


def test_stretches_without_holes_stay_next_to_each_other():
    got = by_stretch(signal_with(np.arange(10), [(0, 4), (4, 10)]), lambda part: part - part[0])
    assert got.samples.tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("rate_hz", [64, 100, 128, 333])
def test_stretches_do_not_overlap_at_any_rate(rate_hz):
    signal = signal_with(np.zeros(1001), [(0, 333), (333, 334), (500, 1001)])
    got = resample_signal(signal, rate_hz)
    edges = np.ravel(got.stretches)
    assert (np.diff(edges) >= 0).all()
    assert edges[-1] == len(got.samples)


def test_filling():
    filled, missing = fill_non_finite([0.0, np.nan, 2.0, np.inf])
    assert filled.tolist() == [0, 1, 2, 2]
    assert missing.tolist() == [False, True, False, True]


def test_stretches_and_annotations_of_a_part():
    assert stretches_of(np.array([0, 3, 3, 9]), 9) == [(0, 3), (3, 9)]
    found = [Annotation(0, 2, "a"), Annotation(3, 0, "b"), Annotation(5, np.inf, "c")]
    assert shift_annotations(found, 1, 5.5) == [(-1, 2, "a"), (2, 0, "b"), (4, np.inf, "c")]
    assert shift_annotations(None, 0, 1) is None


def test_channels_by_name_number_and_case(tmp_path):
    def pick(channel, names, numbers=None):
        [one] = Request(tmp_path / "x.edf", channel).choose(names, numbers).positions
        return one

    assert pick("EEG Fz", ["EEG Cz", "EEG Fz"]) == 1
    assert pick(" eeg fz", ["EEG Cz ", "EEG Fz "]) == 1
    assert pick("2", ["a", "2", "c"]) == 1  # a name before a number
    assert pick(7, ["a", "b"], [3, 7]) == 1
    assert pick(None, ["only"]) == 0
    assert pick("Fz", ["fz", "Fz"]) == 1
    with pytest.raises(RecordingError, match=r"x\.edf: has no channel 'Oz'; its ch"):
        pick("Oz", ["a", "b"])
