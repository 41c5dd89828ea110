"""Annotations in a file of their own: Sleep-EDF's hypnograms, BIDS's events."""

import csv
import gzip
import math
from datetime import datetime
from pathlib import Path

from biospectra.formats.confined import check_file, check_name
from biospectra.formats.edf import ENDINGS as EDF_ENDINGS
from biospectra.formats.edf import edf_annotations
from biospectra.formats.request import Request
from biospectra.signals.signal import Annotation

EVENT_TABLES = (".tsv", ".csv", ".tsv.gz")
_LABELS = ("trial_type", "label", "description", "annotation", "event", "stage", "type", "value")


def is_annotation_file(name: str) -> bool:
    """Whether an annotator is the name of a file rather than one of WFDB's endings.

    Parameters
    ----------
    name : str
        What a request names as annotator.

    Returns
    -------
    bool
    """
    return name.lower().endswith((*EDF_ENDINGS, *EVENT_TABLES))


def read_annotations(
    request: Request, begins: datetime | None, begins_s: float
) -> list[Annotation]:
    """Return the annotations of the file that a request names as annotator.

    Parameters
    ----------
    request : Request
        Whose `annotator` is a file in the recording's folder.
    begins : datetime or None
        When the recording began, where its file says it.
    begins_s : float
        When its first sample was taken, on the clock of a table of events.

    Returns
    -------
    list of Annotation
        In true seconds from the recording's first sample.

    Raises
    ------
    RecordingError
        Where the file is not there, is none of annotations, or is of another time.
    """
    name = str(request.annotator)
    path = request.path.parent / name
    check_name(request.path, name)
    if not path.is_file():
        raise request.error(
            f"its annotator {name!r} is not beside it", "correct the column annotator"
        )
    check_file(request.path, path)
    try:
        if name.lower().endswith(EDF_ENDINGS):
            found, file_begins = edf_annotations(path)
            late_s = 0.0
            if begins is not None and file_begins is not None:
                late_s = (file_begins - begins.replace(tzinfo=None)).total_seconds()
        else:
            found, late_s = _table(path), -begins_s
    except (ValueError, KeyError, OSError, EOFError) as problem:
        raise request.error(
            f"its annotator {name!r} cannot be read ({problem})",
            "it is an EDF+ file, or a table with the columns onset, duration and trial_type",
        ) from problem
    if not found:
        raise request.error(f"its annotator {name!r} holds no annotation", "name another file")
    if abs(late_s) > 7 * 86_400:
        raise request.error(
            f"it begins on {begins:%Y-%m-%d} and its annotator {name!r} on {file_begins:%Y-%m-%d}",
            "name the file of annotations that belongs to it",
        )
    return [a._replace(onset_s=a.onset_s + late_s) for a in found]


def _table(path: Path) -> list[Annotation]:
    """Read a table of events; seconds from the start, ``n/a`` for no duration."""
    opener = gzip.open if path.name.lower().endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        start = file.readline()
        file.seek(0)
        rows = csv.DictReader(file, delimiter="\t" if "\t" in start else ",")
        names = [name.strip().lower() for name in rows.fieldnames or []]
        rows.fieldnames = names
        label = next((name for name in _LABELS if name in names), None)
        if "onset" not in names or label is None:
            raise ValueError(f"its columns are {', '.join(names)}")
        found = []
        for row in rows:
            onset_s, duration_s = _seconds(row["onset"]), _seconds(row.get("duration"))
            if math.isfinite(onset_s) and row[label]:
                lasts_s = duration_s if math.isfinite(duration_s) else 0.0
                found.append(Annotation(onset_s, lasts_s, row[label].strip()))
    return found


def _seconds(cell: str | None) -> float:
    text = (cell or "").strip().lower()
    return math.nan if text in ("", "n/a", "nan") else float(text)
