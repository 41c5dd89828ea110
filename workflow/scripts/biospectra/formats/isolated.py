"""Read in a process of its own, which a damaged file may crash without harm to anything else.

Many formats are read by libraries in C, which one wrong byte can crash, or make ask for all the
memory or time there is. One process reads file after file; after a crash the next starts.
"""

import atexit
import contextlib
import json
import os
import signal as signals
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from biospectra.errors import RecordingError
from biospectra.formats.contents import Contents, from_json
from biospectra.formats.request import Request
from biospectra.job import loaded_elsewhere
from biospectra.signals.signal import Annotation, Signal

# What a file may cost to read, by its size: text takes the most, and long flat signals pack well.
MEMORY_MB, MEMORY_PER_BYTE = 2000, 100
PROCESSOR_S, PROCESSOR_S_PER_MB = 60, 1
_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "from biospectra.formats import probe, read, served;"
    "served.serve(int(sys.argv[2]), read.read_channels, probe.contents_of)"
)


class _Process:
    """The process that reads."""

    def __init__(self) -> None:
        self.owner = os.getpid()  # a copy of this process must have one of its own
        receive, send = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", _CODE, json.dumps(sys.path), str(send)],
            stdin=subprocess.PIPE,
            pass_fds=[send],
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        os.close(send)
        self.replies = os.fdopen(receive, "rb")

    def ask(self, question: dict[str, Any]) -> tuple[dict[str, Any], np.ndarray | None]:
        """Send a question and return the answer with its samples.

        Raises
        ------
        EOFError
            Where the process ended instead.
        """
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(question).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise EOFError from None
        answer = json.loads(_read(self.replies, int.from_bytes(_read(self.replies, 8), "little")))
        if "n_samples" not in answer:
            return answer, None
        samples = np.empty(answer["n_samples"], dtype=np.float64)
        if self.replies.readinto(samples.data.cast("B")) < samples.nbytes:
            raise EOFError
        return answer, samples

    def end(self) -> int:
        """End the process and return its exit status, negative for a signal."""
        assert self.process.stdin is not None
        for pipe in (self.process.stdin, self.replies):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()  # which it sees, and goes
        try:
            return self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class Reader:
    """Asks a process that reads, one question at a time, and starts the next after a crash."""

    def __init__(self) -> None:
        self.process: _Process | None = None
        self.one_at_a_time = threading.Lock()

    def ask(self, path: Path, question: dict[str, Any]) -> tuple[dict[str, Any], np.ndarray | None]:
        """Return the answer to a question about a file, and its samples.

        Parameters
        ----------
        path : Path
            The file.
        question : dict
            What to read of it.

        Returns
        -------
        answer : dict
        samples : ndarray, (n,), float64, or None

        Raises
        ------
        RecordingError
            What the process says of the file, or that the file ended it.
        """
        with self.one_at_a_time:
            process = self.process
            gone = process is None or process.owner != os.getpid()
            if process is None or gone or process.process.poll() is not None:
                process = self.process = _Process()
            try:
                answer, samples = process.ask(question)
            except EOFError:
                self.process = None
                raise _crashed(path, process.end(), question["limits"]) from None
            except BaseException:  # such as Ctrl-C: what comes next answers no next question
                self.process = None
                process.process.kill()
                process.end()
                raise
        if "error" in answer:
            raise RecordingError(*answer["error"])
        return answer, samples

    def contents(self, request: Request, size: int) -> Contents:
        """Return what a file holds, as `biospectra.formats.probe.contents_of` does.

        Parameters
        ----------
        request : Request
            The file, and what a table says of it.
        size : int
            Bytes of all its files.

        Returns
        -------
        Contents

        Raises
        ------
        RecordingError
            As `read_isolated`.
        """
        answer, _ = self.ask(request.path, _question(request, size) | {"wanted": "contents"})
        return from_json(answer["contents"])

    def close(self) -> None:
        """End the process; the next question starts another."""
        with self.one_at_a_time:
            if self.process is not None and self.process.owner == os.getpid():
                self.process.end()
            self.process = None


_reader = Reader()
close = atexit.register(_reader.close)


def read_isolated(request: Request, size: int) -> Iterator[Signal]:
    """Read channels as `biospectra.formats.read.read_channels` does, in a process of its own.

    It reads the file once, and keeps it as long as no other is asked for.

    Parameters
    ----------
    request : Request
        The file and what of it to read.
    size : int
        Bytes of all its files.

    Returns
    -------
    iterator of Signal

    Raises
    ------
    RecordingError
        Also where the file crashed its reader, which the message tells with the signal, or took
        more memory or time than a file of its size may.
    """
    path, question = request.path, _question(request, size)
    for at in count():
        asked = question | {"at": at}
        answer, samples = _reader.ask(path, asked | {"wanted": "signal"})
        if samples is None:
            return
        loaded_elsewhere.update(answer["versions"])
        own = answer["signal"]
        own |= {"stretches": [tuple(pair) for pair in own["stretches"]]}
        load = partial(_ask_annotations, path, asked)
        yield Signal(samples=samples, load_annotations=load, **own)


def _ask_annotations(path: Path, asked: dict[str, Any]) -> list[Annotation] | None:
    found, _ = _reader.ask(path, asked | {"wanted": "annotations"})
    if found["annotations"] is None:
        return None
    return [Annotation(*one) for one in found["annotations"]]


def _question(request: Request, size: int) -> dict[str, Any]:
    path, options = request.path, asdict(request)
    options |= {"path": str(path.absolute())}
    del options["remarks"], options["labels"]
    return {"options": options, "named": str(path), "limits": _limits(size)}


def _limits(size: int) -> dict[str, float]:
    """Return what a recording may cost, by the bytes of its files."""
    return {
        "processor_s": PROCESSOR_S + PROCESSOR_S_PER_MB * size / 1e6,
        "memory": MEMORY_MB * 1e6 + MEMORY_PER_BYTE * size,
    }


def _crashed(path: Path, status: int, limits: dict[str, float]) -> RecordingError:
    remedy = "it is damaged or made to do harm: fetch it again, or leave it out"
    if status >= 0:
        return RecordingError(path, f"ended its reader (exit status {status})", remedy)
    if -status == signals.SIGXCPU:
        problem = f"takes more than {limits['processor_s']:.0f} s to read"
        return RecordingError(path, problem, remedy)
    name = signals.Signals(-status).name
    return RecordingError(path, f"crashed its reader (signal {-status}, {name})", remedy)


def _read(pipe: BinaryIO, size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data
