"""A datasheet of the recordings: people, sessions, durations, rates, devices, what is missing."""

from collections import defaultdict

from biospectra.report.paper import preparation
from biospectra.report.paper.document import Document, blank, plain
from biospectra.report.paper.run import Run
from biospectra.report.paper.words import choices, listing, median_and_range
from biospectra.words import number_of

LISTED_AT_MOST = 50  # recordings, up to which each exclusion is listed by its name


def datasheet_document(run: Run) -> Document:
    """Return the datasheet, in the order of Gebru et al.'s questions."""
    document = Document("Datasheet of the recordings")
    document.paragraph("After the questions of Datasheets for Datasets [@gebru2021].")
    document.heading("Motivation")
    document.paragraph(blank("why, by whom and with whose funds the recordings were made"))
    document.heading("Composition")
    document.paragraph(preparation.people_and_recordings(run))
    document.table(
        ["Database", "Recordings", "People", "Sessions", "Duration", "Native rate", "Units"],
        [_database(name, rows) for name, rows in _by_database(run).items()],
    )
    document.table(
        ["Class", "Recordings", "People", "Segments", "Rejected segments"],
        [
            [label, *map(str, (own["recordings"], own["subjects"], own["segments"])), str(bad)]
            for label, own in run.summary["classes"].items()
            for bad in [sum(own["rejected"].values())]
        ],
    )
    document.paragraph(_channels(run))
    document.paragraph(_further_columns(run))
    document.heading("Missing and rejected")
    document.paragraph(_missing(run))
    document.items(_rejected(run))
    remarks = run.provenance["remarks"]
    if remarks:
        document.paragraph("Odd, but used:")
        document.items([plain(remark) for remark in remarks[:LISTED_AT_MOST]])
    document.heading("Collection process")
    document.paragraph(
        f"Devices: the files name none that the run relies on. {blank('devices and electrodes')} "
        f"{blank('how people were recruited, when and where they were recorded')} "
        f"{blank('ethics approval and consent')}"
    )
    document.heading("Preprocessing and labelling")
    document.paragraph(preparation.cleaning(run))
    document.paragraph(preparation.segmenting(run))
    document.paragraph(f"Labels: {blank('who assigned the classes, by which criteria')}")
    document.heading("Uses, distribution and maintenance")
    document.paragraph(preparation.sources_in_words(run))
    document.paragraph(
        f"{blank('licence and terms of each database')} {blank('who maintains the recordings')} "
        f"{blank('uses that should be avoided')}"
    )
    return document


def _by_database(run: Run) -> dict[str, list[dict]]:
    found = defaultdict(list)
    for row in run.recordings:
        found[plain(row["database"])].append(row)
    return dict(sorted(found.items()))


def _database(name: str, rows: list[dict]) -> list[str]:
    return [
        name,
        str(len({row["recording"] for row in rows})),
        str(len({row["subject"] for row in rows})),
        str(len({row["session"] or row["recording"] for row in rows})),
        median_and_range([row["duration_s"] for row in rows], "s"),
        choices([row["native_rate_hz"] for row in rows], "Hz"),
        listing(sorted({plain(row["units"]) for row in rows})),
    ]


def _channels(run: Run) -> str:
    named = sorted({plain(row["channel"]) for row in run.recordings})
    if len(named) > LISTED_AT_MOST:
        return f"Channels: {len(named)} different names; recordings.tsv lists them."
    return f"Channels, as the files name them: {listing(named)}."


def _further_columns(run: Run) -> str:
    columns = run.config["columns"]
    if not columns:
        return f"The table has no further columns. {blank('age and sex of the people')}"
    told = []
    for column in columns:
        without = {
            row["subject"] for row in run.provenance["recordings"] if row.get(column) is None
        }
        empty = number_of(len(without), "person")
        told.append(f"{column} (empty for {empty})" if without else f"{column} (given for all)")
    return f"Further columns of the table: {listing(told)}."


def _missing(run: Run) -> str:
    rows = run.recordings
    without = [row["recording"] for row in rows if not row["segments"]]
    text = (
        f"{number_of(sum(run.rejected_segments.values()), 'segment')} of {run.segments} "
        "were rejected. "
    )
    if without:
        text += f"No segment came from {number_of(len(set(without)), 'used recording')}. "
    gaps = sum(row["stretches"] > 1 for row in rows)
    if gaps:
        text += f"{number_of(gaps, 'channel')} had gaps; segments do not reach over them. "
    return text.strip()


def _rejected(run: Run) -> list[str]:
    rejected = run.summary["rejected_recordings"]
    if not rejected:
        return ["No recording was excluded."]
    if len(rejected) <= LISTED_AT_MOST:
        return [f"{plain(name)}: {plain(reason)}" for name, reason in rejected.items()]
    counts: dict[str, int] = defaultdict(int)
    for reason in rejected.values():
        counts[plain(reason)] += 1
    most = sorted(counts.items(), key=lambda pair: -pair[1])[:LISTED_AT_MOST]
    lines = [f"{reason}: {number_of(count, 'recording')}" for reason, count in most]
    return [*lines, "rejected.tsv lists each."]
