"""As much of a bucket's recordings as tells what they hold, laid out as files of their own length.

What is small, as headers, sidecars and tables are, is fetched. Of a long file whose header says
what there is, only the beginning comes, in a file that is as long as it and empty otherwise.
"""

import os
import re
from pathlib import Path

from biospectra.errors import RecordingError
from biospectra.formats import edf
from biospectra.formats.annotation_files import is_annotation_file
from biospectra.formats.registry import ending_of, sidecars_of
from biospectra.sources.bucket import SCHEME, split_address
from biospectra.sources.cache import Cache, put
from biospectra.sources.http import download
from biospectra.sources.local import in_order
from biospectra.sources.s3 import AbsentObject, list_objects, size_of_object

SMALL_BYTES = 1 << 18
# Of these, signals beside headers among them, length and beginning tell all but annotations.
_BY_HEADER = (*edf.ENDINGS, ".npy", ".eeg", ".dat", ".fdt")
_MARKERS = (".vmrk",)  # which are annotations from end to end, and fetched whole


def lay_file(address: str, target: Path, size: int, fresh: Cache, kept: Cache | None) -> bool:
    """Bring an object, or as much of it as is needed; return whether it was the beginning alone.

    Parameters
    ----------
    address : str
        ``s3://BUCKET/KEY``.
    target : Path
        Written; only as long as the object where nothing of it is needed.
    size : int
        Of the object, in bytes.
    fresh : Cache
        Of what is small, which may be another tomorrow: no longer kept than this takes.
    kept : Cache or None
        Of recordings that have to come whole; None to leave them empty.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if 0 < size <= SMALL_BYTES or (size and target.name.lower().endswith(_MARKERS)):
        put(download(address, fresh), target)
        return False
    if size and tells_by_its_beginning(target):
        target.write_bytes(download(address, fresh, span=(0, SMALL_BYTES)).read_bytes())
        os.truncate(target, size)
        return _is_known(target)
    if size and kept is not None and _is_known(target):
        put(download(address, kept), target)
    else:
        lay_empty(target, size)
    return False


def lay_empty(target: Path, size: int) -> bool:
    """Make a file of the size of one that need not be fetched; return that nothing of it came."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch()
    os.truncate(target, size)
    return False


def tells_by_its_beginning(path: Path) -> bool:
    """Whether the beginning and the length of a long file tell what it holds."""
    return path.name.lower().endswith(_BY_HEADER)


def is_begun(path: Path) -> bool:
    """Whether only the beginning of a file that was laid here is there."""
    return tells_by_its_beginning(path) and path.stat().st_size > SMALL_BYTES


def _is_known(path: Path) -> bool:
    try:
        ending_of(path)
    except RecordingError:
        return False
    return True


def lay_recording(source: str, annotator: str | None, folder: Path, fresh: Cache) -> Path | None:
    """Bring as much of a recording as tells what it holds, its further files with it.

    Parameters
    ----------
    source : str
        ``s3://BUCKET/KEY``, or with a ``/`` at its end, all that lies below.
    annotator : str or None
        What annotates it, as for `biospectra.sources.fetch.fetch`.
    folder : Path
        Gets the files, as ``BUCKET/KEY``.
    fresh : Cache
        For downloads.

    Returns
    -------
    Path or None
        The file that is read first; None of a recording that is there, and tells what it holds only
        when it has been fetched whole.

    Raises
    ------
    RecordingError
        Where it is not there, or may not be read.
    """

    def place(address: str) -> Path:
        found = folder / address.removeprefix(SCHEME)
        if not found.resolve().is_relative_to(folder.resolve()):
            raise RecordingError(source, "has names that lead out of it", "name one file")
        return found

    bucket, key = split_address(source)
    if source.endswith("/"):
        sizes = {f"{SCHEME}{bucket}/{k}": size for k, size in list_objects(source).items()}
        if not sizes:
            raise RecordingError(source, "there is nothing below it", "correct it")
        whole = [
            lay_file(address, place(address), size, fresh, None)
            or size <= SMALL_BYTES
            or not _is_known(place(address))
            for address, size in sizes.items()
        ]
        return in_order(source, [place(address) for address in sizes])[0] if all(whole) else None
    if not key:
        raise RecordingError(source, "names no file", "give the address of a file, not a folder")
    size, target = size_of_object(source), place(source)
    # What is named itself and ends in .eeg is Nihon Kohden's, whose blocks begin anywhere.
    by_header = tells_by_its_beginning(target) and target.suffix.lower() != ".eeg"
    if size > SMALL_BYTES and _is_known(target) and not by_header:
        return None
    lay_file(source, target, size, fresh, None)
    beside, asked = source.rpartition("/")[0], [target]
    for header in asked:  # grows while headers name further headers
        for name in sidecars_of(header).named:
            address = f"{beside}/{(header.parent / name).relative_to(target.parent).as_posix()}"
            other = place(address)
            if other not in asked:
                lay_file(address, other, size_of_object(address), fresh, None)
                asked.append(other)
    if annotator and is_annotation_file(annotator) and "/" not in annotator:
        _lay_beside(f"{beside}/{annotator}", place(f"{beside}/{annotator}"), fresh)
    elif target.suffix.lower() == ".hea":
        address = re.sub(r"\.hea$", f".{annotator or 'atr'}", source, flags=re.IGNORECASE)
        try:
            _lay_beside(address, place(address), fresh)
        except AbsentObject:
            if annotator is not None:
                raise
    return target


def _lay_beside(address: str, target: Path, fresh: Cache) -> None:
    """Bring a file of annotations, whole."""
    size_of_object(address)
    target.parent.mkdir(parents=True, exist_ok=True)
    put(download(address, fresh), target)
