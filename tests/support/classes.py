"""Images of two classes that differ in brightness, and a split of them."""

from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from biospectra.store.rows import write_table

LABELS = ["low", "high"]


def write_two_classes(folder: Path) -> pd.DataFrame:
    """Write images.h5, 36 images of 8x8, and split.tsv, one person a split; return its rows."""
    random = np.random.default_rng(0)
    rows = pd.DataFrame(
        {
            "recording": [f"r{i % 3}" for i in range(36)],
            "segment": [i // 3 for i in range(36)],
            "start_s": 0.0,
            "label": [LABELS[i // 3 % 2] for i in range(36)],
            "subject": [f"s{i % 3}" for i in range(36)],
            "database": "one",
            "quality": "ok",
        }
    )
    high = (rows["label"] == "high").to_numpy()
    images = random.integers(0, 120, (36, 8, 8)) + 100 * high[:, None, None]
    with h5py.File(folder / "images.h5", "w") as file:
        file["images"] = images.astype(np.uint8)
        file["images"].attrs["limits_db"] = [-60, 0]
        file["images"].attrs["quantity"] = "Amplitude (dB re 1)"
        file["frequency_hz"], file["time_s"] = np.arange(8.0)[::-1], np.arange(8) / 4
        write_table(file, "rows", rows)
    rows["split"] = [["training", "validation", "test"][i % 3] for i in range(36)]
    rows.to_csv(folder / "split.tsv", sep="\t", index=False)
    return rows
