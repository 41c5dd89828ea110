"""Segments never span a gap, and annotated ones lie on the grid of their class."""

import h5py
import numpy as np

from biospectra.resampled import ANNOTATION, DEFECT
from biospectra.rows import read_rows
from biospectra.segments import segment_shard, starts


def test_windows_do_not_span_a_gap():
    found = starts(np.array([[0, 25], [30, 60]]), 10, 5)
    np.testing.assert_array_equal(found, [0, 5, 10, 15, 30, 35, 40, 45, 50])


def segments(tmp_path, annotations, **steps):
    """Cut 60 s at 10 Hz with a gap at 23 s; returns the rows."""
    path = tmp_path / "resampled.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("r")
        group["signal"] = np.random.default_rng(0).standard_normal(600).astype(np.float32)
        group["stretches"] = [[0, 230], [237, 600]]
        group["defects"] = np.array([], dtype=DEFECT)
        group["annotations"] = np.array(annotations, dtype=ANNOTATION)
        names = ("subject", "database", "source", "channel", "units")
        group.attrs.update(dict.fromkeys(names, "x") | {"label": "annotation"})
        for name in ("rate_hz", "native_rate_hz", "bandwidth_hz"):
            group.attrs[name] = 10.0
    output = tmp_path / "segments.h5"
    segment_shard(
        path,
        output,
        rate_hz=10,
        window_s=5,
        annotations={"mapping": {"(N": "N", "(A": "A"}, "on_mixed": "drop"},
        max_abs=None,
        hum_share=None,
        **({"step_s": 5, "step_s_by_label": {}} | steps),
    )
    return read_rows([output])


def test_what_follows_a_gap_is_segmented_from_its_own_start(tmp_path):
    rows = segments(tmp_path, [(0, 60, b"(N")])
    assert rows["start_s"].tolist() == [0, 5, 10, 15, *(23.7 + 5 * i for i in range(7))]
    assert set(rows["label"]) == {"N"}


def test_each_class_has_its_own_step(tmp_path):
    rows = segments(tmp_path, [(0, 15, b"(A"), (15, 45, b"(N")], step_s=5, step_s_by_label={"A": 2})
    rare = rows.loc[rows["label"] == "A", "start_s"]
    assert rare.tolist() == [0, 2, 4, 6, 8, 10]
    assert rows.loc[rows["label"] == "N", "start_s"].tolist()[0] == 15
