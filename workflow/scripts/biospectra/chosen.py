"""The chosen segments: which images and signals a model reads, batch by batch."""

from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.rows import read_rows


def read_split(path: str | Path) -> pd.DataFrame:
    """Read split.tsv; ids and labels stay text."""
    return pd.read_csv(
        path,
        sep="\t",
        dtype={"recording": str, "subject": str, "label": str, "database": str},
        keep_default_na=False,
    )


def chosen_rows(files: list[str], split: str | Path, splits: list[str]) -> pd.DataFrame:
    """Return the rows of some splits, with the file and the index of each entry.

    Parameters
    ----------
    files : HDF5 files with rows
    split : split.tsv
    splits : which of training, validation, test

    Returns
    -------
    DataFrame of the rows with `split`, `file` and `index`, in the order of split.tsv
    """
    table = read_split(split)
    table = table[table["split"].isin(splits)]
    return locate(table, files)


def locate(rows: pd.DataFrame, files: list[str]) -> pd.DataFrame:
    """Return rows, in their order, with the file and the index of each one's entry."""
    where = read_rows(files)[["recording", "segment", "file", "index"]]
    found = rows.merge(where, on=["recording", "segment"], how="left", validate="one_to_one")
    return found.reset_index(drop=True)


def input_shape(rows: pd.DataFrame) -> tuple[int, ...]:
    """Return the shape of one of a network's inputs, as `read_inputs` gives them."""
    return read_inputs(rows.iloc[:1]).shape[1:]


def read_inputs(rows: pd.DataFrame) -> np.ndarray:
    """Read what a network is given of some rows, in their order.

    Returns
    -------
    float32: of files of images (n, height, width, channels) in 0 to 1; of files of segments their
    samples, (n, samples, 1)
    """
    import h5py

    with h5py.File(rows["file"].iloc[0]) as file:
        of_images = "images" in file
    if of_images:
        return read_entries(rows).astype(np.float32) / 255
    return read_signals(rows)[..., None]


def read_entries(rows: pd.DataFrame) -> np.ndarray:
    """Read the images of some rows, in their order.

    Returns
    -------
    (n, height, width, channels) uint8; one channel for grey images
    """
    from biospectra.image_store import read_images

    images = None
    for file, part in rows.reset_index(drop=True).groupby("file"):
        read = read_images(file, part["index"].to_numpy())
        if images is None:
            images = np.empty((len(rows), *read.shape[1:]), np.uint8)
        images[part.index] = read
    return images[..., None] if images.ndim == 3 else images


def read_signals(rows: pd.DataFrame) -> np.ndarray:
    """Read the signals of some rows of segments files: (n, samples) float32, in their order."""
    import h5py

    signals = None
    for file, part in rows.reset_index(drop=True).groupby("file"):
        with h5py.File(file) as segments:
            stored = segments["signal"]
            if signals is None:
                signals = np.empty((len(rows), stored.shape[1]), np.float32)
            ordered = part.sort_values("index")  # as HDF5 wants it
            signals[ordered.index] = stored[ordered["index"].to_numpy()]
    return signals


def batches(rows: pd.DataFrame, size: int):
    """Yield the rows in batches of at most `size`."""
    for start in range(0, len(rows), size):
        yield rows.iloc[start : start + size]
