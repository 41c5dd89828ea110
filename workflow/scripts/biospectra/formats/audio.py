"""Sound and ultrasound (WAV, FLAC), read with soundfile.

Format: WAV and FLAC.
Recognised by: its first bytes.
Units: shares of full scale (FS); Pa with `gain`.
Annotations: a table of events beside it.
Rates and gaps: one.
Tried with: files of soundfile.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from biospectra.formats.request import Request
from biospectra.signals.signal import Signal
from biospectra.words import number_of

ENDINGS = (".wav", ".flac")
_OPEN = 0xFFFFFFFF  # a length that was not known


def read(request: Request) -> Iterator[Signal]:
    """Read channels of a sound file, which count from 0.

    Samples are shares of full scale (units ``FS``), -1 to 1; `gain`, in full scales a pascal,
    brings them to Pa.
    """
    begin, there, promised, more = _data_bytes(request.path)
    if more > 0:
        raise request.error(
            f"holds {number_of(more, 'byte')} more than its header says",
            "it was altered; fetch it again",
        )
    if there < promised:
        request.short(
            f"is not as long as its header says: {promised} bytes of samples are promised, and "
            f"{there} are there"
        )
    if not promised and there:
        request.short(f"does not say how long it is; {there} bytes of samples are there")
        with tempfile.TemporaryDirectory() as folder:
            whole = Path(folder) / request.path.name
            shutil.copyfile(request.path, whole)
            with whole.open("r+b") as file:  # as the recorder would have completed it
                file.seek(4)
                file.write((begin + there - 8).to_bytes(4, "little"))
                file.seek(begin - 4)
                file.write(there.to_bytes(4, "little"))
            yield from _read(request, whole)
            return
    yield from _read(request, request.path)


def _read(request: Request, path: Path) -> Iterator[Signal]:
    import soundfile

    with soundfile.SoundFile(path) as file:
        names = [f"channel {k}" for k in range(file.channels)]
        chosen = request.choose(names)
        rate_hz = request.rate(float(file.samplerate))
        start, stop = request.span(file.frames, rate_hz)
        file.seek(start)
        samples = file.read(stop - start, dtype="float64", always_2d=True)
        if request.path.suffix.lower() == ".flac" and stop < file.frames:
            file.seek(file.frames - 1)
            if len(file.read(1)) < 1:
                request.short(f"is not as long as its header says: {file.frames} samples")
    if len(samples) < stop - start:
        raise request.error("is not as long as its header says", "fetch it again")
    load = request.annotations(lambda: None, rate_hz, start, stop)

    def one(k: int) -> Signal:
        own = np.ascontiguousarray(samples[:, k])
        return Signal(own, rate_hz, "FS", names[k], load_annotations=load)

    yield from chosen.signals(one)


def _data_bytes(path: Path) -> tuple[int, int, int, int]:
    """Return where a WAV file's samples begin, and its bytes: there, promised, beyond its end.

    All are 0 for other files.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] not in (b"RIFF", b"RF64") or head[8:] != b"WAVE":
            return 0, 0, 0, 0
        whole, long_size, at = int.from_bytes(head[4:8], "little"), 0, 12
        while at + 8 <= size:
            file.seek(at)
            name, length = file.read(4), int.from_bytes(file.read(4), "little")
            if name == b"ds64":
                whole = int.from_bytes(file.read(8), "little")
                long_size = int.from_bytes(file.read(8), "little")
            if name == b"data":
                if head[:4] == b"RF64" and length == _OPEN:
                    length = long_size
                # What is written to a pipe cannot say how long it will be.
                told = whole not in (0, _OPEN) and length not in (0, _OPEN)
                more = max(0, size - 8 - whole - whole % 2) * told
                return at + 8, size - at - 8, 0 if length == _OPEN else length, more
            at += 8 + length + length % 2
    return 0, 0, 1, 0
