"""A part of a study in which no segment is good has no images, and the study goes on."""

import h5py
import numpy as np
import pandas as pd

from biospectra.steps.image import image_shard
from biospectra.store.rows import RECORDING_COLUMNS, read_table, write_table

SETTINGS = {"kind": "spectrogram", "height": 16, "width": 16, "window": "hann", "window_s": 0.5}
SETTINGS |= {"scaling": "amplitude", "frequency_axis": "linear", "frequency_range_hz": [4, 60]}
SETTINGS |= {"limits_db": [-60, 0], "compression": "none", "colour_map": None}


def test_no_segment_is_good(tmp_path):
    rows = pd.DataFrame({"recording": "r", "segment": [0, 1], "start_s": [0.0, 2.0], "label": "a"})
    recordings = pd.DataFrame([dict.fromkeys(RECORDING_COLUMNS, "x") | {"recording": "r"}])
    with h5py.File(tmp_path / "segments.h5", "w") as file:
        file["signal"] = np.zeros((2, 256), np.float32)
        rows = rows.assign(subject="p", database="d", quality="flat")
        write_table(file, "rows", rows)
        write_table(file, "recordings", recordings)
    with h5py.File(tmp_path / "resampled.h5", "w") as file:
        group = file.create_group("r")
        group["signal"], group["stretches"] = np.zeros(512, np.float32), [[0, 512]]
        group.attrs["rate_hz"] = 128.0
    parts = [tmp_path / f"{name}.h5" for name in ("segments", "resampled", "images")]
    image_shard(*parts, rate_hz=128, settings=SETTINGS)
    with h5py.File(parts[-1]) as file:
        assert file["images"].shape == (0, 16, 16)
        assert len(read_table(file, "rows")) == 0
