"""Tab-separated tables that people open, too, with whatever opens tables.

A spreadsheet takes a cell that begins with = + - or @ for a formula and runs it; what files and
people are called may begin so. Such a cell gets an apostrophe, which says that text follows.
"""

import re
from pathlib import Path

import pandas as pd

_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")  # also of full width, which some spreadsheets take


def defused(text: str) -> str:
    """Return the text of a cell, with an apostrophe before it where it could be a formula.

    Examples
    --------
    >>> [defused(text) for text in ("=1+1", "-Fz", "-0.5", "Fz")]
    ["'=1+1", "'-Fz", '-0.5', 'Fz']
    """
    return f"'{text}" if _FORMULA.match(text) and not _is_number(text) else text


def as_it_was(text: str) -> str:
    """Return what a cell of `defused` says."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text) is not None


def write_tsv(table: pd.DataFrame, path: str | Path, float_format: str | None = None) -> None:
    """Write a table without its index, its text defused.

    Parameters
    ----------
    table : DataFrame
        DataFrame.
    path : path
        The file.
    float_format : str, optional
        How numbers are written, such as ``%.6g``.
    """
    text = {
        name: table[name].map(lambda cell: defused(cell) if isinstance(cell, str) else cell)
        for name in table
        if not pd.api.types.is_numeric_dtype(table[name])
    }
    table.assign(**text).to_csv(path, sep="\t", index=False, float_format=float_format)


def read_tsv(path: str | Path, text: list[str]) -> pd.DataFrame:
    """Read a table of `write_tsv`; what is missing is an empty text.

    Parameters
    ----------
    path : path
        The file.
    text : list of str
        Columns that are text whatever they look like, such as ids.
    """
    table = pd.read_csv(path, sep="\t", dtype=dict.fromkeys(text, str), keep_default_na=False)
    was = {name: table[name].map(as_it_was) for name in text if name in table}
    return table.assign(**was)
