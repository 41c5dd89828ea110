"""The original files of a shard: which there are, and reading one."""

import csv
from pathlib import Path

READING = ("channel", "start_s", "duration_s", "rate_hz", "units", "gain", "variable")
READING += ("annotator", "on_short_file")


def first_files(folder: str | Path) -> dict[str, Path]:
    """Return the file to read of each recording in a folder made by `download_shard`."""
    first: dict[str, Path] = {}
    with (Path(folder) / "files.tsv").open(newline="", encoding="utf-8") as table:
        for line in csv.DictReader(table, delimiter="\t"):
            first.setdefault(line["recording"], Path(folder) / line["file"])
    return first


def file_hashes(folder: str | Path) -> dict[str, list[str]]:
    """Return the SHA-256 of each recording's files in a folder made by `download_shard`."""
    found: dict[str, list[str]] = {}
    with (Path(folder) / "files.tsv").open(newline="", encoding="utf-8") as table:
        for line in csv.DictReader(table, delimiter="\t"):
            found.setdefault(line["recording"], []).append(line["sha256"])
    return found


def read_original(row: dict, files: dict[str, Path], **changes):
    """Read a recording as the table says: a `biospectra.signals.signal.Signal`.

    It is read in a process of its own: one bad file must not take a shard's job with it.
    """
    from biospectra.formats.read import read

    wanted = {key: row[key] for key in READING} | changes
    return read(files[row["recording"]], isolate=True, **wanted)
