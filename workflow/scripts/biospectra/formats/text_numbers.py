"""Numbers as programs write them: decimal signs, thousands, minus signs, missing values."""

import re
from typing import Any, NamedTuple

import numpy as np

_MISSING = frozenset(
    {"", "na", "n/a", "#n/a", "nan", "-nan", "null", "none", "nil", "missing", "-", "--", "---"}
    | {"?", ".", "inf", "+inf", "-inf", "infinity", "#nv", "#num!", "#value!"}
)
_MINUS = str.maketrans(
    {"−": "-", "–": "-", "‒": "-", "﹣": "-", "－": "-", "\x96": "-", "\ufeff": None}
)
_SPACES = "\u00a0\u202f\u2009"  # that stand between thousands
_NUMBER = re.compile(
    rf"[+-]?(?:\d+[.,]?\d*|[.,]\d+|\d{{1,3}}(?:(?:,\d{{3}})+(?:\.\d*)?|(?:\.\d{{3}})+(?:,\d*)?"
    rf"|(?:['’{_SPACES}]\d{{3}})+(?:[.,]\d*)?))(?:[eEdD][+-]?\d+)?"
)


class Style(NamedTuple):
    """How a file writes numbers.

    Attributes
    ----------
    decimal : str
        ``.`` or ``,``.
    thousands : str
        What stands between thousands; empty for nothing.
    """

    decimal: str = "."
    thousands: str = ""


class Unclear(ValueError):
    """A cell that can be read in two ways or in none.

    Attributes
    ----------
    cell, said : str
        The cell, and what is wrong with it.
    line : int or None
        The number of its line, from 0, where it is known.
    """

    def __init__(self, cell: str, said: str, line: int | None = None) -> None:
        super().__init__(f"{cell!r} {said}")
        self.cell, self.said, self.line = cell, said, line


def bare(cell: str) -> str:
    """Return a cell without quotes and blanks around it, with a plain minus sign.

    Parameters
    ----------
    cell : str
        As it stands in the file.

    Returns
    -------
    str
    """
    return cell.strip().strip("'\"").strip().translate(_MINUS)


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value.

    Parameters
    ----------
    cell : str
        As it stands in the file.

    Returns
    -------
    bool
    """
    return bare(cell).lower() in _MISSING


def is_number(cell: str) -> bool:
    """Whether a cell is a number in one style or another.

    Parameters
    ----------
    cell : str
        As it stands in the file.

    Returns
    -------
    bool
    """
    return bool(_NUMBER.fullmatch(bare(cell)))


def decimal_told(cell: str) -> str | None:
    """Return the decimal sign that a cell shows beyond doubt, None where it shows none.

    Parameters
    ----------
    cell : str
        A number, as `bare` gives it.

    Returns
    -------
    {".", ","} or None
    """
    marks = re.findall(r"[.,]", cell)
    if not marks:
        return None
    last = marks[-1]
    if len(set(marks)) == 2:  # 1.234,5: the last is the decimal sign
        return last
    if len(marks) > 1:  # 1,234,567
        return "." if last == "," else ","
    whole, _, fraction = re.split(r"[eEdD]", cell)[0].partition(last)
    whole = whole.lstrip("+-")
    if len(fraction) != 3 or not 1 <= len(whole) <= 3 or whole.startswith("0"):
        return last
    return None


def style_of(cells: list[str], hint: str | None = None) -> Style:
    """Return how numbers are written, from all that there are.

    Parameters
    ----------
    cells : list of str
        Numbers, by `is_number`, as `bare` gives them.
    hint : str or None
        The decimal sign that the rest of the file shows.

    Returns
    -------
    Style

    Raises
    ------
    Unclear
        Where two cells contradict each other, or a comma may be a decimal sign or stand between
        thousands.
    """
    told: dict[str, str] = {}
    grouped = None
    for cell in cells:
        mark = decimal_told(cell)
        if mark:
            told.setdefault(mark, cell)
        grouped = grouped or re.search(rf"\d(['’{_SPACES}])\d", cell)
    if len(told) == 2:
        raise Unclear(
            told[","], f"and {told['.']!r} contradict each other: which is the decimal sign?"
        )
    doubtful = [cell for cell in cells if ("," in cell or "." in cell) and not decimal_told(cell)]
    decimal = next(iter(told), None) or hint
    if decimal is None:
        commas = [cell for cell in doubtful if "," in cell]
        points = [cell for cell in doubtful if "." in cell]
        if commas and points:
            raise Unclear(commas[0], f"and {points[0]!r} do not tell which is the decimal sign")
        if commas:
            _must_be_thousands(commas, cells)
        decimal = "."
    other = "," if decimal == "." else "."
    if any(other in cell for cell in cells):
        return Style(decimal, other)
    return Style(decimal, grouped[1] if grouped else "")


def _must_be_thousands(commas: list[str], cells: list[str]) -> None:
    """Raise where 1,234 may be a bit more than one, as nothing below 1000 is written plainly."""
    plain = sum(cell.lstrip("+-").isdigit() for cell in cells)
    small = all(len(cell.lstrip("+-")) <= 3 for cell in cells if cell.lstrip("+-").isdigit())
    if len(commas) < 10 or plain < 10 or not small:
        raise Unclear(commas[0], "may have a decimal comma or a comma between thousands")


def to_numbers(cells: Any, style: Style) -> tuple[np.ndarray, np.ndarray]:
    """Return cells as numbers, and where they are something else.

    Parameters
    ----------
    cells : Series of str, (n,)
        Of a column; missing ones may be NaN.
    style : Style
        How numbers are written.

    Returns
    -------
    numbers : ndarray, (n,), float64
        NaN for what is missing or no number.
    strange : ndarray, (k,), int64
        Positions of cells that are neither a number nor missing.
    """
    import pandas as pd

    cells = cells.astype("string").fillna("")
    numbers = np.full(len(cells), np.nan)
    plain = cells.str.strip().str.strip("'\"").str.strip()
    todo = (plain != "").to_numpy(dtype=bool)
    text = plain[todo].str.translate(_MINUS)
    if style.thousands:
        mark, decimal = re.escape(style.thousands), re.escape(style.decimal)
        grouped = rf"[+-]?\d{{1,3}}(?:{mark}\d{{3}})+(?:{decimal}\d*)?(?:[eE][+-]?\d+)?"
        joined = text.str.replace(style.thousands, "", regex=False)
        text = joined.where(text.str.fullmatch(grouped), text)
    if style.decimal == ",":
        # A point that is no sign between thousands must not pass for a decimal sign.
        text = text.str.replace(".", "!", regex=False).str.replace(",", ".", regex=False)
    values = pd.to_numeric(text, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    values[~np.isfinite(values)] = np.nan
    numbers[todo] = values
    unread = np.flatnonzero(todo)[np.isnan(values)]
    strange = [k for k in unread if str(plain.iloc[k]).translate(_MINUS).lower() not in _MISSING]
    return numbers, np.array(strange, dtype=np.int64)
