"""The recordings in a folder, and what their names say."""

import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from biospectra.errors import RecordingError, StudyError
from biospectra.formats.contents import Contents
from biospectra.formats.registry import beside, ending_of, is_claimed

TEXT = (".txt", ".csv", ".tsv")  # as often a list or a letter as a table of samples
# Of a BIDS dataset what is no recording of it; of any folder what tools leave.
_PASSED_OVER = frozenset(["derivatives", "sourcedata", "code", "stimuli", "results", "__pycache__"])
_PLACE = re.compile(r"\{(\w*)(?::(\d+|d|a))?\}")
_KINDS_OF_PLACE = {"": r"[^/]+?", "d": r"\d+", "a": r"[^\W\d_]+"}
COLUMNS = ("label", "subject", "session", "database")


@dataclass
class Found:
    """A recording, before it is decided what becomes of it.

    Attributes
    ----------
    source : str
        As the table shall say it.
    name : str
        Its path from the folder, or its record's name; what people are shown.
    path : Path or None
        The file to look into; None where it is not on this machine.
    fields : dict of str to str
        What may be its class, its person or the like, by where it is said: ``folder1``, ``task``.
    contents : Contents or None
        What it holds; None where it could not be looked into.
    problem : RecordingError or None
        Why not.
    given : dict of str to str
        Columns that need no guess, such as a rate from a BIDS sidecar.
    kinds : dict of str to str
        The kind of signal of channels of which a sidecar says it.
    bad : dict of str to str
        Channels that a sidecar calls bad, and why.
    units : dict of str to str
        Units of channels, as a sidecar says them.
    columns : list of str
        Names that a sidecar gives channels, which the file itself does not name.
    """

    source: str
    name: str
    path: Path | None
    fields: dict[str, str] = field(default_factory=dict)
    contents: Contents | None = None
    problem: RecordingError | None = None
    given: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    bad: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)


_PERSON_AND_NUMBER = re.compile(
    r"(?<![^\W\d_])(sub|subj|subject|pat|patient|participant|person|proband|vp|user)[-_ ](?=\d)()",
    re.IGNORECASE,
)
# Between parts of a name. A blank between two words is in one, as in anna maria_rest.
_BETWEEN = re.compile(r"[_\-.\s]*[_\-.][_\-.\s]*|(?<=\d)\s+|\s+(?=\d)")


def recordings_in(folder: Path) -> tuple[list[Path], Counter[str]]:
    """Find the files of a folder, at any depth, that may be read first of a recording.

    Parameters
    ----------
    folder : Path
        Where to look; hidden folders, and those that hold no recordings in BIDS, are passed over.

    Returns
    -------
    files : list of Path
        Sorted; without those that belong to another, as signals do to their header.
    others : Counter
        How many files there are of each ending that no reader knows.
    """
    files, unknown = [], []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(n for n in folders if not is_passed_over(PurePosixPath(n, "file")))
        for name in sorted(n for n in names if not is_passed_over(PurePosixPath(n))):
            path = Path(place, name)
            try:
                ending_of(path)
            except RecordingError:
                unknown.append(path)
            else:
                (files if is_claimed(path) else unknown).append(path)
    belonging = belonging_to(files)
    others = Counter(path.suffix.lower() or path.name for path in unknown if path not in belonging)
    return [path for path in files if path not in belonging], others


def is_passed_over(path: PurePosixPath) -> bool:
    """Whether a file's path from the folder is hidden, or in a folder without recordings."""
    hidden = any(part.startswith(".") for part in path.parts)
    return hidden or not _PASSED_OVER.isdisjoint(path.parts[:-1])


def belonging_to(files: Iterable[Path]) -> set[Path]:
    """Return the files that belong to one of these, as signals do to their header."""
    found: set[Path] = set()
    for path in files:
        try:
            found.update(beside(path))
        except (RecordingError, OSError, ValueError):  # opening it will say what is wrong
            continue
    return found


def stem_of(name: str) -> str:
    """Return a name without its folders and its ending, ``.gz`` and all."""
    last = PurePosixPath(name).name
    bare = last[:-3] if last.lower().endswith(".gz") else last
    return bare[: -len(PurePosixPath(bare).suffix)] if PurePosixPath(bare).suffix else bare


def fields_of(names: list[str]) -> list[dict[str, str]]:
    """Return what the folders and the parts of the name of each file are.

    Folders are counted from the outermost, ``folder1``; parts of the name are what stands between
    ``_``, ``-``, blanks and dots, ``name1``. A part that begins with a number, ``1Amar``, is two.

    Parameters
    ----------
    names : list of str
        Paths from the folder, with ``/``.
    """
    whole = [_PERSON_AND_NUMBER.sub(r"\1\0\2", stem_of(name)) for name in names]  # sub-01 is one
    words = [[w.replace("\0", "-") for w in _BETWEEN.split(own) if w] for own in whole]
    fewest = min(map(len, words), default=0)
    columns = []
    for k in range(fewest):
        parts = [re.findall(r"\D*\d+|\D+", own[k]) for own in words]
        if len({len(one) for one in parts}) > 1:
            parts = [[own[k]] for own in words]
        columns += list(zip(*parts, strict=True))
    found = []
    for k, name in enumerate(names):
        folders = PurePosixPath(name).parent.parts
        fields = {f"folder{n}": folder for n, folder in enumerate(folders, 1)}
        found.append(fields | {f"name{n}": column[k] for n, column in enumerate(columns, 1)})
    return found


def pattern_columns(pattern: str) -> list[str]:
    """Return the columns that a pattern names."""
    return [name for name, _ in _PLACE.findall(pattern) if name]


def pattern_of(pattern: str) -> re.Pattern:
    """Turn ``{label}/{subject}_{session}.edf`` into a regular expression.

    ``{}`` stands for anything within a folder or name, ``{subject:3}`` for three characters,
    ``{subject:d}`` for digits, ``{label:a}`` for letters, ``*`` for anything at all. Behind a
    pattern that ends with one of them may be any ending of a file's name.

    Raises
    ------
    StudyError
        Where it has a place of another name, or none.
    """
    named = pattern_columns(pattern)
    odd = [name for name in named if name not in COLUMNS]
    if odd or not named:
        what = f"has no column {odd[0]!r}" if odd else "names no column"
        raise StudyError(
            f"--pattern {pattern!r}: it {what}; write {{label}}, {{subject}}, {{session}} or "
            "{database} where they stand, {} for what does not matter."
        )
    text, at = "", 0
    for place in _PLACE.finditer(pattern):
        text += re.escape(pattern[at : place.start()]).replace(r"\*", ".*")
        name, kind = place.groups()
        inner = rf".{{{kind}}}" if (kind or "").isdigit() else _KINDS_OF_PLACE[kind or ""]
        if not name:
            text += inner
        elif f"(?P<{name}>" in text:
            text += f"(?P={name})"  # said twice, it is the same
        else:
            text += f"(?P<{name}>{inner})"
        at = place.end()
    if pattern.endswith("}"):
        text += r"(?:\.[A-Za-z]\w*(?:\.gz)?)?"
    return re.compile(text + re.escape(pattern[at:]).replace(r"\*", ".*"))


def matched(names: Iterable[str], pattern: str) -> dict[str, dict[str, str]]:
    """Return what a pattern finds in each name that it fits, from its end up to a whole folder."""
    expression = pattern_of(pattern)
    found = {}
    for name in names:
        tails = [name, *(name[k + 1 :] for k, letter in enumerate(name) if letter == "/")]
        for tail in tails:
            if fits := expression.fullmatch(tail):
                found[name] = fits.groupdict()
                break
    return found
