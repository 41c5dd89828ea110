"""Files that are compressed as a whole, of whatever format."""

import gzip
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from biospectra.errors import RecordingError
from biospectra.formats import text
from biospectra.formats.request import Request
from biospectra.signals.signal import Signal


def is_packed(path: Path, reader: Callable[[Request], Iterator[Signal]]) -> bool:
    """Whether a file must be unpacked before its format's reader understands it.

    Parameters
    ----------
    path : Path
        The file.
    reader : callable
        Its format's.

    Returns
    -------
    bool
    """
    return path.name.lower().endswith(".gz") and reader is not text.read


@contextmanager
def unpacked(request: Request, check: Callable[[Path], list[Path]]) -> Iterator[Request]:
    """Give the request for a compressed file as one for what is in it, in a folder of its own.

    Parameters
    ----------
    request : Request
        For a .gz file.
    check : callable
        Refuses what a file must not name.

    Returns
    -------
    context manager of Request
    """
    with tempfile.TemporaryDirectory() as folder, gzip.open(request.path) as packed:
        plain = Path(folder) / request.path.name[: -len(".gz")]
        with plain.open("wb") as out:
            shutil.copyfileobj(packed, out, 1 << 20)
        if request.labels is not None:
            named = str(request.annotator)
            (Path(folder) / named).symlink_to((request.path.parent / named).absolute())
        try:
            check(plain)
            yield replace(request, path=plain)
        except RecordingError as error:
            subject, *told = error.parts
            raise RecordingError(subject.replace(str(plain), str(request.path)), *told) from error
