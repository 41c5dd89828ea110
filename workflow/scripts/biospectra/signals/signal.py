"""One channel of a recording: samples, rate, units, stretches without gaps, annotations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np


class Annotation(NamedTuple):
    """A remark on the recording; ``onset_s`` counts from the first sample that was read."""

    onset_s: float
    duration_s: float
    label: str


@dataclass(eq=False)
class Signal:
    """One channel of a recording.

    Attributes
    ----------
    samples
        (n,) float64, in `units`.
    rate_hz
        Samples a second.
    units
        Of the samples: ``mV``, ``uV``, ``adu`` (counts of the converter), ...
    channel
        Name of the channel in the file.
    stretches
        (start, stop) sample ranges without a gap inside; no segment may span two.
    load_annotations
        Gives the annotations, or None where the recording has none.
    """

    samples: np.ndarray
    rate_hz: float
    units: str
    channel: str
    stretches: list[tuple[int, int]] = field(default_factory=list)
    load_annotations: Callable[[], list[Annotation] | None] = lambda: None

    def __post_init__(self) -> None:
        if not self.stretches:
            self.stretches = [(0, len(self.samples))]

    @cached_property
    def annotations(self) -> list[Annotation] | None:
        """Annotations in order of onset, read when first asked for."""
        found = self.load_annotations()
        return None if found is None else sorted(found)

    @property
    def duration_s(self) -> float:
        """Length of the recording in seconds."""
        return len(self.samples) / self.rate_hz


def shift_stretches(
    stretches: Sequence[tuple[int, int]], start: int, stop: int
) -> list[tuple[int, int]]:
    """Return the parts of stretches within samples start to stop, counted from start."""
    cut = [(max(a, start) - start, min(b, stop) - start) for a, b in stretches]
    return [(a, b) for a, b in cut if b > a]


def shift_annotations(
    annotations: list[Annotation] | None, start_s: float, stop_s: float
) -> list[Annotation] | None:
    """Return the annotations that touch start_s to stop_s, with onsets from start_s."""
    if annotations is None:
        return None
    return [
        Annotation(a.onset_s - start_s, a.duration_s, a.label)
        for a in annotations
        if a.onset_s < stop_s and (a.onset_s >= start_s or a.onset_s + a.duration_s > start_s)
    ]


def stretches_of(breaks: np.ndarray, n_samples: int) -> list[tuple[int, int]]:
    """Return the (start, stop) ranges between breaks.

    Parameters
    ----------
    breaks
        Numbers of the samples before which there is a gap, ascending, shape (k,).
    n_samples
        Length of the signal.
    """
    edges = [0, *(int(b) for b in breaks if 0 < b < n_samples), n_samples]
    return [(a, b) for a, b in pairwise(edges) if b > a]
