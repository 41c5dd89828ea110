"""The further files of a recording: what a format says of them, and which are there."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from glob import escape
from pathlib import Path
from typing import NamedTuple


class Sidecars(NamedTuple):
    """The further files of a recording, relative to the folder of the one that is read first.

    Attributes
    ----------
    named : list of str
        The file says that it needs them.
    likely : list of str
        Names, or patterns with ``*``, of those that belong to it where they are there.
    """

    named: list[str]
    likely: list[str]


def of_one_name(path: Path) -> str:
    """Return the pattern of the files that have a file's name with another ending."""
    return f"{escape(path.name[: -len(path.suffix)])}.*"


def among(names: list[str], sidecars: Sidecars) -> list[str]:
    """Return the names that belong to a recording, those that it names first.

    Parameters
    ----------
    names : list of str
        The files that there are.
    sidecars : Sidecars
        What the recording asks for.
    """
    found = [name for name in sidecars.named if name in names]
    for pattern in sidecars.likely:
        found += sorted(n for n in names if "/" not in n and fnmatchcase(n, pattern))
    return list(dict.fromkeys(found))


def follow(path: Path, sidecars_of: Callable[[Path], Sidecars]) -> list[Path]:
    """Return the local files that belong to one that is read first, without itself.

    Parameters
    ----------
    path : Path
        The file that is read first.
    sidecars_of : callable
        Gives the `Sidecars` of a file; those of sidecars that name further files are asked, too.
    """
    found: dict[Path, None] = {}
    waiting = [path]
    while waiting:
        header = waiting.pop(0)
        asked = sidecars_of(header)
        named = [header.parent / name for name in asked.named]
        lying = [p for p in header.parent.iterdir() if p.is_file()] if asked.likely else []
        beside = among([p.name for p in lying], Sidecars([], asked.likely))
        for other in (*named, *(header.parent / name for name in beside)):
            if other.is_file() and other != path and other not in found:
                found[other] = None
                if other in named:
                    waiting.append(other)
    return list(found)
