"""Counts: a header with the rate and the name of the file of samples."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from biospectra.formats.request import Request
from biospectra.formats.sidecars import Sidecars
from biospectra.signals.signal import Signal

ENDINGS = (".counts",)


def sidecars(path: Path) -> Sidecars:
    """Name the file of samples."""
    return Sidecars([path.read_text().split()[1]], [])


def read(request: Request) -> Iterator[Signal]:
    """Read the samples."""
    rate_hz, name = request.path.read_text().split()
    samples = np.loadtxt(request.path.parent / name)
    only = Signal(samples, request.rate(float(rate_hz)), "mV", "only")
    yield from request.choose(["only"]).signals(lambda _: request.cut(only))
