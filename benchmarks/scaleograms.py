"""Signal to |CWT| at 127 scales by 128 times: biospectra beside other packages.

    python benchmarks/scaleograms.py

Complex Morlet, logarithmic scales, one core, processor seconds. The others compute every sample, of
which 128 columns are then kept and their magnitude taken. biospectra is timed with true context on
both sides of the segment, which the others do not take, and without. Each peer is asked for a tone
first: one whose ridge is not at the tone's frequency is not timed.
"""

import time

import side_by_side
from side_by_side import measure, one_core, table

one_core()
side_by_side.os.environ["SSQ_PARALLEL"] = "0"

import numpy as np  # noqa: E402
from scaleogram_peers import finds_the_tone, peers  # noqa: E402

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
    tone_hz = float(np.sqrt(low_hz * high_hz))
    tone = np.sin(2 * np.pi * tone_hz * np.arange(samples) / rate_hz).astype(np.float32)
    asked = (rate_hz, low_hz, high_hz, ROWS, plan.scale)
    for name, of_tone in peers(tone, *asked).items():
        if not finds_the_tone(*of_tone(), tone_hz):
            print(f"{name}: not timed, its ridge is not at the tone")
            continue
        of_signal = peers(signal, *asked)[name]
        runs[f"{name} and abs"] = (
            lambda of_signal=of_signal: np.abs(of_signal()[1][:, ::step]),
            1,
        )
    return runs


if __name__ == "__main__":
    for title, rate_hz, samples, low_hz, count in (
        ("5 s at 128 Hz", 128.0, 640, 1.0, 64),
        ("5 s at 512 Hz", 512.0, 2560, 1.0, 64),
        ("512 s at 128 Hz", 128.0, 65536, 0.1, 4),
    ):
        runs = contenders(rate_hz, samples, low_hz, count)
        times = measure(runs, 7, clock=time.process_time, least_s=0.02)
        table(title, times, "biospectra")
