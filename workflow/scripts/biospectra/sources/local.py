"""The files of a recording that lie on this machine."""

from contextlib import suppress
from pathlib import Path

from biospectra.errors import RecordingError
from biospectra.formats.registry import beside, read_first


def home_path(path: str | Path) -> Path:
    """Return a path, with ``~`` for the home where there is one: ``~a`` may also be a name."""
    with suppress(RuntimeError):
        return Path(path).expanduser()
    return Path(path)


def local_files(source: str) -> list[Path]:
    """Return the files that a path or a pattern means, the one to read first.

    Parameters
    ----------
    source : str
        A path, or where there is nothing of this name a pattern with ``*``, ``?`` or ``[``.

    Returns
    -------
    list of Path
        Absolute; then what belongs to the first, and what else the pattern matches.

    Raises
    ------
    RecordingError
        Where there is no file, or the pattern matches several recordings, or files of one name.
    """
    path = home_path(source).absolute()
    paths = [path]
    if not path.exists() and any(mark in source for mark in "*?["):
        found = Path(path.anchor).glob(str(path.relative_to(path.anchor)))
        paths = sorted(p for p in found if p.is_file())
        if not paths:
            raise RecordingError(source, "no file matches the pattern", "correct it")
        paths = in_order(source, paths)
    must_be_file(source, paths[0])
    return list(dict.fromkeys([*paths, *beside(paths[0])]))


def in_order(source: str, paths: list[Path]) -> list[Path]:
    """Return the files that a pattern matches, the one to read first.

    Raises
    ------
    RecordingError
        Where they are of several recordings.
    """
    firsts = read_first(paths)
    if len(firsts) > 1:
        listed = ", ".join(path.name for path in firsts[:6])
        raise RecordingError(
            source,
            f"the pattern matches several recordings: {listed}",
            "name one; of a recording in parts that know of each other, the first",
        )
    return sorted(paths, key=lambda path: path not in firsts)


def placed(source: str, paths: list[Path]) -> list[str]:
    """Return how files lie in a recording's folder: as beside the first, others by their names.

    Parameters
    ----------
    source : str
        What a message calls them.
    paths : list of Path
        The one to read first.

    Raises
    ------
    RecordingError
        Where two would lie in one place.
    """
    first = paths[0].parent
    places = [
        path.relative_to(first).as_posix() if path.is_relative_to(first) else path.name
        for path in paths
    ]
    twice = next((place for place in places if places.count(place) > 1), None)
    if twice is not None:
        both = [str(path) for path, place in zip(paths, places, strict=True) if place == twice]
        raise RecordingError(
            source,
            f"{both[0]} and {both[1]} have one name",
            "name one of them, or put them into folders of recordings of their own",
        )
    return places


def must_be_file(source: str, path: Path) -> None:
    """Refuse what is no file."""
    try:
        resolved = path.resolve(strict=True)
    except FileNotFoundError:
        raise RecordingError(source, f"there is no file {path}", "correct its path") from None
    except (OSError, RuntimeError) as problem:
        raise RecordingError(
            source, f"{path} leads nowhere ({problem})", "correct the link"
        ) from problem
    if not resolved.is_file():
        raise RecordingError(source, f"{path} is not a file", "give the path of a file")
