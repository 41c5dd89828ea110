"""Persyst: a header (.lay), and samples in a file of their own (.dat).

Format: Persyst.
Recognised by: its header.
Units: uV.
Annotations: its comments.
Rates and gaps: one; a stretch ends where the times of samples jump.
Tried with: MNE's test file, and files built from the layout.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path, PureWindowsPath
from typing import NamedTuple

import numpy as np

from biospectra.formats.checks import check_scale
from biospectra.formats.confined import check_name
from biospectra.formats.request import Request
from biospectra.formats.sidecars import Sidecars
from biospectra.signals.signal import Annotation, Signal, stretches_of
from biospectra.words import number_of

ENDINGS = (".lay",)
_TYPES = {0: "<i2", 7: "<i4"}  # of samples, by the number that a header gives
_DAY_S = 86_400.0


class _Header(NamedTuple):
    file: str
    rate_hz: float
    begins_at: int
    factor: float
    dtype: str
    names: list[str]
    times: list[tuple[int, float]]
    comments: list[Annotation]


def sidecars(path: Path) -> Sidecars:
    """Name the file of the samples."""
    name = _data_name(_sections(path).get("fileinfo", []))
    return Sidecars([name] if name else [], [])


def read(request: Request) -> Iterator[Signal]:
    """Read channels of a Persyst recording in uV; they count from 0. Comments are annotations.

    A stretch ends where the header's times of samples jump.
    """
    try:
        header = _header(request.path)
    except (KeyError, ValueError, IndexError) as problem:
        raise request.error(
            f"is no header of Persyst's that can be read ({type(problem).__name__}: {problem})",
            "it was altered, or is another program's; export it again",
        ) from problem
    check_scale(request, header.factor, "Calibration")
    check_name(request.path, header.file)
    data = request.path.parent / header.file
    if not data.is_file():
        raise request.error(
            f"its data file {header.file} is not there",
            "put both into one folder, by their old names",
        )
    n_channels, width = len(header.names), np.dtype(header.dtype).itemsize
    n, rest = divmod(max(0, data.stat().st_size - header.begins_at), n_channels * width)
    if rest:
        request.short(f"{header.file} ends within a sample, after {n}")
    chosen = request.choose(header.names)
    rate_hz = request.rate(header.rate_hz)
    start, stop = request.span(n, rate_hz)
    shape = (n, n_channels)
    values = np.memmap(data, header.dtype, "r", offset=header.begins_at, shape=shape)
    breaks, lost = _jumps(header.times, n, rate_hz)
    stretches = stretches_of(breaks[breaks > start] - start, stop - start)
    load = request.annotations(lambda: header.comments or None, rate_hz, start, stop, lost=lost)

    def one(k: int) -> Signal:
        samples = values[start:stop, k] * header.factor
        return Signal(
            np.asarray(samples, np.float64), rate_hz, "uV", header.names[k], stretches, load
        )

    yield from chosen.signals(one)


def _sections(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Return the lines of each section of a header: before the first =, and behind it."""
    found: dict[str, list[tuple[str, str]]] = {}
    section = found.setdefault("", [])
    for line in path.read_text("latin-1").splitlines():
        text = line.strip()
        if text.startswith("[") and text.endswith("]"):
            section = found.setdefault(text[1:-1].lower(), [])
        elif text:
            key, _, value = text.partition("=")
            section.append((key.strip(), value.strip()))
    return found


def _header(path: Path) -> _Header:
    """Read a header.

    Raises
    ------
    KeyError, ValueError, IndexError
        Where it lacks something.
    """
    sections = _sections(path)
    info = {key.lower(): value for key, value in sections["fileinfo"]}
    placed = sorted((int(number), name) for name, number in sections["channelmap"])
    if [number for number, _ in placed] != list(range(1, int(info["waveformcount"]) + 1)):
        raise ValueError(f"it names {number_of(len(placed), 'channel')} of {info['waveformcount']}")
    if info.get("filetype", "Interleaved").lower() != "interleaved":
        raise ValueError(f"its samples are {info['filetype']}")
    if int(info["datatype"]) not in _TYPES:
        raise ValueError(f"its DataType {info['datatype']} is not 0 or 7")
    comments = []
    for key, value in sections.get("comments", []):
        cells = f"{key}={value}".removesuffix("=").split(",", 4)
        if len(cells) != 5:
            raise ValueError(f"its comment {key!r} is not onset, duration, two numbers and a text")
        comments.append(Annotation(float(cells[0]), float(cells[1]), cells[4].strip()))
    return _Header(
        _data_name(sections["fileinfo"]),
        float(info["samplingrate"]),
        int(info.get("headerlength") or 0),
        float(info["calibration"]),
        _TYPES[int(info["datatype"])],
        [name for _, name in placed],
        sorted((int(at), float(time)) for at, time in sections.get("sampletimes", [])),
        comments,
    )


def _data_name(info: list[tuple[str, str]]) -> str:
    """Return the name of the file of samples, which lies beside wherever it once did."""
    return next((PureWindowsPath(value).name for key, value in info if key.lower() == "file"), "")


def _jumps(
    times: list[tuple[int, float]], n: int, rate_hz: float
) -> tuple[np.ndarray, list[tuple[float, float]]]:
    """Return the samples at which the time of day jumps, and (at_s, lost_s) of each jump."""
    breaks, lost = [], []
    for (before, early), (at, late) in pairwise(times):
        late_s = (late - early) % _DAY_S - (at - before) / rate_hz
        if 0 < at < n and abs(late_s) > 1.5 / rate_hz:
            breaks.append(at)
            lost.append((at / rate_hz, max(0.0, late_s)))
    return np.array(breaks, np.int64), lost
