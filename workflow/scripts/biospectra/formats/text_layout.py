"""How a text file is laid out: separator, decimal sign, header and columns."""

import codecs
import gzip
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biospectra.formats.columns import Columns, is_time_name
from biospectra.formats.text_headers import Header, empatica, read_header
from biospectra.formats.text_numbers import Style, bare, decimal_told, is_missing, is_number
from biospectra.formats.text_separators import separator_of, split_line
from biospectra.formats.time_stamps import is_stamp
from biospectra.formats.units import is_unit, plain_unit, split_unit

_LOOKED_AT = 1 << 20  # bytes from which the layout is told
_MOST_LINES = 4000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_COMMENT = "#%\"'/ \ufeff"


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


def open_packed(path: Path, mode: str = "rb", **settings: Any) -> Any:
    """Open a file, compressed or not."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, mode, **settings) if packed else path.open(mode, **settings)


def encoding_of(start: bytes) -> str:
    """Return the encoding of a text by how it begins."""
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
    kinds = _kinds(rows[ahead:], width)
    if device is not None and device is known and [bare(c) for c in rows[0]] == known.names:
        ahead = 1
    first = ahead if device else _first_row(rows, kinds)
    at, named = (None, None) if device else _names_row(rows, first, kinds, separator)
    style, told = _style(rows, first, kinds)
    others = [line for k, line in enumerate(lines[:first]) if k != at]
    used = max(k for k, kind in enumerate(kinds) if kind != "empty") + 1
    header = device or read_header(others, separator, used, style.decimal)
    if known and not known.names:
        header.rates = known.rates
    if header.counted and len({bare(cell) for cell in _filled(rows[first])}) == 1:
        header.rows, first = int(float(bare(_filled(rows[first])[0]))), first + 1
    if named is None and not device and _counts_columns(rows, first, len(kinds)):
        named, first = rows[first], first + 1
    titles = [bare(cell) for cell in named or []]
    units = [""] * len(kinds)
    if at is not None and at + 1 < first:
        units = _units_row(rows, at, first, len(kinds)) or units
    if header.names:
        titles = header.names
        units = [*(header.units or units), *[""] * len(kinds)][: len(kinds)]
    titles = [*titles, *[""] * len(kinds)][: len(kinds)]
    split = [split_unit(title) for title in titles]
    return Layout(
        names=[name for name, _ in split],
        titles=titles,
        units=[unit or own for unit, (_, own) in zip(units, split, strict=True)],
        kinds=kinds,
        rates=header.rates,
        encoding=encoding,
        separator=separator,
        style=style,
        decimal_told=told,
        double_spaced=sum(not line.strip() for line in lines[first:]) > 0.4 * len(lines[first:]),
        first=first,
        header=header,
        keys=frozenset(bare(row[0]) for row in rows[:first] if row and bare(row[0])),
    )


def _filled(row: list[str]) -> list[str]:
    return [cell for cell in row if cell.strip()]


def _kind(cell: str) -> str:
    if is_missing(cell):
        return "empty"
    return "number" if is_number(cell) else "stamp" if is_stamp(cell) else "text"


def _kinds(rows: list[list[str]], width: int) -> list[str]:
    """Return what most cells of each column are, in the rows that have a number or a stamp."""
    counts = [Counter[str]() for _ in range(width)]
    for row in rows:
        kinds = [_kind(cell) for cell in row[:width]]
        if "number" in kinds or "stamp" in kinds:
            for count, kind in zip(counts, kinds, strict=False):
                count[kind] += 1
    for count in counts:
        del count["empty"]
    return [count.most_common(1)[0][0] if count else "empty" for count in counts]


def _fits(row: list[str], kinds: list[str]) -> bool:
    """Whether a line can be a row of samples; a comment may stand behind it."""
    if not min(2, len(kinds)) <= len(row) <= len(kinds) + 2:
        return False
    return all(
        kind == "text" or _kind(cell) in (kind, "empty")
        for cell, kind in zip(row, kinds, strict=False)
    )


def _looks_like_names(row: list[str], told: list[int]) -> bool:
    """Whether there are words where numbers should be."""
    cells = [bare(row[j]) for j in told if j < len(row)]
    return bool(cells) and all(
        _kind(cell) == "text" and not re.match(r"[+-]?\d", cell) for cell in cells
    )


def _first_row(rows: list[list[str]], kinds: list[str]) -> int:
    """Return the first row of samples: with missing ones and remarks before the first number."""
    told = [k for k, kind in enumerate(kinds) if kind in ("number", "stamp")]
    for k, row in enumerate(rows):
        if not _fits(row, kinds):
            continue
        after = [one for one in rows[k + 1 : k + 20] if _filled(one)][:8]
        values = [row[j] for j in told if j < len(row) and _kind(row[j]) != "empty"]
        looks = [_looks_like_names(one, told) for one in after]
        if not values or any(looks[: 1 if len(told) == 1 else 8]):
            continue
        if sum(_fits(one, kinds) for one in after) < 0.6 * len(after):
            continue
        while k and _filled(rows[k - 1]) and _fits(rows[k - 1], kinds):
            k -= 1
        return k
    raise ValueError("no line of numbers in it")


def _names_row(
    rows: list[list[str]], first: int, kinds: list[str], separator: str | None
) -> tuple[int | None, list[str] | None]:
    """Return the line of the columns' names, and a name for each column; None without one."""
    width = len(kinds)
    above = [k for k in range(first) if _filled(rows[k])][::-1]
    if width == 1:
        above = [k for k in above[:2] if k in (first - 1, first - 2)]
    # Two words, or words between blanks, may be anything further up.
    for k in above if width > 2 and separator else above[:2]:
        row = [cell for cell in rows[k] if cell.strip() not in ("#", "%", "//")]
        while len(row) > width and not row[-1].strip():
            row.pop()
        cells = [bare(cell.strip(_COMMENT)) for cell in row]
        if len(cells) == width - 1 > 0 and not _is_key_and_value(cells):
            # Rows end with a separator, or begin with names that have no title (R).
            cells = [*cells, ""] if kinds[-1] == "empty" else ["", *cells]
        filled = _filled(cells)
        if separator is None and any(cell.endswith(":") for cell in filled):
            continue
        if len(cells) != width or not filled or all(is_number(cell) for cell in filled):
            continue
        if (
            k != above[-1]
            and len(rows[above[above.index(k) + 1]]) == len(rows[k])
            and (_is_units_row(filled))
        ):
            continue
        if _is_key_and_value(cells) and not (k == first - 1 and is_time_name(cells[0])):
            continue
        return k, cells
    return None, None


def _is_units_row(cells: list[str]) -> bool:
    """Whether all cells are units, or the form of a time."""
    forms = re.compile(r"\(?(?:hh|h|mm|dd|m|yyyy)[:/.]\S+\)?", re.IGNORECASE)
    return any(map(is_unit, cells)) and all(is_unit(c) or forms.fullmatch(c) for c in cells)


def _is_key_and_value(cells: list[str]) -> bool:
    """Whether a line says something of the file rather than name two columns, or one."""
    if len(cells) == 1:
        return bool(re.search(r"[:=]|\d\s*k?hz", cells[0], re.IGNORECASE))
    if len(cells) != 2:
        return False
    value = cells[1].strip()
    is_value = is_unit(value) and not is_unit(cells[0]) and re.search(r"V$", plain_unit(value))
    return bool(is_value or re.fullmatch(r"\d[\d.:/-]*(?:,\d+)?\s*[^\W\d]*", value))


def _units_row(rows: list[list[str]], at: int, first: int, width: int) -> list[str] | None:
    """Return the units in a line between the columns' names and the samples."""
    for row in rows[at + 1 : first]:
        cells = [bare(cell) for cell in row]
        if len(cells) == width and any(is_unit(cell) for cell in cells):
            return [plain_unit(cell) if is_unit(cell) else "" for cell in cells]
    return None


def _counts_columns(rows: list[list[str]], first: int, width: int) -> bool:
    """Whether the first row of numbers counts the columns: 0, 1, 2 as pandas names them."""
    cells = [bare(cell) for cell in rows[first]]
    index = int(bool(cells) and cells[0] == "")
    if len(cells) != width or width < 2 or cells[index:] != [str(k) for k in range(width - index)]:
        return False
    quoted = all(cell.strip()[:1] in "\"'" for cell in rows[first] if cell.strip())
    after = [[bare(cell) for cell in row] for row in rows[first + 1 : first + 4]]
    if index or (quoted and not any('"' in cell for cell in rows[first + 1])):
        return True
    try:
        one, two, three = ([float(cell.replace(",", ".")) for cell in row] for row in after)
    except ValueError:
        return False
    goes_on = [
        abs(2 * b - c - k) <= 1e-6 * max(1, abs(b), abs(c))
        for k, (b, c) in enumerate(zip(one, two, strict=False))
    ]
    # A first sample at the time 0, or ramps in all columns, are no names.
    return not goes_on[0] and len(three) == width


def _style(rows: list[list[str]], first: int, kinds: list[str]) -> tuple[Style, bool]:
    """Return how the file writes numbers, from all columns of them, and whether they tell it."""
    told = Counter[str | None]()
    for row in rows[first:]:
        for cell, kind in zip(row, kinds, strict=False):
            if kind == "number" and is_number(cell):
                told[decimal_told(bare(cell))] += 1
    return Style("," if told[","] > told["."] else "."), bool(told[","]) != bool(told["."])
