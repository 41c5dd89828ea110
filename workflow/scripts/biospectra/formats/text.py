"""Delimited text, gzipped or not: columns of numbers below header lines of any number."""

import codecs
import csv
import gzip
import json
import re
import zlib
from itertools import islice

import numpy as np

from biospectra.formats.request import Request
from biospectra.signals.signal import Signal

_CHANNEL_LINE = re.compile(r"channel\s+\d+\s*:\s*'([^']+)'", re.IGNORECASE)
_UNITS = re.compile(r"units?:\s*([^\s,;]+)", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[\[(]\s*([^\s\])]{1,12})\s*[\])]\s*$")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read(request: Request) -> Signal:
    """Read a column of a text file.

    Columns count from 0; they are separated by tabs, semicolons, commas or blanks. They have
    names where a header line has as many cells as there are columns, or where header lines name
    channels one by one (``Channel 4: 'Vasto Medial'``); units may stand in brackets behind the
    name. Cells that are empty or no number become NaN, except empty ones at the end, where the
    channel ended before the others. Decimal commas are understood. OpenSignals' text files hold
    their rate and their columns' names.
    """
    try:
        return _read(request, _encoding(request))
    except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
        raise request.error(
            f"the compressed file is damaged ({problem})", "fetch it again"
        ) from problem


def _read(request: Request, encoding: str) -> Signal:
    import pandas as pd

    delimiter, decimal, first, width = _layout(request, encoding)
    with _opened(request, encoding) as file:
        header = list(islice(file, first))
    known_hz, opensignals = _opensignals(header)
    names, units = _names(header, delimiter, width)
    if opensignals:
        names[: len(opensignals)] = opensignals
    k = request.pick(names)
    rate_hz = request.rate(known_hz)
    _check_width(request, encoding, delimiter, first, width)
    with _opened(request, encoding) as file:
        column = pd.read_csv(
            file,
            sep=delimiter or r"\s+",
            decimal=decimal,
            header=None,
            names=range(width),
            usecols=[k],
            skiprows=first,
            skip_blank_lines=False,
            on_bad_lines="error",
        )[k]
    filled = np.flatnonzero(column.notna())
    if filled.size == 0:
        raise request.error(f"column {names[k]!r} is empty", "choose another channel")
    column = column.iloc[: filled[-1] + 1]
    samples = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64)
    if np.isnan(samples[filled]).mean() > 0.5:
        raise request.error(f"column {names[k]!r} holds no numbers", "choose another channel")
    return request.cut(Signal(samples, rate_hz, units[k], names[k]))


def _is_packed(request: Request) -> bool:
    with request.path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _encoding(request: Request) -> str:
    with (gzip.open if _is_packed(request) else open)(request.path, "rb") as file:
        start = file.read(1 << 16)
    for bom, name in _BOMS:
        if start.startswith(bom):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _opened(request: Request, encoding: str):
    opener = gzip.open if _is_packed(request) else open
    return opener(request.path, "rt", encoding=encoding, errors="replace")


def _check_width(
    request: Request, encoding: str, delimiter: str | None, first: int, width: int
) -> None:
    """Refuse a row with more cells than the others, whose columns cannot be trusted."""
    if delimiter is None:
        return
    with _opened(request, encoding) as file:
        for k, line in enumerate(file):
            if line.count(delimiter) >= width and k > first:
                cells = line.rstrip("\r\n" + delimiter).count(delimiter) + 1
                if cells > width:
                    raise request.error(
                        f"line {k + 1} has {cells} cells, the first rows have {width}",
                        "correct the file",
                    )


def _is_number(cell: str, decimal: str) -> bool:
    try:
        float(cell.replace(decimal, "."))
    except ValueError:
        return False
    return True


def _layout(request: Request, encoding: str) -> tuple[str | None, str, int, int]:
    """Return delimiter (None: blanks), decimal sign, first line of numbers, number of columns."""
    forms = [("\t", "."), (";", "."), (",", "."), (None, "."), ("\t", ","), (";", ","), (None, ",")]
    with _opened(request, encoding) as file:
        lines = list(islice(file, 1000))
    for k, line in enumerate(lines):
        for delimiter, decimal in forms:
            cells = line.strip("\r\n").split(delimiter)
            filled = [cell for cell in cells if cell.strip()]
            if filled and all(_is_number(cell, decimal) for cell in filled):
                return delimiter, decimal, k, len(cells)
    raise request.error("no line of numbers in it", "check that it is a table of samples")


def _opensignals(header: list[str]) -> tuple[float | None, list[str]]:
    """Return rate and column names from the header of OpenSignals' text files, if it is one."""
    for line in header:
        if "sampling rate" in line and line.lstrip("# ").startswith("{"):
            try:
                device = next(iter(json.loads(line.lstrip("# ")).values()))
                return float(device["sampling rate"]), [str(name) for name in device["column"]]
            except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
                continue
    return None, []


def _names(header: list[str], delimiter: str | None, width: int) -> tuple[list[str], list[str]]:
    named = [(m[1], _UNITS.search(line)) for line in header if (m := _CHANNEL_LINE.search(line))]
    if len(named) == width:
        return [name for name, _ in named], [u[1] if u else "adu" for _, u in named]
    for line in reversed(header):
        cells = line.strip("# \r\n").split() if delimiter is None else []
        cells = cells or next(csv.reader([line.strip("# \r\n")], delimiter=delimiter or " "), [])
        cells += [""] * (len(cells) == width - 1)  # rows that end with a separator
        if len(cells) == width and any(c.strip() for c in cells):
            names = [cell.strip() for cell in cells]
            found = [_IN_BRACKETS.search(name) for name in names]
            names = [n[: f.start()].strip() if f else n for n, f in zip(names, found, strict=True)]
            return names, [f[1].replace("µ", "u") if f else "adu" for f in found]
    return [f"column {k}" for k in range(width)], ["adu"] * width
