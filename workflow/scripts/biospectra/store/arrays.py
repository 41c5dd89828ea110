"""Arrays in NumPy's npz, read without unpickling: a file of them cannot run anything."""

from pathlib import Path

import numpy as np

from biospectra.errors import refused


def write_arrays(path: str | Path, **arrays: np.ndarray) -> None:
    """Write arrays, numbers and text to an npz file, compressed, under exactly this name."""
    with Path(path).open("wb") as file:
        np.savez_compressed(file, **arrays)


def read_arrays(path: str | Path, **axes: str) -> dict[str, np.ndarray]:
    """Read arrays from an npz file.

    Parameters
    ----------
    path : str or Path
        The file.
    axes : str
        The arrays to read; of each a letter for each axis, "" for a number or text. Axes of one
        letter are equally long.

    Returns
    -------
    dict of str to ndarray
        Dict of str to ndarray.

    Raises
    ------
    StudyError
        If the file is missing or damaged, lacks an array, has one of another shape, or holds
        pickled objects.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            found = {name: file[name] for name in axes}
    except Exception as problem:  # zip, zlib and npy each have errors of their own
        raise refused(path, problem) from problem
    sizes: dict[str, int] = {}
    for name, letters in axes.items():
        shape = found[name].shape
        if len(shape) != len(letters) or any(
            sizes.setdefault(letter, size) != size
            for letter, size in zip(letters, shape, strict=True)
        ):
            raise refused(path, f"has an array `{name}` of another shape than the others ask for")
    return found
