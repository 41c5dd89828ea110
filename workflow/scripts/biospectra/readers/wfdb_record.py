"""WFDB records (PhysioNet), read with wfdb."""

import re
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from biospectra.companions import first_sample
from biospectra.signals import Annotation, Request, Signal, shift_annotations

ANNOTATORS = ("atr", "qrs", "ecg", "ari", "st", "apn", "hyp")
# wfdb understands 12:34:56 and 31/12/2020 only; another date is no reason to refuse a recording.
_DATED = re.compile(r"(\d+:)*\d+(\.\d+)?(\s+\d\d?/\d\d?/\d{4})?")


def read(request: Request) -> Signal:
    """Read a signal of a WFDB record, named by its header, in physical units."""
    import wfdb

    with _readable(request.path) as name:
        header = wfdb.rdheader(name, rd_segments=True)
        names = list(header.sig_name)
        k = request.pick(names)
        rate_hz = request.rate(float(header.fs))
        first_s = first_sample(request.path.read_text("latin-1")) / rate_hz
        start, stop = request.span(int(header.sig_len), rate_hz, first_s)
        record = wfdb.rdrecord(name, sampfrom=start, sampto=stop, channels=[k])
    return Signal(
        np.asarray(record.p_signal[:, 0], dtype=np.float64),
        rate_hz,
        record.units[0],
        names[k],
        load_annotations=lambda: shift_annotations(
            _annotations(request.path, rate_hz), start / rate_hz, stop / rate_hz
        ),
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
    """Beats by their symbol; rhythms (``(AFIB``) with the time until the next rhythm."""
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
