"""Entries read beside HDF5: the same as HDF5 reads, and never what is damaged."""

from concurrent.futures import ThreadPoolExecutor

import h5py
import hdf5plugin
import numpy as np
import pandas as pd
import pytest

from biospectra.store import reader
from biospectra.store.chunks import Chunks, Unreadable, fletcher32
from biospectra.store.dataset import read_ahead, read_inputs, read_stored
from biospectra.store.hdf5 import explain_damage
from biospectra.store.images import append_images, create_images

KNOWN = {
    "none": {},
    "gzip": {"compression": "gzip"},
    "shuffled gzip": {"compression": "gzip", "shuffle": True},
    "zstd": dict(hdf5plugin.Zstd(clevel=2)),
    "blosc": dict(hdf5plugin.Blosc(cname="lz4")),
    "blosc2": dict(hdf5plugin.Blosc2(cname="zstd", clevel=1)),
}
OTHERS = {
    "lzf": {"compression": "lzf"},
    "not in chunks": {"chunks": None, "maxshape": None, "fletcher32": False},
    "parts of entries": {"chunks": (2, 8, 10)},
}


@pytest.fixture
def random():
    return np.random.default_rng(0)


@pytest.fixture
def entries(random):
    """Smooth RGB images, 11 of them, so that they compress and the last chunk is not full."""
    walk = np.cumsum(random.integers(-2, 3, (11, 16, 20, 3)), axis=2)
    return walk.astype(np.uint8)


def stored(folder, entries, **options):
    path = folder / "images.h5"
    shape = entries.shape[1:]
    usual = {"chunks": (3, *shape), "maxshape": (None, *shape), "fletcher32": True}
    with h5py.File(path, "w", libver=("v110", "v110")) as file:
        file.create_dataset("images", data=entries, **usual | options)
    return path


def read(chunks):
    found = np.zeros(chunks.shape, chunks.dtype)
    for number in range(len(found)):
        chunks.read(number // chunks.in_a_chunk, [(number, found[number])])
    return found


def opened(path):
    return Chunks(h5py.File(path)["images"])


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("options", KNOWN.values(), ids=KNOWN)
def test_known_filters_are_undone_without_hdf5(tmp_path, entries, options, dtype, monkeypatch):
    chunks = opened(stored(tmp_path, entries.astype(dtype), **options))
    monkeypatch.setattr(chunks, "stored", None)  # nobody can ask HDF5
    np.testing.assert_array_equal(read(chunks), entries)


def test_filters_of_plugins_one_after_the_other(tmp_path, entries, monkeypatch):
    path, shape = tmp_path / "images.h5", entries.shape
    with h5py.File(path, "w", libver=("v110", "v110")) as file:
        kept = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        kept.set_chunk((3, *shape[1:]))
        for level in (1, 2):  # Zstandard, twice
            kept.set_filter(32015, 0, (level,))
        space = h5py.h5s.create_simple(shape)
        made = h5py.h5d.create(file.id, b"images", h5py.h5t.NATIVE_UINT8, space, dcpl=kept)
        made.write(h5py.h5s.ALL, h5py.h5s.ALL, entries)
    chunks = opened(path)
    monkeypatch.setattr(chunks, "stored", None)
    np.testing.assert_array_equal(read(chunks), entries)


@pytest.mark.parametrize("options", OTHERS.values(), ids=OTHERS)
def test_what_is_stored_otherwise_is_read_by_hdf5(tmp_path, entries, options):
    grey = entries[..., 0]
    chunks = opened(stored(tmp_path, grey, **options))
    with pytest.raises(Unreadable):
        chunks._unpacked(0)
    np.testing.assert_array_equal(read(chunks), grey)


def test_images_of_every_compression_are_read_so(tmp_path, entries, monkeypatch):
    for compression in ("zstd", "gzip", "none"):
        path = tmp_path / f"{compression}.h5"
        with h5py.File(path, "w", libver=("v110", "v110")) as file:
            append_images(create_images(file, entries.shape[1:], compression), entries)
        chunks = opened(path)
        monkeypatch.setattr(chunks, "stored", None)
        np.testing.assert_array_equal(read(chunks), entries)


def test_a_chunk_that_was_never_written_is_what_hdf5_makes_of_it(tmp_path, entries):
    path = stored(tmp_path, entries, **KNOWN["zstd"], fillvalue=7)
    with h5py.File(path, "a") as file:
        file["images"].resize(14, axis=0)
    found = read(opened(path))
    np.testing.assert_array_equal(found[:11], entries)
    assert (found[12:] == 7).all()


@pytest.mark.parametrize("options", [KNOWN["none"], KNOWN["zstd"]], ids=["none", "zstd"])
def test_a_damaged_chunk_is_an_error_that_names_the_file(tmp_path, entries, options):
    path = stored(tmp_path, entries, **options)
    with h5py.File(path) as file:
        place = file["images"].id.get_chunk_info_by_coord((3, 0, 0, 0))
    text = bytearray(path.read_bytes())
    text[place.byte_offset + place.size // 2] ^= 1
    path.write_bytes(text)
    rows = pd.DataFrame({"file": str(path), "index": [0, 4]})
    assert read_stored(rows[:1]).shape == (1, 16, 20, 3)
    with pytest.raises(OSError) as caught:
        read_stored(rows)
    assert f"{path} is damaged" in explain_damage(caught.value)
    path.unlink()  # others' errors are not explained by it


def test_the_checksum_is_that_of_its_definition(random):
    def by_definition(text):
        first = second = 0
        for high, low in zip(text[::2], text[1::2] + b"\0", strict=False):
            first = (first + 256 * high + low) % 65535 or 65535
            second = (second + first) % 65535 or 65535
        return second << 16 | first

    for length in (1, 2, 1023, 1024, 1025, 5001):
        text = random.integers(0, 256, length, dtype=np.uint8)
        text[0] = 1
        assert fletcher32()(text.ctypes.data, length) == by_definition(text.tobytes())
    zeros = np.zeros(100, np.uint8)
    assert fletcher32()(zeros.ctypes.data, 100) == 0


def test_many_threads_read_many_files_side_by_side(tmp_path, entries, random, monkeypatch):
    monkeypatch.setattr(reader, "MOST_OPEN", 2)  # so that files are closed while others read
    paths = []
    for i in range(4):
        folder = tmp_path / str(i)
        folder.mkdir()
        paths.append(str(stored(folder, entries + np.uint8(i), **KNOWN["zstd"])))
    files = reader.Files(4)
    which, index = random.integers(0, 4, 60), random.integers(0, 11, 60)
    rows = pd.DataFrame({"file": [paths[i] for i in which], "index": index})
    expected = entries[index] + which[:, None, None, None].astype(np.uint8)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: read_stored(rows, files), range(20)):
            np.testing.assert_array_equal(found, expected)
    files.close()
    np.testing.assert_allclose(read_inputs(rows, files), expected / 255, atol=1e-7)
    files.close()
    parts = list(read_ahead(rows, 16))
    np.testing.assert_array_equal(np.concatenate([given for _, given in parts]), expected)
    pd.testing.assert_frame_equal(pd.concat([part for part, _ in parts]), rows)
