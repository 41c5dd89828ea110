"""The recordings of a BIDS dataset, and what its sidecars say of them."""

import csv
import json
import re
from pathlib import Path
from typing import Any

from biospectra.study.new.found import Found
from biospectra.study.new.listing import some
from biospectra.study.new.lookup import add_table
from biospectra.words import number_of

SUFFIXES = ("eeg", "ieeg", "emg", "physio")  # of recordings that are signals of a person
DATASET_FILE = "dataset_description.json"  # at the root of a dataset
_NOTHING = ("", "n/a")


def entities_of(name: str) -> dict[str, str]:
    """Return the entities of a file's name by key, ``{"sub": "01", "task": "rest"}``.

    Empty where it is no name of a recording in BIDS.
    """
    stem = name.partition(".")[0]
    *pairs, suffix = stem.split("_")
    found = [re.fullmatch(r"([a-z]+)-([A-Za-z0-9+]+)", pair) for pair in pairs]
    if suffix not in SUFFIXES or not pairs or not all(found) or not stem.startswith("sub-"):
        return {}
    return {one[1]: one[2] for one in found if one}


def root_of(path: Path) -> Path | None:
    """Return the dataset's folder that a file is in; None where it is in none."""
    return next((p for p in path.parents if (p / DATASET_FILE).is_file()), None)


def inherited(path: Path, suffix: str, ending: str) -> list[Path]:
    """Return the files that hold for a recording too, those that are nearest first.

    By BIDS's rule of inheritance: files in its folder or one above, up to the dataset's, whose
    entities are all among its own.

    Parameters
    ----------
    path : Path
        The recording's file.
    suffix, ending : str
        Of the files looked for: ``events`` and ``.tsv``.
    """
    own = {f"{key}-{value}" for key, value in entities_of(path.name).items()}
    root = root_of(path) or path.parent
    found = []
    for folder in (path.parent, *path.parent.parents):
        here = []
        for other in folder.glob(f"*{suffix}{ending}"):
            *pairs, last = other.name[: -len(ending)].split("_")
            if last == suffix and set(pairs) <= own:
                here.append((-len(pairs), other.name, other))
        found += [other for _, _, other in sorted(here)]
        if folder == root:
            break
    return found


def table_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of one of BIDS's tables, without the cells that say n/a."""
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        return [
            {k: v.strip() for k, v in row.items() if k and v and v.strip() not in _NOTHING}
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def sidecar(path: Path) -> dict[str, Any]:
    """Return what the JSON files of a recording say; the nearest has the last word."""
    said: dict[str, Any] = {}
    suffix = path.name.partition(".")[0].rpartition("_")[2]
    for file in reversed(inherited(path, suffix, ".json")):
        try:
            said |= json.loads(file.read_text(encoding="utf-8-sig"))
        except (ValueError, TypeError):
            continue
    return said


def other_rate(one: Found) -> str:
    """Say that a recording's sidecar has another rate than the file; empty where it has none."""
    rates = [channel.rate_hz for channel in one.contents.channels] if one.contents else []
    said = float(one.given.get("rate_hz") or 0)
    if not said or not all(rates) or any(abs(rate - said) < 0.01 * said for rate in rates if rate):
        return ""
    return f"{one.name} is sampled at {rates[0]:g} Hz, and its JSON says {said:g} Hz: correct it"


def is_dataset(folder: Path) -> bool:
    """Whether a folder is a BIDS dataset, or in one."""
    return (folder / DATASET_FILE).is_file() or root_of(folder / "any") is not None


def name_of(folder: Path) -> str:
    """Return the dataset's name, its folder's where it says none."""
    root = folder if (folder / DATASET_FILE).is_file() else root_of(folder / "any")
    try:
        said = json.loads((root or folder).joinpath(DATASET_FILE).read_text("utf-8-sig"))
        named = str(said.get("Name") or "")
        return (
            named
            if named.strip("[]").casefold() not in ("", "unspecified")
            else (root or folder).resolve().name
        )
    except (OSError, ValueError, AttributeError):
        return folder.resolve().name


def only_recordings(files: list[Path]) -> list[Path]:
    """Return the files whose names are those of recordings in BIDS."""
    return [path for path in files if entities_of(path.name)]


def describe(found: list[Found], folder: Path) -> list[str]:
    """Add to recordings what their names, ``participants.tsv`` and sidecars say.

    Entities become fields by their key, people ``sub-01``. Of ``channels.tsv`` come the kinds of
    channels, their units, and which are bad; of the recording's JSON its rate, and for physiology
    its columns.

    Parameters
    ----------
    found : list of Found
        Changed.
    folder : Path
        That was asked for.

    Returns
    -------
    list of str
        What was read, for people.
    """
    root = folder if (folder / DATASET_FILE).is_file() else root_of(folder / "any")
    notes: list[str] = []
    elsewhere: list[str] = []
    tables = 0
    for one in found:
        assert one.path is not None
        entities = entities_of(one.path.name)
        one.fields = {key: value for key, value in entities.items() if key != "sub"}
        one.fields["sub"] = f"sub-{entities['sub']}"
        is_physio = one.path.name.partition(".")[0].endswith("_physio")
        folder_of = next((p for p in one.name.split("/")[:-1] if p.startswith("sub-")), None)
        if folder_of and folder_of != one.fields["sub"]:
            elsewhere.append(one.name)
            one.fields["sub"] = ""  # of whom it is, somebody has to say
        tables += not is_physio and _channels(one)
        events = f"{one.path.name.partition('.')[0].rpartition('_')[0]}_events.tsv"
        if one.path.with_name(events).is_file():
            one.given["annotator"] = events
        said = sidecar(one.path)
        if rate := said.get("SamplingFrequency"):
            one.given["rate_hz"] = f"{float(rate):.10g}"
        if is_physio:
            one.columns = [str(name) for name in said.get("Columns", [])]
    if tables:
        notes.append(
            f"kinds, units and bad channels from *_channels.tsv of {number_of(tables, 'recording')}"
        )
    people = (root or folder) / "participants.tsv"
    if people.is_file() and (told := add_table(found, people)):
        notes.append(f"participants.tsv describes {number_of(told, 'recording')}")
    if elsewhere:
        notes.append(f"in the folder of another person than their names say: {some(elsewhere, 3)}")
    return notes


def _channels(one: Found) -> bool:
    """Read a recording's table of channels, and return whether there is one."""
    assert one.path is not None
    for table in inherited(one.path, "channels", ".tsv")[:1]:
        for row in table_rows(table):
            name = row.get("name", "")
            if "type" in row:
                one.kinds[name] = row["type"]
            if row.get("status", "").casefold() == "bad":
                one.bad[name] = row.get("status_description", "")
            if "units" in row:
                one.units[name] = row["units"].replace("µ", "u").replace("μ", "u")
        return True
    return False
