"""Chunks of HDF5 datasets, read by their place in the file and unpacked outside HDF5's lock.

HDF5 lets one thread in at a time, and unpacks there. Where a chunk lies and which filters it went
through is asked of it once; from then on threads read and unpack side by side, through the same
filters: HDF5's own deflate, shuffle and Fletcher32, and the decoders that hdf5plugin brings, by the
function that each filter has for HDF5; Zstandard's own function unpacks right to where an entry is
wanted. What else there may be, and whatever goes wrong, is left to HDF5, which reads it or says
what is wrong with it.
"""

import ctypes
import os
import zlib
from collections.abc import Callable
from functools import cache
from math import prod

import h5py
import numpy as np

DEFLATE, SHUFFLE, FLETCHER32 = 1, 2, 3  # numbers of HDF5's own filters
ZSTANDARD = 32015
PLUGINS = {32001: "blosc", ZSTANDARD: "zstd", 32026: "blosc2"}  # of hdf5plugin's
REVERSE = 0x0100  # H5Z_FLAG_REVERSE: unpack


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
        own = wanted[0][1] if len(wanted) == self.in_a_chunk == 1 else None
        if own is not None and not (own.flags.c_contiguous and own.dtype == self.dtype):
            own = None
        try:
            entries = self._unpacked(chunk, own)
        except Unreadable:
            first = chunk * self.in_a_chunk
            entries = self.stored[first : first + self.in_a_chunk]
        if entries is own:
            return
        for number, place in wanted:
            place[...] = entries[number - chunk * self.in_a_chunk]

    def _unpacked(self, chunk: int, room: np.ndarray | None = None) -> np.ndarray:
        """Return the entries of a chunk, its only one in `room` where it was unpacked to there."""
        if self.descriptor < 0:
            raise Unreadable
        offset, size, left_out = self.place[chunk].tolist()
        packed = np.frombuffer(os.pread(self.descriptor, size, offset), np.uint8)
        if not size or len(packed) != size:  # never written, or cut off
            raise Unreadable
        shape = (self.in_a_chunk, *self.shape[1:])
        full = prod(shape) * self.dtype.itemsize
        for i, (number, values) in reversed(list(enumerate(self.filters))):
            if left_out >> i & 1:  # a filter that made a chunk no smaller was not applied
                continue
            if i == 0 and number == ZSTANDARD and (decompress := _zstandard()):
                if room is None:
                    room = np.empty(shape, self.dtype)
                if decompress(room.ctypes.data, full, packed.ctypes.data, len(packed)) != full:
                    raise Unreadable
                return room
            packed = _undo(number, values, packed, full, self.dtype.itemsize)
        if len(packed) != full:
            raise Unreadable
        return packed.view(self.dtype).reshape(shape)


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
    own = (DEFLATE, SHUFFLE, FLETCHER32) if fletcher32() else (DEFLATE, SHUFFLE)
    known = all(number in own or _decoder(number) is not None for number, _ in filters)
    return filters if known else None


@cache
def fletcher32() -> Callable[[int, int], int] | None:
    """Return HDF5's function of the address and the number of some bytes, their checksum.

    None where the HDF5 that h5py was built with does not hand it out.
    """
    try:
        function = ctypes.CDLL(h5py.defs.__file__).H5_checksum_fletcher32
    except (AttributeError, OSError):
        return None
    function.restype, function.argtypes = ctypes.c_uint32, [ctypes.c_void_p, ctypes.c_size_t]
    return function


@cache
def _zstandard() -> Callable[[int, int, int, int], int] | None:
    """Return `ZSTD_decompress` of hdf5plugin's library: into an address and its room, out of some.

    It gives how many bytes it has written, or a larger number than any for what it cannot unpack;
    None where the library does not hand it out.
    """
    try:
        function = ctypes.CDLL(_plugin(ZSTANDARD)).ZSTD_decompress
    except (AttributeError, OSError, TypeError):
        return None
    size = ctypes.c_size_t
    function.restype, function.argtypes = size, [ctypes.c_void_p, size, ctypes.c_void_p, size]
    return function


def _plugin(number: int) -> str | None:
    """Return the path of a filter's library of hdf5plugin's."""
    import hdf5plugin

    path = hdf5plugin.get_config().registered_filters.get(PLUGINS[number])
    # What registered it may not be a file: another plugin of the same number.
    return path if isinstance(path, str) and os.path.isfile(path) else None  # noqa: PTH113


@cache
def _decoder(number: int):
    """Return the function of a filter of hdf5plugin's, and C's to get and free memory."""
    if number not in PLUGINS or (path := _plugin(number)) is None:
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


def _undo(
    number: int, values: tuple[int, ...], packed: np.ndarray, full: int, itemsize: int
) -> np.ndarray:
    """Return what a filter was given, of what it made; `full` bytes are what all were given."""
    if number == FLETCHER32:
        packed, check = packed[:-4], packed[-4:]
        if len(check) < 4:
            raise Unreadable
        if fletcher32()(packed.ctypes.data, len(packed)) != int(check.view("<u4")[0]):
            raise Unreadable
        return packed
    if number == DEFLATE:
        try:
            return np.frombuffer(zlib.decompress(packed, bufsize=full), np.uint8)
        except zlib.error:
            raise Unreadable from None
    if number == SHUFFLE:
        if len(packed) % itemsize:
            raise Unreadable
        return packed.reshape(itemsize, -1).T.ravel()
    decode, memory = _decoder(number)
    said = (ctypes.c_uint * len(values))(*values)
    room = ctypes.c_size_t(len(packed))
    at = ctypes.c_void_p(memory.malloc(len(packed)))
    try:
        ctypes.memmove(at, packed.ctypes.data, len(packed))
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
