"""What every job does: keep a log, tell a person what they can act on, show progress."""

import contextlib
import json
import os
import platform
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO, TypeVar

from biospectra.errors import RecordingError, StudyError, redacted

Item = TypeVar("Item")
_screen = 2
_explainers: dict[Callable[[Exception], str | None], None] = {}
loaded_elsewhere: dict[
    str, str
] = {}  # versions of what processes that this one started have loaded
REMARK = "Remark: "  # begins a line of what was odd with a recording that was used all the same
VERSIONS = "Versions: "  # begins a log's last line, which biospectra.steps.provenance collects
LIBRARIES = frozenset(
    [
        "numpy",
        "scipy",
        "numba",
        "pandas",
        "h5py",
        "hdf5plugin",
        "cv2",
        "matplotlib",
        "sklearn",
        "skops",
        "umap",
        "pycatch22",
        "bokeh",
        "tensorflow",
        "keras",
        "jax",
        "torch",
        "wfdb",
        "mne",
        "soundfile",
        "pyarrow",
        "requests",
        "antio",
        "bioread",
        "curryreader",
        "ecgdatakit",
        "mffpy",
        "pydicom",
        "pyxdf",
        "rocrate",
    ]
)


def processors() -> int:
    """Return how many processors this process may use.

    Those that the system lets it run on, and no more than OMP_NUM_THREADS says, which snakemake
    sets to what a rule's `threads` have become.

    Examples
    --------
    >>> processors() >= 1
    True
    """
    may_run_on = getattr(os, "sched_getaffinity", None)
    here = len(may_run_on(0)) if may_run_on else os.cpu_count() or 1
    said = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    return min(here, int(said)) if said.isdecimal() and int(said) else here


@contextlib.contextmanager
def logged(path: str) -> Iterator[None]:
    """Send all that a job prints, its libraries included, to the log at `path`.

    An error ends the job with exit status 1: its traceback goes to the log, one line to the screen.
    """
    global _screen
    sys.stdout.flush()
    sys.stderr.flush()
    _screen = os.dup(2)
    with Path(path).open("w", buffering=1) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        try:
            yield
        except Exception as error:
            if isinstance(error, RecordingError | StudyError):
                tell(f"Error: {error}")
            elif (told := _explained(error)) is not None:
                tell(f"Error: {told}")
            elif "No space left on device" in str(error):  # h5py's errors have no errno of it
                tell(
                    f"Error: the disk is full ({path}); make room and start again: nothing is lost"
                )
            else:
                tell(f"Error: {type(error).__name__}: {error} (traceback in {path})")
            with contextlib.suppress(OSError):  # the log's disk may be the full one
                print(redacted(traceback.format_exc()), file=sys.stderr)
            raise SystemExit(1) from None
        finally:
            with contextlib.suppress(OSError):
                print(VERSIONS + json.dumps(loaded_versions()))
                sys.stdout.flush()
                sys.stderr.flush()


@contextlib.contextmanager
def kept_in(log: TextIO) -> Iterator[None]:
    """Send all that is printed to a log while a command runs; `tell` and `progress` go on."""
    global _screen
    sys.stdout.flush()
    sys.stderr.flush()
    before, kept = _screen, [os.dup(1), os.dup(2)]
    _screen = kept[1]
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        _screen = before
        for number, own in enumerate(kept, 1):
            os.dup2(own, number)
            os.close(own)


def explain_with(explain: Callable[[Exception], str | None]) -> None:
    """Have a function say, when a job fails, what a person can do; None where it cannot."""
    _explainers[explain] = None


def _explained(error: Exception) -> str | None:
    return next((told for explain in _explainers if (told := explain(error))), None)


def loaded_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that are loaded, by import name."""
    found = {"python": platform.python_version()}
    for name, module in sorted(sys.modules.items()):
        version = getattr(module, "__version__", None)
        if "." not in name and isinstance(version, str) and name in LIBRARIES:
            found[name] = version
    return loaded_elsewhere | found


def tell(message: str) -> None:
    """Write a line to the screen of the person who runs the workflow."""
    os.write(_screen, f"{redacted(message)}\n".encode())


def progress(
    items: Iterable[Item], *, total: int, unit: str, every_s: float = 5.0, log: bool = True
) -> Iterator[Item]:
    """Yield `items`, reporting how many `unit` are done, the rate and the time left.

    A line goes to the log, if there is one, every `every_s` seconds and at the end, and a line that
    rewrites itself to a terminal. An item counts as many units as it is long (a tuple: its first
    part); what has no length, and text, counts as one.
    """
    begin = last = time.monotonic()
    terminal = os.isatty(_screen)
    done = 0
    for item in items:
        yield item
        done += _units(item)
        now = time.monotonic()
        if now - last >= every_s or done >= total:
            last = now
            rate = done / max(now - begin, 1e-9)
            left_s = (total - done) / rate
            line = f"{done}/{total} {unit}, {rate:.3g}/s, {left_s:.0f} s left"
            if log:
                print(line, flush=True)
            if terminal:
                os.write(_screen, f"\r{line:<70}{chr(10) if done >= total else ''}".encode())


def _units(item: object) -> int:
    if isinstance(item, tuple):
        item = item[0]
    return len(item) if hasattr(item, "__len__") and not isinstance(item, str | dict) else 1
