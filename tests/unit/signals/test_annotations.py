"""A segment has the label of what is annotated in it, and none where that is in doubt."""

from collections import Counter

import numpy as np
import pytest

from biospectra.formats.read import read
from biospectra.signals.annotations import label_segments
from biospectra.signals.signal import Annotation
from support.data import DATA, needs_data

STARTS_S = np.arange(0.0, 60, 5)
RHYTHMS = {"(N": "NSR", "(AFIB": "AF"}


def rhythm(*changes: tuple[float, str]) -> list[Annotation]:
    """Rhythms from their onsets, each until the next."""
    ends = [onset for onset, _ in changes[1:]] + [np.inf]
    return [Annotation(a, end - a, name) for (a, name), end in zip(changes, ends, strict=True)]


def test_each_segment_has_its_rhythm():
    found = rhythm((0.2, "(N"), (20, "(AFIB"), (42, "(VT"), (51, "(N"))
    labels, reasons = label_segments(found, STARTS_S, 5, RHYTHMS)
    assert labels.tolist() == ["NSR"] * 4 + ["AF"] * 4 + ["", "", "", "NSR"]
    assert reasons.tolist() == ["ok"] * 8 + ["mixed_labels", "no_label", "mixed_labels", "ok"]


def test_majority():
    found = rhythm((0, "(N"), (22, "(AFIB"), (42.5, "(VT"), (51, "(N"))
    labels, _ = label_segments(found, STARTS_S, 5, RHYTHMS, on_mixed="majority")
    # 42.5 s is exactly half: no majority
    assert labels.tolist() == ["NSR"] * 4 + ["AF"] * 4 + ["", "", "NSR", "NSR"]


def test_overlapping_segments():
    starts_s = np.arange(0, 30, 1.0)
    labels, _ = label_segments(rhythm((0, "(N"), (12, "(AFIB")), starts_s, 5, RHYTHMS)
    assert labels.tolist() == ["NSR"] * 8 + [""] * 4 + ["AF"] * 18


def test_beats():
    found = [Annotation(0.5 + k, 0.0, "V" if k in (7, 12, 13, 14) else "N") for k in range(20)]
    mapping = {"V": "ventricular", "N": "normal"}
    starts_s = np.arange(0, 20, 5.0)
    labels, reasons = label_segments(found, starts_s, 5, mapping)
    assert labels.tolist() == ["normal", "", "", "normal"]
    assert reasons.tolist() == ["ok", "mixed_labels", "mixed_labels", "ok"]
    labels, _ = label_segments(found, starts_s, 5, mapping, on_mixed="majority")
    assert labels.tolist() == ["normal", "normal", "ventricular", "normal"]
    labels, _ = label_segments(found, starts_s, 5, mapping, on_mixed="priority")
    assert labels.tolist() == ["normal", "ventricular", "ventricular", "normal"]


def test_other_beats_count_and_other_marks_do_not():
    found = [Annotation(1.0, 0.0, "N"), Annotation(2.0, 0.0, "~"), Annotation(3.0, 0.0, "+")]
    assert label_segments(found, [0.0], 5, {"N": "normal"})[0].tolist() == ["normal"]
    found.append(Annotation(4.0, 0.0, "/"))
    assert label_segments(found, [0.0], 5, {"N": "normal"})[0].tolist() == [""]
    # a rhythm does not disturb labels from beats
    found = [Annotation(0.0, np.inf, "(N"), Annotation(1.0, 0.0, "N")]
    assert label_segments(found, [0.0], 5, {"N": "normal"})[0].tolist() == ["normal"]


def test_edf_annotations():
    found = [Annotation(0, 30, "Sleep stage W"), Annotation(30, 30, "Sleep stage 2")]
    found.append(Annotation(31.0, 0.0, "Lights off"))
    mapping = {"Sleep stage W": "wake", "Sleep stage 2": "N2"}
    labels, reasons = label_segments(found, STARTS_S, 5, mapping)
    assert labels.tolist() == ["wake"] * 6 + ["N2"] * 6
    assert (reasons == "ok").all()


@pytest.mark.parametrize("found", [None, [], [Annotation(1, 0, "blink")]])
@pytest.mark.parametrize("on_mixed", ["drop", "majority", "priority"])
def test_without_annotations(found, on_mixed):
    labels, reasons = label_segments(found, STARTS_S, 5, RHYTHMS, on_mixed=on_mixed)
    assert set(labels) == {""}
    assert set(reasons) == {"no_label"}
    assert label_segments(found, [], 5, RHYTHMS)[0].shape == (0,)


def test_settings_that_cannot_be():
    with pytest.raises(ValueError, match="one of drop, majority, priority"):
        label_segments([], STARTS_S, 5, RHYTHMS, on_mixed="first")
    with pytest.raises(ValueError, match="mapping"):
        label_segments([], STARTS_S, 5, {})


@needs_data
def test_rhythms_within_one_database():
    """Record 201 has both sinus rhythm and atrial fibrillation; the counts are its own."""
    signal = read(DATA / "ecg_mitdb/201.hea", channel=0)
    starts_s = np.arange(0, signal.duration_s - 5, 5)
    mapping = {"(N": "NSR", "(AFIB": "AF", "(T": "ventricular"}
    labels, reasons = label_segments(signal.annotations, starts_s, 5, mapping)
    counts = Counter(labels.tolist())
    af_s = sum(a.duration_s for a in signal.annotations if a.label == "(AFIB")
    assert 0.8 * af_s < 5 * counts["AF"] <= af_s
    assert counts["NSR"] > 50
    assert set(reasons) <= {"ok", "mixed_labels", "no_label"}
