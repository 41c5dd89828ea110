"""Delimited text, gzipped or not: columns of numbers below header lines of any number."""

import csv
import gzip
import io
import re

import numpy as np

from biospectra.signals import Request, Signal

_CHANNEL_LINE = re.compile(
    r"channel\s+\d+\s*:\s*'([^']+)'.*?(?:units?:\s*([^\s,.;]+))?[,.;]*", re.I
)
_UNITS = re.compile(r"units?:\s*([^\s,;]+)", re.I)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read(request: Request) -> Signal:
    """Read a column of a text file.

    Columns count from 0. They have names where a header line has as many cells as there are
    columns, or where header lines name channels one by one (``Channel 4: 'Vasto Medial'``).
    Empty cells become NaN, except at the end, where the channel ended before the others.
    """
    text = _text(request)
    delimiter, first = _layout(request, text)
    lines = text.splitlines()
    rows = [line.split(delimiter) for line in lines[first:] if line.strip() or delimiter == "\t"]
    width = len(rows[0])
    names, units = _names(lines[:first], delimiter, width)
    k = request.pick(names)
    rate_hz = request.rate(None)
    samples = np.array([_number(row[k]) if k < len(row) else np.nan for row in rows])
    filled = np.flatnonzero([k < len(row) and row[k].strip() != "" for row in rows])
    if filled.size == 0:
        raise request.error(f"column {names[k]!r} is empty", "choose another channel")
    samples = samples[: filled[-1] + 1]
    return request.cut(Signal(samples, rate_hz, units[k], names[k]))


def _text(request: Request) -> str:
    data = request.path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return np.nan


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _layout(request: Request, text: str) -> tuple[str | None, int]:
    """Find the delimiter (None: blanks) and the number of the first line of numbers."""
    for k, line in enumerate(io.StringIO(text)):
        for delimiter in ("\t", ";", ",", None):
            cells = line.strip("\r\n").split(delimiter)
            filled = [cell for cell in cells if cell.strip()]
            if filled and all(_is_number(cell) for cell in filled):
                return delimiter, k
    raise request.error("no line of numbers in it", "check that it is a table of samples")


def _names(header: list[str], delimiter: str | None, width: int) -> tuple[list[str], list[str]]:
    named = [(m[1], _UNITS.search(line)) for line in header if (m := _CHANNEL_LINE.search(line))]
    if len(named) == width:
        return [name for name, _ in named], [u[1] if u else "adu" for _, u in named]
    for line in reversed(header):
        cells = next(csv.reader([line.strip("# ")], delimiter=delimiter or " "), [])
        if len(cells) == width and any(c.strip() for c in cells):
            return [c.strip() for c in cells], ["adu"] * width
    return [f"column {k}" for k in range(width)], ["adu"] * width
