"""What formats that MNE reads have in common."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from biospectra.formats.request import Request
from biospectra.signals.signal import Annotation, Signal

_BREAKS = ("boundary", "new segment", "edge boundary", "bad_acq_skip")


def signals_of(
    request: Request,
    raw: Any,
    unit_of: Callable[[int], tuple[str, float]],
    *,
    first_s: float = 0.0,
) -> Iterator[Signal]:
    """Give channels of MNE's raw object, whose file is read once.

    Parameters
    ----------
    request : Request
        What is wanted.
    raw : mne.io.BaseRaw
        Not loaded.
    unit_of : callable
        Of the number of a channel gives what its samples come in, and what to multiply MNE's values
        with to have them in it.
    first_s : float
        What annotations' times count more than the samples'.

    Returns
    -------
    iterator of Signal
    """
    chosen = request.choose(list(raw.ch_names))
    rate_hz = request.rate(float(raw.info["sfreq"]))
    start, stop = request.span(raw.n_times, rate_hz)
    wanted = sorted(chosen.positions)
    samples = raw.get_data(picks=wanted, start=start, stop=stop, verbose="error")
    found = [
        Annotation(float(a["onset"]) - first_s, float(a["duration"]), str(a["description"]))
        for a in raw.annotations
    ]
    load = request.annotations(
        lambda: found or None, rate_hz, start, stop, begins=raw.info["meas_date"]
    )

    def one(k: int) -> Signal:
        units, factor = unit_of(k)
        return Signal(
            np.asarray(samples[wanted.index(k)] * factor, dtype=np.float64),
            rate_hz,
            units,
            str(raw.ch_names[k]),
            _stretches(found, rate_hz, start, stop),
            load,
        )

    yield from chosen.signals(one)


def _stretches(
    annotations: Sequence[Annotation], rate_hz: float, start: int, stop: int
) -> list[tuple[int, int]]:
    """Return the ranges between interruptions, and without what a skip covers."""
    left, stretches = start, []
    for onset_s, duration_s, label in sorted(annotations):
        if not label.lower().startswith(_BREAKS) and not label.lower().endswith("boundary"):
            continue
        at = round(onset_s * rate_hz)
        resumed = at
        if label.lower().startswith("bad_acq_skip"):
            resumed = round((onset_s + duration_s) * rate_hz)
        if left < at < stop:
            stretches.append((left, at))
        left = max(left, resumed)
    stretches.append((left, stop))
    return [(int(a - start), int(b - start)) for a, b in stretches if b > a]
