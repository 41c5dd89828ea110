"""What a recording's file holds, told without reading its samples where its format allows that."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from biospectra.errors import RecordingError
from biospectra.formats.choice import Choice, Wanted
from biospectra.formats.request import Request
from biospectra.signals.signal import Annotation, Signal

_MANY = 200  # texts of annotations beyond which they are remarks, not classes
_GIVEN = ("rate_hz", "units", "gain", "variable", "annotator", "on_short_file", "labels")
_LOOK_S = 1.0  # of each channel, in formats that must be read to be told


@dataclass(frozen=True)
class ChannelInfo:
    """One channel of a file.

    Attributes
    ----------
    name : str
        As the file calls it.
    number : int
        As `biospectra.formats.read.read` takes it.
    units : str
        ``adu`` where the file does not say.
    rate_hz : float or None
        None where the file does not say.
    n_samples : int
        How many samples it has.
    variable : str or None
        The array it is in, in formats that hold several.
    """

    name: str
    number: int
    units: str
    rate_hz: float | None
    n_samples: int
    variable: str | None = None


@dataclass(frozen=True)
class Contents:
    """What a file holds.

    Attributes
    ----------
    channels : list of ChannelInfo
        In the file's order, without those for annotations.
    annotations : dict of str to (int, float)
        How often each annotation appears, and how many seconds it fills; empty where there is none.
    begins : str
        When recording began, ``2026-01-31T08:00:00``; empty where the file does not say.
    remarks : dict of str to str
        What the header says of the person or recording, by key: ``age``, ``Diagnose``.
    """

    channels: list[ChannelInfo]
    annotations: dict[str, tuple[int, float]] = field(default_factory=dict)
    begins: str = ""
    remarks: dict[str, str] = field(default_factory=dict)


def tally(annotations: Iterable[Annotation] | None) -> dict[str, tuple[int, float]]:
    """Count annotations by their text, and the seconds that each text fills.

    Of more texts than classes could have, the most frequent are kept.

    Parameters
    ----------
    annotations : iterable of Annotation, or None
        Of a recording.

    Returns
    -------
    dict of str to (int, float)
    """
    counts: Counter[str] = Counter()
    seconds: dict[str, float] = defaultdict(float)
    for one in annotations or ():
        counts[one.label] += 1
        seconds[one.label] += one.duration_s
    return {text: (count, seconds[text]) for text, count in counts.most_common(_MANY)}


def from_json(told: dict[str, Any]) -> Contents:
    """Return contents that were sent as JSON.

    Parameters
    ----------
    told : dict
        What was sent.

    Returns
    -------
    Contents
    """
    annotations = {text: (count, seconds) for text, (count, seconds) in told["annotations"].items()}
    channels = [ChannelInfo(**channel) for channel in told["channels"]]
    return Contents(channels, annotations, told["begins"], told["remarks"])


class _Listed(BaseException):  # which no reader takes for what a library says of a file
    """The channels that a reader found in a file."""

    def __init__(self, names: Sequence[str], numbers: Sequence[int]) -> None:
        self.names, self.numbers = [str(name) for name in names], [int(n) for n in numbers]


class _Survey(Request):
    """Asks a reader for a channel to learn what the file says of it."""

    def choose(
        self,
        names: Sequence[str],
        numbers: Sequence[int] | None = None,
        *,
        passed: Iterable[int] = (),
    ) -> Choice:
        numbers = range(len(names)) if numbers is None else numbers
        if not isinstance(self.channel, int):
            raise _Listed(names, numbers)
        at = list(numbers).index(self.channel)
        return Choice([Wanted(str(names[at]), at)], self.error)

    def rate(self, found: float | None = None, tolerance: float = 1e-3) -> float:
        if found is None and self.rate_hz is None:
            _learnt(self)["rate_hz"] = None
            return 1.0
        rate_hz = super().rate(found, tolerance)
        _learnt(self)["rate_hz"] = rate_hz
        return rate_hz

    def span(self, n_samples: int, rate_hz: float, first_s: float = 0.0) -> tuple[int, int]:
        start, stop = super().span(n_samples, rate_hz, first_s)
        _learnt(self)["n_samples"] = stop - start
        longest_s = _learnt(self).get("longest_s", (stop - start) / rate_hz)
        return start, min(stop, start + math.ceil(longest_s * rate_hz))


def _learnt(request: Request) -> dict[str, Any]:
    return request.__dict__.setdefault("learnt", {})


def _survey_of(request: Request, number: int | None = None) -> _Survey:
    return _Survey(request.path, number, **{name: getattr(request, name) for name in _GIVEN})


def look_at(
    read: Callable[[Request], Iterator[Signal]],
    request: Request,
    name: str,
    number: int,
    longest_s: float | None = None,
) -> tuple[ChannelInfo, Signal]:
    """Learn from a format's reader what one channel of a file is.

    Parameters
    ----------
    read : callable
        The reader.
    request : Request
        The file, and what the table says of it.
    name, number : str, int
        Of the channel.
    longest_s : float, optional
        How much of it to read at most, in formats that can read a part.

    Returns
    -------
    channel : ChannelInfo
    signal : Signal
        What was read.
    """
    asked = _survey_of(request, number)
    if longest_s is not None:
        _learnt(asked)["longest_s"] = longest_s
    signal = next(read(asked))
    return _channel(name, number, signal, asked), signal


def _channel(name: str, number: int, signal: Signal, asked: Request) -> ChannelInfo:
    learnt = _learnt(asked)
    n_samples = int(learnt.get("n_samples", len(signal.samples)))
    return ChannelInfo(name, number, signal.units, learnt["rate_hz"], n_samples, asked.variable)


def survey(read: Callable[[Request], Iterator[Signal]], request: Request) -> Contents:
    """Learn from a format's reader what a file holds, by asking for the start of each channel.

    Parameters
    ----------
    read : callable
        The reader.
    request : Request
        The file, and what the table says of it; not a channel.

    Returns
    -------
    Contents

    Raises
    ------
    RecordingError
        Where the file cannot be read, or none of its channels can.
    """
    asked = _survey_of(request)
    try:
        only = next(read(asked))
    except _Listed as listed:
        names, numbers = listed.names, listed.numbers
    else:
        return Contents([_channel(only.channel, 0, only, asked)], tally(only.annotations))
    channels: list[ChannelInfo] = []
    annotations, problem = None, None
    for name, number in zip(names, numbers, strict=True):
        # The first is read whole, for its annotations.
        longest_s = _LOOK_S if channels else None
        try:
            channel, signal = look_at(read, request, name, number, longest_s)
        except RecordingError as error:  # such as a column of text among others of numbers
            problem = problem or error
            continue
        if annotations is None:
            annotations = tally(signal.annotations)
        channels.append(channel)
    if not channels:
        raise problem or request.error("the file has no channels", "choose another file")
    return Contents(channels, annotations or {})
