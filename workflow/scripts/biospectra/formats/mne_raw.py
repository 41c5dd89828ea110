"""What formats that MNE reads have in common."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from biospectra.formats.request import Request
from biospectra.signals.signal import Annotation, Signal

_BREAKS = ("boundary", "new segment", "edge boundary", "bad_acq_skip")
# FIFF's numbers of units, with ours and what to multiply with.
_UNITS = {107: ("uV", 1e6), 112: ("fT", 1e15), 201: ("fT/cm", 1e13), 110: ("uS", 1e6)}
_UNITS |= {101: ("Hz", 1.0), 102: ("N", 1.0), 103: ("Pa", 1.0), 109: ("Ohm", 1.0), 1: ("m", 1.0)}
_UNITS |= {114: ("degC", 1.0), 3: ("s", 1.0), 7: ("rad", 1.0), 117: ("V/m2", 1.0), 202: ("Am", 1.0)}


def unit_in_info(raw: Any, k: int) -> tuple[str, float]:
    """Return what a channel comes in by the header that MNE made, and what to multiply with.

    Parameters
    ----------
    raw : mne.io.BaseRaw
        The recording.
    k : int
        Number of the channel.

    Returns
    -------
    units : str
        ``adu`` where MNE knows none.
    factor : float
    """
    channel = raw.info["chs"][k]
    units, factor = _UNITS.get(int(channel["unit"]), ("adu", 1.0))
    return units, factor * 10.0 ** int(channel["unit_mul"])


def mark_breaks(raw: Any, breaks: Sequence[int]) -> None:
    """Note that recording was interrupted, where MNE does not say it.

    Parameters
    ----------
    raw : mne.io.BaseRaw
        The recording, whose annotations get a ``boundary`` each.
    breaks : sequence of int
        Numbers of the samples before which it was.
    """
    if len(breaks):
        rate_hz = float(raw.info["sfreq"])
        raw.annotations.append([at / rate_hz for at in breaks], 0.0, "boundary")


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
        Annotation(float(a["onset"]) - first_s, float(a["duration"]), str(a["description"]).strip())
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
