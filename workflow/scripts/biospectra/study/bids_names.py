"""What recordings, people and tables are called in BIDS.

Recordings of a BIDS dataset keep the entities of their names. Those from elsewhere get ``sub`` from
the column subject, ``ses`` from session and ``recording`` from their id.
"""

import re
from pathlib import Path
from typing import Any, NamedTuple

from biospectra.errors import StudyError, redacted
from biospectra.study.new.bids import entities_of, root_of


class Place(NamedTuple):
    """Where a recording goes.

    Attributes
    ----------
    folder : str
        In the derivative: ``sub-01/ses-1/eeg``.
    stem : str
        Its entities: ``sub-01_ses-1_task-rest``.
    source : str
        Its file, as the study's table has it.
    start_s : float
        What of the file was left out before what was read.
    """

    folder: str
    stem: str
    source: str
    start_s: float


def plain_label(text: str) -> str:
    """Return a text as a label of BIDS, which has letters and digits alone.

    Examples
    --------
    >>> plain_label("encoder_features"), plain_label("person 5"), plain_label("sub-01")
    ('encoderFeatures', 'person5', '01')
    """
    first, *others = re.split(r"[^A-Za-z0-9]+", str(text).removeprefix("sub-").strip())
    return first + "".join(part[:1].upper() + part[1:] for part in others)


def bids_places(table: list[dict[str, Any]]) -> dict[str, Place]:
    """Return where each recording goes, by its id, and by its session where it has one."""
    _refuse_shared_names(table)
    found: dict[str, Place] = {}
    taken: dict[tuple[str, str], tuple[str, str]] = {}
    for row in table:
        name, source = str(row["recording"]), str(row["source"])
        entities = entities_of(Path(source).name)
        if entities:
            pairs, kind = [f"{k}-{v}" for k, v in entities.items()], Path(source).parent.name
            kind = "" if kind.startswith(("sub-", "ses-")) else kind
            if "_physio." in source and "recording" not in entities:  # beside the EEG
                pairs.append("recording-physio")
        else:
            kind, pairs = "", [f"sub-{plain_label(row['subject']) or 'unknown'}"]
            pairs += [f"ses-{plain_label(row['session'])}"] if row.get("session") else []
            pairs.append(f"recording-{plain_label(name)}")
        levels = [pair for pair in pairs if pair.startswith(("sub-", "ses-"))]
        place = Place(
            "/".join([*levels, *([kind] if kind else [])]),
            "_".join(pairs),
            source,
            float(row.get("start_s") or 0.0),
        )
        who = (source if entities else name, str(row["subject"]))
        other = taken.setdefault((place.folder, place.stem), who)
        if other != who:
            raise StudyError(
                f"recordings {other[0]!r} of {other[1]} and {who[0]!r} of {who[1]} would both be "
                f"{place.stem} in BIDS; give one of them an id or subject that differs in more "
                "than signs."
            )
        found[name] = place
        session = str(row.get("session") or "")
        if session and session != name:  # its channels may be joined in one row
            whole = place.stem if entities else "_".join(pairs[:-1])
            found.setdefault(session, place._replace(stem=whole))
    return found


def _refuse_shared_names(table: list[dict[str, Any]]) -> None:
    """Refuse a session that is called as a recording which is not all of it.

    Rows of joined channels are called by their session, and those of one channel by the recording.
    """
    sessions: dict[str, list[str]] = {}
    for row in table:
        if row.get("session"):
            sessions.setdefault(str(row["session"]), []).append(str(row["recording"]))
    for name in (str(row["recording"]) for row in table):
        if name in sessions and sessions[name] != [name]:
            others = [other for other in sessions[name] if other != name]
            raise StudyError(
                f"session {name!r} of recording {others[0]!r} has the name of a recording; in BIDS "
                "they would be one: give the session another name."
            )


def dataset_of(source: str) -> Path | None:
    """Return the folder of the BIDS dataset that a source is in; None where it is in none."""
    if not entities_of(Path(source).name):
        return None
    return root_of(Path(source).absolute())


def bids_uri(source: str) -> str:
    """Return a file of a BIDS dataset as BIDS names it, an address as it is, nothing of others."""
    root = dataset_of(source)
    if root is not None:
        return f"bids:raw:{Path(source).absolute().relative_to(root).as_posix()}"
    return redacted(source) if re.match(r"[a-z]+:", source) else ""


def physionet_addresses(places: dict[str, Place]) -> list[str]:
    """Return the addresses of PhysioNet's databases that recordings are of."""
    found = {
        "https://physionet.org/content/"
        + "/".join(place.source[len("physionet:") :].split("/")[:2])
        for place in places.values()
        if place.source.startswith("physionet:")
    }
    return sorted(found)
