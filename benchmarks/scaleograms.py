"""Signal to |CWT| at 127 scales by 128 times: biospectra beside PyWavelets, fCWT, ssqueezepy.

    python benchmarks/scaleograms.py

Complex Morlet, logarithmic scales, one core. The others compute every sample, of which 128 columns
are then kept and their magnitude taken. biospectra is timed with true context on both sides of the
segment, which the others do not take, and without.
"""

import side_by_side
from side_by_side import have, measure, one_core, table

one_core()

import numpy as np  # noqa: E402

from biospectra.transforms.scaleogram import Scaleogram  # noqa: E402

ROWS, COLUMNS = 127, 128


def contenders(rate_hz, samples, low_hz, count):
    """Functions to time for one length of signal."""
    high_hz = 0.39 * rate_hz
    random = np.random.default_rng(0)
    signal = random.normal(size=samples).astype(np.float32)
    settings = {
        "rate_hz": rate_hz,
        "samples": samples,
        "height": ROWS,
        "width": COLUMNS,
        "frequency_range_hz": (low_hz, high_hz),
    }
    plan = Scaleogram(**settings)
    mirrored = Scaleogram(**settings, edges="reflect")
    windows = random.normal(size=(count, samples + 2 * plan.margin)).astype(np.float32)
    segments = random.normal(size=(count, samples)).astype(np.float32)
    step = samples // COLUMNS
    runs = {
        "biospectra": (lambda: plan.magnitude(windows), count),
        "biospectra, to uint8": (lambda: plan(windows), count),
        "biospectra, one window a call": (lambda: plan.magnitude(windows[:1]), 1),
        "biospectra, mirrored ends": (lambda: mirrored.magnitude(segments), count),
    }
    if fcwt:
        run = (signal, int(rate_hz), low_hz, high_hz, ROWS)
        runs["fCWT and abs"] = (lambda: np.abs(fcwt.cwt(*run, nthreads=1)[1][:, ::step]), 1)
    if pywt:
        runs["pywt.cwt (fft) and abs"] = (
            lambda: np.abs(pywt.cwt(signal, plan.scale, "cmor1.5-1.0", method="fft")[0][:, ::step]),
            1,
        )
    if ssqueezepy:
        scales = plan.scale.astype(np.float32)
        runs["ssqueezepy.cwt and abs"] = (
            lambda: np.abs(ssqueezepy.cwt(signal, "morlet", scales=scales)[0][:, ::step]),
            1,
        )
    return runs


if __name__ == "__main__":
    pywt, fcwt, ssqueezepy = have("pywt"), have("fcwt"), have("ssqueezepy")
    side_by_side.os.environ["SSQ_PARALLEL"] = "0"
    for title, rate_hz, samples, low_hz, count in (
        ("5 s at 128 Hz", 128.0, 640, 1.0, 64),
        ("5 s at 512 Hz", 512.0, 2560, 1.0, 64),
        ("512 s at 128 Hz", 128.0, 65536, 0.1, 4),
    ):
        times = measure(contenders(rate_hz, samples, low_hz, count), 7)
        table(title, times, "biospectra")
