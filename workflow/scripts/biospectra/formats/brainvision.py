"""BrainVision: a header (.vhdr), the samples (.eeg) and markers (.vmrk).

Format: BrainVision.
Recognised by: its header.
Units: the header's, for each channel.
Annotations: its marker file; a new segment ends a stretch.
Rates and gaps: one.
Tried with: files of pybv and mne-bids, and exports of ANT Neuro's eego.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from biospectra.formats.request import Request
from biospectra.formats.sidecars import Sidecars, of_one_name
from biospectra.formats.units import plain_unit
from biospectra.signals.signal import Annotation, Signal, stretches_of
from biospectra.words import number_of

ENDINGS = (".vhdr",)
_NUMBERS = {"int_16": "i2", "uint_16": "u2", "int_32": "i4", "ieee_float_32": "f4"}
_AT_ONCE = 1 << 22  # numbers


@dataclass
class _Header:
    data: str
    markers: str
    rate_hz: float
    names: list[str]
    units: list[str]
    resolutions: list[float]
    form: str  # a NumPy type; empty for numbers as text
    vectorised: bool
    points: int | None
    text: dict[str, str]


def sidecars(path: Path) -> Sidecars:
    """Name the files of the samples and of the markers, as the header has them."""
    common = _sections(path)["common infos"]
    named = [_file(path, common.get(key, "")) for key in ("datafile", "markerfile")]
    return Sidecars([name for name in named if name], [of_one_name(path)])


def read(request: Request) -> Iterator[Signal]:
    """Read channels in the units that the header gives them; channels count from 0.

    Where a marker says that recording was interrupted (New Segment) a stretch ends. The annotations
    are the markers, ``Stimulus/S  1``.
    """
    header = _read_header(request)
    data = request.path.parent / header.data
    if not data.is_file():
        raise request.error(
            f"cannot be read: its data file {header.data} is not there", "put both into one folder"
        )
    markers = _markers(request, header)
    if header.form:
        points = _points(request, header, data)
    else:
        values = _as_text(request, header, data)
        points = len(values)
    ends = max((at for at, _, _ in markers), default=0)
    if ends > points:
        request.short(
            f"is not as long as its markers say: one is at sample {ends + 1} of {points} in "
            f"{header.data}"
        )
    chosen = request.choose(header.names)
    rate_hz = request.rate(header.rate_hz)
    start, stop = request.span(points, rate_hz)
    wanted = sorted(chosen.positions)
    if header.form:
        counts = _counts(header, data, wanted, points, start, stop)
    else:
        counts = [values[start:stop, k] for k in wanted]
    breaks = np.array([at - start for at, _, label in markers if _interrupts(label)], np.int64)
    found = [Annotation(at / rate_hz, n / rate_hz, label) for at, n, label in markers]
    load = request.annotations(lambda: found or None, rate_hz, start, stop)
    yield from chosen.signals(
        lambda k: Signal(
            counts[wanted.index(k)].astype(np.float64) * header.resolutions[k],
            rate_hz,
            header.units[k],
            header.names[k],
            stretches_of(np.unique(breaks), stop - start),
            load,
        )
    )


def _interrupts(label: str) -> bool:
    return label.lower().startswith("new segment")


def _sections(path: Path) -> dict[str, dict[str, str]]:
    """Return the sections of a header or a file of markers, all keys in lower case."""
    raw = path.read_bytes()
    found = re.search(rb"(?im)^Codepage\s*=\s*(\S+)", raw)
    page = found[1].decode("ascii", "ignore").lower() if found else "utf-8"
    try:
        text = raw.decode("cp1252" if page == "ansi" else page)
    except (UnicodeDecodeError, LookupError):
        text = raw.decode("latin-1")
    sections: dict[str, dict[str, str]] = {"common infos": {}}
    section = ""
    for line in text.lstrip("\ufeff").splitlines():
        title = re.fullmatch(r"\s*\[(.+?)\]\s*", line)
        key, mark, value = line.partition("=")
        if title:
            section = title[1].lower()
            if section == "comment":  # free text, to the end
                break
        elif mark and not line.startswith(";"):
            sections.setdefault(section, {})[key.strip().lower()] = value.strip()
    return sections


def _file(path: Path, name: str) -> str:
    """Return a file's name: ``$b`` stands for the header's, and Windows' separators for ours."""
    return name.replace("$b", path.name[: -len(path.suffix)]).replace("\\", "/")


def _read_header(request: Request) -> _Header:
    sections = _sections(request.path)
    common = sections["common infos"]
    try:
        n = int(common["numberofchannels"])
        rate_hz = 1e6 / float(common["samplinginterval"].replace(",", "."))
        form, text = "", sections.get("ascii infos", {})
        if common.get("dataformat", "BINARY").upper() == "BINARY":
            binary = sections.get("binary infos", {})
            big = binary.get("usebigendianorder", "NO").upper() == "YES"
            form = (">" if big else "<") + _NUMBERS[binary.get("binaryformat", "INT_16").lower()]
        channels = [_channel(sections.get("channel infos", {}), k) for k in range(n)]
        points = int(common["datapoints"]) if common.get("datapoints") else None
        if common.get("datatype", "TIMEDOMAIN").upper() != "TIMEDOMAIN":
            raise ValueError(f"its data are of the type {common['datatype']}")
        return _Header(
            _file(request.path, common["datafile"]),
            _file(request.path, common.get("markerfile", "")),
            rate_hz,
            [name for name, _, _ in channels],
            [unit for _, _, unit in channels],
            [resolution for _, resolution, _ in channels],
            form,
            common.get("dataorientation", "MULTIPLEXED").upper() == "VECTORIZED",
            points or None,
            text,
        )
    except (KeyError, ValueError, ZeroDivisionError) as problem:
        raise request.error(
            f"cannot be read as a BrainVision header ({type(problem).__name__}: {problem})",
            "correct the header, or export it again",
        ) from problem


def _channel(infos: dict[str, str], k: int) -> tuple[str, float, str]:
    """Return name, resolution and unit: ``Ch1=Cz,,0.5,µV``; a missing unit is µV."""
    cells = [cell.strip() for cell in infos.get(f"ch{k + 1}", "").split(",")]
    name, _, resolution, unit = (*cells, "", "", "", "")[:4]
    name = name.replace("\\1", ",") or f"channel {k + 1}"
    return name, float(resolution or 1), plain_unit(unit) or "uV"


def _points(request: Request, header: _Header, data: Path) -> int:
    """Return how many samples a channel has; an error where that is not what is promised."""
    n, size = len(header.names), np.dtype(header.form).itemsize
    there, rest = divmod(data.stat().st_size, n * size)
    if header.points is not None and there > header.points:
        raise request.error(
            f"promises {header.points} samples a channel and {header.data} holds {there}",
            "correct DataPoints in the header, or fetch both again",
        )
    if rest or (header.points is not None and there < header.points):
        promised = f", {header.points} are promised" if header.points else ""
        more = number_of(rest, "byte")
        said = f"{header.data} holds {there} samples a channel and {more}{promised}"
        if header.vectorised:  # each channel's place follows from the length
            raise request.error(said, "fetch it again")
        request.short(said)
    return there


def _counts(
    header: _Header, data: Path, wanted: list[int], points: int, start: int, stop: int
) -> list[np.ndarray]:
    """Return samples start to stop of channels as they are in the file, which is read once."""
    form, n = np.dtype(header.form), len(header.names)
    if header.vectorised:
        places = [(k * points + start) * form.itemsize for k in wanted]
        return [np.fromfile(data, form, stop - start, offset=at) for at in places]
    counts = [np.empty(stop - start, form) for _ in wanted]
    step = max(1, _AT_ONCE // n)
    for first in range(start, stop, step):
        last = min(stop, first + step)
        part = np.fromfile(data, form, (last - first) * n, offset=first * n * form.itemsize)
        for own, k in zip(counts, wanted, strict=True):
            own[first - start : last - start] = part.reshape(-1, n)[:, k]
    return counts


def _as_text(request: Request, header: _Header, data: Path) -> np.ndarray:
    """Return all samples of a file of numbers as text: (points, channels)."""
    skip = int(header.text.get("skiplines", "0")), int(header.text.get("skipcolumns", "0"))
    lines = data.read_text("latin-1").splitlines()[skip[0] :]
    if header.text.get("decimalsymbol", ".") == ",":
        lines = [line.replace(",", ".") for line in lines]
    split = "," if any("," in line for line in lines[:3]) else None
    rows = [line.split(split)[skip[1] :] for line in lines if line.strip()]
    if header.vectorised:
        rows = [list(row) for row in zip(*rows, strict=True)]
    n = len(header.names)
    if any(len(row) != n for row in rows):
        bad = next(j for j, row in enumerate(rows) if len(row) != n)
        raise request.error(
            f"line {bad + 1 + skip[0]} of {header.data} has {len(rows[bad])} numbers for "
            f"{number_of(n, 'channel')}",
            "fetch it again",
        )
    return np.array(rows, dtype=np.float64).reshape(-1, n)


def _markers(request: Request, header: _Header) -> list[tuple[int, int, str]]:
    """Return (sample, samples, label) of the markers but the first, which says when it began."""
    path = request.path.parent / header.markers
    if not header.markers:
        return []
    if not path.is_file():
        raise request.error(
            f"its markers {header.markers} are not there", "put all files into one folder"
        )
    found: list[tuple[int, int, str]] = []
    for key, value in _sections(path).get("marker infos", {}).items():
        cells = [cell.strip("\r\n").replace("\\1", ",") for cell in value.split(",")]
        if not re.fullmatch(r"mk\d+", key) or len(cells) < 3 or not cells[2].strip().isdigit():
            continue
        lasts = int(cells[3]) if len(cells) > 3 and cells[3].strip().isdigit() else 0
        label = f"{cells[0]}/{cells[1]}"
        if not (not found and _interrupts(label) and int(cells[2]) <= 1):
            found.append((int(cells[2]) - 1, lasts, label))
    return found
