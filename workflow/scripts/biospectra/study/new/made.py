"""What a user wants of a new study, and what was made of it."""

from dataclasses import dataclass, field
from pathlib import Path

from biospectra.formats.contents import ChannelInfo
from biospectra.job import processors
from biospectra.study.new.discover import Discovery
from biospectra.study.new.found import Found
from biospectra.study.new.guess import Guess
from biospectra.study.new.plan import Plan


@dataclass(frozen=True)
class Wishes:
    """What a user says of the study to be made; all but the first two may be left out.

    Attributes
    ----------
    place : str
        A folder, ``physionet:DATABASE/VERSION`` or ``s3://BUCKET/PREFIX``.
    study : str
        Its name.
    pattern : str or None
        Of paths, ``{label}/{subject}_{session}.edf``; files that it does not fit are left out.
    fields : dict of str to str
        The field that is a column, by column.
    labels : list of str
        Classes to take, in order, ``VALUE`` or ``VALUE=NAME``; all others are left out.
    table : Path or None
        That says something of files, records or people.
    channels : list of str
        Names, numbers or patterns of channels to take.
    signal : str or None
        The kind of signal.
    rate_hz : float or None
        Of files that do not say theirs.
    units : str or None
        Of files that do not say theirs.
    database : str or None
        What the recordings' collection is called.
    update : bool
        Add to a study that is there.
    configs : Path
        The folder in which studies have theirs.
    cache : Path
        For downloads.
    mirror : str or None
        Where PhysioNet's files are, if not at PhysioNet.
    processes : int
        How many files are looked into at once.
    """

    place: str
    study: str
    pattern: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    table: Path | None = None
    channels: list[str] = field(default_factory=list)
    signal: str | None = None
    rate_hz: float | None = None
    units: str | None = None
    database: str | None = None
    update: bool = False
    configs: Path = Path("config")
    cache: Path = Path("results/downloads")
    mirror: str | None = None
    processes: int = field(default_factory=processors)


@dataclass(frozen=True)
class Made:
    """A study that was made.

    Attributes
    ----------
    discovery : Discovery
        What was found.
    found : list of Found
        The recordings that are in it.
    channels : list of list of ChannelInfo
        Those of each that were taken.
    columns : dict of str to Guess
        How the table's columns were filled.
    plan : Plan
        Of the config.
    rows : list of dict
        The table.
    added, filled : int
        Rows that are new, and empty cells that were filled.
    table, config : Path
        The files.
    config_written : bool
        False where a person has edited it, so that it stayed.
    left_out : dict of str to list of str
        Recordings that are not in it, by reason.
    """

    discovery: Discovery
    found: list[Found]
    channels: list[list[ChannelInfo]]
    columns: dict[str, Guess]
    plan: Plan
    rows: list[dict[str, str]]
    added: int
    filled: int
    table: Path
    config: Path
    config_written: bool
    left_out: dict[str, list[str]]
