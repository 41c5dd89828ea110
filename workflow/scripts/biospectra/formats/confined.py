"""Nothing outside a recording's own folder is opened, whatever its files say.

A header, or a link, from somebody else could name any file of this machine as a recording's data.
"""

from pathlib import Path, PureWindowsPath

from biospectra.errors import RecordingError

_REMEDY = "put the file itself beside it, and correct the name"


def check_name(first: Path, name: str) -> None:
    """Refuse a name of a further file, as a recording's file says it, that leads elsewhere.

    Parameters
    ----------
    first : Path
        The file that names it.
    name : str
        The name: relative to the folder of `first`, and not above it.

    Raises
    ------
    RecordingError
        Naming both.
    """
    parts = PureWindowsPath(name)  # which knows both separators, and drives
    odd = "\0" in name or "::" in name or "://" in name  # libraries take these for addresses
    if parts.drive or parts.root or ".." in parts.parts or not parts.parts or odd:
        raise RecordingError(first, f"names the file {name!r}, outside its own folder", _REMEDY)


def check_file(first: Path, file: Path) -> None:
    """Refuse a further file that is a link out of a recording's folder, or no file.

    Parameters
    ----------
    first : Path
        The file that is read first. Where it is itself a link, as those that a run makes are, the
        folders on its way count as the recording's.
    file : Path
        The further file.

    Raises
    ------
    RecordingError
        Naming both, and where the link leads.
    """
    try:
        target = file.resolve(strict=True)
    except FileNotFoundError:
        return  # what is not there, reading says
    except (OSError, RuntimeError) as problem:
        raise RecordingError(
            first, f"its file {file.name} leads nowhere ({problem})", _REMEDY
        ) from (problem)
    if not target.is_file():
        raise RecordingError(first, f"its file {file.name} is not a file", _REMEDY)
    homes = _homes(first)
    if not any(target.is_relative_to(home) for home in homes) and not _is_annexed(target, homes):
        raise RecordingError(
            first, f"its file {file.name} is a link to {target}, outside its own folder", _REMEDY
        )


def _homes(first: Path) -> list[Path]:
    """Return the folders of a file, and of those that it links to, one after the other."""
    at, homes = first.absolute(), []
    for _ in range(40):  # as many as the system follows
        homes.append(at.parent.resolve())
        if not at.is_symlink():
            break
        at = at.parent / at.readlink()
    return homes


def _is_annexed(target: Path, homes: list[Path]) -> bool:
    """Whether a file is in git-annex's store of a data set that a folder belongs to."""
    before, store, _ = target.as_posix().partition("/.git/annex/objects/")
    return bool(store) and any(home.is_relative_to(before) for home in homes)
