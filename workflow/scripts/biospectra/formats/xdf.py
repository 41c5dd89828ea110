"""XDF, of LabRecorder and others that record streams of the lab streaming layer; by pyxdf.

Format: XDF (lab streaming layer).
Recognised by: its first bytes.
Units: each channel's, from its stream's description; counts otherwise.
Annotations: streams of text.
Rates and gaps: each stream its own, named by `variable`; a stretch ends where time stamps jump.
Tried with: the example files of xdf-modules, and files built from the layout.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from biospectra.formats.arrays import pick_array
from biospectra.formats.clocks import Irregular, read_clock
from biospectra.formats.quiet import quietly
from biospectra.formats.request import Request
from biospectra.formats.units import plain_unit
from biospectra.signals.signal import Annotation, Signal, stretches_of
from biospectra.words import number_of

ENDINGS = (".xdf",)
_LENGTH_BYTES = (1, 4, 8)
_NEAR = 0.05  # relative difference from the nominal rate that a stream's own clock may have
_AGREES = 5e-3  # that is as good as none
_AVERAGE = 0.01  # and from the average rate, where no one rate describes its time stamps
_JUMP = 5  # median steps beyond which such a stream was interrupted


def read(request: Request) -> Iterator[Signal]:
    """Read channels of a stream, whose name is `Request.variable` where there are several.

    Channels count from 0. Time stamps are those of all streams together, corrected by the clocks'
    offsets, and a stretch ends where they jump. Streams of text are annotations of all others.
    """
    _check_chunks(request)
    streams = _load(request)
    texts = [one for one in streams if _is_text(one)]
    numbers = {name: one for name, one in _named(streams).items() if not _is_text(one)}
    filled = {name: one for name, one in numbers.items() if len(one["time_stamps"])}
    if not filled:
        only = "streams of markers" if texts and not numbers else "streams without a sample"
        raise request.error(
            f"holds only {only}" if streams else "holds no stream", "choose another file"
        )
    name = pick_array(request, list(filled))
    yield from _channels(request, name, filled[name], texts)


def _channels(
    request: Request, name: str, stream: dict[str, Any], texts: list[dict[str, Any]]
) -> Iterator[Signal]:
    info = stream["info"]
    values = np.asarray(stream["time_series"], dtype=np.float64)
    stamps = np.asarray(stream["time_stamps"], dtype=np.float64)
    names, units = _described(info, name, values.shape[1])
    chosen = request.choose(names)
    nominal_hz = float(_text(info, "nominal_srate"))
    if nominal_hz != 0:  # which is that of streams without a rate
        request.rate(nominal_hz, float("inf"))
    rate_hz, breaks, lost_s = _clock(request, name, stamps, nominal_hz)
    start, stop = request.span(len(values), rate_hz)
    found = _markers(texts, stamps, rate_hz, breaks, lost_s)
    lost = list(zip((breaks / rate_hz).tolist(), lost_s.tolist(), strict=True))
    load = request.annotations(
        lambda: found or None, rate_hz, start, stop, lost=[one for one in lost if one[1] > 0]
    )
    stretches = stretches_of(breaks[(breaks > start) & (breaks < stop)] - start, stop - start)

    def one(k: int) -> Signal:
        return Signal(
            values[start:stop, k].copy(), rate_hz, units[k] or "adu", names[k], stretches, load
        )

    yield from chosen.signals(one)


def _clock(
    request: Request, name: str, stamps: np.ndarray, nominal_hz: float
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return a stream's rate, the samples before which it was interrupted, and for how long."""
    try:
        clock = read_clock(stamps)
    except Irregular as problem:
        return _average(request, name, stamps, nominal_hz, str(problem))
    if clock is None:
        return request.rate(nominal_hz or None), np.zeros(0, np.int64), np.zeros(0)
    if nominal_hz and abs(clock.rate_hz - nominal_hz) > _NEAR * nominal_hz:
        if request.rate_hz is None:
            raise request.error(
                f"its stream {name!r} says {nominal_hz:g} Hz, and its time stamps "
                f"{clock.rate_hz:g} Hz",
                "say in the column rate_hz which holds",
            )
        return float(request.rate_hz), clock.breaks, clock.lost_s
    agree = abs(clock.rate_hz - nominal_hz) <= max(clock.tolerance, _AGREES) * clock.rate_hz
    found = nominal_hz if agree else clock.rate_hz
    return request.rate(found, max(clock.tolerance, _AGREES)), clock.breaks, clock.lost_s


def _average(
    request: Request, name: str, stamps: np.ndarray, nominal_hz: float, problem: str
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return a rate that is only the average of a stream's own, where one is said to hold."""
    steps = np.diff(stamps)
    usual = (steps > 0) & (steps < _JUMP * np.median(steps))
    average_hz = float(usual.sum() / steps[usual].sum()) if usual.any() else 0.0
    said_hz = float(request.rate_hz or nominal_hz)
    if not average_hz or abs(said_hz - average_hz) > _AVERAGE * average_hz:
        raise request.error(
            f"the time stamps of its stream {name!r} fit no sampling rate ({problem})",
            f"give their average, {average_hz:.4g} Hz, as rate_hz where that is near enough, or "
            "leave the stream out",
        )
    breaks = np.flatnonzero(~usual) + 1
    return said_hz, breaks, np.maximum(0.0, steps[breaks - 1] - 1 / average_hz)


def _load(request: Request) -> list[dict[str, Any]]:
    import pyxdf

    with quietly("pyxdf") as said:
        streams, _ = pyxdf.load_xdf(request.path, dejitter_timestamps=False, verbose=False)
    if said:  # it goes on behind what it cannot read
        request.short(f"holds parts that cannot be read ({said[0].split(',')[0]})"[:300])
    for stream in streams:
        _check_footer(request, stream)
    return list(streams)


def _check_footer(request: Request, stream: dict[str, Any]) -> None:
    """Refuse a stream that was broken off, or has fewer samples than its footer counts."""
    name, there = _text(stream["info"], "name"), len(stream["time_stamps"])
    if "footer" not in stream:
        request.short(f"has no footer of its stream {name!r}: it was cut, or broken off")
        return
    counted = _text(stream["footer"]["info"], "sample_count")
    if counted.isdigit() and int(counted) > there:
        request.short(f"promises {counted} samples of its stream {name!r}, and {there} are there")


def _check_chunks(request: Request) -> None:
    """Refuse a file whose chunks do not follow each other up to its end."""
    size, at = request.path.stat().st_size, 4
    with request.path.open("rb") as file:
        if file.read(4) != b"XDF:":
            raise request.error("is no XDF file", "correct its name, or choose another file")
        while at < size:
            file.seek(at)
            width = (file.read(1) or b"\0")[0]
            if width not in _LENGTH_BYTES:
                request.short(f"has no chunk at byte {at} of {size}, where one should be")
                return
            length = int.from_bytes(file.read(width), "little")
            head = file.read(6)
            at += 1 + width + length
            if at > size or length < 2:
                request.short(f"ends at byte {size}, within a chunk that should end at {at}")
                return
            if head[:2] == b"\x03\x00" and length >= 8:
                _check_count(request, file.read(9), length)


def _check_count(request: Request, start: bytes, length: int) -> None:
    """Refuse a chunk that claims more samples than it has bytes."""
    width = start[0] if start else 0
    if width in _LENGTH_BYTES:
        count = int.from_bytes(start[1 : 1 + width], "little")
        if count > length:
            raise request.error(
                f"has a chunk of {number_of(length, 'byte')} that claims "
                f"{number_of(count, 'sample')}",
                "it was damaged; fetch it again",
            )


def _is_text(stream: dict[str, Any]) -> bool:
    return _text(stream["info"], "channel_format") == "string"


def _named(streams: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return streams by name; those that share one also by number."""
    names = [_text(one["info"], "name") or f"stream {one['info']['stream_id']}" for one in streams]
    often = Counter(names)
    return {
        name if often[name] == 1 else f"{name} {one['info']['stream_id']}": one
        for name, one in zip(names, streams, strict=True)
    }


def _text(info: Any, name: str) -> str:
    """Return the first text under a name; XML becomes lists in dicts."""
    try:
        return str(info[name][0] or "").strip()
    except (KeyError, IndexError, TypeError):
        return ""


def _described(info: dict[str, Any], name: str, n: int) -> tuple[list[str], list[str]]:
    """Return names and units of channels, as their stream describes them."""
    try:
        listed = info["desc"][0]["channels"][0]["channel"]
    except (KeyError, IndexError, TypeError):
        listed = []
    if len(listed) != n:
        return [name] if n == 1 else [f"{name}[{k}]" for k in range(n)], [""] * n
    names = [_text(one, "label") or f"{name}[{k}]" for k, one in enumerate(listed)]
    return names, [plain_unit(_text(one, "unit")) for one in listed]


def _markers(
    texts: list[dict[str, Any]],
    stamps: np.ndarray,
    rate_hz: float,
    breaks: np.ndarray,
    lost_s: np.ndarray,
) -> list[Annotation]:
    """Return what streams of text say, each at the sample whose time stamp is its own.

    A stream's clock may be a little faster or slower than its rate, which adds up.
    """
    rising = np.maximum.accumulate(np.where(np.isfinite(stamps), stamps, -np.inf))
    number = np.arange(len(stamps))
    ends_s = float(rising[-1])

    def onset_s(at: float) -> float:
        if not rising[0] <= at <= ends_s:
            outside_s = at - float(rising[0]) if at < rising[0] else at - ends_s
            k = 0.0 if at < rising[0] else float(number[-1])
        else:
            outside_s, k = 0.0, float(np.interp(at, rising, number))
        return k / rate_hz + float(lost_s[breaks <= k].sum()) + outside_s

    return [
        Annotation(onset_s(float(at)), 0.0, label)
        for one in texts
        for at, row in zip(one["time_stamps"], one["time_series"], strict=True)
        for label in [" ".join(str(cell).strip() for cell in row).strip()]
        if label
    ]
