"""What the process does in which `biospectra.formats.isolated` has files read."""

import json
import math
import os
import signal as signals
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from biospectra.errors import RecordingError
from biospectra.formats.contents import Contents
from biospectra.job import loaded_versions
from biospectra.signals.signal import Annotation, Signal

_NOT_SENT = ("samples", "load_annotations")


class _Served:
    """The channels of the one file that is being read, given in order."""

    def __init__(self, read: Callable[..., Iterator[Signal]]) -> None:
        self.read, self.options = read, ""
        self.signals: Iterator[Signal] = iter(())
        self.loaders: list[Callable[[], list[Annotation] | None]] = []

    def signal(self, options: dict[str, Any], at: int) -> Signal | None:
        """Return the channel at a place, None behind the last; from the start for another file."""
        text = json.dumps(options)
        if text != self.options or at < len(self.loaders):
            self.options, self.loaders = "", []
            self.signals = self.read(isolate=False, **options)
        self.options = ""  # unless all goes well
        for signal in self.signals:
            self.loaders.append(signal.load_annotations)
            if len(self.loaders) > at:
                break
        else:
            signal = None
        self.options = text
        return signal

    def annotations(self, options: dict[str, Any], at: int) -> list[Annotation] | None:
        """Return the annotations of the channel at a place."""
        if json.dumps(options) != self.options or at >= len(self.loaders):
            self.signal(options, at)
        return self.loaders[at]()


def serve(
    send: int, read: Callable[..., Iterator[Signal]], contents_of: Callable[..., Contents]
) -> None:
    """Answer the questions of the process that started this one, until it is gone.

    Parameters
    ----------
    send : int
        Descriptor of the pipe for answers.
    read : callable
        `biospectra.formats.read.read_channels`.
    contents_of : callable
        `biospectra.formats.probe.contents_of`.
    """
    signals.signal(signals.SIGINT, signals.SIG_IGN)  # Ctrl-C is for the one who asks
    served = _Served(read)
    with os.fdopen(send, "wb") as replies:
        for line in sys.stdin.buffer:
            question = json.loads(line)
            answer, samples = _answer(question, served, contents_of)
            text = json.dumps(answer, default=float).encode()
            replies.write(len(text).to_bytes(8, "little") + text)
            if samples is not None:
                replies.write(np.ascontiguousarray(samples, dtype=np.float64).data.cast("B"))
            replies.flush()


def _answer(
    question: dict[str, Any], served: _Served, contents_of: Callable[..., Contents]
) -> tuple[dict[str, Any], np.ndarray | None]:
    wanted, named = question["wanted"], question["named"]
    options, path = question["options"], question["options"]["path"]
    try:
        _limit(**question["limits"])
        if wanted == "contents":
            return {"contents": asdict(contents_of(**options))}, None
        if wanted == "annotations":
            found = served.annotations(options, question["at"])
            return {"annotations": None if found is None else [list(a) for a in found]}, None
        signal = served.signal(options, question["at"])
        if signal is None:
            return {}, None
        own = {f.name: getattr(signal, f.name) for f in fields(signal) if f.name not in _NOT_SENT}
        answer = {"signal": own, "n_samples": len(signal.samples), "versions": loaded_versions()}
        return answer, signal.samples
    except RecordingError as error:
        subject, problem, remedy = error.parts
        return {"error": [named if subject == path else subject, problem, remedy]}, None


def _limit(processor_s: float, memory: float) -> None:
    """Set what the next file may cost, in seconds of processor time and bytes."""
    import resource

    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: math.ceil(sum(os.times()[:2]) + processor_s),
        resource.RLIMIT_DATA: round(memory),
    }
    for kind, limit in limits.items():
        hard = resource.getrlimit(kind)[1]
        most = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (most, hard))
