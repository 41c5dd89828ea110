"""Segments: windows of a recording's signal, each with its quality."""

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.job import tell
from biospectra.signals.annotations import ANNOTATED, label_segments
from biospectra.signals.events import starts_around, starts_within
from biospectra.signals.quality import Defect, assess
from biospectra.signals.signal import Annotation
from biospectra.signals.windows import AT_ONCE, Windows, starts
from biospectra.store.hdf5 import CHECKSUMMED, attributes_of, create
from biospectra.store.resampled import (
    FURTHER,
    LABEL_BYTES,
    attributes,
    cut_label,
    resampled_recordings,
)
from biospectra.store.rows import ROW_COLUMNS, write_table
from biospectra.words import number_of


def segment_shard(
    resampled: str | Path,
    output: str | Path,
    *,
    rate_hz: float,
    window_s: float,
    step_s: float,
    step_s_by_label: dict[str, float],
    annotations: dict,
    around: dict | None = None,
    begin: str = "recording",
    max_abs: float | None,
    peak_to_peak_uv: float | None = None,
    **quality: float | None,
) -> None:
    """Cut a shard's recordings into segments, label and judge each of them.

    Every window is kept with its quality, "ok" or the reason why it must not be used.

    Parameters
    ----------
    resampled : path
        HDF5 file made by `biospectra.steps.resample.resample_shard`.
    output : path
        HDF5 file with `signal` (n, samples) float32 and the rows.
    rate_hz : float
        The study's sampling rate.
    window_s, step_s : float
        Length of a segment, and from one start to the next.
    step_s_by_label : dict of str to float
        Other steps for some classes.
    annotations : dict
        Mapping and on_mixed of `biospectra.signals.annotations.label_segments`.
    around : dict or None
        The texts of events, and from where to where segments are cut around them, `event`, `from_s`
        and `to_s`; None to cut all of a recording.
    begin : {"recording", "annotation"}
        From where segments follow one another that annotations label: from the recording's start,
        or anew from where each annotation begins, to where it ends.
    max_abs : float or None
        Largest absolute value, in the signal's units; None for no limit.
    peak_to_peak_uv : float or None
        Largest span of a segment in µV, whatever the study's scale; None for no limit.
    quality : float or None
        Other thresholds of `biospectra.signals.quality.assess`.
    """
    samples = round(window_s * rate_hz)
    steps = {label: max(1, round(s * rate_hz)) for label, s in step_s_by_label.items()}
    steps[None] = max(1, round(step_s * rate_hz))
    tables = []
    with create(output) as out:
        signals = out.create_dataset(
            "signal",
            (0, samples),
            np.float32,
            maxshape=(None, samples),
            chunks=(16, samples),
            **CHECKSUMMED,
        )
        for name, group in resampled_recordings(resampled):
            own = attributes_of(group)
            if own["label"] == ANNOTATED and not around:
                _tell_unmapped(name, group, annotations["mapping"])
            at, labels, unlabelled = _labelled_starts(
                name, group, rate_hz, window_s, samples, steps, annotations, around, begin
            )
            if len(at) == 0:
                length_s = len(group["signal"]) / rate_hz
                print(f"{name}: {length_s:.2f} s, no segment of {window_s:g} s")
                continue
            windows = Windows(group["signal"][()], at, samples)
            reasons = assess(
                windows,
                rate_hz=rate_hz,
                starts_s=at / rate_hz,
                defects=[Defect(a, b, why.decode()) for a, b, why in group["defects"][()]],
                limits=None if max_abs is None else (-max_abs, max_abs),
                most_span=_span_of(name, own, peak_to_peak_uv),
                **quality,
            )
            reasons = np.where(unlabelled == "ok", reasons, unlabelled)
            tables.append(_rows_of(name, own, at / rate_hz, labels, reasons))
            _append(signals, windows, len(at))
        rows = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=ROW_COLUMNS)
        write_table(out, "rows", rows.astype({"segment": np.int64, "start_s": np.float64}))
        write_table(out, "recordings", attributes(resampled_recordings(resampled)))


def _rows_of(
    name: str, own: dict, starts_s: np.ndarray, labels: np.ndarray, quality: np.ndarray
) -> pd.DataFrame:
    """Return the rows of a recording's segments, and print what became of them."""
    table = pd.DataFrame(
        {
            "recording": name,
            "segment": np.arange(len(starts_s)),
            "start_s": starts_s,
            "label": labels,
            "subject": own["subject"],
            "database": own["database"],
            "quality": quality,
        },
        columns=ROW_COLUMNS,
    ).assign(**_further(own))
    counts = ", ".join(f"{n} {q}" for q, n in table["quality"].value_counts().items())
    print(f"{name}: {number_of(len(table), 'segment')} ({counts})")
    return table


def _append(signals, windows: Windows, count: int) -> None:
    """Write windows behind those that a data set has, a few at a time."""
    first = len(signals)
    signals.resize(first + count, axis=0)
    for k in range(0, count, AT_ONCE):
        some = windows[k : k + AT_ONCE]
        signals[first + k : first + k + len(some)] = some


def _tell_unmapped(name: str, group, mapping: dict[str, str]) -> None:
    """Say which annotations a recording has where the mapping knows none of them."""
    listed = group["annotations"]["label"] if "annotations" in group else []
    found = Counter(text.decode(errors="ignore") for text in listed)
    if not set(found) & {cut_label(text) for text in mapping}:
        has = ", ".join(f"{text!r} ({n})" for text, n in found.most_common(20)) or "none"
        tell(
            f"{name}: none of its annotations is in segments.annotations.mapping "
            f"({', '.join(map(repr, mapping))}); it has: {has}"
        )


def _further(own: dict) -> dict[str, str]:
    """Return what the further columns of the table say of a recording."""
    return {k.removeprefix(FURTHER): v for k, v in own.items() if k.startswith(FURTHER)}


def _span_of(name: str, own: dict, peak_to_peak_uv: float | None) -> float | None:
    """Return the largest span of a segment in what the samples are in."""
    if peak_to_peak_uv is None:
        return None
    if not np.isfinite(own.get("unit_uv", np.nan)):
        raise StudyError(
            f"segments.quality.peak_to_peak_uv: recording {name!r} is in no known unit of voltage; "
            "fill in `units`, and `gain` if need be, in the table, or set it to null."
        )
    return peak_to_peak_uv / own["unit_uv"]


def _labelled_starts(
    name, group, rate_hz, window_s, samples, steps, annotations, around, from_where
):
    """Return first sample, label and reason ("ok" where it has a label) of a recording's segments.

    Where annotations give the labels, each step has its own grid: a segment stays where it lies on
    that of its label, one without a label where it lies on the common one.
    """
    label, stretches = attributes_of(group)["label"], group["stretches"][()]
    listed = group["annotations"][()] if "annotations" in group else []
    known = [Annotation(a, b, text.decode(errors="ignore")) for a, b, text in listed]
    where = {"rate_hz": rate_hz, "samples": samples, "stretches": stretches}
    if around:
        events = around["event"] if isinstance(around["event"], list) else [around["event"]]
        found = starts_around(known, set(map(cut_label, events)), around["from_s"], **where)
        return _as_annotated(name, found, label, annotations["mapping"], known, events)
    if label != ANNOTATED:
        begin = starts(stretches, samples, steps.get(label, steps[None]))
        return begin, np.full(len(begin), label), np.full(len(begin), "ok")
    if from_where == "annotation":
        mapping = _cut_mapping(annotations["mapping"])
        parts = []
        for step in dict.fromkeys(steps.values()):
            texts = {t for t, own in mapping.items() if steps.get(own, steps[None]) == step}
            parts.append(starts_within(known, texts, step / rate_hz, **where))
        found = _together(parts)
        return _as_annotated(name, found, label, mapping, known, mapping)
    grids = {step: starts(stretches, samples, step) for step in steps.values()}
    begin = np.unique(np.concatenate(list(grids.values())))
    labels, reasons = label_segments(
        known,
        begin / rate_hz,
        window_s,
        **(annotations | {"mapping": _cut_mapping(annotations["mapping"])}),
    )
    keep = np.zeros(len(begin), bool)
    for step, grid in grids.items():
        keep |= np.isin(begin, grid) & [steps.get(name, steps[None]) == step for name in labels]
    return begin[keep], labels[keep], reasons[keep]


def _together(parts: list[tuple[np.ndarray, np.ndarray, int]]):
    """Return what several calls of `starts_within` found as one does."""
    begin, first = np.unique(np.concatenate([part[0] for part in parts]), return_index=True)
    texts = np.concatenate([part[1] for part in parts])[first]
    return begin, texts, sum(part[2] for part in parts)


def _as_annotated(name, found, label, mapping, known, wanted):
    """Return first sample, label and reason of segments that events or epochs begin."""
    begin, texts, outside = found
    if outside:
        print(f"{name}: left out at its ends or in gaps: {number_of(outside, 'segment')}")
    if not len(begin):
        counts = Counter(one.label for one in known)
        has = ", ".join(f"{text!r} ({n})" for text, n in counts.most_common(20)) or "none"
        tell(f"{name}: no segment at {', '.join(map(repr, wanted))}; its annotations are: {has}")
    mapping = {cut_label(text): own for text, own in mapping.items()}
    own = [mapping.get(text, text) if label == ANNOTATED else label for text in texts]
    return begin, np.array(own, dtype=str), np.full(len(begin), "ok")


def _cut_mapping(mapping: dict[str, str]) -> dict[str, str]:
    """Cut the annotations of a mapping as those of the file are."""
    cut: dict[str, str] = {}
    for text, label in mapping.items():
        if cut.setdefault(cut_label(text), label) != label:
            raise StudyError(
                f"segments.annotations.mapping: {text!r} begins, in all that is kept of an "
                f"annotation ({LABEL_BYTES} bytes), like one that has another label; give both "
                "one label."
            )
    return cut
