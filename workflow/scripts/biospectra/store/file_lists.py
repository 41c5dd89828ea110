"""Lists of the original files of a shard, with their hashes."""

import csv
from pathlib import Path

_LISTED = ("recording", "file", "sha256", "bytes", "modified")


def write_files(folder: str | Path, lines: list[tuple]) -> None:
    """Write files.tsv: the files of a shard's recordings, with what tells whether they change.

    Parameters
    ----------
    folder : path
        That they lie in.
    lines : list of tuple
        Recording, file (from the folder on), SHA-256, bytes, and when it was changed last (ns).
    """
    with (Path(folder) / "files.tsv").open("w", newline="", encoding="utf-8") as table:
        writer = csv.writer(table, delimiter="\t", lineterminator="\n")
        writer.writerow(_LISTED)
        writer.writerows(lines)


def listed_files_of(folder: str | Path) -> dict[str, list[dict[str, str]]]:
    """Return the lines of a folder's files.tsv, by recording; the file to read first."""
    found: dict[str, list[dict[str, str]]] = {}
    with (Path(folder) / "files.tsv").open(newline="", encoding="utf-8") as table:
        for line in csv.DictReader(table, delimiter="\t"):
            found.setdefault(line["recording"], []).append(line)
    return found
