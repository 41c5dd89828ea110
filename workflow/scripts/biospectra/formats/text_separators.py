"""What separates the columns of a text file."""

import csv
import re
from collections import Counter

from biospectra.formats.text_numbers import Unclear, is_missing, is_number
from biospectra.formats.time_stamps import is_stamp
from biospectra.formats.units import is_unit

SEPARATORS = ("\t", ";", "|", ",", None)
_PAIR = re.compile(r"[+\-−]?\d+(?:,\d+)?")
_MIXED = re.compile(r"\s*[+-]?\d[\d.,]*\s+\S")
_ENOUGH = 50  # numbers of several digits, of which a tenth begins or ends with 0 if they may


def split_line(line: str, separator: str | None) -> list[str]:
    """Return the cells of a line; quoted ones may hold separators.

    Parameters
    ----------
    line : str
        Without its end.
    separator : str or None
        Between cells; None for blanks.

    Returns
    -------
    list of str
    """
    if separator is None:
        return re.findall(r"\"[^\"]*\"|'[^']*'|\[[^\]]*\]|\S+", line)
    if '"' not in line:
        return line.split(separator)
    return next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])


def separator_of(lines: list[str]) -> tuple[str | None, int]:
    """Return what separates the columns (None: blanks), and how many there are.

    It is what makes numbers and time stamps of most cells, and an equal number of cells of most
    lines; of several that do, the one that makes the most columns.

    Parameters
    ----------
    lines : list of str
        Of the file, from its first.

    Returns
    -------
    separator : str or None
    width : int

    Raises
    ------
    Unclear
        Where commas may be decimal signs as well.
    ValueError
        Where no line has a number in it.
    """
    some = [line for line in lines if line.strip()]
    some = some[len(some) // 2 :] if len(some) > 40 else some  # behind most of the header
    best, best_score, width = None, 0.0, 0
    for separator in SEPARATORS:
        rows = [split_line(line, separator) for line in some[:1000]]
        rows = [row for row in rows if any(is_number(c) or is_stamp(c) for c in row)]
        if not rows:
            continue
        counts = Counter(map(len, rows))
        wide = max(n for n, k in counts.items() if k >= min(max(counts.values()), 3 + k // 20))
        told = sum(map(_share, rows)) / len(some)
        score = told * counts.most_common(1)[0][1] / len(rows)
        blanks = separator is None and width > 1  # which also separate the words of header lines
        better = score > best_score + (0.15 if blanks else 0.02)
        if better or (score > best_score - 0.02 and wide > width and not blanks):
            best, best_score, width = separator, score, wide
    if not best_score:
        raise ValueError("no line of numbers in it")
    if best == "," and width == 2 and _is_decimal_comma(lines):
        return "\t", 1
    if best == ",":
        _check_zeros(lines, width)
    return best, width


def _check_zeros(lines: list[str], width: int) -> None:
    """Raise where whole numbers between commas begin with 0 as fractions do (0118 in 0,0118).

    A line of as many names, or a point in a number, tells that they are columns.
    """
    doubt = None
    for k, line in enumerate(lines):
        cells = [cell.strip() for cell in split_line(line, ",")]
        numbers = [cell for cell in cells if is_number(cell)]
        if any("." in cell for cell in numbers) or (len(cells) == width and not numbers):
            return
        if doubt is None and any(re.match(r"0\d+(?:\s|$)", cell) for cell in cells[1:]):
            doubt = k
    if doubt is not None:
        raise Unclear(
            lines[doubt].strip()[:40], "may hold decimal commas or separate columns", doubt
        )


def _share(row: list[str]) -> float:
    """Return which part of the cells that are not empty are numbers or time stamps.

    A number with more behind it tells of a wrong separator.
    """
    filled = [cell for cell in row if not is_missing(cell)]
    others = [cell for cell in filled if not (is_number(cell) or is_stamp(cell))]
    mixed = sum(bool(_MIXED.match(cell)) for cell in others)
    return max(0.01, len(filled) - len(others) - 0.5 * mixed) / max(1, len(filled))


def _is_decimal_comma(lines: list[str]) -> bool:
    """Whether commas that might separate two columns are the decimal signs of one.

    Fractions begin with 0 now and then (``57,010``), and where they are not all of one length do
    not end with 0; whole numbers do neither the one nor without the other. -0 is no whole number.
    """
    rows = [line.strip() for line in lines]
    while rows and not rows[-1]:
        rows.pop()
    start = next((k for k, row in enumerate(rows) if _PAIR.fullmatch(row)), len(rows))
    body = [row for row in rows[start:] if row]
    if not body or not all(_PAIR.fullmatch(row) or is_missing(row) for row in body):
        return False
    pairs = [row.split(",") for row in body]
    fractions = [pair[1] for pair in pairs if len(pair) == 2]
    several = [part for part in fractions if len(part) > 1]
    begins = any(part.startswith("0") for part in several)
    if any(re.fullmatch(r"[-−]0", pair[0]) for pair in pairs):
        return True
    above = next(csv.reader([rows[start - 1]]), []) if start else []
    named = len(above) == 2 and all(c.strip() and not re.search(r"\d", c) for c in above)
    if named and not (is_unit(above[1]) and not is_unit(above[0])):
        return False
    if begins or any(len(pair) == 1 and pair[0].isdigit() for pair in pairs):
        return True
    trimmed = len(set(map(len, fractions))) > 1
    if trimmed and any(part.endswith("0") for part in fractions):
        return False
    if len(several) >= _ENOUGH:
        return False
    raise Unclear(
        body[0], "may be one number with a decimal comma, or two with a comma between", start
    )
