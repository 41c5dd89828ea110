"""The recordings that a user names to `apply`: a table, files, folders, patterns, datasets."""

import copy
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from biospectra.errors import StudyError, refuse
from biospectra.study.new.discover import Watch
from biospectra.study.new.found import belonging_to
from biospectra.study.new.rows import plain_name
from biospectra.study.new_files import is_collection, rows_of_files
from biospectra.study.recordings import load_recordings, row_of, with_columns
from biospectra.study.schema import load_schema
from biospectra.study.table import REMOTE
from biospectra.study.trained import refuse_untold

REQUIRED = ["recording", "source", "channel"]
# What is said of all files of a call, for want of a table: columns of the table.
READING_FACTS = ("channel", "rate_hz", "units", "gain", "variable", "start_s", "duration_s")
READING_FACTS += ("label", "subject", "bad_channels")


@dataclass
class NewRecordings:
    """What is applied to.

    Attributes
    ----------
    rows : list of dict
        Rows with recording, source, channel and other columns of the table that are filled.
    table : Path or None
        The table that they are from.
    notes : list of str
        What was guessed or left out, for people.
    """

    rows: list[dict] = field(default_factory=list)
    table: Path | None = None
    notes: list[str] = field(default_factory=list)


def is_table(path: Path) -> bool:
    """Whether a file is a table of recordings: tab-separated, with `recording` and `source`."""
    if path.suffix.lower() not in (".tsv", ".txt") or not path.is_file():
        return False
    header = path.read_bytes()[:2000].replace(b"\0", b"").splitlines()[:1]
    return bool(header) and {b"recording", b"source"} <= set(header[0].strip().split(b"\t"))


def in_snakemake(fact: str, value: str) -> str:
    """Return how a fact is said to `snakemake apply`."""
    return f"{fact}={value} after --config"


def as_option(fact: str, value: str) -> str:
    """Return how a fact is said to `biospectra apply`."""
    return f"--{fact.replace('_', '-')} {value}"


def new_recordings(
    places: str | Path | list,
    settings: dict,
    given: dict,
    *,
    schemas: Path,
    say: Callable[[str, str], str] = in_snakemake,
    mirror: str | None = None,
    cache: str | Path = "results/downloads",
    watch: Watch = lambda steps, total: steps,
) -> NewRecordings:
    """Return the rows of what a model is applied to.

    Parameters
    ----------
    places : str, Path, or list of them
        A table like recordings.tsv, of which recording, source and channel must be there; or files,
        folders, BIDS datasets, patterns such as ``*.edf``, ``physionet:DATABASE/VERSION``, what is
        below ``s3://BUCKET/PREFIX/``, and what else a table may name as a source.
    settings : dict
        The trained model's.
    given : dict
        `READING_FACTS` of all recordings, such as rate_hz.
    schemas : Path
        Folder of the schemas.
    say : callable
        How the user says such a fact: `in_snakemake` or `as_option`.
    mirror : str or None
        Where PhysioNet's files are, if not there.
    cache : path
        For downloads.
    watch : callable
        Shows progress.

    Raises
    ------
    StudyError
        If there is nothing, a table is wrong, a file does not tell what must be known, or a
        recording's class is not told to a model whose cleaning depends on it; names the remedy.
    """
    schema = load_schema(schemas / "recordings.schema.yaml")
    try:
        given = row_of({fact: str(value) for fact, value in given.items()}, schema)
    except StudyError as error:
        raise StudyError(*(f"apply: {problem}" for problem in error.problems)) from None
    listed = list(places) if isinstance(places, list | tuple) else [places]
    found = NewRecordings()
    # Of a shell's pattern come signals beside their headers, which are no recordings of their own.
    belonging = belonging_to(Path(place) for place in listed if Path(place).is_file())
    for place in listed:
        if Path(place) in belonging:
            continue
        if is_table(Path(place)):
            if len(listed) > 1:
                raise StudyError(
                    f"{place}: a table of recordings is given by itself; leave the rest out."
                )
            schema = with_columns(schema, settings.get("columns", []))
            found.table, found.rows = Path(place), _of_table(place, schema, settings["labels"])
        elif str(place).startswith(REMOTE) and not is_collection(str(place)):
            found.rows.append(_of_address(str(place), given, say))
        else:
            found.rows += rows_of_files(
                place, settings, given, say, mirror, cache, watch, found.notes
            )
    _name_apart(found.rows)
    how = "add it as a column `label`" if found.table else f"add {say('label', 'CLASS')}"
    refuse_untold(found.rows, settings["resample"]["by_label"], "apply", how)
    centred = [n for n, e in settings["classifiers"].items() if e.get("centre") == "subject"]
    people = [row.get("subject", row["recording"]) for row in found.rows]
    sessions = {one["session"] for one in sessions_of(found.rows)}
    if centred and len(set(people)) == len(sessions):
        found.notes.append(
            f"{centred[0]} subtracts each person's mean, and each of these has one recording, of "
            f"which little is left; give several, and whose they are: {say('subject', 'PERSON')}, "
            "or a column `subject`"
        )
    if settings["joined"]:
        refuse(_unjoined(found.rows, settings["joined"]))
    return found


def _of_table(path: str | Path, schema: dict, labels: list[str]) -> list[dict]:
    relaxed = copy.deepcopy(schema)
    relaxed["required"] = REQUIRED
    table = load_recordings(path, relaxed, [*labels, "unknown", None])
    return [
        {column: value for column, value in row.items() if value is not None}
        for row in table.to_dict("records")
    ]


def _of_address(source: str, given: dict, say: Callable[[str, str], str]) -> dict:
    if "channel" not in given:
        raise StudyError(f"apply: which channel of {source}? Add {say('channel', 'NAME')}.")
    name = plain_name(source.rstrip("/").rpartition("/")[2].partition(".")[0]) or "recording"
    return {"recording": name, "source": source} | given | {"channel": str(given["channel"])}


def _name_apart(rows: list[dict]) -> None:
    """Give recordings names of their own."""
    taken: set[str] = set()
    for row in rows:
        base, k = row["recording"], 1
        while row["recording"] in taken:
            k += 1
            row["recording"] = f"{base}-{k}"
        taken.add(row["recording"])


def _unjoined(rows: list[dict], joined: list[str]) -> Iterable[str]:
    """Name sessions that do not have each of the channels that the model joins, once."""
    sessions: dict[str, list[str]] = {}
    for row in rows:
        sessions.setdefault(row.get("session", row["recording"]), []).append(row["channel"])
    for session, channels in sessions.items():
        wrong = [name for name in joined if channels.count(name) != 1]
        if wrong:
            yield (
                f"apply: session {session}: the model joins the channels {', '.join(joined)}, and "
                f"{wrong[0]} is there {channels.count(wrong[0])} times; give each channel a row, "
                "with one value in the column `session`, named as in the training."
            )


def sessions_of(rows: list[dict]) -> list[dict]:
    """Return recording, session and channel of rows; what has no session is one by itself."""
    return [
        {
            "recording": row["recording"],
            "session": row.get("session", row["recording"]),
            "channel": row["channel"],
        }
        for row in rows
    ]


def new_table(path: str | Path) -> str:
    """Return the table of recordings as text for the terminal, without its probabilities."""
    table = pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False).replace("", "-")
    if set(table["label"]) <= {"unknown", "-"}:  # what is not known is not told
        table = table.drop(columns="label")
    number = r"_(calibrated_p|p|sd)_"
    said = [c for c in table if re.search(number, c) and re.sub(f"{number}.*", "", c) in table]
    if not (pd.to_numeric(table.get("signal_novelty"), errors="coerce") > 1).any():
        said.append("signal_novelty")  # nothing is unusual
    return table.drop(columns=said, errors="ignore").to_string(index=False)
