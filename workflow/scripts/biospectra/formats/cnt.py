"""CNT, of ANT Neuro (eego, ASALab) and of Neuroscan, told apart by how a file begins; with MNE.

Format: ANT Neuro (eego, ASALab) and Neuroscan CNT.
Recognised by: its first bytes.
Units: uV.
Annotations: triggers, impedance measurements and user's notes.
Rates and gaps: one; a pause or a disconnected amplifier ends a stretch.
Tried with: MNE's test files: 8 of ANT's, equal to eego's BrainVision exports of them to 0.01 uV;
    one of Neuroscan's, and files built from the layout. Not Neuroscan files of which neither the
    number of samples nor the places of events tell whether these have 16 or 32 bits.
"""

import struct
from collections.abc import Iterator
from functools import partial
from glob import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from biospectra.formats.checks import check_size
from biospectra.formats.mne_raw import mark_breaks, signals_of, unit_in_info
from biospectra.formats.quiet import quietly
from biospectra.formats.request import Request
from biospectra.formats.sidecars import Sidecars
from biospectra.signals.signal import Signal
from biospectra.words import number_of

ENDINGS = (".cnt",)
_NEUROSCAN = b"Version 3"
_HEADER, _ELECTRODE = 900, 75  # bytes of a Neuroscan header, and of each channel in it
_EVENT_BYTES = {1: 8, 2: 19}  # of an event, by the kind of a table that has their places in bytes
_ENOUGH = 12  # events at the start of a frame of 4 bytes
_SAME_S = 0.1  # apart at most: measurements of impedance at the end and at the next start


def sidecars(path: Path) -> Sidecars:
    """Name ANT's table of the pieces of a recording."""
    return Sidecars([], [f"{escape(path.stem)}.seg"])


def read(request: Request) -> Iterator[Signal]:
    """Read channels of a CNT file in uV; they count from 0. Triggers are annotations.

    A stretch ends where recording was stopped or the amplifier was disconnected.
    """
    with request.path.open("rb") as file:
        start = file.read(_HEADER)
    if start[:4] in (b"RIFF", b"RF64") and start.find(b"CNT ", 8, 24) > 0:
        yield from _ant(request, start)
    elif start.startswith(_NEUROSCAN):
        yield from _neuroscan(request, start)
    else:
        raise request.error(
            "is neither ANT Neuro's nor Neuroscan's CNT", "correct its name, or choose another file"
        )


def _ant(request: Request, start: bytes) -> Iterator[Signal]:
    import antio
    import mne

    long = start[:4] == b"RF64"
    size = int.from_bytes(start[4 : 12 if long else 8], "little")
    check_size(request, request.path, size + (12 if long else 8))
    _, units, *_ = antio.parser.read_info(antio.read_cnt(str(request.path)), encoding="latin-1")
    with quietly("mne"):
        raw = mne.io.read_raw_ant(request.path, preload=False, verbose="error")
    mark_breaks(raw, _pieces(request, raw))

    def unit_of(k: int) -> tuple[str, float]:
        # MNE turns microvolts into volts, and leaves other units as they are.
        plain = units[k].strip().lower()
        return ("uV", 1e6) if plain in ("uv", "µv", "v", "mv", "nv") else (units[k] or "adu", 1.0)

    yield from signals_of(request, raw, unit_of)


def _pieces(request: Request, raw: Any) -> list[int]:
    """Return where a recording was interrupted: by its table of pieces, and by its triggers.

    The first piece is not in the table. Impedance is measured at the end of each and at its start.
    """
    rate_hz, n = float(raw.info["sfreq"]), int(raw.n_times)
    found = set()
    table = request.path.with_suffix(".seg")
    if table.is_file():
        lines = [line.split() for line in table.read_text("latin-1").splitlines()[1:]]
        at = n
        for cells in reversed([cells for cells in lines if len(cells) >= 3]):
            at -= int(float(cells[2]))
            found.add(at)
    notes = [(float(a["onset"]), float(a["duration"]), a["description"]) for a in raw.annotations]
    measured = sorted(onset for onset, _, label in notes if label == "impedance")
    found |= {
        round(late * rate_hz)
        for early, late in pairwise(measured)
        if 0 < late - early < _SAME_S and late < n / rate_hz
    }
    for onset, duration, label in notes:
        if label in ("BAD_disconnection", "Amplifier reconnected"):
            found.add(round((onset + duration) * rate_hz))
    return sorted(at for at in found if 0 < at < n)


def _neuroscan(request: Request, start: bytes) -> Iterator[Signal]:
    import mne

    n_channels = int.from_bytes(start[370:372], "little")
    n_samples = int.from_bytes(start[864:868], "little", signed=True)
    events = int.from_bytes(start[886:890], "little", signed=True)
    data = events - _HEADER - _ELECTRODE * n_channels
    if not n_channels:
        raise request.error("names no channels in its header", "save it again with Scan")
    if data < 0:
        raise request.error(
            "its header does not say where its samples end", "save it again with Scan, or as EDF"
        )
    request.rate(float(int.from_bytes(start[376:378], "little")))
    check_size(request, request.path, events, exactly=False)
    width, rest = divmod(data, n_channels * n_samples) if n_samples > 0 else (0, 0)
    if n_samples <= 0 and data % (4 * n_channels) == 0:
        width = _width_by_events(request.path, events, n_channels)
    if width not in (2, 4) or rest:
        raise request.error(
            f"has {number_of(data, 'byte')} of {number_of(n_channels, 'channel')} before its "
            "events, and its header says "
            f"{number_of(n_samples, 'sample')}: whether they have 16 or 32 bits cannot be "
            "determined",
            "save it again with Scan or Curry, or as EDF",
        )
    with quietly("mne"):
        raw = mne.io.read_raw_cnt(
            request.path,
            data_format=f"int{8 * width}",
            recompute_n_samples=n_samples <= 0,
            preload=False,
            verbose="error",
        )
    yield from signals_of(request, raw, partial(unit_in_info, raw))


def _width_by_events(path: Path, at: int, n_channels: int) -> int:
    """Return the bytes of a sample, by the places of events; 0 where they do not tell.

    Each event is where a frame of all channels begins. One that is not at the start of a frame of 4
    bytes tells that they have 2; many that all are would be there by chance once in thousands.
    """
    with path.open("rb") as file:
        file.seek(at)
        kind, length, _ = struct.unpack("<Bii", file.read(9).ljust(9, b"\0"))
        table = file.read(max(0, length))
    size = _EVENT_BYTES.get(kind, 0)
    if not size:
        return 0
    first = _HEADER + _ELECTRODE * n_channels
    places = [
        struct.unpack_from("<i", table, k + 4)[0] - first
        for k in range(0, len(table) - size + 1, size)
    ]
    if not places or any(place < 0 or place % (2 * n_channels) for place in places):
        return 0
    if any(place % (4 * n_channels) for place in places):
        return 2
    return 4 if len(places) >= _ENOUGH else 0
