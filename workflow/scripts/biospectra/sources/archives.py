"""Take files out of .zip and .gz."""

import gzip
import shutil
import zipfile
import zlib
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from biospectra.errors import RecordingError
from biospectra.formats.read import sidecars_of
from biospectra.formats.sidecars import Sidecars, among
from biospectra.sources.cache import atomic_write, verify


def split(source: str) -> tuple[str, str | None]:
    """Split ``archive.zip!/member`` into the archive and its member, None without one."""
    outer, mark, member = source.partition("!/")
    return (outer, member) if mark else (source, None)


def extract(
    archive: Path, member: str, folder: Path, *, subject: str, sha256: str | None = None
) -> list[Path]:
    """Put a member of an archive into a folder.

    Parameters
    ----------
    archive
        ``.zip`` (wheels too) or ``.gz``, told by content.
    member
        Path in the archive, may have ``*``. Of a recording's header the files of the same name
        beside it come with it. Of a ``.gz``, the name to give to what is in it.
    folder
        Only files' own names are kept.
    subject
        What messages name.
    sha256
        Of the member.

    Returns
    -------
    list of Path
        The header first, then what it names, then what lies beside it.
    """
    parts = PurePosixPath(member.replace("\\", "/")).parts
    if not parts or ".." in parts or member.startswith(("/", "\\")) or ":" in parts[0]:
        raise RecordingError(
            subject,
            f"the member {member!r} leads out of the archive",
            "name a path inside it, without ..",
        )
    with archive.open("rb") as file:
        magic = file.read(4)
    try:
        if magic[:2] == b"\x1f\x8b":
            return [_gunzip(archive, folder / parts[-1], subject, sha256)]
        if not magic.startswith(b"PK"):
            raise RecordingError(
                subject, "is neither a .zip nor a .gz file", "leave out what follows the !"
            )
        with zipfile.ZipFile(archive) as packed:
            return _unzip_chosen(packed, member, folder, subject, sha256)
    except (zipfile.BadZipFile, EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise RecordingError(
            subject, f"the archive is damaged ({problem})", "fetch it again"
        ) from problem
    except (RuntimeError, NotImplementedError) as problem:  # a password, an odd compression
        raise RecordingError(
            subject, f"cannot be unpacked ({problem})", "unpack it yourself and give the path"
        ) from problem


def _unzip_chosen(
    packed: zipfile.ZipFile, member: str, folder: Path, subject: str, sha256: str | None
) -> list[Path]:
    names = [name for name in packed.namelist() if not name.endswith("/")]
    chosen = [member] if member in names else [n for n in names if fnmatchcase(n, member)]
    if not chosen:
        near = [n for n in names if PurePosixPath(n).name == PurePosixPath(member).name]
        remedy = f"did you mean {near[0]}" if near else "it holds " + ", ".join(names[:5])
        raise RecordingError(subject, f"the archive has no {member!r}", remedy)
    files = {
        name: _unzip(packed, name, folder / PurePosixPath(name).name, subject, sha256)
        for name in chosen
    }
    if len(chosen) == 1:
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
                    files[parent + name] = _unzip(packed, parent + name, target, subject, None)
                    waiting += [parent + name] if name in asked.named else []
    return list(files.values())


def _unzip(packed, name: str, target: Path, subject: str, sha256: str | None) -> Path:
    with packed.open(name) as inner, atomic_write(target) as part:
        with part.open("wb") as out:
            shutil.copyfileobj(inner, out, 1 << 20)
        verify(part, subject, sha256)
    return target


def _gunzip(archive: Path, target: Path, subject: str, sha256: str | None) -> Path:
    with gzip.open(archive) as inner, atomic_write(target) as part:
        with part.open("wb") as out:
            shutil.copyfileobj(inner, out, 1 << 20)
        verify(part, subject, sha256)
    return target
