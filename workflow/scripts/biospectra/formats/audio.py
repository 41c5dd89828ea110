"""Sound and ultrasound (WAV, FLAC), read with soundfile."""

import numpy as np

from biospectra.formats.request import Request
from biospectra.signals.signal import Signal


def read(request: Request) -> Signal:
    """Read a channel of a sound file, which count from 0.

    Samples are shares of full scale (units ``FS``), -1 to 1; `gain`, in full scales a pascal,
    brings them to Pa.
    """
    import soundfile

    with soundfile.SoundFile(request.path) as file:
        names = [f"channel {k}" for k in range(file.channels)]
        k = request.pick(names)
        rate_hz = request.rate(float(file.samplerate))
        start, stop = request.span(file.frames, rate_hz)
        file.seek(start)
        samples = file.read(stop - start, dtype="float64", always_2d=True)[:, k]
    if len(samples) < stop - start:
        raise request.error("is not as long as its header says", "fetch it again")
    return Signal(np.ascontiguousarray(samples), rate_hz, "FS", names[k])
