"""WFDB records (PhysioNet), read with wfdb."""

import re
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from biospectra.formats.request import Request
from biospectra.formats.sidecars import ANNOTATORS, first_sample
from biospectra.signals.signal import Annotation, Signal, shift_annotations

# wfdb understands 12:34:56 and 31/12/2020 only; another date is no reason to refuse a recording.
_DATED = re.compile(r"(\d+:)*\d+(\.\d+)?(\s+\d\d?/\d\d?/\d{4})?")


def read(request: Request) -> Signal:
    """Read a signal of a WFDB record, named by its header, in physical units.

    Signals count from 0. A signal with several samples a frame is read at its own rate.
    Annotations are beats, by their symbol, and rhythms (``(AFIB``), which last until the next.
    `start_s` is on the clock of the published record, also where only a part of it is there.
    """
    import wfdb

    _check_rate(request)
    with _readable(request.path) as name:
        header = wfdb.rdheader(name, rd_segments=True)
        segmented = isinstance(header, wfdb.MultiRecord)
        names = header.get_sig_name() if segmented else header.sig_name
        names = [str(name) for name in names or []]
        k = request.pick(names)
        per_frame = _samples_per_frame(header, names[k], k, segmented)
        frame_hz = float(header.fs)
        if not segmented:
            _check_length(request, header, header.file_name[k])
        n_frames = header.sig_len
        if n_frames is None:
            n_frames = wfdb.rdrecord(name, channels=[k]).sig_len
        rate_hz = request.rate(frame_hz * per_frame)
        first_s = first_sample(request.path.read_text("latin-1")) / frame_hz
        start, stop = request.span(int(n_frames) * per_frame, rate_hz, first_s)
        low, high = start // per_frame, -(-stop // per_frame)
        if segmented:
            samples, units = _from_segments(name, header, names[k], low, high, per_frame)
        else:
            samples, units = _one_signal(name, k, low, high)
    return Signal(
        samples[start - low * per_frame : stop - low * per_frame],
        rate_hz,
        units.replace("µ", "u"),
        names[k],
        load_annotations=lambda: shift_annotations(
            _annotations(request.path, frame_hz), start / rate_hz, stop / rate_hz
        ),
    )


def _one_signal(name: str, k: int, low: int, high: int) -> tuple[np.ndarray, str]:
    """Read frames low to high of a signal; all samples of each frame, not their mean."""
    import wfdb

    record = wfdb.rdrecord(name, sampfrom=low, sampto=high, channels=[k], smooth_frames=False)
    return np.asarray(record.e_p_signal[0], dtype=np.float64), record.units[0]


def _from_segments(
    name: str, header, wanted: str, low: int, high: int, per_frame: int
) -> tuple[np.ndarray, str]:
    """Put a signal together; NaN in gaps and in segments that do not have it."""
    samples, units = np.full((high - low) * per_frame, np.nan), "adu"
    begin = 0
    for segment, one, length in zip(header.segments, header.seg_name, header.seg_len, strict=True):
        first, last = max(low, begin), min(high, begin + length)
        has = segment is not None and one != "~" and wanted in (segment.sig_name or [])
        if has and length and first < last:
            part, units = _one_signal(
                str(Path(name).parent / one),
                segment.sig_name.index(wanted),
                first - begin,
                last - begin,
            )
            at = (first - low) * per_frame
            samples[at : at + len(part)] = part
        begin += length
    return samples, units


def _samples_per_frame(header, name: str, k: int, segmented: bool) -> int:
    if not segmented:
        return int(header.samps_per_frame[k])
    for segment in header.segments or []:
        if segment is not None and name in (segment.sig_name or []):
            return int(segment.samps_per_frame[segment.sig_name.index(name)])
    return 1


def _check_rate(request: Request) -> None:
    """Refuse a rate that is no positive number, which wfdb would take for its default of 250."""
    for line in request.path.read_text("latin-1").splitlines():
        words = line.split()
        if words and not line.startswith("#"):
            if len(words) > 2 and not re.match(r"(?=.*[1-9])\d*\.?\d+", words[2].split("/")[0]):
                raise request.error(
                    f"has the sampling rate {words[2]!r} in its header", "correct the header"
                )
            return


def _check_length(request: Request, header, file: str) -> None:
    """Refuse a signal file that is shorter than the header promises."""
    from wfdb.io._signal import BYTES_PER_SAMPLE

    path = request.path.parent / file
    if not path.is_file():
        raise request.error(f"its signal file {file} is not there", "fetch it again, all files")
    mine = [k for k, name in enumerate(header.file_name) if name == file]
    size = BYTES_PER_SAMPLE.get(header.fmt[mine[0]], 0)
    frame = sum(header.samps_per_frame[k] for k in mine)
    promised = int((header.sig_len or 0) * frame * size) + int(header.byte_offset[mine[0]] or 0)
    if size and path.stat().st_size < promised:
        raise request.error(
            f"promises {promised} bytes in {file}, which has {path.stat().st_size}",
            "fetch it again",
        )


@contextmanager
def _readable(path: Path):
    """Give the record's name for wfdb, that of a copy where the header's date is odd."""
    lines = [line for line in path.read_text("latin-1").splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith("#")]
    first = lines[0].split(maxsplit=4) if lines else []
    if len(first) < 5 or _DATED.fullmatch(first[4].strip()):
        yield str(path.with_suffix("").absolute())
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in {line.split()[0] for line in lines[1:]}:
            for file in path.parent.glob(f"{name}*"):
                (Path(folder) / file.name).symlink_to(file.absolute())
        lines[0] = " ".join(first[:4])
        (Path(folder) / path.name).write_text("\n".join(lines) + "\n", "latin-1")
        yield str(Path(folder) / path.stem)


def _annotations(path: Path, rate_hz: float) -> list[Annotation] | None:
    import wfdb

    for extension in ANNOTATORS:
        if path.with_suffix(f".{extension}").is_file():
            break
    else:
        return None
    read = wfdb.rdann(str(path.with_suffix("").absolute()), extension)
    notes = [str(note).strip("\x00 ") for note in read.aux_note]
    onsets_s = np.asarray(read.sample) / rate_hz
    rhythms = [k for k, note in enumerate(notes) if note.startswith("(")]
    until = dict(zip(rhythms, [*onsets_s[rhythms[1:]], np.inf], strict=False))
    return [
        Annotation(float(onset), float(until.get(k, onset) - onset), notes[k] or read.symbol[k])
        for k, onset in enumerate(onsets_s)
    ]
