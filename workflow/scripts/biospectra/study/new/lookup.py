"""What a table beside the recordings says of them: one row a file, or one a person."""

import csv
import re
from pathlib import Path, PurePosixPath

from biospectra.errors import StudyError
from biospectra.study.new.found import Found, stem_of

_LARGEST = 64 << 20  # bytes of a table
_NOTHING = ("", "n/a", "nan", "?")
_PART = re.compile(r"(folder|name)\d+|sub|pattern\.\w+")  # fields by which people are known


def read_delimited(path: Path) -> tuple[list[str], list[list[str]]]:
    """Read a delimited table of text: its header, and its rows as long as the header.

    Raises
    ------
    StudyError
        Where it cannot be read, or is none.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise StudyError(f"{path}: is too large for a table of recordings; give a smaller one.")
        raw = path.read_bytes()
    except OSError as problem:
        raise StudyError(
            f"{path}: cannot be read ({problem.strerror}); correct its path."
        ) from None
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise StudyError(f"{path}: the table is empty; its first line names the columns.")
    delimiter = max("\t;,", key=lines[0].count)
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    header, width = rows[0], len(rows[0])
    return header, [row[:width] + [""] * (width - len(row)) for row in rows[1:]]


def _identities(found: list[Found]) -> dict[str, list[int]]:
    """Return which recordings each word is a name of, or is said of by its fields."""
    known: dict[str, list[int]] = {}
    for k, one in enumerate(found):
        path = PurePosixPath(one.name)
        whole = {one.name, path.name, stem_of(one.name), str(path.parent / stem_of(one.name))}
        parts = {v for key, v in one.fields.items() if _PART.fullmatch(key)}
        parts.add(one.fields.get("sub", "").removeprefix("sub-"))  # as many tables have people
        for word in whole | parts:
            if word and word != ".":
                known.setdefault(word.casefold(), []).append(k)
    return known


def _files_of(cell: str, known: dict[str, list[int]]) -> list[int]:
    """Return the recordings that a cell names, by its whole or the end of its path."""
    parts = PurePosixPath(cell.replace("\\", "/")).parts
    for k in range(len(parts)):
        hits = known.get("/".join(parts[k:]).casefold())
        if hits:
            return hits
    return known.get(stem_of(cell).casefold(), [])


def add_table(found: list[Found], path: Path, *, name: str | None = None) -> int:
    """Add what a table says of recordings to their fields, and return of how many it does.

    The column that names files, records or people is found by its values. A table without a header
    of two columns, as PhysioNet's challenges have it, names records and classes.

    Parameters
    ----------
    found : list of Found
        Whose `fields` grow by ``NAME.COLUMN``.
    path : Path
        The table.
    name : str, optional
        What it is called in fields; its file name by default.

    Raises
    ------
    StudyError
        Where it is no table.
    """
    header, rows = read_delimited(path)
    known = _identities(found)
    if _files_of(header[0], known):
        rows = [header, *rows]
        header = (
            ["record", "label"]
            if len(header) == 2
            else [f"column{k}" for k in range(1, len(header) + 1)]
        )
    best: float = 0
    keyed: dict[int, list[list[str]]] = {}
    for k in range(len(header)):
        own: dict[int, list[list[str]]] = {}
        for row in rows:
            for at in _files_of(row[k], known) if row[k] else ():
                own.setdefault(at, []).append(row)
        # A key names each of its rows once; a column that repeats tells of files, not which.
        distinct = len({row[k] for row in rows}) / len(rows) if rows else 0
        if (score := len(own) * distinct) > best:
            best, keyed = score, own
    for at, several in keyed.items():
        for column, *cells in zip(header, *several, strict=True):
            said = {cell for cell in cells if cell.casefold() not in _NOTHING}
            if len(said) == 1:  # where rows contradict each other, nothing is told
                found[at].fields[f"{name or path.name}.{column}"] = said.pop()
    return len(keyed)
