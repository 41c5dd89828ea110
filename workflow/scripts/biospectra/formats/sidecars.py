"""The further files of a recording: what a format says of them, and which are there."""

import re
import time
from bisect import bisect_left
from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import lru_cache, partial
from glob import escape
from itertools import islice, takewhile
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
    """Return the pattern of the files that have a file's name with another ending.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
    """
    return f"{escape(path.name[: -len(path.suffix)])}.*"


def among(names: list[str], sidecars: Sidecars) -> list[str]:
    """Return the names that belong to a recording, those that it names first.

    Parameters
    ----------
    names : list of str
        The files that there are, sorted.
    sidecars : Sidecars
        What the recording asks for.

    Returns
    -------
    list of str
    """
    found = [name for name in sidecars.named if name == _first(names, name)]
    for pattern in sidecars.likely:
        start = re.split(r"[*?[]", pattern, maxsplit=1)[0]  # of 40,000 names few begin so
        later = islice(names, bisect_left(names, start), None)
        near = takewhile(partial(_begins, start), later)
        found += [name for name in near if "/" not in name and fnmatchcase(name, pattern)]
    return list(dict.fromkeys(found))


def _first(names: list[str], name: str) -> str:
    """Return the first of sorted names that is not before another."""
    return next(islice(names, bisect_left(names, name), None), "")


def _listed(folder: Path) -> list[str]:
    """List a folder, sorted; once for all recordings in it, as long as it does not change."""
    changed = folder.stat().st_mtime_ns
    if time.time_ns() - changed < 2_000_000_000:  # it may change again at what is one time to it
        return _names.__wrapped__(folder, changed)
    return _names(folder.absolute(), changed)


@lru_cache(maxsize=4)
def _names(folder: Path, changed: int) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def follow(path: Path, sidecars_of: Callable[[Path], Sidecars]) -> list[Path]:
    """Return the local files that belong to one that is read first, without itself.

    Parameters
    ----------
    path : Path
        The file that is read first.
    sidecars_of : callable
        Gives the `Sidecars` of a file; those of sidecars that name further files are asked, too.

    Returns
    -------
    list of Path
    """
    found: dict[Path, None] = {}
    waiting = [path]
    while waiting:
        header = waiting.pop(0)
        asked = sidecars_of(header)
        named = [header.parent / name for name in asked.named]
        beside = among(_listed(header.parent), Sidecars([], asked.likely)) if asked.likely else []
        for other in (*named, *(header.parent / name for name in beside)):
            if other.is_file() and other != path and other not in found:
                found[other] = None
                if other in named:
                    waiting.append(other)
    return list(found)


def _begins(start: str, name: str) -> bool:
    return name.startswith(start)
