"""Take files out of .zip and .gz."""

import gzip
import shutil
import zipfile
import zlib
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path, PurePosixPath

from biospectra.errors import RecordingError
from biospectra.formats.registry import sidecars_of
from biospectra.formats.sidecars import Sidecars, among
from biospectra.sources.cache import atomic_write
from biospectra.sources.local import in_order


def split(source: str) -> tuple[str, str | None]:
    """Split ``archive.zip!/member`` into the archive and its member, None without one."""
    outer, mark, member = source.partition("!/")
    return (outer, member) if mark else (source, None)


def extract(archive: Path, member: str, folder: Path, *, subject: str) -> list[Path]:
    """Put a member of an archive into a folder.

    Parameters
    ----------
    archive : path
        ``.zip`` (wheels too) or ``.gz``, told by content.
    member : str
        Path in the archive, may have ``*``. Of a recording's header the files of the same name
        beside it come with it. Of a ``.gz``, the name to give to what is in it.
    folder : path
        Only files' own names are kept.
    subject : str
        What messages name.

    Returns
    -------
    list of Path
        The header first, then what it names, then what lies beside it.

    Raises
    ------
    RecordingError
        Where there is no such member, several would lie in one place, or the archive is damaged.
    """
    place = _inside(member, subject)
    with archive.open("rb") as file:
        magic = file.read(4)
    try:
        if magic[:2] == b"\x1f\x8b":
            return [_gunzip(archive, folder / place.name)]
        if not magic.startswith(b"PK"):
            raise RecordingError(
                subject, "is neither a .zip nor a .gz file", "leave out what follows the !"
            )
        with zipfile.ZipFile(archive) as packed:
            return _unzip_chosen(packed, member, folder, subject)
    except (zipfile.BadZipFile, EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise RecordingError(
            subject, f"the archive is damaged ({problem})", "fetch it again"
        ) from problem
    except (RuntimeError, NotImplementedError) as problem:  # a password, an odd compression
        raise RecordingError(
            subject, f"cannot be unpacked ({problem})", "unpack it yourself and give the path"
        ) from problem


def check_member(archive: Path, member: str, *, subject: str) -> None:
    """Refuse what `extract` would, as far as the list of an archive's members tells.

    Parameters
    ----------
    archive, member, subject : path or str
        As for `extract`.

    Raises
    ------
    RecordingError
        Where there is no such member, or several would lie in one place.
    """
    _inside(member, subject)
    if zipfile.is_zipfile(archive):
        _chosen(_members(archive, archive.stat().st_mtime_ns), member, subject)


@lru_cache(maxsize=4)
def _members(archive: Path, changed: int) -> list[str]:
    """List an archive, once for all recordings in it."""
    try:
        with zipfile.ZipFile(archive) as packed:
            return packed.namelist()
    except (zipfile.BadZipFile, OSError):  # extracting says so
        return []


def _inside(member: str, subject: str) -> PurePosixPath:
    parts = PurePosixPath(member.replace("\\", "/")).parts
    if not parts or ".." in parts or member.startswith(("/", "\\")) or ":" in parts[0]:
        raise RecordingError(
            subject,
            f"the member {member!r} leads out of the archive",
            "name a path inside it, without ..",
        )
    return PurePosixPath(*parts)


def _chosen(listed: list[str], member: str, subject: str) -> list[str]:
    """Return the members that are meant: the one of this name, or those that a pattern matches."""
    names = [name for name in listed if not name.endswith("/")]
    chosen = [name for name in names if name == member]
    chosen = chosen or [name for name in names if fnmatchcase(name, member)]
    if listed and not chosen:
        near = [n for n in names if PurePosixPath(n).name == PurePosixPath(member).name]
        remedy = f"did you mean {near[0]}" if near else "it holds " + ", ".join(names[:5])
        raise RecordingError(subject, f"the archive has no {member!r}", remedy)
    seen: dict[str, str] = {}
    for name in chosen:
        own = PurePosixPath(name).name
        if own in seen:
            raise RecordingError(
                subject,
                f"the archive's {seen[own]} and {name} have one name",
                "name one of them, by its whole path" if seen[own] != name else "pack it again",
            )
        seen[own] = name
    return chosen


def _unzip_chosen(packed: zipfile.ZipFile, member: str, folder: Path, subject: str) -> list[Path]:
    names = [name for name in packed.namelist() if not name.endswith("/")]
    chosen = _chosen(names, member, subject)
    files = {name: _unzip(packed, name, folder / PurePosixPath(name).name) for name in chosen}
    if len(chosen) > 1:
        return in_order(subject, list(files.values()))
    waiting = list(chosen)
    while waiting:
        header = waiting.pop(0)
        asked = sidecars_of(files[header])
        if header != chosen[0]:
            asked = Sidecars(asked.named, [])
        parent = "".join(header.rpartition("/")[:2])
        lying = sorted(name.removeprefix(parent) for name in names if name.startswith(parent))
        for name in among(lying, asked):
            if parent + name not in files:
                target = files[header].parent / name
                files[parent + name] = _unzip(packed, parent + name, target)
                waiting += [parent + name] if name in asked.named else []
    return list(files.values())


def _unzip(packed: zipfile.ZipFile, name: str, target: Path) -> Path:
    with packed.open(name) as inner, atomic_write(target) as part, part.open("wb") as out:
        shutil.copyfileobj(inner, out, 1 << 20)
    return target


def _gunzip(archive: Path, target: Path) -> Path:
    with gzip.open(archive) as inner, atomic_write(target) as part, part.open("wb") as out:
        shutil.copyfileobj(inner, out, 1 << 20)
    return target
