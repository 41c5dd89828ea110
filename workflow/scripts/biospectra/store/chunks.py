"""Chunks of HDF5 datasets, read by their place in the file and unpacked outside HDF5's lock.

HDF5 lets one thread in at a time, and unpacks there. Where a chunk lies and which filters it went
through is asked of it once; from then on threads read and unpack side by side, through the same
filters: HDF5's own deflate, shuffle and Fletcher32, and the decoders that hdf5plugin brings, by the
function that each filter has for HDF5. What else there may be, and whatever goes wrong, is left to
HDF5, which reads it or says what is wrong with it.
"""

import ctypes
import os
import zlib
from functools import cache
from math import prod

import h5py
import numpy as np

DEFLATE, SHUFFLE, FLETCHER32 = 1, 2, 3  # numbers of HDF5's own filters
PLUGINS = {32001: "blosc", 32015: "zstd", 32026: "blosc2"}  # of hdf5plugin's
REVERSE = 0x0100  # H5Z_FLAG_REVERSE: unpack
WORDS = 512  # in a row of the checksum's sums
MOST_WORDS = 1 << 25  # of a chunk, so that its sums fit


class _FilterClass(ctypes.Structure):
    """`H5Z_class2_t`, what a filter's library says of it."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("id", ctypes.c_int),
        ("encoder", ctypes.c_uint),
        ("decoder", ctypes.c_uint),
        ("name", ctypes.c_char_p),
        ("can_apply", ctypes.c_void_p),
        ("set_local", ctypes.c_void_p),
        ("filter", ctypes.c_void_p),
    )


class Unreadable(Exception):
    """A chunk that HDF5 is to read."""


class Chunks:
    """The entries of a dataset along its first axis, which any number of threads may read.

    Parameters
    ----------
    stored : h5py.Dataset, (n, ...)
        It and its file stay open as long as this is there.

    Attributes
    ----------
    shape : tuple of int
    dtype : dtype
    in_a_chunk : int
        Entries that one chunk holds, and that are read together.
    """

    def __init__(self, stored: h5py.Dataset) -> None:
        self.stored, self.file = stored, stored.file
        self.shape, self.dtype = stored.shape, stored.dtype
        self.in_a_chunk = stored.chunks[0] if stored.chunks else 1
        self.path, self.descriptor = os.fsdecode(self.file.filename), -1
        self.filters = _filters_of(stored)
        if self.filters is None or not _of_whole_entries(stored):
            return
        count = -(-len(stored) // self.in_a_chunk)
        self.place = np.zeros((count, 3), np.int64)

        def note(chunk: h5py.h5d.StoreInfo) -> None:
            at = chunk.chunk_offset[0] // self.in_a_chunk
            self.place[at] = chunk.byte_offset, chunk.size, chunk.filter_mask

        stored.id.chunk_iter(note)
        self.descriptor = os.open(self.path, os.O_RDONLY)

    def __del__(self) -> None:
        if getattr(self, "descriptor", -1) >= 0:
            os.close(self.descriptor)

    def read(self, chunk: int, wanted: list[tuple[int, np.ndarray]]) -> None:
        """Read entries of one chunk.

        Parameters
        ----------
        chunk : int
            Its number along the first axis.
        wanted : list of (int, ndarray)
            The number of each entry in its dataset, and where it is written to.
        """
        try:
            entries = self._unpacked(chunk)
        except Unreadable:
            first = chunk * self.in_a_chunk
            entries = self.stored[first : first + self.in_a_chunk]
        for number, place in wanted:
            place[...] = entries[number - chunk * self.in_a_chunk]

    def _unpacked(self, chunk: int) -> np.ndarray:
        if self.descriptor < 0:
            raise Unreadable
        offset, size, left_out = self.place[chunk].tolist()
        packed = os.pread(self.descriptor, size, offset)
        if not size or len(packed) != size:  # never written, or cut off
            raise Unreadable
        shape = (self.in_a_chunk, *self.shape[1:])
        full = prod(shape) * self.dtype.itemsize
        for i, (number, values) in reversed(list(enumerate(self.filters))):
            if not left_out >> i & 1:  # a filter that made a chunk no smaller was not applied
                packed = _undo(number, values, packed, full, self.dtype.itemsize)
        if len(packed) != full:
            raise Unreadable
        return np.frombuffer(packed, self.dtype).reshape(shape)


def fletcher32(packed: bytes) -> int:
    """Return HDF5's Fletcher32 checksum of some bytes.

    Both sums are of words that begin with the higher byte, modulo 65535. There a word with its
    bytes swapped is 256 times the word.

    Parameters
    ----------
    packed : bytes
    """
    count = -(-len(packed) // 2)
    rows = max(1, -(-count // WORDS))
    if count > MOST_WORDS:
        raise Unreadable
    words = np.zeros((rows, WORDS), "<u2")
    words.reshape(-1).view(np.uint8)[: len(packed)] = np.frombuffer(packed, np.uint8)
    wide = words.astype(np.uint32)
    of_rows = wide.sum(axis=1, dtype=np.uint32).astype(np.int64)
    of_columns = wide.sum(axis=0, dtype=np.uint32).astype(np.int64)
    whole = int(of_rows.sum())
    # The second sum has the first word as often as there are words, and the last one once.
    before = WORDS * int((np.arange(rows) * (of_rows % 65535) % 65535).sum())
    before += int((np.arange(WORDS) * of_columns).sum())
    sums = (count * whole - before, whole)
    # In the arithmetic of the definition a sum that is not 0 is never 0, but 65535.
    second, first = ((256 * each - 1) % 65535 + 1 if whole else 0 for each in sums)
    return second << 16 | first


def _of_whole_entries(stored: h5py.Dataset) -> bool:
    """Return whether each chunk holds all of some entries, in a file that begins at its start."""
    return (
        hasattr(os, "pread")
        and hasattr(stored.id, "chunk_iter")
        and stored.chunks is not None
        and stored.chunks[1:] == stored.shape[1:]
        and stored.dtype.kind in "uif"
        and stored.file.userblock_size == 0
        and stored.file.driver != "core"
        and not stored.is_virtual
    )


def _filters_of(stored: h5py.Dataset) -> list[tuple[int, tuple[int, ...]]] | None:
    """Return the number and the values of each filter, in their order; None if one is unknown."""
    properties = stored.id.get_create_plist()
    found = [properties.get_filter(i) for i in range(properties.get_nfilters())]
    filters = [(number, values) for number, _, values, _ in found]
    own = (DEFLATE, SHUFFLE, FLETCHER32)
    known = all(number in own or _decoder(number) is not None for number, _ in filters)
    return filters if known else None


@cache
def _decoder(number: int):
    """Return the function of a filter of hdf5plugin's, and C's to get and free memory."""
    if number not in PLUGINS:
        return None
    import hdf5plugin

    path = hdf5plugin.get_config().registered_filters.get(PLUGINS[number])
    if not isinstance(path, str) or not os.path.isfile(path):  # noqa: PTH113
        return None
    library = ctypes.CDLL(path)
    library.H5PLget_plugin_info.restype = ctypes.POINTER(_FilterClass)
    said = library.H5PLget_plugin_info().contents
    if said.id != number or not said.decoder:
        return None
    size = ctypes.c_size_t
    kind = ctypes.CFUNCTYPE(
        size,
        ctypes.c_uint,
        size,
        ctypes.POINTER(ctypes.c_uint),
        size,
        ctypes.POINTER(size),
        ctypes.POINTER(ctypes.c_void_p),
    )
    memory = ctypes.CDLL(None)
    memory.malloc.restype, memory.malloc.argtypes = ctypes.c_void_p, [size]
    memory.free.restype, memory.free.argtypes = None, [ctypes.c_void_p]
    return kind(said.filter), memory


def _undo(number: int, values: tuple[int, ...], packed, full: int, itemsize: int):
    """Return what a filter was given, of what it made; `full` bytes are what all were given."""
    if number == FLETCHER32:
        packed, check = packed[:-4], packed[-4:]
        if fletcher32(packed) != int.from_bytes(check, "little"):
            raise Unreadable
        return packed
    if number == DEFLATE:
        try:
            return zlib.decompress(packed, bufsize=full)
        except zlib.error:
            raise Unreadable from None
    if number == SHUFFLE:
        if len(packed) % itemsize:
            raise Unreadable
        return np.frombuffer(packed, np.uint8).reshape(itemsize, -1).T.tobytes()
    decode, memory = _decoder(number)
    said = (ctypes.c_uint * len(values))(*values)
    room = ctypes.c_size_t(len(packed))
    at = ctypes.c_void_p(memory.malloc(len(packed)))
    try:
        given = np.frombuffer(packed, np.uint8)  # a file's bytes, or what another filter gave
        ctypes.memmove(at, given.ctypes.data, len(packed))
        # It frees what it is given and puts its own in the place.
        length = decode(
            REVERSE, len(values), said, len(packed), ctypes.byref(room), ctypes.byref(at)
        )
        if not length:
            raise Unreadable
        unpacked = np.empty(length, np.uint8)
        ctypes.memmove(unpacked.ctypes.data, at, length)
        return unpacked
    finally:
        memory.free(at)
