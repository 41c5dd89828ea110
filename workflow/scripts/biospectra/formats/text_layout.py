"""How a text file is laid out: separator, decimal sign, header and columns."""

import codecs
import gzip
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biospectra.formats.columns import Columns
from biospectra.formats.text_headers import Header, empatica, read_header
from biospectra.formats.text_numbers import Style, bare, decimal_told, is_number
from biospectra.formats.text_rows import (
    column_kinds,
    counts_columns,
    filled_cells,
    first_row,
    names_row,
    units_row,
    width_with_empty,
)
from biospectra.formats.text_separators import separator_of, split_line
from biospectra.formats.units import split_unit

_LOOKED_AT = 1 << 20  # bytes from which the layout is told
_MOST_LINES = 4000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass
class Layout(Columns):
    """How a text file is laid out, and its columns.

    Attributes
    ----------
    encoding : str
        Of its characters.
    separator : str or None
        Between cells; None for blanks.
    style : Style
        Of its numbers, as far as the first lines tell.
    decimal_told : bool
        Whether they tell it.
    double_spaced : bool
        Whether an empty line follows each row.
    first : int
        Number of the first line of samples, from 0.
    header : Header
        What further header lines say.
    keys : frozenset of str
        First cells of the header's lines, by which it is known again further down.
    """

    encoding: str
    separator: str | None
    style: Style
    decimal_told: bool
    double_spaced: bool
    first: int
    header: Header
    keys: frozenset[str]

    def line_of(self, row: int) -> int:
        """Return the number of a row's line, from 0.

        Parameters
        ----------
        row : int
            The row.

        Returns
        -------
        int
        """
        return self.first + row * (2 if self.double_spaced else 1)


def open_packed(path: Path, mode: str = "rb", **settings: Any) -> Any:
    """Open a file, compressed or not.

    Parameters
    ----------
    path : Path
        May be compressed with gzip.
    mode : str
        As for `open`.
    **settings
        Further ones of `open`.

    Returns
    -------
    file
    """
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, mode, **settings) if packed else path.open(mode, **settings)


def encoding_of(start: bytes) -> str:
    """Return the encoding of a text by how it begins.

    Parameters
    ----------
    start : bytes
        The first of a file.

    Returns
    -------
    str
        As Python calls it.
    """
    for bom, name in _BOMS:
        if start.startswith(bom):
            return name
    pairs = start[: len(start) // 2 * 2]
    for name, zeros in (("utf-16-le", pairs[1::2]), ("utf-16-be", pairs[::2])):
        if zeros and zeros.count(0) > 0.4 * len(zeros) and start.count(0) < 0.6 * len(start):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def read_layout(path: Path, known: Header | None = None) -> Layout:
    """Return how a text file is laid out.

    Parameters
    ----------
    path : Path
        May be compressed with gzip.
    known : Header or None
        What a sidecar says of a file that has no header.

    Returns
    -------
    Layout

    Raises
    ------
    Unclear
        Where the layout can be understood in two ways.
    ValueError
        Where there is no table of numbers in it.
    """
    with open_packed(path) as file:
        start = file.read(_LOOKED_AT)
    encoding = encoding_of(start)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(start)
    lines = re.split(r"\r\n|\r|\n", text)
    if len(start) == _LOOKED_AT and len(lines) > 1:
        lines.pop()  # it may be cut
    lines = lines[:_MOST_LINES]
    device = known if known and known.names else empatica(lines, path.stem)
    ahead = 2 if device and device is not known else 0
    separator, width = separator_of(lines[ahead:])
    rows = [split_line(line, separator) for line in lines]
    kinds = column_kinds(rows[ahead:], width)
    if device is not None and device is known and [bare(c) for c in rows[0]] == known.names:
        ahead = 1
    first = ahead if device else first_row(rows, kinds)
    if separator and not device:
        kinds = column_kinds(rows[ahead:], width_with_empty(rows, first, width))
    at, named = (None, None) if device else names_row(rows, first, kinds, separator)
    style, told = _style(rows, first, kinds)
    used = max(k for k, kind in enumerate(kinds) if kind != "empty") + 1
    header = device or read_header(lines[:first], separator, used, style.decimal, at)
    if known and not known.names:
        header.rates = known.rates
    if header.counted and len({bare(cell) for cell in filled_cells(rows[first])}) == 1:
        header.rows, first = int(float(bare(filled_cells(rows[first])[0]))), first + 1
    if named is None and not device and counts_columns(rows, first, len(kinds)):
        named, first = rows[first], first + 1
    titles = [bare(cell) for cell in named or []]
    units: list[str] = [""] * len(kinds)
    intervals: list[tuple[str, float]] = []
    if at is not None and at + 1 < first:
        units = units_row(rows, at, first, len(kinds)) or units
        intervals = _intervals(rows[at + 1 : first])
    if header.names:
        titles = header.names
        units = [*(header.units or units), *[""] * len(kinds)][: len(kinds)]
    titles = [*titles, *[""] * len(kinds)][: len(kinds)]
    split = [split_unit(title) for title in titles]
    return Layout(
        names=[name for name, _ in split],
        titles=titles,
        units=[
            unit or own or _unit_by_name(header, name)
            for unit, (name, own) in zip(units, split, strict=True)
        ],
        kinds=kinds,
        rates=header.rates or intervals,
        encoding=encoding,
        separator=separator,
        style=style,
        decimal_told=told,
        double_spaced=sum(not line.strip() for line in lines[first:]) > 0.4 * len(lines[first:]),
        first=first,
        header=header,
        keys=frozenset(bare(row[0]) for row in rows[:first] if row and bare(row[0])),
    )


def _style(rows: list[list[str]], first: int, kinds: list[str]) -> tuple[Style, bool]:
    """Return how the file writes numbers, from all columns of them, and whether they tell it."""
    told = Counter[str | None]()
    for row in rows[first:]:
        for cell, kind in zip(row, kinds, strict=False):
            if kind == "number" and is_number(cell):
                told[decimal_told(bare(cell))] += 1
    return Style("," if told[","] > told["."] else "."), bool(told[","]) != bool(told["."])


def _unit_by_name(header: Header, name: str) -> str:
    found = [unit for begins, unit in header.units_by_name.items() if name.startswith(begins)]
    return found[0] if found else ""


def _intervals(rows: list[list[str]]) -> list[tuple[str, float]]:
    """Return the rates of intervals in a line of units: ``'0.002 sec'``, as PhysioNet writes it."""
    cells = [bare(cell) for row in rows for cell in row]
    found = [re.fullmatch(r"([\d.]+) *s(?:ec)?", cell) for cell in cells]
    return [(one[0], 1 / float(one[1])) for one in found if one and float(one[1]) > 0]
