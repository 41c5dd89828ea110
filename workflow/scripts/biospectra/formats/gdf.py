"""GDF, read with MNE.

Format: GDF 1 and 2.
Recognised by: its first bytes.
Units: the header's, for each channel.
Annotations: its table of events.
Rates and gaps: one (MNE brings channels to the highest).
Tried with: files built from the layout, read by MNE beside.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from biospectra.formats.mne_raw import signals_of
from biospectra.formats.request import Request
from biospectra.formats.units import plain_unit
from biospectra.signals.signal import Signal
from biospectra.words import number_of

ENDINGS = (".gdf",)
_GDF2_UNITS = {4256: "V", 4274: "mV", 4275: "uV", 4276: "nV", 4242: "S", 4261: "uS"}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 8, 8: 8, 16: 4, 17: 8, 255 + 24: 3, 511 + 24: 3}


class _Header(NamedTuple):
    units: list[str]
    data: int
    records: int
    record_bytes: int
    is_first: bool


def read(request: Request) -> Iterator[Signal]:
    """Read channels of a GDF file in their own units; channels count from 0."""
    import mne

    header = _header(request.path)
    size = request.path.stat().st_size
    if header.data + header.records * header.record_bytes > size:
        there = max(0, size - header.data) // max(1, header.record_bytes)
        raise request.error(
            f"promises {header.records} data records, and {there} are there", "fetch it again"
        )
    behind = size - header.data - header.records * header.record_bytes
    events = _event_bytes(request.path, size - behind, header.is_first) if behind else 0
    if header.records >= 0 and header.record_bytes and events is not None and events != behind:
        raise request.error(
            f"its data records are followed by {number_of(behind, 'byte')}, {events} of them "
            "events",
            "it was altered; fetch it again",
        )
    raw = mne.io.read_raw_gdf(request.path, preload=False, verbose="error")

    def unit_of(k: int) -> tuple[str, float]:
        units = header.units[k] if k < len(header.units) else ""
        # MNE turns microvolts into volts, and takes all other units for volts.
        return units or "adu", 1e6 if units == "uV" else 1.0

    yield from signals_of(request, raw, unit_of)


def _header(path: Path) -> _Header:
    """Read what MNE does not tell: the channels' units, and how long the file should be."""
    with path.open("rb") as file:
        main = file.read(256)
        is_first = main[4:5] == b"1"
        n = int.from_bytes(main[252:256] if is_first else main[252:254], "little")
        if is_first:
            data = int.from_bytes(main[184:192], "little")
        else:
            data = 256 * int.from_bytes(main[184:186], "little")
        records = int.from_bytes(main[236:244], "little", signed=True)
        fields = file.read(256 * n)
    text = [fields[96 * n + 8 * k : 96 * n + 8 * k + 8] for k in range(n)]
    if is_first:
        units = [plain_unit(field.decode("latin-1")) for field in text]
    else:
        codes = [int.from_bytes(field[6:], "little") for field in text]
        units = [_GDF2_UNITS.get(code, "") for code in codes]
    samples = np.frombuffer(fields, "<u4", n, 216 * n).astype(int)
    kinds = np.frombuffer(fields, "<u4", n, 220 * n)
    sizes = [_SIZES.get(int(kind), 0) for kind in kinds]
    record_bytes = int(np.dot(samples, sizes)) if all(sizes) else 0
    return _Header(units, data, records, record_bytes, is_first)


def _event_bytes(path: Path, at: int, is_first: bool) -> int | None:
    """Return how long the table of events at a place is; None where its layout is not known."""
    with path.open("rb") as file:
        file.seek(at)
        head = file.read(8)
    if len(head) < 8 or head[0] not in (1, 3):
        return None if head[:1] in (b"\x05", b"\x07") and not is_first else 0  # with time stamps
    count = int.from_bytes(head[4:8] if is_first else head[1:4], "little")
    return 8 + count * (6 if head[0] == 1 else 12)
