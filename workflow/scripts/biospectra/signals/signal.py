"""One channel of a recording: samples, rate, units, stretches without gaps, annotations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np


class Annotation(NamedTuple):
    """A remark on the recording.

    Attributes
    ----------
    onset_s : float
        From the first sample that was read.
    duration_s : float
        0 for an instant, such as a beat.
    label : str
        As the file writes it.
    """

    onset_s: float
    duration_s: float
    label: str


@dataclass(eq=False)
class Signal:
    """One channel of a recording.

    Parameters
    ----------
    samples : ndarray, (n,), float64
        In `units`.
    rate_hz : float
        Samples a second.
    units : str
        Of the samples: ``mV``, ``uV``, ``adu`` (counts of the converter), ...
    channel : str
        Name of the channel in the file.
    stretches : list of (int, int)
        First sample and end of each range without a gap; no segment may span two. By default all
        samples are one.
    load_annotations : function
        Returns the list of annotations, or None where the recording has none.
    remarks : list of str
        What was odd with the file, though it was read.

    Examples
    --------
    >>> signal = Signal(np.zeros(1000), rate_hz=250, units="mV", channel="II")
    >>> signal.duration_s, signal.stretches, signal.annotations
    (4.0, [(0, 1000)], None)
    """

    samples: np.ndarray
    rate_hz: float
    units: str
    channel: str
    stretches: list[tuple[int, int]] = field(default_factory=list)
    load_annotations: Callable[[], list[Annotation] | None] = lambda: None
    remarks: list[str] = field(default_factory=list)

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
    """Return the parts of stretches within a range of samples, counted from its first.

    Parameters
    ----------
    stretches : sequence of (int, int)
    start, stop : int
        First sample and end of the range.

    Returns
    -------
    list of (int, int)

    Examples
    --------
    >>> shift_stretches([(0, 10), (15, 40)], 5, 20)
    [(0, 5), (10, 15)]
    """
    cut = [(max(a, start) - start, min(b, stop) - start) for a, b in stretches]
    return [(a, b) for a, b in cut if b > a]


def shift_annotations(
    annotations: list[Annotation] | None, start_s: float, stop_s: float
) -> list[Annotation] | None:
    """Return the annotations that touch a range of time, with onsets from its start.

    Parameters
    ----------
    annotations : list of Annotation, or None
    start_s, stop_s : float
        The range.

    Returns
    -------
    list of Annotation, or None

    Examples
    --------
    >>> shift_annotations([Annotation(1.0, 0.0, "N"), Annotation(9.0, 0.0, "V")], 5.0, 10.0)
    [Annotation(onset_s=4.0, duration_s=0.0, label='V')]
    """
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
    breaks : ndarray, (k,), int64
        Numbers of the samples before which there is a gap, ascending.
    n_samples : int
        Length of the signal.

    Returns
    -------
    list of (int, int)

    Examples
    --------
    >>> stretches_of(np.array([3, 7]), 10)
    [(0, 3), (3, 7), (7, 10)]
    """
    edges = [0, *(int(b) for b in breaks if 0 < b < n_samples), n_samples]
    return [(a, b) for a, b in pairwise(edges) if b > a]


def leave_out_gaps(
    annotations: list[Annotation] | None, lost: Sequence[tuple[float, float]]
) -> list[Annotation] | None:
    """Put annotations on the clock of samples that lie one after the other, gaps left out.

    Parameters
    ----------
    annotations : list of Annotation, or None
        With onsets in true seconds from the first sample.
    lost : sequence of (float, float)
        (at_s, lost_s) of each gap in order: where it is on the clock of the samples, and how long
        it was. What lies in a gap ends with the piece before.

    Returns
    -------
    list of Annotation, or None
        None for None.

    Examples
    --------
    Of a recording that stopped after 10 s, for 5 s:

    >>> beats = [Annotation(4.0, 0.0, "N"), Annotation(16.0, 0.0, "V")]
    >>> [beat.onset_s for beat in leave_out_gaps(beats, [(10.0, 5.0)])]
    [4.0, 11.0]
    """
    if annotations is None or not lost:
        return annotations
    at_s, lost_s = np.array(lost, dtype=np.float64).T
    begins_s = at_s + np.concatenate([[0.0], np.cumsum(lost_s)[:-1]])

    def on_samples(time_s: float) -> float:
        gap = int(np.searchsorted(begins_s, time_s + 1e-9, side="right")) - 1
        if gap < 0:
            return time_s
        return max(float(at_s[gap]), time_s - float(lost_s[: gap + 1].sum()))

    return [
        Annotation(on_samples(a.onset_s), on_samples(a.onset_s + a.duration_s) - at, a.label)
        for a in annotations
        for at in [on_samples(a.onset_s)]
    ]
