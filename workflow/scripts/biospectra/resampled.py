"""What a file of resampled recordings holds."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import h5py
import numpy as np

DEFECT = np.dtype([("start_s", "f8"), ("stop_s", "f8"), ("reason", "S16")])
LABEL_BYTES = 64
ANNOTATION = np.dtype([("onset_s", "f8"), ("duration_s", "f8"), ("label", f"S{LABEL_BYTES}")])


def cut_label(text: str) -> str:
    """Return as much of an annotation's text as a file holds, no character in part."""
    return text.encode()[:LABEL_BYTES].decode(errors="ignore")


def resampled_recordings(path: str | Path) -> Iterator[tuple[str, h5py.Group]]:
    """Yield the id and the group of each recording in a file made by `resample_shard`."""
    with h5py.File(path) as file:
        yield from file.items()


def attributes(groups: Iterable[tuple[str, h5py.Group]]):
    """Return the `recordings` table of the rows for some recordings."""
    import pandas as pd

    from biospectra.rows import RECORDING_COLUMNS

    rows = [{"recording": name} | dict(group.attrs) for name, group in groups]
    return pd.DataFrame(rows, columns=RECORDING_COLUMNS)
