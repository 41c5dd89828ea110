"""Files that appear under their name only when whole, and a cache that knows them by content."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from biospectra.errors import RecordingError, redacted, without_login


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(path: Path, subject: object, sha256: str | None) -> None:
    """Raise a `RecordingError` about `subject` where a file's SHA-256 is another than given."""
    if sha256 and (found := sha256_of(path)) != sha256.strip().lower():
        raise RecordingError(
            subject,
            f"its SHA-256 is {found}, but {sha256.strip().lower()} was expected",
            "fetch it again; if a new version was published, correct the checksum",
        )


def sha256_of_all(files: list[Path], folder: Path) -> str:
    """Return the SHA-256 of a recording, in hexadecimal.

    Parameters
    ----------
    files : list of Path
        Its files.
    folder : Path
        That they lie in.

    Returns
    -------
    str
        Of one file its own; of several that of the list of them, a line ``HASH  NAME`` each in the
        order of their names, as ``LC_ALL=C sha256sum * | sha256sum`` gives.
    """
    if len(files) == 1:
        return sha256_of(files[0])
    named = sorted((path.relative_to(folder).as_posix(), path) for path in files)
    listed = "".join(f"{sha256_of(path)}  {name}\n" for name, path in named)
    return hashlib.sha256(listed.encode()).hexdigest()


def verify_all(files: list[Path], folder: Path, subject: object, sha256: str | None) -> None:
    """Refuse, and take away, the files of a recording whose SHA-256 is another than given."""
    if not sha256 or (found := sha256_of_all(files, folder)) == sha256:
        return
    which = "" if len(files) == 1 else f" of all its {len(files)} files"
    alone = [path.name for path in files if len(files) > 1 and sha256_of(path) == sha256]
    hint = f", which is that of {alone[0]} alone" if alone else ""
    for path in files:
        path.unlink()
    raise RecordingError(
        subject,
        f"its SHA-256{which} is {found}, but {sha256} was expected{hint}",
        "fetch it again; if a new version was published, correct the checksum",
    )


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Give a name to write to, which becomes `path` when all went well and vanishes if not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with suppress(FileNotFoundError):
        part.unlink()  # of a job that was killed
    try:
        yield part
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def put(stored: Path, target: Path) -> Path:
    """Put a cached file into a folder: the same file twice where the disk allows, else a copy.

    A file that another job replaces by an equal one in this moment cannot be linked, and is copied.
    """
    with atomic_write(target) as part:
        try:
            os.link(stored, part)
        except OSError as problem:
            refusals = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.ENOENT)
            if problem.errno not in refusals:
                raise
            shutil.copyfile(stored, part)
    return target


def link(path: Path, target: Path) -> Path:
    """Put a symbolic link to a local file into a folder."""
    path = path.absolute()
    if target.absolute() == path:
        return target
    with atomic_write(target) as part:
        part.symlink_to(path)
    return target


class Cache:
    """Whole files by their SHA-256, and which address each of them came from.

    Parameters
    ----------
    folder : path
        Shared by studies, and by jobs that run at once. What is fetched with a password is in it
        for whoever may read it, so only its owner may.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        for name in ("content", "addresses", "partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        if self.folder.stat().st_uid == os.geteuid() and self.folder.stat().st_mode & 0o077:
            self.folder.chmod(0o700)

    def key(self, address: str) -> str:
        """Return the name under which an address is noted; it does not depend on a password."""
        return hashlib.sha256(without_login(address).encode()).hexdigest()

    def find(self, address: str, sha256: str | None) -> Path | None:
        """Return the file with this checksum, or else the one that came from this address."""
        if not sha256:
            note = self.folder / "addresses" / self.key(address)
            sha256 = note.read_text().split()[0] if note.is_file() else None
        path = self.folder / "content" / sha256.strip().lower() if sha256 else None
        if path is None or not path.is_file():
            return None
        if sha256_of(path) != path.name:  # a damaged disk, or somebody wrote into it
            path.unlink()
            return None
        return path

    def add(self, part: Path, address: str) -> Path:
        """Move a whole file in, and note its address."""
        path = self.folder / "content" / sha256_of(part)
        part.chmod(0o444)
        part.replace(path)
        with atomic_write(self.folder / "addresses" / self.key(address)) as note:
            note.write_text(f"{path.name} {redacted(address)}\n")
        return path
