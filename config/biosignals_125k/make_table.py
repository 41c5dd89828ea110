"""Make recordings.tsv of system A at its size: 125,000 segments of ECG, EEG and EMG.

    python config/biosignals_125k/make_table.py [BASE]

BASE is an address or a folder laid out as https://physionet.org/files, the default. Of the
databases only their files RECORDS are read. Each class comes from two databases in equal parts, so
that class and database are not the same thing, and each person of a database gives equally many
segments. At the end stands how many people, segments and bytes there are: about 17 GB to download.

What is known of the databases' files, and of their size, is in COLLECTIONS.
"""

import math
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from biospectra.sources.fetch import PHYSIONET
from biospectra.sources.record_lists import list_records, write_recordings

HERE = Path(__file__).resolve().parent
SEGMENTS = 125_000
WINDOW_S = 5


class Collection(NamedTuple):
    """A database, and what is taken from it.

    Attributes
    ----------
    label, database
        The class, and DATABASE/VERSION.
    keep
        Pattern of the records to take; its group ``person`` tells people apart.
    channels
        Names or numbers, used one after the other until there are enough segments.
    usable_s
        Seconds in every record that is kept.
    start_s
        Where in a record to begin.
    record_bytes, bytes_a_second
        Size of a record that is fetched whole, or rate of one that is fetched in part.
    """

    label: str
    database: str
    keep: str
    channels: tuple
    usable_s: float
    start_s: float = 0
    record_bytes: int = 0
    bytes_a_second: int = 0


COLLECTIONS = (
    Collection("ECG", "mitdb/1.0.0", r"(?P<person>\d+)", (0, 1), 1805, record_bytes=1_950_000),
    # A day each; an hour is left for electrodes to settle.
    Collection("ECG", "ltafdb/1.0.0", r"(?P<person>\d+)", (0,), 7200, 3600, bytes_a_second=384),
    # Runs 3 to 14 of two minutes; five people with another rate or other trials are left out.
    Collection(
        "EEG",
        "eegmmidb/1.0.0",
        r"S\d+/S(?P<person>(?!088|092|100|104|106)\d+)R(?:0[3-9]|1[0-4])\.edf",
        ("Cz..", "Oz.."),
        120,
        record_bytes=2_600_000,
    ),
    # The shortest files have 16 minutes.
    Collection(
        "EEG",
        "chbmit/1.0.0",
        r"chb\d+/chb(?P<person>\d+)\w*_\d+\+?\.edf",
        (0, 8),
        900,
        record_bytes=42_400_000,
    ),
    Collection(
        "EMG",
        "grabmyo/1.1.0",
        r"Session1/session1_participant\d+/session1_participant(?P<person>\d+)_gesture\d+_trial\d+",
        ("F1", "F5", "F9", "F13", "F15"),
        5,
        record_bytes=655_360,
    ),
    # 256 electrodes, of which every twelfth is taken.
    Collection(
        "EMG",
        "hd-semg/1.0.0",
        r"1dof_dataset/subject(?P<person>\d+)_session\d/1dof_raw_finger\d_sample1",
        tuple(range(0, 252, 12)),
        25,
        record_bytes=26_200_000,
    ),
)
ONE_PERSON = {"mitdb_202": "mitdb_201", "chbmit_21": "chbmit_01"}


def people_of(collection: Collection, records: Iterable[str]) -> dict[str, list[str]]:
    """Return the records to take, by person."""
    people = defaultdict(list)
    name = collection.database.partition("/")[0]
    for record in records:
        if match := re.fullmatch(collection.keep, record):
            person = f"{name}_{match['person']}"
            people[ONE_PERSON.get(person, person)].append(record)
    if not people:
        raise SystemExit(f"{collection.database}: no record looks like {collection.keep}")
    return people


def short_name(record: str) -> str:
    """Return a record's name, with the folder's before it where the name does not hold it."""
    *folders, name = re.sub(r"\.\w+$", "", record).replace("+", "p").split("/")
    return name if not folders or name.startswith(folders[-1]) else f"{folders[-1]}-{name}"


def rows_of(collection: Collection, records: Iterable[str], segments: int):
    """Yield rows that together have as many segments, from each person about equally many."""
    people = people_of(collection, records)
    name = collection.database.partition("/")[0]
    for k, (person, mine) in enumerate(people.items()):
        missing = segments // len(people) + (k < segments % len(people))
        for channel in collection.channels:
            for record in mine:
                taken = min(missing, math.floor(collection.usable_s / WINDOW_S))
                if taken == 0:
                    break
                missing -= taken
                short = short_name(record)
                yield {
                    "recording": f"{name}_{short}_{str(channel).rstrip('.')}",
                    "source": f"physionet:{collection.database}/{record}",
                    "channel": channel,
                    "label": collection.label,
                    "subject": person,
                    "database": name,
                    "start_s": collection.start_s,
                    "duration_s": taken * WINDOW_S,
                }
        if missing:
            print(f"{person}: {missing} segments fewer than its share", file=sys.stderr)


def size_of(collection: Collection, rows: list[dict]) -> int:
    """Return how many bytes the records of these rows have, to be fetched."""
    if collection.record_bytes:
        return collection.record_bytes * len({row["source"] for row in rows})
    longest = defaultdict(float)
    for row in rows:
        longest[row["source"]] = max(longest[row["source"]], row["duration_s"])
    return int(sum(longest.values()) * collection.bytes_a_second)


def main(base: str = PHYSIONET, output: str | Path = HERE / "recordings.tsv") -> None:
    """Write the table, and say what it amounts to."""
    cache = HERE.parents[1] / "results" / ".cache"
    table, total = [], 0
    classes = len({collection.label for collection in COLLECTIONS})
    for k, collection in enumerate(COLLECTIONS):
        alike = sum(other.label == collection.label for other in COLLECTIONS)
        share = SEGMENTS // (classes * alike) + (k < SEGMENTS % (classes * alike))
        records = list_records(collection.database, base=base, cache=cache)
        rows = list(rows_of(collection, records, share))
        table += rows
        total += size_of(collection, rows)
        segments = sum(row["duration_s"] for row in rows) // WINDOW_S
        print(
            f"{collection.label} {collection.database}: {len({row['subject'] for row in rows})} "
            f"people, {segments} segments in {len(rows)} rows, "
            f"{size_of(collection, rows) / 1e9:.2f} GB"
        )
    write_recordings(output, table)
    segments = sum(row["duration_s"] for row in table) // WINDOW_S
    print(f"{len(table)} rows, {segments} segments; about {total / 1e9:.0f} GB to download")


if __name__ == "__main__":
    main(*sys.argv[1:])
