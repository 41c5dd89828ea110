"""The rows of a text file, as a table of the columns that are wanted."""

import io
from collections.abc import Iterator
from typing import IO, Any

import numpy as np

from biospectra.errors import RecordingError
from biospectra.formats.columns import signal_columns
from biospectra.formats.request import Request
from biospectra.formats.text_layout import Layout, open_packed
from biospectra.formats.text_numbers import bare, is_missing
from biospectra.formats.text_separators import split_line
from biospectra.words import number_of

_MOST_EVENTS = 100_000
_SPARE = 2  # columns behind the last, in which remarks may stand


def read_columns(request: Request, layout: Layout, wanted: list[int]) -> Any:
    """Read some columns, as numbers or as text: a DataFrame.

    Parameters
    ----------
    request : Request
        For the file.
    layout : Layout
        Of it.
    wanted : list of int
        The columns.

    Returns
    -------
    DataFrame
    """
    import pandas as pd

    width = layout.width + _SPARE
    settings = {
        "sep": layout.separator or r"\s+",
        "decimal": layout.style.decimal,
        "header": None,
        "names": range(width),
        "usecols": [*wanted, *range(layout.width, width)],
        "index_col": False,
        "skipinitialspace": layout.separator is not None,
        "skip_blank_lines": layout.double_spaced,
        "on_bad_lines": "error",
        "low_memory": False,
    }
    try:
        with open_packed(request.path, "rt", encoding=layout.encoding, errors="replace") as file:
            for _ in range(layout.first):
                file.readline()
            table = pd.read_csv(_Widened(file, layout), **settings)
    except pd.errors.ParserError:
        table = pd.read_csv(_Widened(_without_remarks(request, layout), layout), **settings)
    table = table.iloc[1:].reset_index(drop=True)
    spare = table[list(range(layout.width, width))]
    for k in np.flatnonzero(spare.notna().any(axis=1).to_numpy()):
        texts = [str(cell) for cell in spare.iloc[k].dropna()]
        if not _is_remark(texts[0]) and str(table[wanted[0]].iloc[k]) not in layout.keys:
            raise _too_wide(request, layout, layout.line_of(int(k)))
    return table


class _Widened:
    """Rows below one of zeros in all columns and the spare ones, so that pandas has these."""

    def __init__(self, file: IO[str], layout: Layout) -> None:
        self.file = file
        self.first = (layout.separator or " ").join("0" * (layout.width + _SPARE)) + "\n"

    def read(self, size: int = -1) -> str:
        first, self.first = self.first, ""
        return first or self.file.read(size)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.read(1 << 16)
        if not line:
            raise StopIteration
        return line


def _is_remark(cell: str) -> bool:
    return bare(cell).startswith(("#", "//")) or not bare(cell)


def _too_wide(request: Request, layout: Layout, line: int) -> RecordingError:
    with open_packed(request.path, "rt", encoding=layout.encoding, errors="replace") as file:
        text = next((one for k, one in enumerate(file) if k == line), "")
    cells = split_line(text.rstrip("\r\n"), layout.separator)
    while cells and not cells[-1].strip():
        cells.pop()
    return request.error(
        f"line {line + 1} has {number_of(len(cells), 'cell')}, the first rows have {layout.width}",
        "correct the file",
    )


def _without_remarks(request: Request, layout: Layout) -> io.StringIO:
    """Return the rows, cut to their columns where what is behind them is a remark or a header."""
    rows = io.StringIO()
    mark = layout.separator or " "
    with open_packed(request.path, "rt", encoding=layout.encoding, errors="replace") as file:
        for k, line in enumerate(file):
            if k < layout.first:
                continue
            cells = split_line(line.rstrip("\r\n"), layout.separator)
            if len(cells) > layout.width + _SPARE:
                known = bare(cells[0]) in layout.keys
                if not known and not _is_remark(cells[layout.width]):
                    raise _too_wide(request, layout, k)
                line = mark.join(cells[: layout.width]) + "\n"
            rows.write(line)
    rows.seek(0)
    return rows


def event_rows(request: Request, layout: Layout, empty: np.ndarray) -> np.ndarray:
    """Return which of the rows without a sample tell of an event: words, and no number but times.

    Parameters
    ----------
    request : Request
        For the file.
    layout : Layout
        Of it.
    empty : ndarray, (n,), int64
        Rows in which the channel has no value.

    Returns
    -------
    ndarray, (k,), int64
    """
    words = [j for j, kind in enumerate(layout.kinds) if kind in ("text", "empty")]
    if not words or not 0 < len(empty) <= _MOST_EVENTS:
        return empty[:0]
    values = signal_columns(layout)
    lines = {layout.line_of(int(row)): int(row) for row in empty}
    last, events = max(lines), []
    with open_packed(request.path, "rt", encoding=layout.encoding, errors="replace") as file:
        for number, line in enumerate(file):
            if number in lines:
                cells = split_line(line.rstrip("\r\n"), layout.separator)
                told = {j for j, cell in enumerate(cells) if not is_missing(cell)}
                if told & set(words) and not told & set(values):
                    events.append(lines[number])
            if number >= last:
                break
    return np.array(events, dtype=np.int64)


def headers_again(column: Any, layout: Layout) -> np.ndarray:
    """Return which rows are header lines once more, as programs write them after a pause.

    Parameters
    ----------
    column : Series
        The first.
    layout : Layout
        Of the file.

    Returns
    -------
    ndarray, (n_rows,), bool
    """
    if column.dtype.kind in "iufb" or not layout.keys:
        return np.zeros(len(column), bool)
    text = column.astype("string").fillna("").str.strip().str.strip("'\"")
    return text.isin(layout.keys).to_numpy(dtype=bool)
