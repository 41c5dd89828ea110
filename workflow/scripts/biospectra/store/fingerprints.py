"""The landmarks of a shard's recordings, by which copies of one recording are found."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.signals.fingerprint import Landmarks
from biospectra.store.hdf5 import create, opened, put_dataset
from biospectra.store.rows import read_table, write_table

KINDS_OF_LANDMARKS = ("time", "count")
COPIES = ("recording", "subject", "label", "database")  # what is told of a recording, and `content`


def write_fingerprints(
    path: str | Path, rows: list[dict], found: list[dict[str, Landmarks]]
) -> None:
    """Write the landmarks of recordings.

    Parameters
    ----------
    path : path
        HDF5 file with a table `recordings` and, of each kind of landmarks, `at`, `hashes`, `shapes`
        and `recording`, its number in the table.
    rows : list of dict
        Of the recordings, with the keys of `COPIES`; `content` says which bytes were read and how.
    found : list of dict
        Of `biospectra.signals.fingerprint.find_landmarks`, one a recording.
    """
    with create(path) as file:
        write_table(file, "recordings", pd.DataFrame(rows, columns=[*COPIES, "content"]))
        for kind in KINDS_OF_LANDMARKS:
            group = file.create_group(kind)
            sizes = [len(one[kind].at) for one in found]
            put_dataset(group, "recording", np.repeat(np.arange(len(found), dtype=np.int64), sizes))
            for name in Landmarks._fields if found else ():
                put_dataset(group, name, np.concatenate([getattr(f[kind], name) for f in found]))


def read_recordings_told(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Read the tables of recordings of several files, in their order."""
    tables = []
    for path in paths:
        with opened(path) as file:
            tables.append(read_table(file, "recordings"))
    return pd.concat(tables, ignore_index=True)


def read_landmarks(paths: Iterable[str | Path], kind: str) -> dict[str, np.ndarray]:
    """Read where the landmarks of several files are, and their hashes.

    Parameters
    ----------
    paths : iterable of path
        Iterable of path.
    kind : str
        {"time", "count"}.

    Returns
    -------
    dict of ndarray
        `at` and `hashes` as of `Landmarks`, and `recording`, ascending numbers in the table of
        `read_recordings_told`.
    """
    parts: dict[str, list[np.ndarray]] = {"recording": [], "at": [], "hashes": []}
    before = 0
    for path in paths:
        with opened(path) as file:
            group, many = file[kind], len(file["recordings"])
            if "at" in group:
                parts["recording"].append(group["recording"][()] + before)
                for name in ("at", "hashes"):
                    parts[name].append(group[name][()])
            before += many
    return {name: np.concatenate(part) if part else np.empty(0) for name, part in parts.items()}


def read_shapes(paths: Iterable[str | Path], kind: str, which: np.ndarray) -> np.ndarray:
    """Read the descriptions of some landmarks of several files, a file at a time.

    Parameters
    ----------
    paths : iterable of path
        Iterable of path.
    kind : str
        {"time", "count"}.
    which : ndarray, (n,), int
        Positions among all landmarks of `read_landmarks`.

    Returns
    -------
    ndarray
        Ndarray, (n, 2 * bins), int8.
    """
    found, before = [], 0
    order = np.argsort(which, kind="stable")
    ascending = which[order]
    for path in paths:
        with opened(path) as file:
            if "shapes" not in file[kind]:
                continue
            own = file[kind]["shapes"][()]
            first, last = np.searchsorted(ascending, [before, before + len(own)])
            found.append(own[ascending[first:last] - before])
            before += len(own)
    shapes = np.concatenate(found)
    back = np.empty(len(order), int)
    back[order] = np.arange(len(order))
    return shapes[back]
