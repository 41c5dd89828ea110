"""The original files of a shard: which there are, and reading one."""

from functools import lru_cache
from pathlib import Path

from biospectra.errors import RecordingError
from biospectra.sources.cache import sha256_of
from biospectra.store.file_lists import listed_files_of

READING = ("channel", "start_s", "duration_s", "rate_hz", "units", "gain", "variable")
READING += ("annotator", "on_short_file")


def first_files(folder: str | Path) -> dict[str, Path]:
    """Return the file to read of each recording in a folder made by `download_shard`."""
    return {name: Path(folder, own[0]["file"]) for name, own in listed_files_of(folder).items()}


def file_hashes(folder: str | Path) -> dict[str, list[str]]:
    """Return the SHA-256 of each recording's files in a folder made by `download_shard`."""
    return {name: [f["sha256"] for f in own] for name, own in listed_files_of(folder).items()}


def _check_unchanged(recording: str, first: Path) -> None:
    """Refuse files that are others than those whose SHA-256 is listed.

    Local files are links, and somebody may write into what they lead to while a run goes on.
    """
    folder = next((p for p in first.parents if (p / "files.tsv").is_file()), None)
    if folder is None:
        return
    changed = (folder / "files.tsv").stat().st_mtime_ns
    for line in _listed(folder, changed).get(recording, []):
        path = folder / line["file"]
        if path.is_file():
            stat = path.stat()
            if (str(stat.st_size), str(stat.st_mtime_ns)) == (line["bytes"], line["modified"]):
                continue
            if sha256_of(path) == line["sha256"]:
                continue
        raise RecordingError(
            path.resolve(),
            "has changed since it was fetched",
            "run again: what depends on it is made anew",
        )


@lru_cache(maxsize=8)
def _listed(folder: Path, changed: int) -> dict[str, list[dict[str, str]]]:
    return listed_files_of(folder)


def read_original(row: dict, files: dict[str, Path], **changes):
    """Read a recording as the table says: a `biospectra.signals.signal.Signal`.

    It is read in a process of its own: one bad file must not take a shard's job with it.
    """
    from biospectra.formats.read import read

    _check_unchanged(row["recording"], files[row["recording"]])
    wanted = {key: row[key] for key in READING} | changes
    return read(files[row["recording"]], isolate=True, **wanted)
