"""Whatever is damaged in a file between steps is noticed when it is read, and named."""

import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.store import hdf5
from biospectra.store.hdf5 import (
    CHECKSUMMED,
    attributes_of,
    create,
    explain_damage,
    opened,
    put_dataset,
    set_attributes,
    why_damaged,
)
from biospectra.store.images import append_images, create_images
from biospectra.store.rows import read_table, write_table

LIBRARY = str(Path(hdf5.__file__).parents[2])
RANDOM = np.random.default_rng(5)
TABLE = pd.DataFrame({"recording": ["a", "bé"] * 40, "start_s": np.arange(80.0)})


def write(path: Path) -> Path:
    """Write a file with all that steps write: signals, tables, images, features, attributes."""
    import hdf5plugin

    with create(path) as file:
        group = file.create_group("a")
        put_dataset(group, "signal", RANDOM.normal(size=100_000).astype(np.float32))
        put_dataset(group, "stretches", np.array([[0, 100_000]]))
        set_attributes(group, {"label": "ill", "subject": "somebody", "rate_hz": 128.0})
        signals = file.create_dataset(
            "signals", (0, 256), np.float32, maxshape=(None, 256), chunks=(16, 256), **CHECKSUMMED
        )
        signals.resize(40, axis=0)
        signals[:] = RANDOM.normal(size=(40, 256))
        images = create_images(file, (48, 64))
        append_images(images, RANDOM.integers(0, 256, size=(20, 48, 64)).astype(np.uint8))
        set_attributes(images, {"kind": "spectrogram", "limits_db": [-70.0, 0.0]})
        features = file.create_dataset(
            "features",
            (20, 6, 8, 4),
            np.float32,
            chunks=(1, 6, 8, 4),
            **hdf5plugin.Blosc2(cname="zstd", clevel=1),
            **CHECKSUMMED,
        )
        features[:] = RANDOM.normal(size=(20, 6, 8, 4))
        put_dataset(file, "names", ["mean", "variance", "peak"])
        put_dataset(file, "nothing", np.empty((0, 3), np.float32))
        put_dataset(file, "one", 3.5)
        write_table(file, "rows", TABLE)
    return path


def content(path: Path) -> dict:
    """Read all of a file."""
    found = {}

    def look(name, item):
        found[name] = {k: np.asarray(v).tolist() for k, v in attributes_of(item).items()}
        if isinstance(item, h5py.Dataset):
            found[f"{name}/values"] = item[()].tobytes()

    with opened(path) as file:
        file.visititems(look)
    return found


def test_all_is_read_as_it_was_written(tmp_path):
    path = write(tmp_path / "a.h5")
    assert why_damaged(path) is None
    with opened(path) as file:
        assert attributes_of(file["a"]) == {"label": "ill", "subject": "somebody", "rate_hz": 128.0}
        assert attributes_of(file["images"])["kind"] == "spectrogram"
        assert [name.decode() for name in file["names"][()]] == ["mean", "variance", "peak"]
        assert file["nothing"].shape == (0, 3)
        pd.testing.assert_frame_equal(read_table(file, "rows"), TABLE, check_dtype=False)

        def checked(_, item):
            if isinstance(item, h5py.Dataset) and item.size:
                assert item.fletcher32, item.name

        file.visititems(checked)


@pytest.mark.parametrize("value", [0x00, 0xFF])
def test_damage_anywhere_is_noticed_or_does_not_matter(tmp_path, value):
    path = write(tmp_path / "a.h5")
    whole, expected = path.read_bytes(), content(path)
    noticed = 0
    places = range(0, len(whole) - 64, max(1, len(whole) // 400))
    for at in places:
        path.write_bytes(whole[:at] + bytes([value]) * 64 + whole[at + 64 :])
        if why_damaged(path) is None:
            assert content(path) == expected, f"byte {at} is damaged, and nobody said so"
        else:
            noticed += 1
    assert noticed > 0.7 * len(places)  # the rest is room that nothing was written to
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert why_damaged(path) is not None


def test_the_job_that_meets_a_damaged_file_names_it_and_says_what_to_do(tmp_path):
    path = write(tmp_path / "a.h5")
    with h5py.File(path) as file:
        at = file["images"].id.get_chunk_info(7).byte_offset + 100
    raw = bytearray(path.read_bytes())
    raw[at : at + 64] = bytes(64)
    path.write_bytes(raw)
    write(tmp_path / "sound.h5")
    code = (
        "import sys; from biospectra.job import logged; from biospectra.store.images import "
        "read_images\nwith logged(sys.argv[1]):\n"
        "    print(len(read_images(sys.argv[2])))\n    read_images(sys.argv[3])"
    )
    arguments = [tmp_path / "log", tmp_path / "sound.h5", path]
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={"PYTHONPATH": LIBRARY},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: {path} is damaged (")
    assert done.stderr.endswith("); delete it and run again: it is made anew\n")
    assert "20" in (tmp_path / "log").read_text()


def test_other_errors_are_not_blamed_on_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(hdf5, "_opened", {})
    path = write(tmp_path / "a.h5")
    content(path)
    assert explain_damage(OSError("[Errno 28] Can't write data (No space left on device)")) is None
    assert (
        explain_damage(KeyError("Unable to synchronously open object (object 'x' doesn't exist)"))
        is None
    )
