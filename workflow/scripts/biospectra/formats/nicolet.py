"""Nicolet: a header (.head), and samples in a file of their own (.data).

Format: Nicolet.
Recognised by: its header.
Units: uV.
Annotations: none.
Rates and gaps: one.
Tried with: MNE's test file, and files built from the layout.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import numpy as np

from biospectra.formats.checks import check_scale, check_size
from biospectra.formats.request import Request
from biospectra.formats.sidecars import Sidecars
from biospectra.signals.signal import Signal
from biospectra.words import number_of

ENDINGS = (".head",)


def sidecars(path: Path) -> Sidecars:
    """Name the file of the samples."""
    return Sidecars([f"{path.stem}.data"], [])


def read(request: Request) -> Iterator[Signal]:
    """Read channels of a Nicolet recording in uV; they count from 0."""
    text = request.path.read_text("latin-1")
    said = {k.strip(): v.strip() for k, _, v in (line.partition("=") for line in text.splitlines())}
    try:
        names = [name.strip() for name in said["elec_names"].strip("[]").split(",")]
        n, rate_hz = int(said["num_samples"]), float(said["sample_freq"])
        factor = float(said["conversion_factor"])
        if int(said["num_channels"]) != len(names):
            raise ValueError(
                f"it names {number_of(len(names), 'channel')} of {said['num_channels']}"
            )
    except (KeyError, ValueError) as problem:
        raise request.error(
            f"is no header of Nicolet's that can be read ({type(problem).__name__}: {problem})",
            "it was altered, or is another program's",
        ) from problem
    check_scale(request, factor, "conversion_factor")
    data = request.path.with_suffix(".data")
    if not data.is_file():
        raise request.error(
            f"its data file {data.name} is not there",
            "put both into one folder, by their old names",
        )
    check_size(request, data, 2 * len(names) * n)
    chosen = request.choose(names)
    rate_hz = request.rate(rate_hz)
    start, stop = request.span(n, rate_hz)
    values = np.memmap(data, "<i2", "r", shape=(n, len(names)))
    begins = None
    with suppress(KeyError, ValueError):
        begins = datetime.fromisoformat(said["start_ts"])
    load = request.annotations(lambda: None, rate_hz, start, stop, begins=begins)

    def one(k: int) -> Signal:
        samples = np.asarray(values[start:stop, k] * factor, dtype=np.float64)
        return Signal(samples, rate_hz, "uV", names[k], load_annotations=load)

    yield from chosen.signals(one)
