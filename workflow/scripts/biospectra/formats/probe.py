"""What files hold, and many of them at once, each in a process of its own."""

import atexit
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from biospectra.errors import RecordingError
from biospectra.formats.annotation_files import is_annotation_file, read_annotations
from biospectra.formats.clear_errors import check_readable, told_clearly
from biospectra.formats.contents import Contents, survey
from biospectra.formats.isolated import Reader
from biospectra.formats.packed import is_packed, unpacked
from biospectra.formats.registry import FORMATS, READERS, beside, ending_of, size_of
from biospectra.formats.request import Request

TELLERS = {
    ending: module.contents
    for module in FORMATS
    if hasattr(module, "contents")
    for ending in module.ENDINGS
}
_readers: list[Reader] = []  # which load their libraries once


def contents_of(path: str | Path, **given: Any) -> Contents:
    """Return what a file holds.

    A format's module says it in its function ``contents``, from the header; one without is asked
    for the start of each channel.

    Parameters
    ----------
    path : str or Path
        The file that is read first.
    **given
        What a table says of it, as `read` takes it; but its channel.

    Returns
    -------
    Contents

    Raises
    ------
    RecordingError
        Naming the file, what is wrong and what would be right.
    """
    request = Request(Path(path), **given)
    check_readable(request.path)
    if request.annotator and is_annotation_file(request.annotator):
        request = replace(request, labels=read_annotations)
    ending = ending_of(request.path)
    tell = TELLERS.get(ending) or partial(survey, READERS[ending])
    with told_clearly(request):
        if not is_packed(request.path, READERS[ending]):
            beside(request.path)
            return tell(request)
        with unpacked(request, beside) as plain:
            return tell(plain)


def probe_files(
    requests: Sequence[Request], *, processes: int
) -> Iterator[Contents | RecordingError]:
    """Say what files hold.

    Parameters
    ----------
    requests : sequence of Request
        The files that are read first, and what a table says of them.
    processes : int
        How many at once.

    Returns
    -------
    iterator of Contents or RecordingError
        Of each file, in order; the error says what is wrong with it.
    """
    free: SimpleQueue[Reader] = SimpleQueue()
    wanted = max(1, min(processes, len(requests)))
    _readers.extend(Reader() for _ in range(wanted - len(_readers)))
    for reader in _readers[:wanted]:
        free.put(reader)

    def told(request: Request) -> Contents | RecordingError:
        reader = free.get()
        try:
            check_readable(request.path)
            ending_of(request.path)
            return reader.contents(request, size_of(request.path))
        except RecordingError as error:
            return error
        except OSError as problem:
            return RecordingError(
                request.path, f"cannot be opened ({problem.strerror})", "check its permissions"
            )
        finally:
            free.put(reader)

    with ThreadPoolExecutor(wanted) as pool:
        yield from pool.map(told, requests)


@atexit.register
def _close() -> None:
    for reader in _readers:
        reader.close()
