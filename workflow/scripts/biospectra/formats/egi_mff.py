"""EGI's MFF, a folder: its file signal1.bin is named; read with MNE and mffpy.

Format: EGI MFF, named by its file signal1.bin.
Recognised by: info.xml and epochs.xml beside it.
Units: uV.
Annotations: its events.
Rates and gaps: one; between epochs a stretch ends.
Tried with: MNE's test file with pauses, and a file of mffpy's writer. Not the channels of a
    physiological box (signal2.bin), which are left out.
"""

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from biospectra.formats.mne_raw import signals_of, unit_in_info
from biospectra.formats.quiet import quietly
from biospectra.formats.request import Request
from biospectra.formats.sidecars import Sidecars
from biospectra.signals.signal import Signal

ENDINGS = (".bin",)


def sidecars(path: Path) -> Sidecars:
    """Name what says how samples lie, and what else is in the folder."""
    if not claims(path):
        return Sidecars([], [])
    return Sidecars(["info.xml", "info1.xml", "epochs.xml"], ["*.xml"])


def claims(path: Path) -> bool:
    """Whether a file is that of the electrodes in a folder of theirs."""
    beside = ("info.xml", "epochs.xml")
    return path.name == "signal1.bin" and all((path.parent / name).is_file() for name in beside)


def read(request: Request) -> Iterator[Signal]:
    """Read channels of an MFF folder in uV; they count from 0. Events are annotations."""
    # MNE asks for it by other means than importing it, which would not be told rightly.
    import mffpy  # noqa: F401
    import mne

    if not claims(request.path) or not request.path.with_name("info1.xml").is_file():
        raise request.error(
            "is not signal1.bin in a folder of EGI's",
            "name that file, with info.xml, info1.xml and epochs.xml beside it",
        )
    _check_blocks(request)
    with tempfile.TemporaryDirectory() as folder:
        named = Path(folder) / "recording.mff"  # MNE knows it by its name alone
        named.mkdir()
        for other in request.path.parent.iterdir():
            if other.is_file() and other.name != "signal2.bin" and other.name != "pnsSet.xml":
                (named / other.name).symlink_to(other.absolute())
        with quietly("mne", "root"):
            raw = mne.io.read_raw_egi(named, events_as_annotations=True, verbose="error")
            kinds = raw.get_channel_types()
            other_kinds = [
                name for name, kind in zip(raw.ch_names, kinds, strict=True) if kind != "eeg"
            ]
            raw.drop_channels(other_kinds)
            raw.load_data(verbose="error")
        yield from signals_of(request, raw, partial(unit_in_info, raw))


def _check_blocks(request: Request) -> None:
    """Refuse a file whose blocks of samples do not follow each other up to its end.

    A block begins with 1 and the sizes of its header and its data, or with 0 and is as the one
    before.
    """
    size, at, length = request.path.stat().st_size, 0, 0
    with request.path.open("rb") as file:
        while at < size:
            file.seek(at)
            head = file.read(12)
            if int.from_bytes(head[:4], "little"):
                at += int.from_bytes(head[4:8], "little")
                length = int.from_bytes(head[8:12], "little")
            else:
                at += 4
            at += length
            if at > size or length <= 0:
                raise request.error(
                    f"ends at byte {size}, within a block of samples", "fetch it again, it was cut"
                )
