"""Pictures for people of images as the study keeps them."""

import h5py
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from biospectra.steps.image import image_shard
from biospectra.steps.png import write_pngs
from biospectra.store.images import axes_of
from biospectra.store.rows import RECORDING_COLUMNS, write_table

RATE_HZ, SAMPLES = 128, 256
SETTINGS = {
    "kind": "scaleogram",
    "height": 16,
    "width": 16,
    "wavelet": "cmor1.5-1.0",
    "frequency_range_hz": [4, 60],
    "limits_db": [-60, 0],
    "compression": "none",
}


@pytest.mark.parametrize(("colour_map", "mode"), [(None, "P"), ("magma", "RGB")])
def test_scaleograms_are_drawn_in_grey_and_in_colour(tmp_path, colour_map, mode):
    signal = np.sin(2 * np.pi * 20 * np.arange(2 * SAMPLES) / RATE_HZ).astype(np.float32)
    rows = pd.DataFrame({"recording": "r", "segment": [0, 1], "start_s": [0.0, 2.0], "label": "a"})
    rows = rows.assign(subject="p", database="d", quality="ok")
    recordings = pd.DataFrame([dict.fromkeys(RECORDING_COLUMNS, "x") | {"recording": "r"}])
    with h5py.File(tmp_path / "segments.h5", "w") as file:
        file["signal"] = signal.reshape(2, SAMPLES)
        write_table(file, "rows", rows)
        write_table(file, "recordings", recordings)
    with h5py.File(tmp_path / "resampled.h5", "w") as file:
        group = file.create_group("r")
        group["signal"], group["stretches"] = signal, [[0, 2 * SAMPLES]]
        group.attrs["rate_hz"] = float(RATE_HZ)
    path = tmp_path / "images.h5"
    settings = SETTINGS | {"colour_map": colour_map}
    image_shard(
        tmp_path / "segments.h5",
        tmp_path / "resampled.h5",
        path,
        rate_hz=RATE_HZ,
        settings=settings,
    )
    assert axes_of(path)["colour_map"] == colour_map
    sheets = {"a": tmp_path / "a.png"}
    maps = {"colour_map": "viridis", "sheet_colour_map": "magma"}
    write_pngs([path], tmp_path / "png", sheets, per_class=2, **maps)
    assert sheets["a"].stat().st_size > 1000
    files = sorted((tmp_path / "png" / "a").iterdir())
    assert len(files) == 2
    with Image.open(files[0]) as picture:
        assert (picture.mode, picture.size) == (mode, (16, 16))
