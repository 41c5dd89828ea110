"""EDF, EDF+, BDF and BDF+.

Format: EDF, EDF+, BDF, BDF+.
Recognised by: its first bytes.
Units: the header's, for each channel.
Annotations: EDF+'s; or those of an EDF+ file beside it.
Rates and gaps: each channel its own; of discontinuous files a stretch a piece.
Tried with: files of PhysioNet (Sleep-EDF, EEGMAT) and of edfio.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from biospectra.formats import edf_header
from biospectra.formats.contents import ChannelInfo, Contents, tally
from biospectra.formats.edf_header import ANNOTATIONS, Channel, EdfHeader, read_edf_header
from biospectra.formats.request import Request
from biospectra.formats.units import plain_unit
from biospectra.signals.signal import Annotation, Signal, stretches_of
from biospectra.words import number_of

ENDINGS = (".edf", ".bdf", ".rec")
# A time-stamped list: onset, perhaps a duration, then texts; the first of a record may have none.
_STAMP = re.compile(rb"([+-]\d+(?:\.\d*)?)(?:\x15(\d+(?:\.\d*)?))?\x14((?:[^\x00\x14]*\x14)*)\x00")
_RECORDS = 1 << 12  # read at once


class Track(NamedTuple):
    """The annotations of a file.

    Attributes
    ----------
    annotations : list of Annotation
        In true seconds from the first sample.
    onsets_s : ndarray, (n_records,), float64
        When each data record begins, in seconds from the first; empty where nothing says it.
    """

    annotations: list[Annotation]
    onsets_s: np.ndarray


def read(request: Request) -> Iterator[Signal]:
    """Read channels of an EDF or BDF file in their physical units.

    They count from 0, annotation channels left out. Of a discontinuous file (EDF+D) the
    pieces lie one after the other, a stretch each; `start_s` and annotations are on that clock,
    which leaves the gaps out.
    """
    header = _header(request)
    records = _records(request, header)
    channels = [c for c in header.channels if c.label not in ANNOTATIONS]
    chosen = request.choose([c.label for c in channels])
    wanted = {k: channels[k] for k in chosen.positions}
    for channel in wanted.values():
        _check_range(request, channel)
    _check_duration(request, header)
    track = read_track(request.path, header, records)
    late_s = np.diff(track.onsets_s) - header.record_s
    spans: dict[int, tuple[float, int, int]] = {}
    for k, channel in wanted.items():
        rate_hz = request.rate(channel.samples / header.record_s)
        spans[k] = (rate_hz, *request.span(channel.samples * records, rate_hz))
    first = min(start // wanted[k].samples for k, (_, start, _) in spans.items())
    last = max(-(-stop // wanted[k].samples) for k, (_, _, stop) in spans.items())
    counts = _counts(request.path, header, wanted, first, last)

    def one(k: int) -> Signal:
        channel, (rate_hz, start, stop) = wanted[k], spans[k]
        low, high = channel.digital
        begin = first * channel.samples
        samples = counts.pop(k)[start - begin : stop - begin].astype(np.float64)
        samples -= low
        samples *= (channel.physical[1] - channel.physical[0]) / (high - low)
        samples += channel.physical[0]
        breaks = np.flatnonzero(np.abs(late_s) > 0.5 / rate_hz)
        lost = [(float(j + 1) * header.record_s, max(0.0, float(late_s[j]))) for j in breaks]
        at = (breaks + 1) * channel.samples - start
        return Signal(
            samples,
            rate_hz,
            plain_unit(channel.dimension) or "adu",
            channel.label,
            stretches_of(at[at < stop - start], stop - start),
            request.annotations(
                lambda: track.annotations or None,
                rate_hz,
                start,
                stop,
                lost=lost,
                begins=header.starts,
            ),
        )

    yield from chosen.signals(one)


def _check_range(request: Request, channel: Channel) -> None:
    if channel.digital[0] == channel.digital[1] or channel.physical[0] == channel.physical[1]:
        raise request.error(
            f"channel {channel.label!r} has an empty range in the header",
            "choose another channel, or list it in bad_channels",
        )


def contents(request: Request, *, header_alone: bool = False) -> Contents:
    """List the channels of an EDF or BDF file, and its annotations.

    Parameters
    ----------
    request : Request
        The file.
    header_alone : bool
        Only the header is there, without the data records.
    """
    header = _header(request)
    records = max(0, header.records) if header_alone else _records(request, header)
    begins = "" if header.starts is None else header.starts.isoformat()
    if all(channel.label in ANNOTATIONS for channel in header.channels):
        track = [] if header_alone else read_track(request.path, header, records).annotations
        return Contents([], tally(track), begins)
    _check_duration(request, header)
    channels = [
        ChannelInfo(
            channel.label,
            k,
            plain_unit(channel.dimension) or "adu",
            request.rate(channel.samples / header.record_s),
            channel.samples * records,
        )
        for k, channel in enumerate(c for c in header.channels if c.label not in ANNOTATIONS)
    ]
    if header_alone:
        return Contents(channels, begins=begins)
    first = channels[0]
    load = request.annotations(
        lambda: read_track(request.path, header, records).annotations or None,
        first.rate_hz or 1.0,
        0,
        first.n_samples,
        begins=header.starts,
    )
    return Contents(channels, tally(load()), begins)


def _check_duration(request: Request, header: EdfHeader) -> None:
    if not header.record_s > 0:
        raise request.error(
            f"its data records last {header.record_s:g} s", "correct the header, or leave it out"
        )


def _header(request: Request) -> EdfHeader:
    try:
        return read_edf_header(request.path)
    except ValueError as problem:
        raise request.error(
            f"cannot be read as EDF: {problem}", "fetch it again or correct its header"
        ) from problem


def _records(request: Request, header: EdfHeader) -> int:
    """Return how many data records there are; an error where that is not what is promised."""
    size = request.path.stat().st_size - header.data
    if header.record_bytes == 0:
        raise request.error("its data records hold no samples", "choose another file")
    there, rest = divmod(size, header.record_bytes)
    if header.records < 0:
        if rest:
            request.short(
                f"is not as long as its header says: the last of {there + 1} data records is "
                f"{number_of(header.record_bytes - rest, 'byte')} short"
            )
        else:
            request.remarks.append(f"its header leaves open how many data records it has: {there}")
        return there
    if size > header.records * header.record_bytes:
        raise request.error(
            f"is not as long as its header says: {header.records} data records, and "
            f"{number_of(size - header.records * header.record_bytes, 'byte')} more",
            "fetch it again, or correct the number of data records in its header",
        )
    if there < header.records:
        request.short(
            f"is not as long as its header says: {header.records} data records are promised, "
            f"and {there}{' and a part' if rest else ''} are there"
        )
    return there


def _counts(
    path: Path, header: EdfHeader, wanted: dict[int, Channel], first: int, last: int
) -> dict[int, np.ndarray]:
    """Return the numbers of some channels in data records first to last, in one reading."""
    kind: type = np.int16 if header.sample_bytes == 2 else np.int32
    counts: dict[int, np.ndarray] = {
        k: np.empty((last - first, channel.samples), kind) for k, channel in wanted.items()
    }
    size = header.record_bytes
    at_once = max(1, _RECORDS * 1024 // size)
    with path.open("rb") as file:
        file.seek(header.data + first * size)
        for begin in range(0, last - first, at_once):
            n = min(at_once, last - first - begin)
            records = np.frombuffer(file.read(n * size), np.uint8).reshape(n, size)
            for k, channel in wanted.items():
                place = channel.offset * header.sample_bytes
                part = records[:, place : place + channel.samples * header.sample_bytes]
                if header.sample_bytes == 2:
                    counts[k][begin : begin + n] = np.ascontiguousarray(part).view("<i2")
                else:
                    wide = np.zeros((n, channel.samples, 4), np.uint8)
                    wide[..., 1:] = part.reshape(n, channel.samples, 3)
                    counts[k][begin : begin + n] = wide.view("<i4")[..., 0] >> 8
    return {k: own.reshape(-1) for k, own in counts.items()}


def read_track(path: Path, header: EdfHeader, records: int) -> Track:
    """Read the annotation channels of an EDF+ file; empty for others.

    Parameters
    ----------
    path : Path
        The file.
    header : EdfHeader
        Its header.
    records : int
        How many data records there are.

    Returns
    -------
    Track
    """
    mine = [c for c in header.channels if c.label in ANNOTATIONS]
    annotations: list[Annotation] = []
    onsets: list[float] = []
    with path.open("rb") as file:
        for record in range(records if mine else 0):
            onsets.append(np.nan)
            for k, channel in enumerate(mine):
                at = record * header.record_bytes + channel.offset * header.sample_bytes
                file.seek(header.data + at)
                stamps = _STAMP.findall(file.read(channel.samples * header.sample_bytes))
                if k == 0 and stamps:
                    onsets[-1] = float(stamps[0][0])
                annotations += [
                    Annotation(float(onset), float(duration or 0), edf_header.text_of(text))
                    for onset, duration, texts in stamps
                    for text in texts.split(b"\x14")
                    if text
                ]
    begins = _follow(np.array(onsets), header.record_s)
    first_s = float(begins[0]) if len(begins) else 0.0
    shifted = [a._replace(onset_s=a.onset_s - first_s) for a in annotations]
    return Track(shifted, begins - first_s)


def _follow(onsets_s: np.ndarray, record_s: float) -> np.ndarray:
    """Let records that do not say when they begin follow the one before them; none says it: none.

    A gap beside one of them is then before the next that says it.
    """
    known = np.isfinite(onsets_s)
    if not known.any():
        return onsets_s[:0]
    numbers = np.arange(len(onsets_s))
    last = np.maximum.accumulate(np.where(known, numbers, -1))
    last[last < 0] = numbers[known][0]
    return onsets_s[last] + (numbers - last) * record_s


def edf_annotations(path: Path) -> tuple[list[Annotation], datetime | None]:
    """Return the annotations of an EDF+ file that may hold nothing else, and when it starts.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    annotations : list of Annotation
        In true seconds from the file's start.
    starts : datetime or None
        When that is.
    """
    header = read_edf_header(path)
    records = header.records
    if records < 0 or header.data + records * header.record_bytes > path.stat().st_size:
        raise ValueError("it is not as long as its header says")
    return read_track(path, header, records).annotations, header.starts
