"""What a file of resampled recordings holds."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from biospectra.signals.windows import cut
from biospectra.store.hdf5 import attributes_of, opened

DEFECT = np.dtype([("start_s", "f8"), ("stop_s", "f8"), ("reason", "S16")])
LABEL_BYTES = 64
FURTHER = "column:"  # before the name of an attribute that is a further column of the table
ANNOTATION = np.dtype([("onset_s", "f8"), ("duration_s", "f8"), ("label", f"S{LABEL_BYTES}")])


def cut_label(text: str) -> str:
    """Return as much of an annotation's text as a file holds, no character in part."""
    return text.encode()[:LABEL_BYTES].decode(errors="ignore")


def resampled_recordings(path: str | Path) -> Iterator[tuple[str, h5py.Group]]:
    """Yield the id and the group of each recording in a file made by `resample_shard`."""
    with opened(path) as file:
        yield from file.items()


def attributes(groups: Iterable[tuple[str, h5py.Group]]):
    """Return the `recordings` table of the rows for some recordings."""
    import pandas as pd

    from biospectra.store.rows import RECORDING_COLUMNS

    rows = [{"recording": name} | attributes_of(group) for name, group in groups]
    return pd.DataFrame(rows, columns=RECORDING_COLUMNS)


BATCH = 32


def windows_with_context(
    group: h5py.Group, begin: np.ndarray, samples: int, margin: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield batches of a recording's segments with their true neighbourhood.

    Parameters
    ----------
    group : h5py.Group
        Group of a file made by `biospectra.steps.resample.resample_shard`.
    begin : ndarray, (n,)
        First sample of each segment, ascending.
    samples, margin : int
        Length of a segment, and of its context on each side.

    Yields
    ------
    windows : ndarray, (at most BATCH, margin + samples + margin), float32
    before, after : ndarray, (at most BATCH,)
        True samples of the margin on each side.
    """
    signal = group["signal"]
    for first, stop in group["stretches"][()]:
        inside = begin[(begin >= first) & (begin + samples <= stop)]
        for batch in np.array_split(inside, np.arange(BATCH, len(inside), BATCH)):
            if len(batch):
                # Only what the batch needs is in memory, however long the recording.
                a = max(first, batch[0] - margin)
                b = min(stop, batch[-1] + samples + margin)
                windows = cut(signal[a:b], batch - a, samples, margin)
                before = np.minimum(batch - first, margin)
                yield windows, before, np.minimum(stop - batch - samples, margin)


def windows_of(
    rows: pd.DataFrame, resampled: str | Path, samples: int, margin: int
) -> Iterator[tuple[pd.DataFrame, np.ndarray, np.ndarray, np.ndarray]]:
    """Yield segments of a shard with their true neighbourhood, recording by recording.

    Parameters
    ----------
    rows : DataFrame
        Rows of the segments; those of other shards are passed over.
    resampled : path
        HDF5 file of the shard.
    samples, margin : int
        Length of a segment, and of its context on each side.

    Yields
    ------
    tuple of DataFrame, ndarray, ndarray, ndarray
        The rows of a batch, and of `windows_with_context` its windows, before and after.
    """
    for name, group in resampled_recordings(resampled):
        own = rows[rows["recording"] == name].sort_values("start_s", kind="stable")
        begin = np.round(own["start_s"].to_numpy() * attributes_of(group)["rate_hz"]).astype(
            np.int64
        )
        done = 0
        for windows, before, after in windows_with_context(group, begin, samples, margin):
            yield own.iloc[done : done + len(windows)], windows, before, after
            done += len(windows)
