"""What many files hold, several looked into at once, each in a process of its own."""

import atexit
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from biospectra.errors import RecordingError
from biospectra.formats.clear_errors import check_readable
from biospectra.formats.contents import Contents
from biospectra.formats.isolated import Reader
from biospectra.formats.read import ending_of, size_of
from biospectra.formats.request import Request

_readers: list[Reader] = []  # which load their libraries once


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
