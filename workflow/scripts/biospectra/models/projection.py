"""A random projection of an encoder's maps, too many numbers to be read of all segments."""

from pathlib import Path

import numpy as np

from biospectra.store.features import feature_shape, seed_of_projection

MOST_COLUMNS = 1024  # of "flat" for a classifier; see `projection_of`


def projection_of(path: str | Path, pooling: str, seed: int):
    """Return what makes an encoder's flat maps few enough for a classifier.

    A sparse random projection (Achlioptas 2003; Li, Hastie and Church 2006) to `MOST_COLUMNS`
    numbers. It learns nothing of any person, and keeps distances between segments to about 5 %.
    (The published maps are 76,800 numbers: 10,000 segments would be 3 GB, and are 41 MB.)

    Parameters
    ----------
    path : path
        HDF5 file with `features`.
    pooling : str
        As for `read_features`.
    seed : int
        Seed of the projection, where the file does not have its maps through one already.

    Returns
    -------
    a fitted sklearn.random_projection.SparseRandomProjection; None where nothing is too many
    """
    shape = feature_shape(path)
    if pooling != "flat" or not too_many(shape):
        return None
    known = seed_of_projection(path)
    return projection_to_few(shape, seed if known is None else known)


def is_first_step(paths: list, sessions: list[dict] | None) -> bool:
    """Say whether a projection is the first step of the model that is stored.

    It is where a model reads one file alone; of several files, or of channels that are joined, each
    goes through its projection before.

    Parameters
    ----------
    paths : list of path
        HDF5 files that the model reads.
    sessions : list of dict or None
        As for `biospectra.features.joined.read_joined`.
    """
    return len(paths) == 1 and not sessions


def too_many(shape: tuple[int, ...]) -> bool:
    """Say whether what an encoder makes of a segment is too much to be kept, or read, of all."""
    return len(shape) > 1 and int(np.prod(shape)) > MOST_COLUMNS


def projection_to_few(shape: tuple[int, ...], seed: int):
    """Return the projection of maps of a shape, as of `projection_of`."""
    from sklearn.random_projection import SparseRandomProjection

    columns = int(np.prod(shape))
    return SparseRandomProjection(MOST_COLUMNS, random_state=seed).fit(np.zeros((1, columns)))
