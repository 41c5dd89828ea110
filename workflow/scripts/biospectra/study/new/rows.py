"""Rows of a study's table of recordings, made from what was found."""

import csv
import io
import re
import unicodedata
from collections import Counter, defaultdict

from biospectra.formats.channels import SEPARATOR
from biospectra.signals.annotations import ANNOTATED
from biospectra.study.new.asked import Asked, units_cell
from biospectra.study.new.found import Found, stem_of

# In the order of the table; further ones follow where some row fills them.
ALWAYS = ("recording", "source", "channel", "label", "subject", "database")


def plain_name(text: str) -> str:
    """Return text as the table's ids and labels may be: letters, digits, ``_``, ``-`` and ``.``.

    Letters of other scripts are spelt out, so that names that differ in them alone stay apart.
    """
    text = text.replace("+", "plus").replace("ß", "ss")
    ascii_text = "".join(map(_in_ascii, unicodedata.normalize("NFKD", text)))
    kept = re.sub(r"[^A-Za-z0-9_.-]+", "_", ascii_text).strip("_").lstrip("-.")
    if kept or not text.strip():
        return kept
    # Signs alone, such as ~ for noise: their names, which stay apart.
    words = [unicodedata.name(letter, f"u{ord(letter):x}") for letter in text.strip()[:3]]
    return re.sub(r"[^a-z0-9]+", "_", "_".join(words).casefold())


def plain_names(values: list[str]) -> tuple[list[str], list[str]]:
    """Return values as `plain_name` has them, and what is to be said of those that are alike.

    Values that would become one, ``p 1`` and ``p_1``, may be two people or one typed in two ways:
    their cells stay empty, so that somebody says which.
    """
    plain, alike = defaultdict(list), defaultdict(list)
    for value in dict.fromkeys(value for value in values if value):
        plain[plain_name(value)].append(value)
        alike[re.sub(r"(?<!\d)0+(?=\d)", "", plain_name(value).casefold())].append(value)
    one = [own for own in plain.values() if len(own) > 1]
    near = [own for own in alike.values() if len(own) > 1 and own not in one]
    said = [f"{_listed(own)} differ in signs alone: fill in whether they are one" for own in one]
    said += [f"{_listed(own)} are alike: give them one name if they are one" for own in near]
    left_empty = {value for own in one for value in own}
    return ["" if value in left_empty else plain_name(value) for value in values], said


def _listed(values: list[str]) -> str:
    return " and ".join(repr(value) for value in values[:4])


def _in_ascii(letter: str) -> str:
    """Return a letter of another script by its name, and other signs and accents as nothing."""
    if letter.isascii():
        return letter
    accent = "\u0300" <= letter <= "\u036f"
    if accent or not (letter.isalpha() or unicodedata.category(letter).startswith("M")):
        return ""
    name = unicodedata.name(letter, f"u{ord(letter):x}").partition(" WITH ")[0]
    _, is_letter, last = name.rpartition("LETTER ")
    return re.sub(r"[^a-z0-9]", "", (last if is_letter else re.split("[ -]", name)[-1]).lower())


def _names_of(found: list[Found]) -> list[str]:
    """Return a short name for each recording that no other has."""
    stems = [plain_name(stem_of(one.name)) or "recording" for one in found]
    often = Counter(stems)
    for k, one in enumerate(found):
        if often[stems[k]] > 1 and "/" in one.name:
            stems[k] = plain_name(one.name.rpartition("/")[0].replace("/", "_")) + "_" + stems[k]
    taken: dict[str, int] = {}
    names = []
    for stem in stems:
        taken[stem] = taken.get(stem, 0) + 1
        names.append(stem if taken[stem] == 1 else f"{stem}-{taken[stem]}")
    return names


def rows_of(
    found: list[Found], asked: list[list[Asked]], columns: dict[str, list[str]]
) -> list[dict[str, str]]:
    """Return the rows of recordings, one for each thing that is asked of each.

    Parameters
    ----------
    found : list of Found
        The recordings.
    asked : list of list of Asked
        What is asked of each.
    columns : dict of str to list of str
        Label, subject and database of each recording; of a session of several files its name.
        What is in one file and needs several rows is a session of its own.
    """
    rows = []
    empty = [""] * len(found)
    sessions = columns.get("session", empty)
    for k, (one, name) in enumerate(zip(found, _names_of(found), strict=True)):
        label, notes = columns.get("label", empty)[k], one.given.get("annotator", "")
        names = [channel.name for channel in one.contents.channels] if one.contents else []
        several = len(asked[k]) > 1
        for part in asked[k]:
            channel = part.channels[0]
            by_name = names.count(channel.name) == 1 and not one.columns
            cell = channel.name.strip() if by_name else str(channel.number)
            # What cannot be in one row with others: one channel by its name, many by their array.
            told = channel.name if part.cell is None else channel.variable or part.cell
            plain = plain_name(told.replace("*", "")) or str(channel.number)
            rows.append(
                {
                    "recording": f"{name}_{plain}" if several else name,
                    "source": one.source,
                    "channel": cell if part.cell is None else part.cell,
                    "label": label,
                    "subject": columns.get("subject", empty)[k],
                    "database": columns.get("database", empty)[k],
                    "bad_channels": SEPARATOR.join(part.bad),
                    "session": sessions[k] or (name if several else ""),
                    "rate_hz": "" if channel.rate_hz else one.given.get("rate_hz", ""),
                    "units": units_cell(one, channel),
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


# What a recording's rows have in common, whichever channels each is of.
_OF_RECORDINGS = ("label", "subject", "database", "annotator")


def merged(
    old: list[dict[str, str]], new: list[dict[str, str]], *, channels: bool = False
) -> tuple[list[dict[str, str]], int, int]:
    """Add new rows to those of a table, and fill cells of its own that are empty.

    A cell that says something stays as it is, and so do bad channels and a row whose file is gone.
    A row that was taken out of those of a file stays out. Of a file whose rows ask for other
    channels than the new ones do, such as for each by its name, label and person are filled.

    Parameters
    ----------
    old, new : list of dict
        Rows; the same recording has the same source and channel.
    channels : bool
        Whether files that have rows may get some of other channels, which are new.

    Returns
    -------
    rows : list of dict
        The old ones first.
    added : int
        How many rows are new.
    filled : int
        How many empty cells were filled.
    """
    kept = [dict(row) for row in old]
    names = {row["recording"] for row in old}
    by_source: dict[str, list[dict[str, str]]] = {}
    for row in kept:
        by_source.setdefault(row["source"], []).append(row)
    added = filled = 0
    more = []
    for row in new:
        mine = by_source.get(row["source"], [])
        same = [other for other in mine if other["channel"] == row["channel"]]
        if not mine or (channels and not same):
            base, k = row["recording"], 1
            while row["recording"] in names:
                k += 1
                row = row | {"recording": f"{base}-{k}"}
            names.add(row["recording"])
            more.append(row)
            added += 1
        for other in same or mine:
            for column, cell in row.items():
                may = column in _OF_RECORDINGS or (same and column != "bad_channels")
                if may and cell and not other.get(column):
                    other[column] = cell
                    filled += 1
    return [*kept, *more], added, filled


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
