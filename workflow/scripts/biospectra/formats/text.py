"""Delimited text, gzipped or not: columns of numbers below header lines of any number."""

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np

from biospectra.errors import RecordingError
from biospectra.formats import physio
from biospectra.formats.columns import clock_columns, is_clock
from biospectra.formats.contents import Contents, look_at, tally
from biospectra.formats.request import Request
from biospectra.formats.sidecars import Sidecars
from biospectra.formats.table_clocks import table_clock
from biospectra.formats.text_layout import Layout, open_packed, read_layout
from biospectra.formats.text_numbers import (
    Style,
    Unclear,
    bare,
    is_number,
    style_of,
    to_numbers,
)
from biospectra.formats.text_separators import split_line
from biospectra.signals.signal import Signal, stretches_of

ENDINGS = (".txt", ".csv", ".tsv")
_SPARE = 2  # columns behind the last, in which remarks may stand


def sidecars(path: Path) -> Sidecars:
    """Name the JSON files that may say more of a table, as BIDS has them."""
    return Sidecars([], physio.sidecar_names(path.name))


def read(request: Request) -> Signal:
    """Read a column of a text file.

    Columns count from 0; they are separated by tabs, semicolons, commas, bars or blanks. They
    have names where a header line has as many cells as there are columns, or where header lines
    name channels one by one (``Channel 4: 'Vasto Medial'``); units stand in brackets behind the
    name or in a line below. Cells that are empty or words become NaN, except empty ones at the end,
    where the channel ended before the others. Decimal commas are understood.

    Rate and gaps come from the file's own clock, as far as it has one: a column of time stamps (in
    numbers or as text), a running number of the samples, header lines of OpenSignals, LabChart,
    AcqKnowledge, OpenBCI, Empatica, Apple and others, or a JSON file beside it (BIDS).
    """
    try:
        return _read(request)
    except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
        raise request.error(
            f"the compressed file is damaged ({problem})", "fetch it again"
        ) from problem


def _read(request: Request) -> Signal:
    try:
        layout = read_layout(request.path, physio.read_sidecar(request))
    except Unclear as doubt:
        raise _doubt(request, doubt, doubt.line) from doubt
    except ValueError as problem:
        raise request.error(str(problem), "check that it is a table of samples") from problem
    k = _pick(request, layout)
    times, counters = clock_columns(layout, k)
    table = _columns(request, layout, sorted({0, k, *times, *counters}))
    again = _headers_again(table[0], layout)
    samples, filled = _samples(request, layout, table[k], k, again)
    stamps = {j: _stamps(request, layout, table[j], j, again) for j in times}
    numbers = {j: _numbers(request, layout, table[j], j, again)[0] for j in counters}
    stop = int(np.flatnonzero(filled)[-1]) + 1
    keep = ~again
    keep[stop:] = False
    found = table_clock(request, layout, k, keep, filled, stamps, numbers)
    samples = samples[found.rows]
    if layout.header.rows is not None and len(samples) < layout.header.rows:
        request.short(f"promises {layout.header.rows} samples and holds {len(samples)}")
    unit = layout.units[k] or (layout.header.unit if len(_signals(layout)) == 1 else "")
    return request.cut(
        Signal(
            samples,
            found.rate_hz,
            unit or "adu",
            _names(layout)[k],
            stretches_of(found.breaks, len(samples)),
        ),
        lost=list(zip(found.breaks.tolist(), found.lost_s.tolist(), strict=True)),
        begins_s=layout.header.begins_s,
    )


def contents(request: Request) -> Contents:
    """List the columns of numbers of a text file; their rate and length are those of the first."""
    try:
        layout = read_layout(request.path, physio.read_sidecar(request))
    except Unclear as doubt:
        raise _doubt(request, doubt, doubt.line) from doubt
    except ValueError as problem:
        raise request.error(str(problem), "check that it is a table of samples") from problem
    signals, names = _signals(layout), _names(layout)
    if not signals:
        raise request.error("holds no column of samples", "check that it is a table of samples")
    told, signal = look_at(_read, request, names[signals[0]], signals[0])
    others = [
        replace(told, name=names[k], number=k, units=layout.units[k] or "adu") for k in signals[1:]
    ]
    return Contents([told, *others], tally(signal.annotations))


def _names(layout: Layout) -> list[str]:
    """Return the columns' names, those at the end that are empty left out."""
    names = list(layout.names)
    if layout.header.title and len(_signals(layout)) == 1:
        names[_signals(layout)[0]] = names[_signals(layout)[0]] or layout.header.title
    last = max((j for j in range(len(names)) if names[j] or layout.kinds[j] != "empty"), default=0)
    return [name or f"column {j}" for j, name in enumerate(names[: last + 1])]


def _signals(layout: Layout) -> list[int]:
    """Return the columns of numbers that are neither times nor running numbers."""
    return [
        j for j, kind in enumerate(layout.kinds) if kind == "number" and not is_clock(layout, j)
    ]


def _pick(request: Request, layout: Layout) -> int:
    names, signals = _names(layout), _signals(layout)
    wanted = "" if request.channel is None else str(request.channel).strip()
    if not wanted and len(signals) == 1:
        return signals[0]
    whole = [j for j, title in enumerate(layout.titles) if title.strip() == wanted]
    if wanted and len(whole) == 1 and names.count(wanted) != 1:
        return whole[0]
    return request.pick(names)


def _columns(request: Request, layout: Layout, wanted: list[int]) -> Any:
    """Read some columns, as numbers or as text: a DataFrame."""
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
            raise _too_wide(request, layout, layout.first + int(k))
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
        f"line {line + 1} has {len(cells)} cells, the first rows have {layout.width}",
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


def _headers_again(column: Any, layout: Layout) -> np.ndarray:
    """Return which rows are header lines once more, as programs write them after a pause."""
    if column.dtype.kind in "iufb" or not layout.keys:
        return np.zeros(len(column), bool)
    text = column.astype("string").fillna("").str.strip().str.strip("'\"")
    return text.isin(layout.keys).to_numpy(dtype=bool)


def _samples(
    request: Request, layout: Layout, column: Any, k: int, again: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the wanted column as numbers, and which of its cells are not empty."""
    samples, filled = _numbers(request, layout, column, k, again)
    name = _names(layout)[k]
    if not filled.any():
        raise request.error(f"column {name!r} is empty", "choose another channel")
    if np.isnan(samples[filled]).mean() > 0.5:
        raise request.error(f"column {name!r} holds no numbers", "choose another channel")
    return samples, filled


def _numbers(
    request: Request, layout: Layout, column: Any, k: int, again: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return a column as numbers, and which of its cells are not empty.

    Raises
    ------
    RecordingError
        Where a cell can be read in two ways, or looks like a number and is none.
    """
    if column.dtype.kind in "iufb":
        samples = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(np.isfinite(samples), samples, np.nan), column.notna().to_numpy()
    cells = column.astype("string").fillna("").mask(again, "")
    filled = cells.str.strip().ne("").to_numpy(dtype=bool)
    try:
        style = _column_style(cells, layout)
    except Unclear as doubt:
        hit = np.flatnonzero(cells.map(bare) == doubt.cell)
        raise _doubt(request, doubt, layout.first + int(hit[0])) from doubt
    samples, strange = to_numbers(cells, style)
    for row in strange:
        if re.search(r"\d", cells.iloc[row]) and not re.search(r"[^\W\d_]{3}", cells.iloc[row]):
            odd = Unclear(bare(cells.iloc[row]), f"in column {_names(layout)[k]!r} is no number")
            raise _doubt(request, odd, layout.first + int(row))
    return samples, filled


def _column_style(cells: Any, layout: Layout) -> Style:
    """Return how a column writes numbers, by its cells; where they leave it open, by the file."""
    other = "," if layout.style.decimal == "." else "."
    odd = cells[cells.str.contains(rf"[{other}'’\u00a0\u202f\u2009]", regex=True)]
    if odd.empty:
        return layout.style
    some = [bare(cell) for cell in [*odd.iloc[:100_000], *cells.iloc[:10_000]]]
    hint = layout.style.decimal if layout.decimal_told else None
    return style_of([cell for cell in some if is_number(cell)], hint)


def _stamps(request: Request, layout: Layout, column: Any, k: int, again: np.ndarray) -> np.ndarray:
    from biospectra.formats.time_stamps import stamps_in_seconds

    if layout.kinds[k] == "number":
        return _numbers(request, layout, column, k, again)[0]
    cells = column.astype("string").mask(again)
    seconds = stamps_in_seconds(cells)
    filled = cells.fillna("").str.strip().ne("").to_numpy(dtype=bool)
    bad = np.flatnonzero(filled & np.isnan(seconds))
    if len(bad) > 0.1 * filled.sum():
        cell = bare(str(cells.iloc[bad[0]]))
        doubt = Unclear(cell, f"in column {_names(layout)[k]!r} is no time stamp")
        raise _doubt(request, doubt, layout.first + int(bad[0]))
    return seconds


def _doubt(request: Request, doubt: Unclear, line: int | None) -> RecordingError:
    where = "" if line is None else f"line {line + 1}: "
    return request.error(
        f"{where}{doubt.cell!r} {doubt.said}",
        "write numbers with decimal points and nothing between thousands",
    )
