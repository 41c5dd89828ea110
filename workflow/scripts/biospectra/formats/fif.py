"""FIF, read with MNE: in one file, or in parts that name the next.

Format: FIF.
Recognised by: its tags.
Units: uV, fT and fT/cm; of others the header's.
Annotations: MNE's annotations; a skip ends a stretch.
Rates and gaps: one.
Tried with: files of MNE, whole, cropped and in parts.
"""

import struct
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from biospectra.formats.confined import check_file
from biospectra.formats.mne_raw import signals_of, unit_in_info
from biospectra.formats.request import Request
from biospectra.formats.sidecars import Sidecars
from biospectra.signals.signal import Signal
from biospectra.words import number_of

ENDINGS = (".fif",)
# FIFF's numbers: tags, roles of another file.
_ROLE, _NAME, _PREVIOUS, _NEXT = 115, 118, 1, 2
_HIGHEST_KIND = 100_000


class _Chain(NamedTuple):
    """What the tags of a file say: its neighbours, and what is wrong with their chain."""

    previous: str
    next: str
    broken: str


def sidecars(path: Path) -> Sidecars:
    """Name the next part of a recording in parts."""
    following = _chain(path).next
    return Sidecars([following] if following else [], [])


def read(request: Request) -> Iterator[Signal]:
    """Read channels of a FIF file; channels count from 0, volts are given in uV, tesla in fT.

    Of a recording in parts the first is named, and all are read, in order. A skip ends a stretch.
    """
    import mne

    path, seen = request.path, []
    while path not in seen:
        seen.append(path)
        chain = _chain(path)
        if chain.broken:
            raise request.error(
                f"cannot be read as FIF: {path.name} {chain.broken}",
                "it was cut or altered; fetch it again",
            )
        if len(seen) == 1 and chain.previous:
            raise request.error(
                "is a further part of a recording", f"name the first: {Path(chain.previous).name}"
            )
        if not chain.next:
            break
        path = path.parent / chain.next
        if not path.is_file():
            raise request.error(
                f"its next part {chain.next} is not there", "put all parts into one folder"
            )
    raw = mne.io.read_raw_fif(request.path, preload=False, verbose="error")
    for file in raw.filenames:  # before any samples are read
        check_file(request.path, Path(file))

    # MNE counts annotations from where the samples did, also those of a file that was cropped.
    yield from signals_of(request, raw, partial(unit_in_info, raw), first_s=raw.first_time)


def _chain(path: Path) -> _Chain:
    """Follow the tags of a file: kind, type, length and place of the next, from first to last."""
    names = {_PREVIOUS: "", _NEXT: ""}
    role = 0
    size = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        while at + 16 <= size:
            file.seek(at)
            kind, _, length, following = struct.unpack(">iiii", file.read(16))
            ends = at + 16 + length
            if (at == 0) != (kind == 100) or not 0 < kind < _HIGHEST_KIND or length < 0:
                return _Chain("", "", f"has no tag at byte {at}, where one should be")
            if ends > size:
                return _Chain("", "", f"ends at byte {size}, within what should end at {ends}")
            if kind == _ROLE and length == 4:
                role = int.from_bytes(file.read(4), "big")
            elif kind == _NAME and role in names:
                names[role] = file.read(length).decode("latin-1").strip("\x00 ")
            if following == -1:
                odd = (
                    f"has {number_of(size - ends, 'byte')} behind its last tag"
                    if size > ends
                    else ""
                )
                return _Chain(names[_PREVIOUS], names[_NEXT], odd)
            if following and following <= at:
                return _Chain("", "", f"has a tag at byte {at} that leads back")
            at = following or ends
    return _Chain("", "", f"ends at byte {size} without its last tag")
