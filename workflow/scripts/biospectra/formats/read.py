"""Read channels of a recording, whatever its format."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from biospectra.formats.annotation_files import is_annotation_file, read_annotations
from biospectra.formats.channels import Channels, means_many
from biospectra.formats.clear_errors import check_readable, told_clearly
from biospectra.formats.isolated import read_isolated
from biospectra.formats.packed import is_packed, unpacked
from biospectra.formats.registry import ISOLATED, READERS, beside, ending_of, size_of
from biospectra.formats.request import ON_SHORT_FILE, Request
from biospectra.signals.gaps import split_at_gaps
from biospectra.signals.signal import Annotation, Signal

__all__ = ["Signal", "read", "read_channels"]


def read(
    path: str | Path,
    *,
    channel: Channels = None,
    bad_channels: Channels = None,
    start_s: float | None = None,
    duration_s: float | None = None,
    rate_hz: float | None = None,
    units: str | None = None,
    gain: float | None = None,
    variable: str | None = None,
    annotator: str | None = None,
    on_short_file: str | None = None,
    isolate: bool | None = None,
) -> Signal | list[Signal]:
    """Read channels of a recording.

    Parameters
    ----------
    path : str or Path
        The file to read: a WFDB record's header, the table's file, ...
    channel : str, int or list of either, optional
        A name or number; may be left out where the file has one channel only. Numbers are the
        file's own: the N of OpenSignals' ``channel_N``; in every other format channels (columns,
        rows) count from 0. A list, also as text with semicolons (``C3;C4``); a pattern in which
        ``*`` stands for anything and ``?`` for one character (``EEG *``); a difference
        (``C3-M2``, ``EEG *-M2``); channels minus the mean of all of a pattern (``EEG *-average``).
        A channel really called so comes first. An alias (``ECG`` for ``MLII``, ``T3`` for ``T7``)
        is taken where the name is not there and one alone fits; `Signal.remarks` says so.
    bad_channels : str or list of str, optional
        Names, or patterns of names, of channels that are left out of lists, patterns and averages.
    start_s, duration_s : float, optional
        The part to read, by default all of it.
    rate_hz : float, optional
        Sampling rate, for files that do not say it. A contradiction is an error.
    units : str, optional
        Units of the samples, in place of the file's.
    gain : float, optional
        Counts per `units`, as in a WFDB header, by which the samples are divided.
    variable : str, optional
        Which array, stream or series, in formats that hold several (MATLAB, NumPy archives, HDF5,
        XDF, NWB).
    annotator : str, optional
        What annotates it, where it is not the file itself or there are several: a WFDB annotator
        (``apn``), or the name of a file beside it.
    on_short_file : {"stop", "use"}
        ``stop``: a file that is shorter than it promises is an error; ``use``: what there is is
        read, and `Signal.remarks` says so.
    isolate : bool, optional
        Read in a process of its own, so that a damaged file cannot crash this one; by default of
        the formats in `ISOLATED`.

    Returns
    -------
    Signal or list of Signal
        A list where several channels may be meant, by a list or a pattern.

    Raises
    ------
    RecordingError
        Naming the file and the remedy.
    """
    signals = list(read_channels(**locals()))
    return signals if means_many(channel) else signals[0]


def read_channels(
    path: str | Path, *, isolate: bool | None = None, **given: Any
) -> Iterator[Signal]:
    """Give the channels that are wanted of a recording one by one; its file is read once.

    Parameters
    ----------
    path, isolate, given : object
        As for `read`.

    Returns
    -------
    iterator of Signal

    Raises
    ------
    RecordingError
        As `read`.
    """
    path = Path(path)
    check_readable(path)
    # NaN is an empty cell of a table.
    request = Request(path, **{k: v for k, v in given.items() if v == v and v not in (None, "")})
    if request.on_short_file not in ON_SHORT_FILE:
        raise request.error(
            f"on_short_file {request.on_short_file!r} is not known",
            f"it is {' or '.join(ON_SHORT_FILE)}",
        )
    for name in ("start_s", "duration_s"):
        if abs(float(getattr(request, name) or 0)) == float("inf"):
            raise request.error(f"{name} cannot be infinite", "give a number, or leave it out")
    if request.annotator and is_annotation_file(request.annotator):
        request = replace(request, labels=read_annotations)
    if isolate or (isolate is None and ending_of(path) in ISOLATED):
        return read_isolated(request, size_of(path))
    return _read_here(request)


def _read_here(request: Request) -> Iterator[Signal]:
    gain = request.gain
    if gain is not None and not (0 < abs(float(gain)) < float("inf")):
        raise request.error(f"a gain of {gain} is invalid", "give counts per unit, or leave it out")
    reader = READERS[ending_of(request.path)]
    with told_clearly(request):
        if is_packed(request.path, reader):
            with unpacked(request, beside) as plain:
                for signal in reader(plain):
                    own = signal.annotations  # while the file is there
                    kept = replace(signal, load_annotations=lambda own=own: own)
                    yield _finished(kept, request)
        else:
            beside(request.path)  # which refuses what lies elsewhere
            for signal in reader(request):
                yield _finished(signal, request)


def _finished(signal: Signal, request: Request) -> Signal:
    """Return a channel with what the table says of it."""
    load = signal.load_annotations

    def load_annotations() -> list[Annotation] | None:
        with told_clearly(request, "the annotations "):
            return load()

    signal.load_annotations = load_annotations
    if request.gain is not None:
        signal.samples = signal.samples / float(request.gain)
    if request.units:
        signal.units = str(request.units)
    signal.remarks = [*request.remarks, *signal.remarks]
    return split_at_gaps(signal)
