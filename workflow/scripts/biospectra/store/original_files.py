"""The original files of a shard: which there are, and reading one."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from biospectra.errors import RecordingError
from biospectra.signals.signal import Signal
from biospectra.sources.cache import sha256_of
from biospectra.store.file_lists import listed_files_of

READING = (
    "channel",
    "bad_channels",
    "start_s",
    "duration_s",
    "rate_hz",
    "units",
    "gain",
    "variable",
)
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


def read_originals(
    row: dict, files: dict[str, Path], **changes: Any
) -> Iterator[tuple[str, Signal]]:
    """Read a recording as the table says, all channels that its row means.

    It is read in a process of its own: one bad file must not take a shard's job with it. What a
    pattern means only the file can say, so that this is where a row of the table becomes channels:
    what snakemake plans with is the table alone, and no header is read before the first job.

    Parameters
    ----------
    row : dict
        Of the table.
    files : dict of str to Path
        Of `first_files`.
    **changes
        Other columns than the row's.

    Yields
    ------
    tuple of str, Signal
        The recording's id, or of a row that may mean several channels that of
        `biospectra.store.rows.channel_id`, and the channel.
    """
    from biospectra.formats.channels import means_many
    from biospectra.formats.read import read_channels
    from biospectra.store.rows import channel_id

    recording = row["recording"]
    _check_unchanged(recording, files[recording])
    wanted = {key: row.get(key) for key in READING} | changes
    taken: Counter[str] = Counter()
    for signal in read_channels(files[recording], isolate=True, **wanted):
        name = recording
        if means_many(wanted["channel"]):
            name = channel_id(recording, signal.channel)
            taken[name] += 1
            name += f"_{taken[name]}" if taken[name] > 1 else ""
        yield name, signal
