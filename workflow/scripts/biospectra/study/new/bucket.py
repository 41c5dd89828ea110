"""The recordings below an address of a bucket, laid out as in a folder and found as in one.

What is small, as headers, sidecars and tables are, is fetched. Of a long file whose header says
what there is, only the beginning comes, in a file that is as long as it and empty otherwise. Other
recordings come whole, into the cache in which a run looks for them.
"""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

from biospectra.errors import RecordingError, StudyError
from biospectra.formats import edf
from biospectra.formats.registry import ending_of
from biospectra.sources.bucket import SCHEME, split_address
from biospectra.sources.cache import Cache, put
from biospectra.sources.http import download
from biospectra.sources.s3 import list_objects
from biospectra.study.new import bids
from biospectra.study.new.found import Found, is_passed_over

SMALL_BYTES = 1 << 18
_AT_ONCE = 8  # files asked of a server
# Of these, signals beside headers among them, length and beginning tell all but annotations.
_BY_HEADER = (*edf.ENDINGS, ".npy", ".eeg", ".dat", ".fdt")


def is_bucket(place: str) -> bool:
    """Return whether a place is all that lies below an address of a bucket."""
    return place.startswith(SCHEME)


def lay_out(
    place: str, folder: Path, cache: Path, watch: Callable[[Iterator, int], Iterable]
) -> int:
    """Lay the files below an address out in a folder.

    Parameters
    ----------
    place : str
        ``s3://BUCKET/PREFIX/``.
    folder : Path
        Gets them.
    cache : Path
        For recordings that have to come whole.
    watch : callable
        Shows progress.

    Returns
    -------
    int
        Of how many recordings the beginning came alone.

    Raises
    ------
    StudyError
        Where there is nothing, or it cannot be listed or fetched.
    """
    try:
        bucket, prefix = split_address(place)
        objects = {
            key.removeprefix(prefix): size
            for key, size in list_objects(place).items()
            if not is_passed_over(PurePosixPath(key.removeprefix(prefix)))
        }
        if not objects:
            raise StudyError(f"{place}: there is nothing below it; correct the bucket or the path.")
        if not all((folder / name).resolve().is_relative_to(folder.resolve()) for name in objects):
            raise StudyError(f"{place}: has names that lead out of it; name a part without them.")
        with tempfile.TemporaryDirectory() as fresh, ThreadPoolExecutor(_AT_ONCE) as pool:
            of_bids = bids.DATASET_FILE in objects

            def bring(name: str) -> bool:
                if of_bids and objects[name] > SMALL_BYTES and not _is_named(name):
                    return _empty(folder / name, objects[name])
                return _bring(
                    f"{SCHEME}{bucket}/{prefix}{name}",
                    folder / name,
                    objects[name],
                    Cache(Path(fresh)),
                    Cache(cache),
                )

            return sum(watch(pool.map(bring, objects), len(objects)))
    except RecordingError as error:
        raise StudyError(str(error)) from error


def _bring(address: str, target: Path, size: int, fresh: Cache, kept: Cache) -> bool:
    """Bring an object, or as much of it as is needed; return whether it was the beginning alone.

    What is small may be another tomorrow, and so is no longer kept than this takes.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if 0 < size <= SMALL_BYTES:
        put(download(address, fresh), target)
        return False
    by_header = target.name.lower().endswith(_BY_HEADER)
    if not by_header and size and _is_known(target):
        put(download(address, kept), target)
        return False
    if not by_header or not size:
        return _empty(target, size)
    target.write_bytes(download(address, fresh, span=(0, SMALL_BYTES)).read_bytes())
    os.truncate(target, size)
    return _is_known(target)


def _is_named(name: str) -> bool:
    """Whether a file's name is that of a recording in BIDS."""
    return bool(bids.entities_of(PurePosixPath(name).name))


def _empty(target: Path, size: int) -> bool:
    """Make a file of the size of one that need not be fetched."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch()
    os.truncate(target, size)
    return False


def _is_known(path: Path) -> bool:
    try:
        ending_of(path)
    except RecordingError:
        return False
    return True


def named_in_bucket(found: list[Found], folder: Path, place: str) -> None:
    """Give recordings that were laid out in a folder their addresses."""
    for one in found:
        one.source, one.path = f"{place}{one.name}", None
        if one.problem is not None:
            said = [text.replace(f"{folder}/", place) for text in one.problem.parts]
            one.problem = RecordingError(*said)
