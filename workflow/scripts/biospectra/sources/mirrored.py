"""Files beside a job's results that a lost machine must not take with it, kept in an S3 storage.

What a job has written is put into the storage of --default-storage-provider when the job ends, so a
machine that is lost takes with it all that its job had done. The workflow says by a variable of the
environment which folder stands for which part of the storage.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from biospectra.sources import bucket

VARIABLE = "BIOSPECTRA_STORAGE"  # FOLDER=s3://BUCKET/PREFIX, of a run whose results are in there


def address_of(path: str | Path) -> str | None:
    """Return where in the storage a file of the results belongs; None where none is used.

    Examples
    --------
    >>> import os
    >>> os.environ[VARIABLE] = ".storage/s3/bucket/run=s3://bucket/run"
    >>> address_of(".storage/s3/bucket/run/results/a/checkpoint.npz")
    's3://bucket/run/results/a/checkpoint.npz'
    >>> del os.environ[VARIABLE]
    """
    folder, _, prefix = os.environ.get(VARIABLE, "").partition("=")
    if not prefix:
        return None
    path, folder = Path(path).absolute(), Path(folder).absolute()
    if not path.is_relative_to(folder):
        return None
    return f"{prefix}/{path.relative_to(folder).as_posix()}"


def send(path: str | Path) -> None:
    """Keep a file in the storage too, if one is used."""
    if address := address_of(path):
        with _told(address):
            bucket.put_object(path, address)


def bring(path: str | Path) -> None:
    """Fetch a file from the storage, if it is there and not here."""
    address, path = address_of(path), Path(path)
    if address is None or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with _told(address):
        if bucket.get_object(address, part):
            part.replace(path)


def bring_folder(path: str | Path) -> None:
    """Fetch what of a folder of the results is in the storage and not here."""
    if address := address_of(path):
        with _told(address):
            bucket.get_objects(address, path)


def forget(path: str | Path) -> None:
    """Remove a file from the storage, if one is used."""
    if address := address_of(path):
        with _told(address):
            bucket.remove_object(address)


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Go on where the storage fails, since no result is lost by it, and say so in the log."""
    try:
        yield
    except Exception as problem:  # boto3's; without it there are none to name here
        print(f"{address}: {problem}; going on without", flush=True)
