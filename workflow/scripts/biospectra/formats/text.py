"""Delimited text, gzipped or not: columns of numbers below header lines of any number.

Format: delimited text, gzipped or not.
Recognised by: its lines: separators, decimal commas, header lines, times.
Units: names of columns, header lines, or the JSON file beside it.
Annotations: events among the lines, or a table of events beside it.
Rates and gaps: one; gaps by times or running numbers.
Tried with: exports of some 20 wearables and programs, and BIDS physio.
"""

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from biospectra.errors import RecordingError
from biospectra.formats import physio
from biospectra.formats.channels import items_of
from biospectra.formats.columns import clock_columns, signal_columns
from biospectra.formats.contents import Contents, look_at, tally
from biospectra.formats.request import Request
from biospectra.formats.sidecars import Sidecars
from biospectra.formats.table_clocks import table_clock
from biospectra.formats.text_layout import Layout, read_layout
from biospectra.formats.text_numbers import (
    Style,
    Unclear,
    bare,
    is_number,
    style_of,
    to_numbers,
)
from biospectra.formats.text_table import event_rows, headers_again, read_columns
from biospectra.signals.signal import Signal, stretches_of

ENDINGS = (".txt", ".csv", ".tsv")


def sidecars(path: Path) -> Sidecars:
    """Name the JSON files that may say more of a table, as BIDS has them."""
    return Sidecars([], physio.sidecar_names(path.name))


def read(request: Request) -> Iterator[Signal]:
    """Read columns of a text file.

    They count from 0; they are separated by tabs, semicolons, commas, bars or blanks. They
    have names where a header line has as many cells as there are columns, or where header lines
    name channels one by one (``Channel 4: 'Vasto Medial'``); units stand in brackets behind the
    name or in a line below. Cells that are empty or words become NaN, except empty ones at the end,
    where the channel ended before the others. Decimal commas are understood.

    Rate and gaps come from the file's own clock, as far as it has one: a column of time stamps (in
    numbers or as text), a running number of the samples, header lines of OpenSignals, LabChart,
    AcqKnowledge, OpenBCI, Empatica, Apple and others, or a JSON file beside it (BIDS).
    """
    try:
        yield from _read(request)
    except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
        raise request.error(
            f"the compressed file is damaged ({problem})", "fetch it again"
        ) from problem


def _layout(request: Request) -> Layout:
    try:
        return read_layout(request.path, physio.read_sidecar(request))
    except Unclear as doubt:
        raise _doubt(request, doubt, doubt.line) from doubt
    except ValueError as problem:
        raise request.error(str(problem), "check that it is a table of samples") from problem


def _read(request: Request) -> Iterator[Signal]:
    layout = _layout(request)
    names = _names(layout)
    chosen = request.choose(
        _called(request, names, layout),
        passed=set(range(len(names))) - set(signal_columns(layout)),
    )
    clocks = {k: clock_columns(layout, k) for k in chosen.positions}
    needed = {j for k, both in clocks.items() for j in (k, *both[0], *both[1])}
    table = read_columns(request, layout, sorted({0, *needed}))
    again = headers_again(table[0], layout)

    def one(k: int) -> Signal:
        samples, filled = _samples(request, layout, table[k], k, again)
        stamps = {j: _stamps(request, layout, table[j], j, again) for j in clocks[k][0]}
        numbers = {j: _numbers(request, layout, table[j], j, again)[0] for j in clocks[k][1]}
        stop = int(np.flatnonzero(filled)[-1]) + 1
        keep = ~again
        keep[stop:] = False
        events = event_rows(request, layout, np.flatnonzero(keep & ~filled))
        found = table_clock(request, layout, k, keep, filled, stamps, numbers, events=events)
        samples = samples[found.rows]
        if layout.header.rows is not None and len(samples) < layout.header.rows:
            request.short(f"promises {layout.header.rows} samples and holds {len(samples)}")
        unit = layout.units[k] or (layout.header.unit if len(signal_columns(layout)) == 1 else "")
        return request.cut(
            Signal(
                samples,
                found.rate_hz,
                unit or "adu",
                names[k],
                stretches_of(found.breaks, len(samples)),
            ),
            lost=list(zip(found.breaks.tolist(), found.lost_s.tolist(), strict=True)),
            begins_s=layout.header.begins_s,
        )

    yield from chosen.signals(one)


def contents(request: Request) -> Contents:
    """List the columns of numbers of a text file; their rate and length are those of the first."""
    layout = _layout(request)
    signals, names = signal_columns(layout), _names(layout)
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
    if layout.header.title and len(signal_columns(layout)) == 1:
        names[signal_columns(layout)[0]] = names[signal_columns(layout)[0]] or layout.header.title
    last = max((j for j in range(len(names)) if names[j] or layout.kinds[j] != "empty"), default=0)
    return [name or f"column {j}" for j, name in enumerate(names[: last + 1])]


def _called(request: Request, names: list[str], layout: Layout) -> list[str]:
    """Return the names to look for a channel in: one asked for by its whole title is called so."""
    wanted = items_of(request.channel)
    titles = [title.strip() for title in layout.titles]
    return [
        title if title in wanted and titles.count(title) == 1 and names.count(title) != 1 else name
        for name, title in zip(names, titles, strict=False)
    ]


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
        raise _doubt(request, doubt, layout.line_of(int(hit[0]))) from doubt
    samples, strange = to_numbers(cells, style)
    for row in strange:
        if re.search(r"\d", cells.iloc[row]) and not re.search(r"[^\W\d_]{3}", cells.iloc[row]):
            odd = Unclear(bare(cells.iloc[row]), f"in column {_names(layout)[k]!r} is no number")
            raise _doubt(request, odd, layout.line_of(int(row)))
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
        raise _doubt(request, doubt, layout.line_of(int(bad[0])))
    return seconds


def _doubt(request: Request, doubt: Unclear, line: int | None) -> RecordingError:
    where = "" if line is None else f"line {line + 1}: "
    return request.error(
        f"{where}{doubt.cell!r} {doubt.said}",
        "write numbers with decimal points and nothing between thousands",
    )
