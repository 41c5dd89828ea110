"""EEGLAB: a set (.set), with its samples in it or in a file of their own (.fdt); read with MNE.

Format: EEGLAB.
Recognised by: its content: MATLAB 5 or 7.3.
Units: uV, as EEGLAB has it.
Annotations: its events; a boundary ends a stretch.
Rates and gaps: one.
Tried with: files built with SciPy, and of MNE's exporter.
"""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from biospectra.formats.confined import check_file, check_name
from biospectra.formats.hdf5_claims import refuse_links
from biospectra.formats.mne_raw import signals_of
from biospectra.formats.request import Request
from biospectra.formats.sidecars import Sidecars, of_one_name
from biospectra.signals.signal import Signal

ENDINGS = (".set",)
_VOLTAGES = frozenset(
    ["eeg", "eog", "ecg", "emg", "misc", "bio", "seeg", "ecog", "dbs", "ref_meg", "exci", ""]
)
_ENDS = frozenset([*range(32), 127, *b"/\\:*?\"<>|'"])  # are in no file's name
_COMPRESSED = 15
_MOST = 1 << 26  # bytes of a set that are looked through for a name


def sidecars(path: Path) -> Sidecars:
    """Name the file of the samples, as the set has it, whatever the set is called now."""
    name = fdt_name(path)
    return Sidecars([name] if name else [], [of_one_name(path)])


def read(request: Request) -> Iterator[Signal]:
    """Read channels in uV, which EEGLAB takes all channels for; channels count from 0.

    Where recording was interrupted (boundary) a stretch ends.
    """
    import mne

    with request.path.open("rb") as file:
        if file.read(4) == b"\x89HDF":
            import h5py

            with h5py.File(request.path, "r") as opened:
                refuse_links(request, opened)
    folder = request.path.absolute().parent
    name = fdt_name(request.path)
    there = bool(name) and (request.path.parent / name).is_file()
    try:
        raw = mne.io.read_raw_eeglab(request.path, preload=False, verbose="error")
    except FileNotFoundError as problem:
        raise request.error(
            f"its data file {name} is not there", "put both into one folder, by their old names"
        ) from problem
    except (TypeError, AttributeError, KeyError, ValueError, NotImplementedError) as problem:
        trials = re.search(r"number of trials is (\d+)", str(problem))
        if trials:
            raise request.error(
                f"holds {trials[1]} epochs that were cut out of a recording",
                "use the set of the continuous recording, and cut it with segments.around",
            ) from problem
        why = f" ({problem})" if isinstance(problem, ValueError) else ""
        raise request.error(
            f"holds no data set of EEGLAB: a structure EEG with data, srate and chanlocs{why}",
            "save it again with EEGLAB, or correct the file's ending",
        ) from problem
    for file in raw.filenames:  # before any of it is read
        named = str(file).removeprefix(f"{folder}/")
        check_name(request.path, named)
        check_file(request.path, Path(file))
    if there:
        size = (request.path.parent / name).stat().st_size
        promised = 4 * len(raw.ch_names) * raw.n_times
        if size != promised:
            raise request.error(
                f"promises {promised} bytes in {name}, which has {size}", "fetch both again"
            )

    def unit_of(k: int) -> tuple[str, float]:
        kind = raw.get_channel_types(picks=[k])[0]
        # MNE has multiplied all channels with 1e-6, whatever they hold.
        return "uV" if kind in _VOLTAGES else "adu", 1e6

    yield from signals_of(request, raw, unit_of)


def fdt_name(path: Path) -> str:
    """Return the name of the file of samples that a set names, empty where it holds them itself.

    The set is searched for it rather than parsed: MATLAB's elements are compressed one by one.

    Parameters
    ----------
    path : Path
        The set.

    Returns
    -------
    str
    """
    with path.open("rb") as file:
        raw = file.read(_MOST)
    parts = [raw] if raw.startswith((b"\x89HDF", b"MATLAB 7.3")) else _elements(raw)
    names = dict.fromkeys(name for part in parts for name in _names(part))
    there = [name for name in names if (path.parent / name).is_file()]
    return next(iter([*there, *names]), "")


def _elements(raw: bytes) -> list[bytes]:
    """Return the elements of a MATLAB file, unpacked."""
    at, parts = 128, []
    while at + 8 <= len(raw):
        kind, size = (int.from_bytes(raw[at + k : at + k + 4], "little") for k in (0, 4))
        part = raw[at + 8 : at + 8 + size]
        if kind == _COMPRESSED:
            try:
                part = zlib.decompressobj().decompress(part, _MOST)
            except zlib.error:
                break
        parts.append(part)
        at += 8 + size
    return parts


def _names(part: bytes) -> list[str]:
    """Return the names in it that end in .fdt; their characters may have two bytes each."""
    found = []
    for width, mark in ((1, b".fdt"), (2, b".\x00f\x00d\x00t\x00")):
        at = part.find(mark)
        while at >= 0:
            first = at
            while first >= width and part[first - width] not in _ENDS:
                first -= width
            name = part[first : at + len(mark) : width]
            quoted = first >= width and part[first - width] == ord("'")  # in the history
            if len(name) > len(".fdt") and not quoted:
                found.append(name.decode("utf-8", "replace"))
            at = part.find(mark, at + 1)
    return found
