"""JSON files beside tables: in them BIDS says the rate, the start and the columns."""

import json
import re
from itertools import combinations
from typing import Any

from biospectra.formats.request import Request
from biospectra.formats.text_headers import Header
from biospectra.formats.units import plain_unit


def sidecar_names(name: str) -> list[str]:
    """Return the names of the JSON files that may describe a table, the most particular first.

    By BIDS's rule of inheritance ``task-rest_physio.json`` describes
    ``sub-01_task-rest_physio.tsv.gz``, too.

    Parameters
    ----------
    name : str
        Of the table.

    Returns
    -------
    list of str
    """
    stem = re.sub(r"(\.tsv|\.csv|\.txt)?(\.gz)?$", "", name, flags=re.IGNORECASE)
    *entities, suffix = stem.split("_")
    if suffix not in ("physio", "stim") or len(entities) > 8:
        return [f"{stem}.json"]
    kept = [c for n in range(len(entities), -1, -1) for c in combinations(entities, n)]
    return ["_".join((*some, suffix)) + ".json" for some in kept]


def read_sidecar(request: Request) -> Header | None:
    """Return what the JSON file beside a table says of it; None without one.

    Parameters
    ----------
    request : Request
        For the table.

    Returns
    -------
    Header or None

    Raises
    ------
    RecordingError
        Where it is no JSON, or lacks what makes a table without a header readable.
    """
    said: dict[str, Any] = {}
    for name in reversed(sidecar_names(request.path.name)):
        path = request.path.with_name(name)
        if not path.is_file():
            continue
        try:
            said |= json.loads(path.read_text("utf-8-sig"))
        except (ValueError, TypeError) as problem:
            raise request.error(
                f"{name} beside it is no JSON ({problem})", "correct it, or take it away"
            ) from problem
    if "SamplingFrequency" not in said and "Columns" not in said:
        return None
    try:
        rate_hz = float(said["SamplingFrequency"])
        names = [str(column) for column in said["Columns"]]
        begins_s = float(said.get("StartTime") or 0)
    except (KeyError, TypeError, ValueError) as problem:
        raise request.error(
            f"the JSON file beside it does not say SamplingFrequency and Columns ({problem})",
            "add them as BIDS asks",
        ) from problem
    units = [said.get(name, {}) for name in names]
    units = [one.get("Units", "") if isinstance(one, dict) else "" for one in units]
    return Header(
        rates=[("SamplingFrequency", rate_hz)],
        names=names,
        units=[plain_unit(str(unit)) for unit in units],
        begins_s=begins_s,
    )
