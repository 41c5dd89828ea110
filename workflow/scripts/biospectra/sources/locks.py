"""One job at a time, on whatever system and shared disk the jobs run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one job at a time do what all of them need; the others wait.

    A job that is killed holds nothing up: the system lets go of what it held.

    Parameters
    ----------
    path : Path
        The lock's file, made with its folder if need be.
    """
    from filelock import FileLock

    path.parent.mkdir(parents=True, exist_ok=True)
    # Its mode is that of any new file, so that another user of a shared cache may lock it, too.
    with FileLock(path):
        yield
