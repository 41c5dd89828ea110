"""Entries of HDF5 files, read by several threads side by side."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import numpy as np

from biospectra.job import processors
from biospectra.store.chunks import Chunks
from biospectra.store.hdf5 import opened
from biospectra.store.made_images import entries_of

MOST_OPEN = 256  # files at once; a system allows 1024 by default
MOST_THREADS = 8  # that read; more are hardly faster
CHUNKS_AT_ONCE = 4  # chunks that a thread takes at a time


class Files:
    """HDF5 files of images or segments that stay open, and the threads that read in them.

    Several threads may read in them at once.

    Parameters
    ----------
    threads : int or None
        How many read and unpack side by side; None for as many as this process may use, up to
        `MOST_THREADS`.
    """

    def __init__(self, threads: int | None = None):
        self.threads = threads or min(MOST_THREADS, processors())
        self._stored: dict[str, Chunks] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._lock = Lock()

    def __getitem__(self, file: str) -> Chunks:
        """Return the entries of a file, as `biospectra.store.made_images.entries_of`."""
        import hdf5plugin  # noqa: F401  registers the compression

        with self._lock:
            if file not in self._stored:
                if len(self._stored) == MOST_OPEN:
                    self._stored.clear()  # each is closed when nobody reads in it any more
                stored = opened(file, rdcc_nbytes=0)  # no cache: rows are read in any order
                self._stored[file] = Chunks(entries_of(stored))
            return self._stored[file]

    def read(self, pieces: list[tuple[str, int, np.ndarray]]) -> None:
        """Read entries.

        Parameters
        ----------
        pieces : list of (str, int, ndarray)
            The file of each entry, its number there, and where it is written to.
        """
        chunks: dict[tuple[str, int], list[tuple[int, np.ndarray]]] = {}
        for file, number, place in pieces:
            chunk = int(number) // self[file].in_a_chunk
            chunks.setdefault((file, chunk), []).append((int(number), place))
        # Held here, so that none is closed before it is read.
        tasks = [(self[file], chunk, chunks[file, chunk]) for file, chunk in sorted(chunks)]
        if self.threads == 1 or len(tasks) == 1:
            _read_chunks(tasks)
            return
        with self._lock:
            self._pool = self._pool or ThreadPoolExecutor(self.threads)
        parts = [tasks[i : i + CHUNKS_AT_ONCE] for i in range(0, len(tasks), CHUNKS_AT_ONCE)]
        list(self._pool.map(_read_chunks, parts))  # raises what one of them raises

    def close(self) -> None:
        """Close them."""
        with self._lock:
            self._stored.clear()
            if self._pool is not None:
                self._pool.shutdown()
                self._pool = None


def _read_chunks(tasks: list[tuple[Chunks, int, list[tuple[int, np.ndarray]]]]) -> None:
    for chunks, number, wanted in tasks:
        chunks.read(number, wanted)
