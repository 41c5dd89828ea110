"""Segments never span a gap, and annotated ones lie on the grid of their class."""

import h5py
import numpy as np
import pytest

from biospectra.errors import StudyError
from biospectra.signals.signal import Annotation, Signal
from biospectra.signals.windows import starts
from biospectra.steps.resample import resample_shard
from biospectra.steps.segment import segment_shard
from biospectra.store.resampled import ANNOTATION, DEFECT, cut_label
from biospectra.store.rows import read_rows

MAPPING = {"(N": "N", "(A": "A"}


def test_windows_do_not_span_a_gap():
    found = starts(np.array([[0, 25], [30, 60]]), 10, 5)
    np.testing.assert_array_equal(found, [0, 5, 10, 15, 30, 35, 40, 45, 50])


def segments(tmp_path, annotations, mapping=MAPPING, **steps):
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
        annotations={"mapping": mapping, "on_mixed": "drop"},
        max_abs=None,
        hum_share=None,
        **({"window_s": 5, "step_s": 5, "step_s_by_label": {}} | steps),
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


LONG = "é" + "Schlafstadium mit Übergängen und vielen Wörtern, über Länge hinaus ä"


def test_a_text_is_cut_between_characters():
    whole = ["a" * n + "ä" * 40 for n in range(8)] + [LONG]
    for text in whole:
        kept = cut_label(text)
        assert text.startswith(kept)
        assert 63 <= len(kept.encode()) <= 64
    assert cut_label("(AFIB") == "(AFIB"


@pytest.mark.parametrize("text", [LONG, "x" + "ä" * 40])
def test_long_annotations_label_as_the_mapping_says(tmp_path, text):
    for stored in (text.encode()[:64], cut_label(text).encode()):
        rows = segments(tmp_path, [(0, 60, stored)], mapping={text: "deep"})
        assert set(rows["label"]) == {"deep"}


def test_long_annotations_that_are_cut_alike_need_one_label(tmp_path):
    mapping = {LONG + "1": "one", LONG + "2": "two"}
    with pytest.raises(StudyError, match=r"mapping.*64 bytes"):
        segments(tmp_path, [(0, 60, b"(N")], mapping=mapping)
    rows = segments(
        tmp_path, [(0, 60, cut_label(LONG).encode())], mapping=dict.fromkeys(mapping, "a")
    )
    assert set(rows["label"]) == {"a"}


def test_a_long_annotation_is_written_whole_characters_only(tmp_path, monkeypatch):
    text = "x" + "ä" * 40
    signal = Signal(
        samples=np.random.default_rng(0).standard_normal(600),
        rate_hz=10.0,
        units="mV",
        channel="0",
        load_annotations=lambda: [Annotation(0.0, 60.0, text)],
    )
    monkeypatch.setattr("biospectra.steps.resample.first_files", lambda _: {"r": "r.edf"})
    monkeypatch.setattr("biospectra.steps.resample.file_hashes", lambda _: {"r": []})
    monkeypatch.setattr("biospectra.steps.resample.read_originals", lambda *_: [("r", signal)])
    row = {"recording": "r", "label": "annotation", "subject": "p", "database": "d", "source": "s"}
    row |= dict.fromkeys(["channel", "variable", "start_s", "duration_s", "split"])
    output = tmp_path / "resampled.h5"
    (tmp_path / "rejected.tsv").write_text("recording\treason\n")
    resample_shard(
        [row],
        tmp_path,
        output,
        tmp_path / "left_out.tsv",
        rate_hz=10,
        scale="physical",
        cleaning={"baseline": "offset", "by_database": {}, "by_label": {}},
        band=None,
        on_bad_recording="stop",
    )
    with h5py.File(output) as file:
        assert file["r/annotations"]["label"][0].decode() == "x" + "ä" * 31


def test_a_mapping_that_knows_none_of_the_annotations_is_told(tmp_path, capfd):
    rows = segments(tmp_path, [(0, 30, b"(N"), (30, 30, b"(A")], mapping={"(AFIB": "A"})
    assert set(rows["label"]) == {""}
    said = capfd.readouterr().err
    assert "r: none of its annotations is in segments.annotations.mapping ('(AFIB')" in said
    assert "'(N' (1), '(A' (1)" in said


CUES = [(2.0, 0.0, b"T1"), (6.0, 4.0, b"T2"), (9.0, 0.0, b"T0"), (21.0, 0.0, b"T2")]
CUES += [(58.0, 0.0, b"T1"), (0.1, 0.0, b"T1"), (30.0, 0.0, b"T1")]
AROUND = {"event": ["T1", "T2"], "from_s": -0.5, "to_s": 3.5}


def test_segments_around_events_have_their_label(tmp_path):
    """At the start, at the end and at the gap (from 23 s) there is no room."""
    rows = segments(tmp_path, CUES, {"T1": "left"}, around=AROUND, window_s=4)
    assert rows["start_s"].tolist() == [1.5, 5.5, 29.5]
    assert rows["label"].tolist() == ["left", "T2", "left"]
    assert set(rows["quality"]) == {"ok"}
    with h5py.File(tmp_path / "segments.h5") as cut, h5py.File(tmp_path / "resampled.h5") as whole:
        np.testing.assert_array_equal(cut["signal"][1], whole["r"]["signal"][55:95])


def test_where_no_event_is_the_annotations_are_told(tmp_path, capfd):
    rows = segments(tmp_path, CUES, around=AROUND | {"event": "T9"}, window_s=4)
    assert len(rows) == 0
    assert "no segment at 'T9'; its annotations are: 'T1' (4), 'T2' (2)" in capfd.readouterr().err


def test_epochs_begin_with_their_annotation(tmp_path):
    stages = [(0.0, 2.0, b"?"), (2.0, 12.0, b"(N"), (14.0, 5.0, b"(A"), (40.0, 4.0, b"(N")]
    rows = segments(tmp_path, stages, begin="annotation")
    assert rows["start_s"].tolist() == [2, 7, 14]
    assert rows["label"].tolist() == ["N", "N", "A"]
    rows = segments(tmp_path, stages, begin="annotation", step_s_by_label={"N": 2})
    assert rows["start_s"].tolist() == [2, 4, 6, 8, 14]


def test_a_peak_to_peak_in_microvolts_is_that_whatever_the_scale(tmp_path, monkeypatch):
    random = np.random.default_rng(0)
    samples = 10 * random.standard_normal(6000)
    samples[2500] += 400
    row = {"recording": "r", "label": "a", "subject": "p", "database": "d", "source": "s"}
    row |= dict.fromkeys(["channel", "variable", "start_s", "duration_s", "split"])
    monkeypatch.setattr("biospectra.steps.resample.first_files", lambda _: {"r": "r.edf"})
    monkeypatch.setattr("biospectra.steps.resample.file_hashes", lambda _: {"r": []})
    (tmp_path / "rejected.tsv").write_text("recording\treason\n")

    def judged(units, factor, scale, limit_uv):
        signal = Signal(samples * factor, 100.0, units, "Cz")
        monkeypatch.setattr("biospectra.steps.resample.read_originals", lambda *_: [("r", signal)])
        resample_shard(
            [row],
            tmp_path,
            tmp_path / "resampled.h5",
            tmp_path / "left_out.tsv",
            rate_hz=100,
            scale=scale,
            cleaning={"baseline": "none", "by_database": {}, "by_label": {}},
            band=None,
            on_bad_recording="stop",
        )
        segment_shard(
            tmp_path / "resampled.h5",
            tmp_path / "segments.h5",
            rate_hz=100,
            window_s=10,
            step_s=10,
            step_s_by_label={},
            annotations={"mapping": {}, "on_mixed": "drop"},
            max_abs=None,
            peak_to_peak_uv=limit_uv,
            spike_ratio=None,
            hum_share=None,
        )
        return read_rows([tmp_path / "segments.h5"])["quality"].tolist()

    expected = ["ok", "ok", "peak_to_peak", "ok", "ok", "ok"]
    spans = samples.reshape(6, 1000)
    most = np.sort(spans.max(axis=1) - spans.min(axis=1))
    for units, factor in (("uV", 1.0), ("mV", 1e-3), ("V", 1e-6)):
        for scale in ("robust", "physical"):
            assert judged(units, factor, scale, 200) == expected
            assert judged(units, factor, scale, most[-1] * 1.001) == ["ok"] * 6
            assert judged(units, factor, scale, most[-1] * 0.999) == expected
    with pytest.raises(StudyError, match=r"peak_to_peak_uv: recording 'r' is in no known unit"):
        judged("adu", 1.0, "robust", 200)
