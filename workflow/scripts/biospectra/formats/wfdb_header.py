"""Headers of WFDB records: what they say, and a copy that the library of that name understands."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import ceil, isclose
from pathlib import Path
from typing import NamedTuple

from biospectra.formats.request import Request

# Bytes of a sample, of formats in which its place follows from its number.
SAMPLE_BYTES = {code: Fraction(size) for code, size in ((16, 2), (24, 3), (32, 4), (61, 2))}
SAMPLE_BYTES |= {80: Fraction(1), 8: Fraction(1), 160: Fraction(2), 212: Fraction(3, 2)}
SAMPLE_BYTES |= {310: Fraction(4, 3), 311: Fraction(4, 3)}
COMPRESSED = (508, 516, 524)
# What a header says when its files hold a part of the published record.
PART_COMMENT = "# biospectra: samples {} to {} of {} of the published record"
_PART = re.compile(r"# biospectra: samples (\d+) to \d+ of \d+ of the published record")
# The library understands 12:34:56 and 31/12/2020; another date is no reason to refuse a recording.
_TIME, _DAY = re.compile(r"\d{1,2}(:\d{1,2}){0,2}(\.\d+)?"), re.compile(r"\d\d?/\d\d?/\d{4}")
_FORM = re.compile(r"(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?")


class WfdbSignal(NamedTuple):
    """A line of a header that describes a signal.

    Attributes
    ----------
    file : str
        Where its samples are; ``~`` for nowhere.
    code : int
        Number of the format.
    per_frame, skew, offset : int
        Samples in a frame, frames by which it is shifted, bytes ahead of the first sample.
    checksum : int or None
        The sum of its samples, modulo 65,536.
    is_calibrated : bool
        Whether a gain is told.
    """

    file: str
    code: int
    per_frame: int
    skew: int
    offset: int
    checksum: int | None
    is_calibrated: bool


class WfdbHeader(NamedTuple):
    """What a header says.

    Attributes
    ----------
    words : list of str
        Of its first line, without comments.
    lines : list of str
        Its further lines, a signal or a segment each.
    comments : list of str
        Lines that begin with #.
    is_segmented : bool
        Whether its lines name segments.
    n_frames : int
        Samples of each signal, or frames of them; 0 where it does not say.
    signals : list of WfdbSignal
        Of a record that is not segmented.
    segments : list of (str, int)
        Name and length of each segment; ``~`` is a gap.
    """

    words: list[str]
    lines: list[str]
    comments: list[str]
    is_segmented: bool
    n_frames: int
    signals: list[WfdbSignal]
    segments: list[tuple[str, int]]


def parse_header(path: Path) -> WfdbHeader:
    """Return what a WFDB header says.

    Parameters
    ----------
    path : Path
        The header.

    Returns
    -------
    WfdbHeader

    Raises
    ------
    ValueError
        Where it is none; says why.
    """
    every = [line.strip() for line in path.read_text("latin-1").splitlines() if line.strip()]
    comments = [line for line in every if line.startswith("#")]
    lines = [line for line in every if not line.startswith("#")]
    words = lines[0].split() if lines else []
    if len(words) > 2 and not re.match(r"(?=.*[1-9])\d*\.?\d+", words[2].split("/")[0]):
        raise ValueError(f"has the sampling rate {words[2]!r} in its header")
    if len(words) < 2 or not words[1].isdigit():
        raise ValueError("cannot be read as a WFDB header: its first line names no signals")
    is_segmented = "/" in words[0]
    n_frames = int(words[3]) if len(words) > 3 and words[3].isdigit() else 0
    signals: list[WfdbSignal] = []
    segments: list[tuple[str, int]] = []
    for line in lines[1:]:
        cells = line.split()
        if is_segmented:
            if len(cells) < 2 or not cells[1].isdigit():
                raise ValueError(f"has the segment {line!r} in its header, without a length")
            segments.append((cells[0], int(cells[1])))
        elif len(signals) < int(words[1]):
            form = _FORM.fullmatch(cells[1]) if len(cells) > 1 else None
            if form is None or int(form[1]) not in (*SAMPLE_BYTES, *COMPRESSED, 0):
                raise ValueError(f"has the signal {line!r} in its header, of no known format")
            summed = len(cells) > 6 and re.fullmatch(r"-?\d+", cells[6])
            checksum = int(cells[6]) if summed else None
            code, *rest = (int(group or 0) for group in form.groups())
            per_frame, skew, offset = rest
            gain = re.match(r"-?\d*\.?\d*", cells[2]) if len(cells) > 2 else None
            told = gain is not None and gain[0].strip("-.0") != ""
            signals.append(WfdbSignal(cells[0], code, per_frame or 1, skew, offset, checksum, told))
    _check_count(words, len(lines) - 1, is_segmented)
    return WfdbHeader(words, lines[1:], comments, is_segmented, n_frames, signals, segments)


def _check_count(words: list[str], described: int, is_segmented: bool) -> None:
    """Refuse a header that describes more or fewer signals or segments than it promises.

    Where samples of several signals take turns, their number is where each one lies.
    """
    what, promised = "signals", words[1]
    if is_segmented:
        what, promised = "segments", words[0].rpartition("/")[2]
    if not promised.isdigit() or int(promised) != described:
        raise ValueError(f"promises {promised} {what} in its header, and describes {described}")


def first_sample(path: Path) -> int:
    """Return which sample of the published record a WFDB record begins with.

    Parameters
    ----------
    path : Path
        The header.

    Returns
    -------
    int
    """
    found = _PART.search(path.read_text("latin-1"))
    return int(found[1]) if found else 0


@contextmanager
def understood(request: Request, *, header_alone: bool = False) -> Iterator[Path]:
    """Give a header in a folder of its own that the library understands, with links to the files.

    The copy has no date of another form, the number of samples where the original leaves it open,
    and plain names.

    Parameters
    ----------
    request : Request
        The record.
    header_alone : bool
        There are no signal files, and of the segments those that are not there are gaps.

    Returns
    -------
    context manager of Path

    Raises
    ------
    RecordingError
        Where a file is missing, or is not as long as the header says.
    """
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / f"{_copy(request, request.path, Path(folder), 'r', header_alone)}.hea"


def _copy(
    request: Request,
    path: Path,
    folder: Path,
    name: str,
    header_alone: bool,
    whole: WfdbHeader | None = None,
    length: int = 0,
) -> str:
    """Write the copy of a header, of a segment of `whole` if that is given; return its name."""
    if not path.is_file():
        raise request.error(f"its segment {path.name} is not there", "fetch it again, all files")
    try:
        header = parse_header(path)
    except ValueError as problem:
        where = "" if path == request.path else f"{path.name} "
        raise request.error(f"{where}{problem}", "correct the header") from problem
    if whole is not None:
        _check_segment(request, path.stem, header, whole, length)
    if header.is_segmented:
        lines = []
        for k, (segment, length) in enumerate(header.segments):
            one, lies = "~", path.parent / f"{segment}.hea"
            if segment != "~" and (lies.is_file() or not header_alone):
                one = _copy(request, lies, folder, f"{name}s{k}", header_alone, header, length)
            lines.append(f"{one} {length}")
        n_frames = sum(length for _, length in header.segments)
        if header.n_frames not in (0, n_frames):
            raise request.error(
                f"promises {header.n_frames} samples and its segments {n_frames}",
                "correct the header",
            )
    else:
        n_frames = header.n_frames if header_alone else _n_frames(request, path, header)
        files: dict[str, str] = {"~": "~"}
        lines = []
        for signal, line in zip(header.signals, header.lines, strict=False):
            if signal.file not in files:
                files[signal.file] = f"{name}d{len(files)}.dat"
                (folder / files[signal.file]).symlink_to((path.parent / signal.file).absolute())
            lines.append(f"{files[signal.file]} {line.split(maxsplit=1)[1]}")
    count = f"/{len(header.segments)}" if header.is_segmented else ""
    words = [f"{name}{count}", header.words[1], "".join(_plain_rate(header)), str(n_frames)]
    for word, form in zip(header.words[4:6], (_TIME, _DAY), strict=False):
        if not form.fullmatch(word):
            break
        words.append(word)
    text = "\n".join([" ".join(words), *lines, *header.comments]) + "\n"
    (folder / f"{name}.hea").write_text(text, "latin-1")
    return name


def _plain_rate(header: WfdbHeader) -> tuple[str, str]:
    """Return the frames a second without an exponent (2.5e2), and the counter behind them."""
    word = (header.words[2:3] or ["250"])[0]
    found = re.match(r"\d*\.?\d+(?:\.|[eE][+-]?\d+)?", word)
    return (f"{float(found[0]):.12g}", word[found.end() :]) if found else (word, "")


def _check_segment(
    request: Request, name: str, header: WfdbHeader, whole: WfdbHeader, length: int
) -> None:
    """Refuse a segment that is not what the record that it is a part of says."""
    if header.is_segmented:
        raise request.error(
            f"its segment {name} is itself in segments", "name the segments of that one instead"
        )
    rates = [float(_plain_rate(one)[0]) for one in (whole, header)]
    if not isclose(*rates):
        raise request.error(
            f"is sampled at {rates[0]:g} Hz, and its segment {name} at {rates[1]:g} Hz",
            "read each segment on its own",
        )
    if length and header.n_frames not in (0, length):
        raise request.error(
            f"promises {length} samples of its segment {name}, whose own header says "
            f"{header.n_frames}",
            "correct the header",
        )


def _n_frames(request: Request, path: Path, header: WfdbHeader) -> int:
    """Return how many frames a record has; an error where its files do not hold them."""
    n_frames = header.n_frames
    there: list[int] = []
    for file in dict.fromkeys(signal.file for signal in header.signals if signal.file != "~"):
        lies = path.parent / file
        if not lies.is_file():
            raise request.error(f"its signal file {file} is not there", "fetch it again, all files")
        mine = [signal for signal in header.signals if signal.file == file]
        sample_bytes = SAMPLE_BYTES.get(mine[0].code)
        if sample_bytes is None:  # compressed
            continue
        width = sum(signal.per_frame for signal in mine) * sample_bytes
        size = lies.stat().st_size - mine[0].offset
        held = max(0, int(size // width))
        if size < ceil(n_frames * width):
            request.short(
                f"promises {ceil(n_frames * width) + mine[0].offset} bytes in {file}, which has "
                f"{size + mine[0].offset}"
            )
        elif not n_frames and size > ceil(held * width):
            request.short(f"{file} ends within a sample, after {held}")
        there.append(held)
    if not header.signals or header.signals[0].file == "~":  # the layout of segments
        return n_frames
    if not n_frames and not there:
        raise request.error("its header does not say how long it is", "add it to the first line")
    return min([n_frames or min(there), *there])
