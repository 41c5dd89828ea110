"""BIOPAC's AcqKnowledge files, of versions 3 to 5, plain and compressed; by bioread.

Format: BIOPAC AcqKnowledge 3 to 5.
Recognised by: its headers.
Units: the header's, for each channel.
Annotations: its markers, by their text.
Rates and gaps: each channel its own; what was appended is a stretch.
Tried with: bioread's test files of versions 3.5 to 5.0.1, compressed and not, compared with each
    other.
"""

import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from biospectra.formats.quiet import quietly
from biospectra.formats.request import Request
from biospectra.formats.units import plain_unit
from biospectra.signals.signal import Annotation, Signal, stretches_of

ENDINGS = (".acq",)
_WRAP = 1 << 32  # markers of some versions count from an origin of their own, modulo this
_BAD_END = 45  # compressed files of earlier revisions end in noise
# Where recording went on after a pause: markers of that kind, by their text in old files.
_APPENDED, _SEGMENT = "apnd", re.compile(r"Segment \d+")


def read(request: Request) -> Iterator[Signal]:
    """Read channels of an AcqKnowledge file, each at its own rate; they count from 0.

    A stretch ends where recording was stopped and something appended. Markers are annotations, by
    their text, or their kind where they have none.
    """
    reader = _headers(request)
    file = reader.datafile
    names = [str(one.name).strip() for one in file.channels]
    chosen = request.choose(names)
    _check_whole(request, reader)
    values = _samples(request, chosen.positions)
    _leave_out_bad_end(request, reader, values)
    base_hz = float(file.samples_per_second)
    markers = _markers(request, reader)
    found = [
        Annotation(at / base_hz, 0.0, label) for at, label, appended in markers if not appended
    ]

    def one(k: int) -> Signal:
        channel, samples = file.channels[k], values.pop(k)
        if len(samples) != channel.point_count:
            request.short(
                f"promises {channel.point_count} samples of {names[k]!r}, and {len(samples)} are "
                "there"
            )
        breaks = [round(at / channel.frequency_divider) for at, _, appended in markers if appended]
        signal = Signal(
            samples,
            request.rate(float(channel.samples_per_second)),
            plain_unit(str(channel.units)) or "adu",
            names[k],
            stretches_of(np.array(sorted(breaks)), len(samples)),
            lambda: found or None,
        )
        return request.cut(signal)

    yield from chosen.signals(one)


def _headers(request: Request) -> Any:
    """Return the library's reader of a file after its headers, which it must have understood."""
    from bioread.reader import Reader

    try:
        with quietly("bioread"):
            reader = Reader.read_headers(str(request.path))
    except ZeroDivisionError as problem:
        raise request.error(
            "gives no time between its samples", "save it again with AcqKnowledge"
        ) from problem
    if reader.datafile is None or not reader.channel_headers:
        raise request.error(
            "its headers cannot be read as AcqKnowledge's",
            "it may be damaged or of another program; save it again with AcqKnowledge",
        )
    return reader


def _check_whole(request: Request, reader: Any) -> None:
    size = request.path.stat().st_size
    if reader.is_compressed:
        parts = reader.datafile.channel_compression_headers or []
        ends = max(
            (one.compressed_data_offset + one.compressed_data_len for one in parts), default=0
        )
        if len(parts) < len(reader.datafile.channels):
            raise request.error("its table of compressed channels is not there", "fetch it again")
    else:
        ends = reader.data_start_offset + reader.data_length
    if ends > size:
        raise request.error(f"promises {ends} bytes and has {size}", "fetch it again, it was cut")


def _samples(request: Request, positions: list[int]) -> dict[int, np.ndarray]:
    import bioread

    with quietly("bioread"):
        file = bioread.read(str(request.path), channel_indexes=sorted(positions))
    return {k: np.array(file.channels[k].data, dtype=np.float64) for k in positions}


def _leave_out_bad_end(request: Request, reader: Any, values: dict[int, np.ndarray]) -> None:
    """Put NaN where version 3.8 wrote noise: behind the last time that all channels are due."""
    every = math.lcm(*(one.frequency_divider for one in reader.datafile.channels))
    if not reader.is_compressed or reader.file_revision >= _BAD_END or every == 1:
        return
    for k, samples in values.items():
        divider = reader.datafile.channels[k].frequency_divider
        samples[len(samples) * divider // every * every // divider :] = np.nan
    request.remarks.append("AcqKnowledge 3.8 compresses the end of a recording wrongly: left out")


def _markers(request: Request, reader: Any) -> list[tuple[int, str, bool]]:
    """Return the base samples, texts and kinds of markers: whether something was appended there."""
    found: list[tuple[int, str, bool]] = []
    for one in reader.datafile.event_markers or []:
        text, code = str(one.text or "").strip("\0 "), str(one.type_code or "")
        appended = code == _APPENDED or (not code and bool(_SEGMENT.fullmatch(text)))
        found.append((int(one.sample_index), text or (one.type if code else "marker"), appended))
    longest = max(c.point_count * c.frequency_divider for c in reader.datafile.channels)
    first = next((at for at, _, appended in found if appended), 0)
    if first >= longest:
        found = [((at - first) % _WRAP, text, new) for at, text, new in found]
    outside = sum(not 0 <= at <= longest for at, *_ in found)
    if outside:
        request.remarks.append(f"{outside} of its {len(found)} markers lie outside the recording")
    return [(at, text, new) for at, text, new in found if 0 <= at <= longest and (text or new)]
