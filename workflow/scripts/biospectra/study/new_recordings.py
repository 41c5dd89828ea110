"""The table of new recordings, or one recording's file, as a user names it to `apply`."""

import copy
import re
from pathlib import Path

import pandas as pd

from biospectra.errors import StudyError
from biospectra.study.recordings import load_recordings
from biospectra.study.trained import refuse_untold

REQUIRED = ["recording", "source", "channel"]


def is_table(path: Path) -> bool:
    """Whether a file is a table of recordings: tab-separated, with `recording` and `source`."""
    if path.suffix.lower() not in (".tsv", ".txt"):
        return False
    header = path.read_bytes()[:2000].replace(b"\0", b"").splitlines()[:1]
    return bool(header) and {b"recording", b"source"} <= set(header[0].strip().split(b"\t"))


def new_rows(
    path: str | Path, schema: dict, labels: list[str], given: dict, *, by_label: dict
) -> list[dict]:
    """Return the rows of new recordings.

    Parameters
    ----------
    path : path
        A table like recordings.tsv, of which recording, source and channel must be there, or one
        recording's file.
    schema : dict
        JSON schema of a row of recordings.tsv.
    labels : list of str
        The classes of the trained study.
    given : dict
        For one file, its channel and other columns, such as rate_hz.
    by_label : dict
        The trained study's cleaning of single classes.

    Raises
    ------
    StudyError
        If the file is not there, the table is wrong, or a recording's class is not told to a model
        whose cleaning depends on it; names the line and the remedy.
    """
    rows = _read(path, schema, labels, given)
    refuse_untold(rows, by_label, "apply_to", "add it as a column `label`")
    return rows


def _read(path: str | Path, schema: dict, labels: list[str], given: dict) -> list[dict]:
    path = Path(path)
    if not path.exists():
        raise StudyError(
            f"apply_to: there is no {path}; name a table of recordings or a recording's file."
        )
    if not is_table(path):
        if "channel" not in given:
            raise StudyError(
                f"apply_to: which channel of {path}? Add it: --config apply_to={path} channel=NAME."
            )
        name = re.sub(r"[^A-Za-z0-9_-]+", "_", path.name.lstrip(".").split(".")[0]).strip("_-")
        row = {"recording": name or "recording", "source": str(path)}
        return [row | given | {"channel": str(given["channel"])}]
    relaxed = copy.deepcopy(schema)
    relaxed["required"] = REQUIRED
    table = load_recordings(path, relaxed, [*labels, "unknown", None])
    return [
        {column: value for column, value in row.items() if value is not None}
        for row in table.to_dict("records")
    ]


def new_table(path: str | Path) -> str:
    """Return the table of recordings as text for the terminal."""
    table = pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False).replace("", "-")
    if set(table["label"]) <= {"unknown", "-"}:  # what is not known is not told
        table = table.drop(columns="label")
    return table.to_string(index=False)
