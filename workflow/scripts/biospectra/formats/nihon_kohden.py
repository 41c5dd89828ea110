"""Nihon Kohden's EEG files, with their log of events beside them; read with MNE.

Format: Nihon Kohden EEG.
Recognised by: its first bytes.
Units: uV.
Annotations: its log (.LOG).
Rates and gaps: one; blocks are stretches.
Tried with: MNE's test file, equal to the maker's EDF export to 0.01 uV, and files built from the
    layout.
"""

from collections.abc import Iterator
from glob import escape
from pathlib import Path

from biospectra.formats.checks import check_size
from biospectra.formats.mne_raw import signals_of
from biospectra.formats.quiet import quietly
from biospectra.formats.request import Request
from biospectra.formats.sidecars import Sidecars
from biospectra.signals.signal import Signal

ENDINGS = (".eeg",)
_DEVICES = (b"EEG-1", b"EEG-2", b"QI-403A", b"DAE-2100D")  # how such a file begins


def claims(path: Path) -> bool:
    """Whether a file is one of theirs: those of BrainVision's samples end in .eeg, too."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(16).startswith(_DEVICES)


def sidecars(path: Path) -> Sidecars:
    """Name the files of electrodes, events and patient, for which one letter may be small."""
    if not claims(path):
        return Sidecars([], [])
    names = ("21[Ee]", "[Ll][Oo][Gg]", "[Pp][Nn][Tt]")
    return Sidecars([], [f"{escape(path.stem)}.{name}" for name in names])


def read(request: Request) -> Iterator[Signal]:
    """Read channels of a Nihon Kohden file in uV; they count from 0. Its log has annotations.

    A stretch ends where recording was interrupted.
    """
    import mne

    if not claims(request.path):
        raise request.error(
            "is no EEG file of Nihon Kohden's",
            "of a BrainVision recording name the header, which ends in .vhdr",
        )
    content = request.path.read_bytes()
    check_size(request, request.path, _end(content), exactly=False)
    if content[0x91] != 1:
        raise request.error(
            f"has {content[0x91]} control blocks, of which the library reads one", "save it as EDF"
        )
    # Whole: parts of a recording in several blocks are not read rightly.
    with quietly("mne"):
        raw = mne.io.read_raw_nihon(request.path, preload=True, verbose="error")
    yield from signals_of(request, raw, lambda k: ("uV", 1e6))  # MNE has all of it in volts


def _end(content: bytes) -> int:
    """Return where the last of the blocks of samples ends, by what their headers say."""

    def number(at: int, size: int) -> int:
        return int.from_bytes(content[at : at + size], "little")

    ends = 0
    for control in range(number(0x91, 1)):
        table = number(0x92 + 20 * control, 4)
        for block in range(number(table + 17, 1)):
            at = number(table + 18 + 20 * block, 4)
            rate_hz, tenths = number(at + 0x1A, 2) & 0x3FFF, number(at + 0x1C, 4)
            n_channels = number(at + 0x26, 1)
            samples = tenths * rate_hz // 10 * (n_channels + 1) * 2
            ends = max(ends, at + 0x27 + 10 * n_channels + samples)
    return ends
