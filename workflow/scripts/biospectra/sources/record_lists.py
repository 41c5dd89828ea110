"""Tables of recordings, made from the record lists of PhysioNet's databases."""

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from biospectra.errors import RecordingError
from biospectra.sources.cache import Cache, atomic_write
from biospectra.sources.http import download


def list_records(database: str, *, base: str, cache: str | Path) -> list[str]:
    """Return the records that a database's file RECORDS lists.

    Parameters
    ----------
    database : str
        ``DATABASE/VERSION``.
    base : str
        Address or folder laid out as https://physionet.org/files.
    cache : path
        Folder for downloads.

    Returns
    -------
    list of str
        As to be written behind ``physionet:DATABASE/VERSION/``. Where the list has folders
        (ending in a slash), the lists in them are read too.

    Raises
    ------
    RecordingError
        Where there is no such list, or it is empty.
    """
    place = f"{str(base).rstrip('/')}/{database}"
    found: list[str] = []
    waiting = [""]
    while waiting:
        folder = waiting.pop(0)
        if re.match(r"https?://", place):
            path = download(f"{place}/{folder}RECORDS", Cache(Path(cache)))
        else:
            path = Path(place).expanduser() / folder / "RECORDS"
            if not path.is_file():
                raise RecordingError(path, "there is no such list", "correct database or base")
        for line in path.read_text().split():
            if line.endswith("/"):
                waiting.append(folder + line)
            else:
                found.append(folder + line)
    if not found:
        raise RecordingError(f"{place}/RECORDS", "lists no record", "check database and version")
    return found


def write_recordings(path: str | Path, rows: Iterable[dict]) -> None:
    """Write rows of one shape as a tab-separated table with a header line."""
    rows = list(rows)
    with atomic_write(Path(path)) as part, part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def listed_files(folder: str | Path, collection: str, ending: str) -> list[dict[str, str]]:
    """Return the files of a set that a folder's MANIFEST.tsv lists.

    Parameters
    ----------
    folder : path
        With a tab-separated MANIFEST.tsv of at least path, set, subject and label.
    collection : str
        The set.
    ending : str
        How the names of the files end that are wanted.

    Returns
    -------
    list of dict
        Rows of the manifest, with the whole `path` and `name`, the file's up to its first dot.
    """
    folder = Path(folder).expanduser().resolve()
    with (folder / "MANIFEST.tsv").open(newline="", encoding="utf-8") as table:
        return [
            row
            | {"path": str(folder / row["path"]), "name": Path(row["path"]).name.partition(".")[0]}
            for row in csv.DictReader(table, delimiter="\t")
            if row["set"] == collection and row["path"].endswith(ending)
        ]


def recording_row(
    recording: str, source: str, channel, label: str, subject: str, database: str, **more
) -> dict:
    """Return a row of a table of recordings; what is not given in `more` is empty."""
    optional = dict.fromkeys(["start_s", "duration_s", "rate_hz", "variable", "session"], "")
    return {
        "recording": recording,
        "source": source,
        "channel": channel,
        "label": label,
        "subject": subject,
        "database": database,
    } | (optional | more)


def write_filled_table(path: str | Path, rows: Iterable[dict]) -> None:
    """Write rows of `recording_row`, without the columns that none of them fills."""
    rows = list(rows)
    filled = [key for key in rows[0] if any(row[key] != "" for row in rows)]
    write_recordings(path, [{key: row[key] for key in filled} for row in rows])
