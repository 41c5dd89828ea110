"""Labels of segments against a count of seconds, one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from biospectra.signals.annotations import label_segments
from biospectra.signals.signal import Annotation

MAPPING = {"(AFIB": "AF", "(AFL": "AF", "(N": "NSR"}
BEATS = {"V": "ventricular", "N": "normal", "L": "normal"}
OTHER = "another"

rhythms = st.lists(
    st.tuples(st.sampled_from(["(N", "(AFIB", "(AFL", "(VT", ""]), st.integers(1, 12)), max_size=8
)
grids = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(0, 12))
shares = st.sampled_from([0.25, 0.5, 0.75, 1])


def timeline(runs: list[tuple[str, int]]) -> tuple[list[Annotation], list[str]]:
    """Return annotations that follow one another, and the label of each second."""
    annotations, seconds = [], []
    for text, length in runs:
        if text:
            annotations.append(Annotation(len(seconds), length, text))
        seconds += [MAPPING.get(text, OTHER) if text else None] * length
    return annotations, seconds


def judged(counts: dict, window_s: int, order: list[str], on_mixed: str, share: float):
    """Return label and reason of a segment, from the seconds that each label fills."""
    present = [name for name in order if counts.get(name)]
    filled = sum(counts.values())
    given_label = ""
    if on_mixed == "majority":
        given_label = next((name for name in present if counts[name] > window_s / 2), "")
    elif present and filled >= share * window_s and (on_mixed == "priority" or len(present) == 1):
        given_label = present[0]
    if given_label and given_label != OTHER:
        return given_label, "ok"
    return "", "mixed_labels" if len(present) > 1 else "no_label"


@given(
    runs=rhythms,
    grid=grids,
    on_mixed=st.sampled_from(["drop", "majority", "priority"]),
    share=shares,
    shift_s=st.integers(-50, 50),
)
def test_rhythms_count_by_the_seconds_that_they_fill(runs, grid, on_mixed, share, shift_s):
    window_s, step_s, many = grid
    annotations, seconds = timeline(runs)
    starts_s = step_s * np.arange(many)
    expected = []
    for start in starts_s:
        own = [label for label in seconds[start : start + window_s] if label]
        counts = {label: own.count(label) for label in own}
        expected.append(judged(counts, window_s, ["AF", "NSR", OTHER], on_mixed, share))
    options = {"on_mixed": on_mixed, "least_share": share}
    for shift in (0, shift_s):  # the clock's zero does not matter
        moved = [Annotation(a.onset_s + shift, a.duration_s, a.label) for a in annotations]
        found = label_segments(moved, starts_s + shift, window_s, MAPPING, **options)
        assert list(zip(*found, strict=True)) == expected


@given(
    beats=st.lists(st.tuples(st.integers(0, 30), st.sampled_from("VNLA+")), max_size=12),
    grid=grids,
    on_mixed=st.sampled_from(["drop", "majority", "priority"]),
)
def test_beats_share_the_segment_equally(beats, grid, on_mixed):
    window_s, step_s, many = grid
    beats = sorted(beats)
    starts_s = step_s * np.arange(many)
    expected = []
    for start in starts_s:
        own = [BEATS.get(s, OTHER) for t, s in beats if start <= t < start + window_s and s != "+"]
        counts = {label: own.count(label) * window_s / len(own) for label in own}
        expected.append(judged(counts, window_s, ["ventricular", "normal", OTHER], on_mixed, 0.9))
    annotations = [Annotation(t, 0, s) for t, s in beats]
    found = label_segments(annotations, starts_s, window_s, BEATS, on_mixed=on_mixed)
    assert list(zip(*found, strict=True)) == expected
