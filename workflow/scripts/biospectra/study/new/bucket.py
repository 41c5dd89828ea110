"""The recordings below an address of a bucket, laid out as in a folder and found as in one.

What comes of a file is what `biospectra.sources.bucket_files` needs of it; recordings that do not
tell what they hold by their beginning come whole, into the cache in which a run looks for them.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

from biospectra.errors import RecordingError, StudyError
from biospectra.sources.bucket import SCHEME, split_address
from biospectra.sources.bucket_files import SMALL_BYTES, lay_empty, lay_file
from biospectra.sources.cache import Cache
from biospectra.sources.s3 import list_objects
from biospectra.study.new import bids
from biospectra.study.new.found import Found, is_passed_over

_AT_ONCE = 8  # files asked of a server


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
                    return lay_empty(folder / name, objects[name])
                return lay_file(
                    f"{SCHEME}{bucket}/{prefix}{name}",
                    folder / name,
                    objects[name],
                    Cache(Path(fresh)),
                    Cache(cache),
                )

            return sum(watch(pool.map(bring, objects), len(objects)))
    except RecordingError as error:
        raise StudyError(str(error)) from error


def _is_named(name: str) -> bool:
    """Whether a file's name is that of a recording in BIDS."""
    return bool(bids.entities_of(PurePosixPath(name).name))


def named_in_bucket(found: list[Found], folder: Path, place: str) -> None:
    """Give recordings that were laid out in a folder their addresses."""
    for one in found:
        one.source, one.path = f"{place}{one.name}", None
        if one.problem is not None:
            said = [text.replace(f"{folder}/", place) for text in one.problem.parts]
            one.problem = RecordingError(*said)
