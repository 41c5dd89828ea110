"""WFDB records (PhysioNet), read with wfdb.

Format: WFDB.
Recognised by: its header.
Units: the header's, for each signal.
Annotations: beats, rhythms and epochs, of the annotator that `annotator` names where there are
    several.
Rates and gaps: each signal its own; records in segments with NaN between.
Tried with: records of PhysioNet, and files of the library's own writer.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from biospectra.formats.contents import ChannelInfo, Contents, tally
from biospectra.formats.request import Request
from biospectra.formats.sidecars import Sidecars, of_one_name
from biospectra.formats.units import plain_unit
from biospectra.formats.wfdb_annotations import wfdb_annotations
from biospectra.formats.wfdb_header import WfdbSignal, first_sample, parse_header, understood
from biospectra.signals.signal import Signal

ENDINGS = (".hea",)
_OFFSET_BINARY = {80: 128, 160: 32768}  # formats, and what is taken from their numbers
# Of a comment: <age>: 64 <sex>: F, or Diagnose: normal; and age and sex as mitdb has them.
_REMARK = re.compile(r"<([^<>]+)>:\s*([^<]*)|^\s*([A-Za-z][\w /()-]{0,40}?)\s*:\s*(\S.*)$")
_PERSON = re.compile(r"\s*(\d{1,3})\s+([MF])\b")
_AT_ONCE = 1 << 26  # samples
_NO_GAIN = "its header gives no gain: 200 counts are taken for 1 mV, as the format's programs do"
_BIG_ENDIAN, _BIG_ENDIAN_INVALID = 61, -32768


def sidecars(path: Path) -> Sidecars:
    """Name a header's signal files, the headers of a record's segments and what annotates it."""
    try:
        header = parse_header(path)
    except ValueError:  # reading says it
        return Sidecars([], [])
    names = [signal.file for signal in header.signals]
    names += [f"{name}.hea" for name, _ in header.segments if name != "~"]
    return Sidecars([name for name in dict.fromkeys(names) if name != "~"], [of_one_name(path)])


def read(request: Request) -> Iterator[Signal]:
    """Read signals of a WFDB record, named by its header, in physical units.

    Signals count from 0. A signal with several samples a frame is read at its own rate.
    Annotations are beats, by their symbol, rhythms (``(AFIB``), which last until the next, and
    labels of epochs. `start_s` is on the clock of the published record, also where only a part of
    it is there.
    """
    import wfdb

    with understood(request) as copy:
        name = str(copy.with_suffix(""))
        header = wfdb.rdheader(name, rd_segments=True)
        segmented = isinstance(header, wfdb.MultiRecord)
        names = header.get_sig_name() if segmented else header.sig_name
        names = [str(one) for one in names or []]
        chosen = request.choose(names)
        frame_hz = float(header.fs)
        first_s = first_sample(request.path) / frame_hz
        spans: dict[int, tuple[int, float, int, int]] = {}
        for k in chosen.positions:
            per_frame = _samples_per_frame(header, names[k], k, segmented)
            rate_hz = request.rate(frame_hz * per_frame)
            start, stop = request.span(int(header.sig_len) * per_frame, rate_hz, first_s)
            spans[k] = per_frame, rate_hz, start, stop
        low = min(start // per_frame for per_frame, _, start, _ in spans.values())
        high = max(-(-stop // per_frame) for per_frame, _, _, stop in spans.values())
        per_frames = {k: per_frame for k, (per_frame, *_) in spans.items()}

        def some(wanted: list[int]) -> list[tuple[np.ndarray, str]]:
            if not segmented:
                return _some_signals(request, copy, wanted, low, high)
            asked = {k: (names[k], per_frames[k]) for k in wanted}
            return _from_segments(request, copy, header, asked, low, high)

        read_together = _Together(some, list(spans), high - low)
        lines = parse_header(request.path).signals

        def one(k: int) -> Signal:
            per_frame, rate_hz, start, stop = spans[k]
            samples, units = read_together.take(k)
            return Signal(
                samples[start - low * per_frame : stop - low * per_frame],
                rate_hz,
                plain_unit(units),
                names[k],
                load_annotations=request.annotations(
                    lambda: wfdb_annotations(request, frame_hz),
                    rate_hz,
                    start,
                    stop,
                    begins_s=first_s,
                    by_ending=True,
                ),
                remarks=[_NO_GAIN] if lines and not lines[k].is_calibrated else [],
            )

        yield from chosen.signals(one)


def contents(request: Request, *, header_alone: bool = False) -> Contents:
    """List the signals of a WFDB record, its annotations and what its comments say.

    Parameters
    ----------
    request : Request
        The record's header.
    header_alone : bool
        The signal files are not there; of a record in segments the first one's header is.
    """
    import wfdb

    with understood(request, header_alone=header_alone) as copy:
        header = wfdb.rdheader(str(copy.with_suffix("")), rd_segments=True)
    segmented = isinstance(header, wfdb.MultiRecord)
    names = header.get_sig_name() if segmented else header.sig_name
    units = header.get_sig_units() if segmented else header.units
    names = [str(one) for one in names or []]
    n_frames = int(header.sig_len or 0)
    channels = []
    for k, (one, unit) in enumerate(zip(names, units or [], strict=True)):
        frame = _samples_per_frame(header, one, k, segmented)
        rate_hz = request.rate(header.fs * frame)
        channels.append(ChannelInfo(one, k, plain_unit(str(unit)), rate_hz, n_frames * frame))
    begins = header.base_datetime.isoformat() if header.base_datetime else ""
    remarks = _remarks(parse_header(request.path).comments)
    if header_alone:
        return Contents(channels, {}, begins, remarks)
    load = request.annotations(
        lambda: wfdb_annotations(request, float(header.fs)),
        float(header.fs),
        0,
        n_frames,
        begins_s=first_sample(request.path) / header.fs,
        by_ending=True,
    )
    ends_s = n_frames / header.fs
    lasting = [
        note._replace(duration_s=min(note.duration_s, ends_s - note.onset_s))
        for note in load() or []
    ]
    return Contents(channels, tally(lasting), begins, remarks)


def _remarks(comments: list[str]) -> dict[str, str]:
    """Return what a header's comments say as key and value."""
    found: dict[str, str] = {}
    for line in (comment.lstrip("# ") for comment in comments):
        for marked, value, key, rest in _REMARK.findall(line):
            found.setdefault((marked or key).strip(), (value or rest).strip())
        if person := _PERSON.match(line):
            found.setdefault("age", person[1])
            found.setdefault("sex", person[2])
    return {key: value for key, value in found.items() if value}


class _Together:
    """Signals of a record that are read in one go, or in a few where they are long."""

    def __init__(
        self,
        read_some: Callable[[list[int]], list[tuple[np.ndarray, str]]],
        wanted: list[int],
        n_frames: int,
    ) -> None:
        self.read_some, self.wanted = read_some, wanted
        self.at_once = max(1, _AT_ONCE // max(1, n_frames))
        self.there: dict[int, tuple[np.ndarray, str]] = {}

    def take(self, k: int) -> tuple[np.ndarray, str]:
        """Return a signal's samples and units."""
        if k not in self.there:
            at = self.wanted.index(k)
            some = sorted(self.wanted[at : at + self.at_once])
            self.there = dict(zip(some, self.read_some(some), strict=True))
        return self.there.pop(k)


def _some_signals(
    request: Request, path: Path, wanted: list[int], low: int, high: int
) -> list[tuple[np.ndarray, str]]:
    """Read frames low to high of signals; all samples of each frame, not their mean."""
    import wfdb

    name, header = str(path.with_suffix("")), parse_header(path)
    part = {"sampfrom": low, "sampto": high, "channels": wanted, "smooth_frames": False}
    if any(header.signals[k].code == _BIG_ENDIAN for k in wanted):
        # The library cannot give their counts as they are.
        record = wfdb.rdrecord(name, **part)
        values = record.e_p_signal
        counts = [
            np.nan_to_num(np.rint(own * gain + baseline), nan=_BIG_ENDIAN_INVALID).astype(np.int64)
            for own, gain, baseline in zip(values, record.adc_gain, record.baseline, strict=True)
        ]
    else:
        record = wfdb.rdrecord(name, physical=False, **part)
        counts = record.e_d_signal
        values = record.dac(expanded=True)
    for k, own in zip(wanted, counts, strict=True):
        _check_sum(request, header.signals[k], own, low, high == header.n_frames)
    return [
        (np.asarray(own, dtype=np.float64), units)
        for own, units in zip(values, record.units, strict=True)
    ]


def _check_sum(
    request: Request, signal: WfdbSignal, counts: np.ndarray, low: int, to_the_end: bool
) -> None:
    """Refuse samples that do not add up to what the header says.

    Many programs write 0 where they did not count. Where the file is known to be short, the sum
    cannot be right. The first sample that a header names is no evidence: MIMIC-IV's headers have 0
    for any, and others keep it of a record that they were derived from.
    """
    if not signal.checksum or signal.skew or low or not to_the_end or request.remarks:
        return
    total = int(np.sum(counts, dtype=np.int64))
    shifted = total + len(counts) * _OFFSET_BINARY.get(signal.code, 0)
    if not ((signal.checksum - total) % 65536 and (signal.checksum - shifted) % 65536):
        return
    problem = f"adds up to {total % 65536}, and its header says {signal.checksum % 65536}"
    raise request.error(
        f"its signal {problem}: samples were lost or altered", "fetch the signal file again"
    )


def _from_segments(
    request: Request,
    path: Path,
    header: Any,
    wanted: dict[int, tuple[str, int]],
    low: int,
    high: int,
) -> list[tuple[np.ndarray, str]]:
    """Put signals together, each segment read once; NaN in gaps and where one does not have it.

    `wanted` has the name of each and its samples in a frame, by its number.
    """
    samples = {k: np.full((high - low) * size, np.nan) for k, (_, size) in wanted.items()}
    units: dict[int, str] = {}
    begin = 0
    for segment, one, length in zip(header.segments, header.seg_name, header.seg_len, strict=True):
        first, last = max(low, begin), min(high, begin + length)
        held = segment.sig_name or [] if segment is not None and one != "~" else []
        there = {
            k: k if held[k : k + 1] == [name] else held.index(name)
            for k, (name, _) in wanted.items()
            if name in held
        }
        if there and length and first < last:
            record = path.with_name(f"{one}.hea")
            numbers = sorted(there.values())
            parts = _some_signals(request, record, numbers, first - begin, last - begin)
            for k, number in there.items():
                part, unit = parts[numbers.index(number)]
                if units.setdefault(k, unit) != unit:
                    raise request.error(
                        f"its segments give {wanted[k][0]!r} in {units[k]} and in {unit}",
                        "read each with start_s and duration_s, or write the record again as one",
                    )
                at = (first - low) * wanted[k][1]
                samples[k][at : at + len(part)] = part
        begin += length
    return [(samples[k], units.get(k, "adu")) for k in wanted]


def _samples_per_frame(header: Any, name: str, k: int, segmented: bool) -> int:
    if not segmented:
        return int(header.samps_per_frame[k])
    for segment in header.segments or []:
        if segment is not None and name in (segment.sig_name or []):
            return int(segment.samps_per_frame[segment.sig_name.index(name)])
    return 1
