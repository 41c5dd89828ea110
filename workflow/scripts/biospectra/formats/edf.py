"""EDF, EDF+, BDF and BDF+, read with edfio."""

import re
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np

from biospectra.formats.request import Request
from biospectra.signals.signal import Annotation, Signal, shift_annotations, stretches_of

_LABELS = ("EDF Annotations", "BDF Annotations")
# A time-stamped list: onset, perhaps a duration, then texts; the first of a record may have none.
_STAMP = re.compile(rb"([+-]\d+(?:\.\d*)?)(?:\x15(\d+(?:\.\d*)?))?\x14((?:[^\x00\x14]*\x14)*)\x00")


class _Track(NamedTuple):
    """Annotations of a file, and when each data record begins, in seconds from the first."""

    annotations: list[Annotation]
    onsets_s: np.ndarray


def read(request: Request) -> Signal:
    """Read a channel of an EDF or BDF file in its physical units.

    Channels count from 0, annotation channels left out. Of a discontinuous file (EDF+D) the
    pieces lie one after the other, a stretch each; `start_s` and annotations are on that clock,
    which leaves the gaps out.
    """
    import edfio

    is_bdf = request.path.open("rb").read(1) == b"\xff"
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        if is_bdf:
            file = edfio.read_bdf(request.path, header_encoding="latin-1")
        else:
            file = edfio.read_edf(request.path, lazy_load_data=True, header_encoding="latin-1")
    for warning in said:
        text = str(warning.message)
        if "header indicates -1" in text:  # the recorder did not come to its end
            continue
        if "header indicates" in text or "Incomplete data record" in text:
            raise request.error(
                f"is not as long as its header says ({text.split('. ')[0]})", "fetch it again"
            )
    signals = list(file.signals)
    signal = signals[request.pick([s.label for s in signals])]
    ranges = (signal.digital_max - signal.digital_min, signal.physical_max - signal.physical_min)
    if 0 in ranges:
        raise request.error(
            f"channel {signal.label!r} has an empty range in the header", "choose another channel"
        )
    record_s, per_record = float(file.data_record_duration), signal.samples_per_data_record
    if not record_s > 0:
        raise request.error(
            f"its data records last {record_s:g} s", "correct the header, or leave it out"
        )
    rate_hz = request.rate(per_record / record_s)
    start, stop = request.span(per_record * file.num_data_records, rate_hz)
    track = _track(request.path, 3 if is_bdf else 2, file.num_data_records)
    breaks = np.flatnonzero(np.abs(np.diff(track.onsets_s) - record_s) > 0.5 / rate_hz) + 1
    breaks = breaks * per_record - start
    return Signal(
        np.asarray(signal.get_data_slice(start / rate_hz, stop / rate_hz), dtype=np.float64),
        rate_hz,
        _units(signal.physical_dimension),
        signal.label,
        stretches_of(breaks[breaks < stop - start], stop - start),
        lambda: shift_annotations(_on_samples(track, record_s), start / rate_hz, stop / rate_hz),
    )


def _units(dimension: str) -> str:
    return dimension.strip().replace("µ", "u").replace("μ", "u") or "adu"


def _track(path: Path, bytes_a_sample: int, n_records: int) -> _Track:
    """Read the annotation channels of an EDF+ file; empty for others.

    The header has 256 bytes, then for all signals their labels (16 bytes each), six fields of
    together 120 bytes, prefiltering (80) and samples a record (8).
    """
    with path.open("rb") as file:
        main = file.read(256)
        n = int(main[252:256])
        fields = file.read(256 * n)
        labels = [fields[16 * k : 16 * k + 16].decode("latin-1").strip() for k in range(n)]
        sizes = [int(fields[216 * n + 8 * k : 216 * n + 8 * k + 8]) for k in range(n)]
        ends = np.cumsum([0, *sizes]) * bytes_a_sample
        mine = [(ends[k], ends[k + 1]) for k in range(n) if labels[k] in _LABELS]
        annotations, onsets = [], []
        for record in range(n_records if mine else 0):
            for k, (first, last) in enumerate(mine):
                file.seek(256 * (n + 1) + record * int(ends[-1]) + int(first))
                stamps = _STAMP.findall(file.read(int(last - first)))
                if k == 0 and stamps:
                    onsets.append(float(stamps[0][0]))
                annotations += [
                    Annotation(float(onset), float(duration or 0), text.decode("utf-8", "replace"))
                    for onset, duration, texts in stamps
                    for text in texts.split(b"\x14")
                    if text
                ]
    if len(onsets) != n_records:
        onsets = []
    first_s = onsets[0] if onsets else 0.0
    shifted = [a._replace(onset_s=a.onset_s - first_s) for a in annotations]
    return _Track(shifted, np.array(onsets) - first_s)


def _on_samples(track: _Track, record_s: float) -> list[Annotation] | None:
    """Put annotations on the clock of samples that lie one after the other, gaps left out."""
    if not track.annotations:
        return None
    if not track.onsets_s.size:
        return track.annotations

    def on_samples(time_s: float) -> float:
        record = max(0, int(np.searchsorted(track.onsets_s, time_s + 1e-9, side="right")) - 1)
        within_s = time_s - track.onsets_s[record]
        if record + 1 < len(track.onsets_s):  # what lies in a gap ends with the piece before
            within_s = min(within_s, record_s)
        return record * record_s + within_s

    return [
        Annotation(on_samples(a.onset_s), on_samples(a.onset_s + a.duration_s) - at, a.label)
        for a in track.annotations
        for at in [on_samples(a.onset_s)]
    ]
