"""Rows of a study's table of recordings, made from what was found."""

import csv
import io
import re
import unicodedata

from biospectra.formats.contents import ChannelInfo
from biospectra.signals.annotations import ANNOTATED
from biospectra.study.new.found import Found, stem_of

# In the order of the table; the last ones only where some row fills them.
ALWAYS = ("recording", "source", "channel", "label", "subject", "database")
SOMETIMES = ("session", "rate_hz", "units", "variable", "annotator")


def plain_name(text: str) -> str:
    """Return text as the table's ids and labels may be: letters, digits, ``_``, ``-`` and ``.``."""
    text = text.replace("+", "plus")
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9_.-]+", "_", ascii_text).strip("_").lstrip("-.")
    if kept or not text.strip():
        return kept
    # Signs alone, such as ~ for noise: their names, which stay apart.
    words = [unicodedata.name(letter, f"u{ord(letter):x}") for letter in text.strip()[:3]]
    return re.sub(r"[^a-z0-9]+", "_", "_".join(words).casefold())


def _names_of(found: list[Found]) -> list[str]:
    """Return a short name for each recording that no other has."""
    stems = [plain_name(stem_of(one.name)) or "recording" for one in found]
    for k, one in enumerate(found):
        if stems.count(stems[k]) > 1 and "/" in one.name:
            stems[k] = plain_name(one.name.rpartition("/")[0].replace("/", "_")) + "_" + stems[k]
    taken: dict[str, int] = {}
    names = []
    for stem in stems:
        taken[stem] = taken.get(stem, 0) + 1
        names.append(stem if taken[stem] == 1 else f"{stem}-{taken[stem]}")
    return names


def rows_of(
    found: list[Found], channels: list[list[ChannelInfo]], columns: dict[str, list[str]]
) -> list[dict[str, str]]:
    """Return the rows of recordings, one for each of their channels.

    Parameters
    ----------
    found : list of Found
        The recordings.
    channels : list of list of ChannelInfo
        Those of each that are taken.
    columns : dict of str to list of str
        Label, subject and database of each recording; of a session of several files its name.
        What was recorded in one file is a session of its own.
    """
    rows = []
    empty = [""] * len(found)
    sessions = columns.get("session", empty)
    for k, (one, name) in enumerate(zip(found, _names_of(found), strict=True)):
        label, notes = columns.get("label", empty)[k], one.given.get("annotator", "")
        names = [channel.name for channel in one.contents.channels] if one.contents else []
        for channel in channels[k]:
            plain = plain_name(channel.name) or str(channel.number)
            by_name = names.count(channel.name) == 1 and not one.columns
            said = one.units.get(channel.name, "") or one.given.get("units", "")
            rows.append(
                {
                    "recording": f"{name}_{plain}" if len(channels[k]) > 1 else name,
                    "source": one.source,
                    "channel": channel.name.strip() if by_name else str(channel.number),
                    "label": label,
                    "subject": columns.get("subject", empty)[k],
                    "database": columns.get("database", empty)[k],
                    "session": sessions[k] or (name if len(channels[k]) > 1 else ""),
                    "rate_hz": "" if channel.rate_hz else one.given.get("rate_hz", ""),
                    "units": said if channel.units == "adu" else "",
                    "variable": channel.variable or "",
                    "annotator": notes if label == ANNOTATED else "",
                }
            )
    return _with_names_of_their_own(rows)


def _with_names_of_their_own(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    taken: dict[str, int] = {}
    for row in rows:
        name = row["recording"]
        taken[name] = taken.get(name, 0) + 1
        if taken[name] > 1:
            row["recording"] = f"{name}-{taken[name]}"
    return rows


def merged(
    old: list[dict[str, str]], new: list[dict[str, str]], *, channels: bool = False
) -> tuple[list[dict[str, str]], int, int]:
    """Add new rows to those of a table, and fill cells of its own that are empty.

    A cell that says something stays as it is, and so does a row whose file is gone. A row that
    was taken out of those of a file stays out.

    Parameters
    ----------
    old, new : list of dict
        Rows; the same recording has the same source and channel.
    channels : bool
        Whether files that have rows may get some of other channels.

    Returns
    -------
    rows : list of dict
        The old ones first.
    added : int
        How many rows are new.
    filled : int
        How many empty cells were filled.
    """
    known = {(row["source"], row["channel"]): dict(row) for row in old}
    names, sources = {row["recording"] for row in old}, {row["source"] for row in old}
    added = filled = 0
    more = []
    for row in new:
        mine = known.get((row["source"], row["channel"]))
        if mine is None:
            if row["source"] in sources and not channels:
                continue
            base, k = row["recording"], 1
            while row["recording"] in names:
                k += 1
                row = row | {"recording": f"{base}-{k}"}
            names.add(row["recording"])
            more.append(row)
            added += 1
            continue
        for column, cell in row.items():
            if cell and not mine.get(column):
                mine[column] = cell
                filled += 1
    return [*known.values(), *more], added, filled


def table_text(rows: list[dict[str, str]]) -> str:
    """Return rows as the tab-separated table of recordings."""
    extra = [c for c in dict.fromkeys(k for row in rows for k in row) if c not in ALWAYS]
    columns = [*ALWAYS, *(c for c in extra if any(row.get(c) for row in rows))]
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None
    )
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return out.getvalue()


def people_by_label(rows: list[dict[str, str]]) -> dict[str, int]:
    """Return how many people each class has, in the order in which classes first appear."""
    labels = dict.fromkeys(row["label"] for row in rows if row["label"])
    return {
        label: len({row["subject"] for row in rows if row["label"] == label and row["subject"]})
        for label in labels
        if label != ANNOTATED
    }
