"""BrainVision, GDF, EEGLAB and FIF, read with MNE."""

from pathlib import Path

import numpy as np

from biospectra.formats.request import Request
from biospectra.signals.signal import Annotation, Signal, shift_annotations

_UNITS = {107: ("uV", 1e6), 112: ("fT", 1e15), 201: ("fT/cm", 1e13)}  # FIFF's numbers for V, T, T/m
_GDF2_UNITS = {4256: "V", 4274: "mV", 4275: "uV", 4276: "nV"}
_BREAKS = ("boundary", "new segment", "edge boundary", "bad_acq_skip")


def read(request: Request) -> Signal:
    """Read a channel of a file that MNE knows; channels count from 0.

    Volts are given in uV, tesla in fT. Where the file says that recording was interrupted
    (BrainVision's New Segment, EEGLAB's boundary, FIF's skips) a stretch ends.
    """
    import mne

    raw = mne.io.read_raw(request.path, preload=False, verbose="error")
    names = list(raw.ch_names)
    k = request.pick(names)
    rate_hz = request.rate(float(raw.info["sfreq"]))
    start, stop = request.span(raw.n_times, rate_hz)
    units, factor = _UNITS.get(int(raw.info["chs"][k]["unit"]), ("adu", 1.0))
    if request.path.suffix.lower() == ".gdf":
        units, factor = _gdf_units(request.path, k)
    samples = raw.get_data(picks=[k], start=start, stop=stop, verbose="error")[0] * factor
    annotations = _annotations(raw)
    return Signal(
        np.asarray(samples, dtype=np.float64),
        rate_hz,
        units,
        names[k],
        _stretches(annotations, rate_hz, start, stop),
        lambda: shift_annotations(annotations or None, start / rate_hz, stop / rate_hz),
    )


def _gdf_units(path: Path, k: int) -> tuple[str, float]:
    """Return the units of a GDF channel, and what to multiply MNE's values with to be in them.

    MNE turns microvolts into volts, and takes all other units for volts.
    """
    with path.open("rb") as file:
        main = file.read(256)
        n = int.from_bytes(main[252:256] if main[4:5] == b"1" else main[252:254], "little")
        file.seek(256 + 96 * n + 8 * k)  # behind labels (16 bytes each) and transducers (80)
        field = file.read(8)
    if main[4:5] == b"1":
        units = field.decode("latin-1").strip("\x00 ")
    else:
        units = _GDF2_UNITS.get(int.from_bytes(field[6:], "little"), "")
    return (units or "adu"), (1e6 if units == "uV" else 1.0)


def _annotations(raw) -> list[Annotation]:
    first_s = raw.first_time if raw.annotations.orig_time is not None else 0.0
    return [
        Annotation(float(a["onset"]) - first_s, float(a["duration"]), str(a["description"]))
        for a in raw.annotations
    ]


def _stretches(
    annotations: list[Annotation], rate_hz: float, start: int, stop: int
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
    return [(a - start, b - start) for a, b in stretches if b > a]
