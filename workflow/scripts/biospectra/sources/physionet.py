"""Records of PhysioNet, whole or in part, from its server, a mirror or a folder."""

import math
import re
from fractions import Fraction
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import quote

from biospectra.errors import RecordingError
from biospectra.formats.confined import check_name
from biospectra.formats.registry import beside, sidecars_of
from biospectra.formats.wfdb_annotations import ANNOTATORS
from biospectra.formats.wfdb_header import PART_COMMENT
from biospectra.sources.cache import Cache, atomic_write, link, put, verify
from biospectra.sources.http import Absent, download
from biospectra.sources.local import home_path, placed

# Bytes a sample, of formats in which a sample does not depend on the one before.
_BYTES = {code: Fraction(size) for code, size in ((16, 2), (24, 3), (32, 4), (61, 2), (80, 1))}
_BYTES |= {160: Fraction(2), 212: Fraction(3, 2), 310: Fraction(4, 3), 311: Fraction(4, 3)}
_SINGLE = (".edf", ".bdf", ".mat", ".csv", ".tsv", ".gz", ".hea")  # endings in lists of records
_FRAMES = 6  # so many frames fill whole bytes in each of these formats


class _Signal(NamedTuple):
    file: str
    code: int
    per_frame: int
    offset: int


def fetch_record(
    source: str,
    folder: Path,
    cache: Cache,
    base: str,
    start_s: float | None = None,
    duration_s: float | None = None,
    annotator: str | None = None,
) -> list[Path]:
    """Put a record's header, signals and annotations into a folder.

    Parameters
    ----------
    source : str
        ``physionet:DATABASE/VERSION/RECORD``; RECORD as in the database's list of records, so with
        a folder before it or an ending (.edf) behind where it has them.
    folder, cache : path or Cache
        Where the files go, and where downloads are kept.
    base : str
        Address or folder that holds DATABASE/VERSION/.
    start_s, duration_s : float or None
        Fetch only this part of the signals, with some samples more at both ends, where the record's
        format allows. Files in a folder are always linked to as they are.
    annotator : str or None
        The ending of the annotation file that is needed; by default all usual ones come.

    Returns
    -------
    list of Path
        The header (or the .edf) first.
    """
    root, first = _parsed(source)
    if not re.match(r"https?://", base):
        return _from_folder(source, folder, Path(base))
    place_of = f"{base.rstrip('/')}/{root}/"
    sums = checksums(place_of, cache)

    def get(name: str, span: tuple[int, int] | None = None) -> Path:
        return download(
            place_of + quote(name), cache, sha256=None if span else sums.get(name), span=span
        )

    try:
        header = get(first)
    except Absent as problem:
        raise RecordingError(
            source,
            f"there is no {first} at {place_of}",
            "check database, version and record, or the mirror's address",
        ) from problem
    target = folder / Path(first).name
    parent = first.rpartition("/")[0]
    within = f"{parent}/" if parent else ""
    part = _plan(header, start_s, duration_s) if first.endswith(".hea") else None
    if part is None:
        files = [put(header, target)]
        for one in files:  # grows while headers name further headers
            for name in sidecars_of(one).named:
                other = one.parent / name
                if other not in files:
                    files.append(put(get(within + other.relative_to(folder).as_posix()), other))
        if first.endswith(".hea"):
            files += _annotations(get, sums, within + target.stem, folder, annotator)
        return files
    start, stop, total, signals = part
    files = []
    for name in dict.fromkeys(signal.file for signal in signals):
        check_name(target, name)
        span = _bytes(signals, name, start, stop)
        files.append(put(get(within + name, span), folder / name))
    notes = _annotations(get, sums, within + target.stem, folder, annotator)
    files += [note for note in notes if _shift(note, start, stop)]
    _rewrite(header, target, start, stop, total)  # last, since it makes the record complete
    return [target, *files]


def _parsed(source: str) -> tuple[str, str]:
    """Return DATABASE/VERSION and the file in it that is read first."""
    match = re.fullmatch(r"physionet:([\w.-]+)/([\w.-]+)/([\w./+-]+)", source)
    # Each part must name something, and never what is above.
    if not match or not all(part.strip(".") for part in source.partition(":")[2].split("/")):
        raise RecordingError(source, "is not understood", "write physionet:DATABASE/VERSION/RECORD")
    root, record = f"{match[1]}/{match[2]}", match[3]
    return root, record if PurePosixPath(record).suffix.lower() in _SINGLE else f"{record}.hea"


def record_in_folder(source: str, base: Path) -> list[Path]:
    """Return the files of a record in a folder laid out as PhysioNet's: its own, and the checksums.

    Raises
    ------
    RecordingError
        Where the source is not understood or the record is not there.
    """
    root, first = _parsed(source)
    path = home_path(base).absolute() / root / first
    if not path.is_file():
        raise RecordingError(
            source, f"there is no file {path}", "check the record's name and physionet_base"
        )
    listed = home_path(base).absolute() / root / "SHA256SUMS.txt"
    return [path, *beside(path), *[listed] * listed.is_file()]


def _from_folder(source: str, folder: Path, base: Path) -> list[Path]:
    paths = record_in_folder(source, base)
    sums = {}
    if paths[-1].name == "SHA256SUMS.txt":
        *paths, listed = paths
        sums = _parse_sums(listed)
        for one in paths:
            verify(one, one, sums.get(one.relative_to(listed.parent).as_posix()))
    places = placed(source, paths)
    return [link(one, folder / place) for one, place in zip(paths, places, strict=True)]


def checksums(place_of: str, cache: Cache) -> dict[str, str]:
    """Return the SHA-256 of each file that a database lists; empty where it has no such list.

    Parameters
    ----------
    place_of : str
        The database's address, with a slash at its end.
    cache : Cache
        For downloads.
    """
    try:
        listed = download(f"{place_of}SHA256SUMS.txt", cache)
    except Absent:  # an incomplete mirror
        return {}
    return _parse_sums(listed)


@lru_cache(maxsize=8)  # a database may list a hundred thousand files
def _parse_sums(listed: Path) -> dict[str, str]:
    text = listed.read_text()
    pairs = (line.split(maxsplit=1) for line in text.splitlines() if line.strip())
    return {
        pair[1].strip().lstrip("*").removeprefix("./"): pair[0].lower()
        for pair in pairs
        if len(pair) == 2 and re.fullmatch(r"[0-9a-fA-F]{64}", pair[0])
    }


def _annotations(
    get, sums: dict[str, str], stem: str, folder: Path, annotator: str | None
) -> list[Path]:
    """Fetch the annotation files that are listed; without a list, the usual one if there."""
    found = []
    for ending in [annotator] if annotator else ANNOTATORS:
        name = f"{stem}.{ending}"
        if annotator or name in sums or (not sums and ending == "atr"):
            try:
                found.append(put(get(name), folder / Path(name).name))
            except Absent:
                if sums or annotator:
                    raise
    return found


def _plan(header: Path, start_s: float | None, duration_s: float | None):
    """Return (start, stop, total, signals), or None where the record is needed whole."""
    if start_s is None and duration_s is None:
        return None
    lines = _lines(header)
    words = lines[0].split()
    if "/" in words[0] or len(words) < 4 or not words[3].isdigit() or int(words[3]) == 0:
        return None
    rate_hz, total = float(words[2].split("/")[0].split("(")[0]), int(words[3])
    signals = []
    for line in lines[1 : 1 + int(words[1])]:
        file, form = line.split()[:2]
        found = re.fullmatch(r"(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?", form)
        if not found or int(found[1]) not in _BYTES or int(found[3] or 0) or file == "~":
            return None
        signals.append(_Signal(file, int(found[1]), int(found[2] or 1), int(found[4] or 0)))
    start = int(float(start_s or 0) * rate_hz)
    stop = total if duration_s is None else start + round(float(duration_s) * rate_hz) + 1
    start, stop = start // _FRAMES * _FRAMES, min(total, -(-stop // _FRAMES) * _FRAMES)
    if start >= stop or stop - start > 0.8 * total:  # reading will say so; or hardly worth it
        return None
    return start, stop, total, signals


def _lines(header: Path) -> list[str]:
    text = header.read_text("latin-1")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines or len(lines[0].split()) < 3:
        raise RecordingError(header, "is no WFDB header", "fetch it again or correct the source")
    return lines


def _bytes(signals: list[_Signal], name: str, start: int, stop: int) -> tuple[int, int]:
    """Return which bytes of a signal file hold frames start to stop."""
    mine = [signal for signal in signals if signal.file == name]
    width = sum(signal.per_frame for signal in mine) * _BYTES[mine[0].code]
    return mine[0].offset + int(start * width), mine[0].offset + math.ceil(stop * width)


def _rewrite(header: Path, target: Path, start: int, stop: int, total: int) -> None:
    """Write a header that says what the part holds: length, first values, checksums, no time."""
    import numpy as np
    import wfdb

    lines = _lines(header)
    words = lines[0].split()
    record_line = " ".join([*words[:3], str(stop - start)])
    fields = [line.split(maxsplit=8) for line in lines[1:]]
    for field in fields:
        field[1] = re.sub(r"\+\d+$", "", field[1])

    def text(*more: str) -> str:
        return "\n".join([record_line, *(" ".join(field) for field in fields), *more]) + "\n"

    draft = target.with_name(f"{target.stem}_draft.hea")
    try:
        draft.write_text(text(), "latin-1")
        name = str(draft.with_suffix("").absolute())
        record = wfdb.rdrecord(name, physical=False, smooth_frames=False)
    finally:
        draft.unlink(missing_ok=True)
    for field, samples in zip(fields, record.e_d_signal, strict=True):
        if len(field) >= 7:
            low = int(np.sum(samples, dtype=np.int64)) & 0xFFFF
            field[5], field[6] = str(int(samples[0])), str(low - 0x10000 * (low >= 0x8000))
    comments = [line for line in header.read_text("latin-1").splitlines() if line.startswith("#")]
    with atomic_write(target) as part:
        part.write_text(text(*comments, PART_COMMENT.format(start, stop, total)), "latin-1")


def _shift(note: Path, start: int, stop: int) -> bool:
    """Keep the annotations of the part, with the rhythm that holds at its start.

    Returns whether there are any.
    """
    if start == 0:
        return True
    import numpy as np
    import wfdb

    name, ending = str(note.with_suffix("").absolute()), note.suffix[1:]
    read = wfdb.rdann(name, ending)
    texts = [str(text).strip("\x00 ") for text in read.aux_note]
    at = np.asarray(read.sample)
    before = [k for k in range(len(at)) if at[k] < start and texts[k].startswith("(")]
    kept = before[-1:] + [k for k in range(len(at)) if start <= at[k] < stop]
    note.unlink()
    if not kept:
        return False
    wfdb.wrann(
        note.stem,
        ending,
        np.maximum(at[kept] - start, 0),
        symbol=[read.symbol[k] for k in kept],
        subtype=np.asarray(read.subtype)[kept],
        chan=np.asarray(read.chan)[kept],
        num=np.asarray(read.num)[kept],
        aux_note=[texts[k] for k in kept],
        write_dir=str(note.parent),
    )
    return True
