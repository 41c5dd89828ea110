"""What the lines of a text file are: names of columns, their units, rows of samples."""

import re
from collections import Counter

from biospectra.formats.columns import is_time_name
from biospectra.formats.text_numbers import bare, is_missing, is_number
from biospectra.formats.time_stamps import is_stamp
from biospectra.formats.units import is_unit, plain_unit

_COMMENT = "#%\"'/ \ufeff"


def filled_cells(row: list[str]) -> list[str]:
    """Return the cells that hold something.

    Parameters
    ----------
    row : list of str
        A line's cells.

    Returns
    -------
    list of str
    """
    return [cell for cell in row if cell.strip()]


def cell_kind(cell: str) -> str:
    """Return what a cell holds: ``number``, ``stamp``, ``text`` or ``empty``.

    Parameters
    ----------
    cell : str
        As it stands in the file.

    Returns
    -------
    str
    """
    if is_missing(cell):
        return "empty"
    return "number" if is_number(cell) else "stamp" if is_stamp(cell) else "text"


def column_kinds(rows: list[list[str]], width: int) -> list[str]:
    """Return what most cells of each column are, in the rows that have a number or a stamp.

    Parameters
    ----------
    rows : list of list of str
        The cells of the file's first lines.
    width : int
        Number of columns.

    Returns
    -------
    list of str, (width,)
    """
    counts = [Counter[str]() for _ in range(width)]
    for row in rows:
        kinds = [cell_kind(cell) for cell in row[:width]]
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
        kind == "text" or cell_kind(cell) in (kind, "empty")
        for cell, kind in zip(row, kinds, strict=False)
    )


def _looks_like_names(row: list[str], told: list[int]) -> bool:
    """Whether there are words where numbers should be."""
    cells = [bare(row[j]) for j in told if j < len(row)]
    return bool(cells) and all(
        cell_kind(cell) == "text" and not re.match(r"[+-]?\d", cell) for cell in cells
    )


def first_row(rows: list[list[str]], kinds: list[str]) -> int:
    """Return the first row of samples: with missing ones and remarks before the first number.

    Parameters
    ----------
    rows : list of list of str
        The cells of the file's first lines.
    kinds : list of str
        What the columns hold.

    Returns
    -------
    int
    """
    told = [k for k, kind in enumerate(kinds) if kind in ("number", "stamp")]
    for k, row in enumerate(rows):
        if not _fits(row, kinds):
            continue
        after = [one for one in rows[k + 1 : k + 20] if filled_cells(one)][:8]
        values = [row[j] for j in told if j < len(row) and cell_kind(row[j]) != "empty"]
        looks = [_looks_like_names(one, told) for one in after]
        if not values or any(looks[: 1 if len(told) == 1 else 8]):
            continue
        if sum(_fits(one, kinds) for one in after) < 0.6 * len(after):
            continue
        while k and filled_cells(rows[k - 1]) and _fits(rows[k - 1], kinds):
            k -= 1
        return k
    raise ValueError("no line of numbers in it")


def names_row(
    rows: list[list[str]], first: int, kinds: list[str], separator: str | None
) -> tuple[int | None, list[str] | None]:
    """Return the line of the columns' names, and a name for each column; None without one.

    Parameters
    ----------
    rows : list of list of str
        The cells of the file's first lines.
    first : int
        The first row of samples.
    kinds : list of str
        What the columns hold.
    separator : str or None
        Between cells; None for blanks.

    Returns
    -------
    line : int or None
    names : list of str, or None
    """
    width = len(kinds)
    above = [k for k in range(first) if filled_cells(rows[k])][::-1]
    if width == 1:
        above = [k for k in above[:2] if k in (first - 1, first - 2)]
    further = [*above[1:], -1]
    above = [k for k, up in zip(above, further, strict=False) if not _is_below(rows, k, up)]
    # Two words, or words between blanks, may be anything further up.
    for k in above if width > 2 and separator else above[:2]:
        row = [cell for cell in rows[k] if cell.strip() not in ("#", "%", "//")]
        while len(row) > width and not row[-1].strip():
            row.pop()
        cells = [bare(cell.strip(_COMMENT)) for cell in row]
        if len(cells) == width - 1 > 0 and not _is_key_and_value(cells):
            # Rows end with a separator, or begin with names that have no title (R).
            cells = [*cells, ""] if kinds[-1] == "empty" else ["", *cells]
        filled = filled_cells(cells)
        if separator is None and any(cell.endswith(":") for cell in filled):
            continue
        if len(cells) != width or not filled or all(is_number(cell) for cell in filled):
            continue
        if _is_key_and_value(cells) and not (k == first - 1 and is_time_name(cells[0])):
            continue
        return k, cells
    return None, None


def _is_below(rows: list[list[str]], k: int, up: int) -> bool:
    """Whether a line says more of columns that the one above it names: units, or CAL of all."""
    cells = [bare(cell.strip(_COMMENT)) for cell in filled_cells(rows[k])]
    same = len(cells) > 1 and len(set(cells)) == 1
    return up >= 0 and len(rows[up]) == len(rows[k]) and (same or _is_units_row(cells))


def _is_units_row(cells: list[str]) -> bool:
    """Whether all cells are units, the form of a time, an interval, or say that there is none."""
    forms = r"\(?(?:hh|h|mm|dd|m|yyyy)[:/.-].+|[\d.]+ *s(?:ec)?|no[ _]units?|unitless|n/a|none|-"
    known = [is_unit(cell) or re.fullmatch(forms, cell, re.IGNORECASE) for cell in cells]
    return any(map(is_unit, cells)) and all(known)


def _is_key_and_value(cells: list[str]) -> bool:
    """Whether a line says something of the file rather than name two columns, or one."""
    if len(cells) == 1:
        return bool(re.search(r"[:=,]|\d\s*k?hz", cells[0], re.IGNORECASE))
    if len(cells) != 2:
        return False
    value = cells[1].strip()
    is_value = is_unit(value) and not is_unit(cells[0]) and re.search(r"V$", plain_unit(value))
    return bool(is_value or re.fullmatch(r"\d[\d.:/-]*(?:,\d+)?\s*[^\W\d]*", value))


def units_row(rows: list[list[str]], at: int, first: int, width: int) -> list[str] | None:
    """Return the units in a line between the columns' names and the samples.

    Parameters
    ----------
    rows : list of list of str
        The cells of the file's first lines.
    at, first : int
        The line of the names, and the first row of samples.
    width : int
        Number of columns.

    Returns
    -------
    list of str, or None
    """
    for row in rows[at + 1 : first]:
        cells = [bare(cell) for cell in row]
        if len(cells) == width and any(is_unit(cell) for cell in cells):
            return [plain_unit(cell) if is_unit(cell) else "" for cell in cells]
    return None


def width_with_empty(rows: list[list[str]], first: int, width: int) -> int:
    """Return the number of columns with those at the end in which most rows have no cell.

    Parameters
    ----------
    rows : list of list of str
        The cells of the file's first lines.
    first : int
        The first row of samples.
    width : int
        Cells of most rows.

    Returns
    -------
    int
        As many as the line above the samples has names.
    """
    cells = [bare(cell.strip(_COMMENT)) for cell in rows[first - 1]] if first else []
    while cells and not cells[-1]:
        cells.pop()
    named = all(cell and cell_kind(cell) == "text" for cell in cells)
    is_header = named and len(set(cells)) == len(cells) > width > 1
    few = len(cells) <= 2 * width  # more may be a sentence with commas
    return len(cells) if is_header and (few or is_time_name(cells[0])) else width


def counts_columns(rows: list[list[str]], first: int, width: int) -> bool:
    """Whether the first row of numbers counts the columns: 0, 1, 2 as pandas names them.

    Parameters
    ----------
    rows : list of list of str
        The cells of the file's first lines.
    first : int
        The first row of numbers.
    width : int
        Number of columns.

    Returns
    -------
    bool
    """
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
