"""The chosen segments: which images and signals a model reads, batch by batch."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.store.made_images import Making, making_of
from biospectra.store.reader import Files
from biospectra.store.rows import read_recordings, read_rows, recording_of
from biospectra.store.tables import read_tsv
from biospectra.store.together import MISSING, place_channels
from biospectra.words import number_of

SAMPLES = "samples"  # the input of a network that reads the segments themselves
UNLABELLED = "unlabelled"  # split of rows without a class, which encoders alone may learn from
LEFT_OUT = "left_out"  # split of rows, in a fold, whose people are held out in others of their rows
READ_AHEAD = 2  # batches


def read_split(path: str | Path) -> pd.DataFrame:
    """Read split.tsv; ids and labels stay text."""
    return read_tsv(path, ["recording", "subject", "label", "database", "channels"])


def select_rows(
    files: list[str], split: str | Path, splits: list[str], *, every: bool = True
) -> pd.DataFrame:
    """Return the rows of some splits, with the file and the index of each entry.

    Parameters
    ----------
    files : list of str
        HDF5 files with rows.
    split : path
        split.tsv.
    splits : list of str
        Which of training, validation, test.
    every : bool
        Whether the files have all recordings of these splits; else the rows are of those they have.

    Returns
    -------
    DataFrame
        DataFrame of the rows with `split`, `file` and `index`, in the order of split.tsv; without
        those whose entry is not good, as an image of one level.
    """
    table = read_split(split)
    table = table[table["split"].isin(splits)]
    if not every:
        there = read_recordings(files)["recording"]
        there = there.map(recording_of) if "channels" in table else there
        table = table[table["recording"].isin(set(there))]
    if "channels" in table:
        return locate(table, files)
    bad = read_rows(files).query("quality != 'ok'")[["recording", "segment"]]
    if len(bad):
        left_out = pd.MultiIndex.from_frame(table[["recording", "segment"]]).isin(
            pd.MultiIndex.from_frame(bad)
        )
        print(f"Left out, as their images are not good: {number_of(left_out.sum(), 'segment')}")
        table = table[~left_out]
    return locate(table, files)


def locate(rows: pd.DataFrame, files: list[str]) -> pd.DataFrame:
    """Return rows, in their order, with the file and the index of each one's entry.

    Of channels together the index is a tuple, and rows of which an entry is not good are left out.
    """
    where = read_rows(files)
    if "channels" in rows:
        return place_channels(rows, where)
    where = where[["recording", "segment", "file", "index"]]
    found = rows.merge(where, on=["recording", "segment"], how="left", validate="one_to_one")
    return found.reset_index(drop=True)


def input_shape(rows: pd.DataFrame) -> tuple[int, ...]:
    """Return the shape of one of a network's inputs, as `read_inputs` gives them."""
    return read_inputs(rows.iloc[:1]).shape[1:]


def extent_of(study: dict, given: str) -> tuple[int, ...]:
    """Return the pixels or samples of a network's input, as a study's config gives them.

    Parameters
    ----------
    study : dict
        The config, with all defaults.
    given : str
        A key of its `images`, or `SAMPLES`.

    Returns
    -------
    tuple of int
        (height, width) of an image, or (samples,).
    """
    if given == SAMPLES:
        return (round(study["segments"]["window_s"] * study["resample"]["rate_hz"]),)
    return study["images"][given]["height"], study["images"][given]["width"]


def read_inputs(rows: pd.DataFrame, files: Files | None = None) -> np.ndarray:
    """Read what a network is given of some rows, in their order.

    Parameters
    ----------
    rows : DataFrame
        With the file and the index of each entry.
    files : Files or None
        Kept open; None to close what was opened.

    Returns
    -------
    ndarray
        Float32: of files of images (n, height, width, channels) in 0 to 1; of files of segments
        their samples, (n, samples, channels). One channel unless images have colours or channels
        stand together.
    """
    return scaled(read_stored(rows, files))


def read_stored(
    rows: pd.DataFrame, files: Files | None = None, *, windows: bool = False
) -> np.ndarray:
    """Read what `read_inputs` gives, as it is stored: images as bytes.

    Parameters
    ----------
    rows : DataFrame
        With the file and the index of each entry.
    files : Files or None
        Kept open; None to close what was opened.
    windows : bool
        Leave windows that are stored in place of images as they are, for the device.

    Returns
    -------
    ndarray
        Uint8 of images (n, height, width, channels), float32 of samples (n, samples, channels) or
        windows (n, margin + samples + margin, channels).
    """
    entries, making = _gather(rows, files)
    whole = 4 if entries.dtype == np.uint8 else 3
    entries = entries if entries.ndim == whole else entries[..., None]
    return entries if making is None or windows else making(entries)


def making(rows: pd.DataFrame) -> Making | None:
    """Return what makes images of what is stored of some rows; None where it needs nothing."""
    return _gather(rows.iloc[:1], None)[1] if len(rows) else None


def scaled(stored: np.ndarray) -> np.ndarray:
    """Return what was stored as a network takes it: bytes in 0 to 1, float32.

    Parameters
    ----------
    stored : ndarray
        Of `read_stored`.
    """
    return stored.astype(np.float32) / 255 if stored.dtype == np.uint8 else stored


def read_entries(rows: pd.DataFrame) -> np.ndarray:
    """Read the images of some rows, in their order.

    Returns
    -------
    ndarray, (n, height, width, channels), uint8
        One channel for grey images.
    """
    return read_stored(rows)


def read_signals(rows: pd.DataFrame) -> np.ndarray:
    """Read the signals of some rows of segments files, in their order.

    Returns
    -------
    ndarray, (n, samples), float32
        Of channels together (n, samples, channels).
    """
    return _gather(rows, None)[0]


def _gather(rows: pd.DataFrame, kept: Files | None) -> tuple[np.ndarray, Making | None]:
    """Return the entries of some rows, in their order, and what makes images of them, if needed.

    Of channels together, these are the last axis; zeros where the place is `MISSING`.
    """
    names, index = rows["file"].to_numpy(dtype=object), np.array(rows["index"].tolist())
    files = Files() if kept is None else kept
    try:
        like = files[names[0]]
        entry, made_by = like.shape[1:], making_of(like.stored)
        if index.ndim == 1:
            gathered = np.empty((len(names), *entry), like.dtype)
            files.read(list(zip(names, index, gathered, strict=True)))
            return gathered, made_by
        gathered = np.zeros((len(names), *entry, index.shape[1]), like.dtype)
        there = np.argwhere(index != MISSING)
        files.read([(names[row], index[row, i], gathered[row, ..., i]) for row, i in there])
        return gathered, made_by
    finally:
        if kept is None:
            files.close()


def batches(rows: pd.DataFrame, size: int):
    """Yield the rows in batches of at most `size`."""
    for start in range(0, len(rows), size):
        yield rows.iloc[start : start + size]


def read_ahead(
    rows: pd.DataFrame, size: int, *, windows: bool = False
) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
    """Yield the rows in batches, with what is stored of them, while the next ones are read.

    Parameters
    ----------
    rows : DataFrame
        With the file and the index of each entry.
    size : int
        Segments of a batch.
    windows : bool
        As for `read_stored`.

    Yields
    ------
    part : DataFrame
        Rows of a batch.
    stored : ndarray
        Of `read_stored`.
    """
    files = Files()
    waiting: deque = deque()
    try:
        with ThreadPoolExecutor(1) as pool:
            for part in batches(rows, size):
                waiting.append((part, pool.submit(read_stored, part, files, windows=windows)))
                if len(waiting) > READ_AHEAD:
                    first, stored = waiting.popleft()
                    yield first, stored.result()
            for first, stored in waiting:
                yield first, stored.result()
    finally:
        files.close()
