"""Whether a study has the people that its splits need, said before any job."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from biospectra.errors import StudyError, refuse
from biospectra.evaluation.cross_validation import fewest_people, why_not_leave_out
from biospectra.evaluation.split import SPLITS
from biospectra.formats.channels import means_many
from biospectra.models.classifiers import tables_of
from biospectra.models.kinds import NETWORKS
from biospectra.signals.annotations import ANNOTATED
from biospectra.words import number_of, plural

UNIT_COLUMNS = {"subject": "subject", "recording": "recording"}


def check_people(recordings: pd.DataFrame, split: dict, path: str) -> None:
    """Refuse a table whose classes cannot be in every split.

    Classes that come from annotations are known only once the recordings are read, and those of
    segments at random need no check.

    Parameters
    ----------
    recordings : DataFrame
        Recordings of `biospectra.study.recordings.load_recordings`.
    split : dict
        Split of the config.
    path : str
        Path of the table.

    Raises
    ------
    StudyError
        Names the class and the remedy.
    """
    by = split["by"]
    if by != "subject" and recordings["split"].notna().any():
        raise StudyError(
            f"{path}: the column `split` is by subject, and the config's split.by is {by}; empty "
            "the column, or take split.by: subject."
        )
    if by not in UNIT_COLUMNS or (recordings["label"] == ANNOTATED).any():
        return
    needed = [name for name in SPLITS if split["fractions"][name] > 0]
    problems = []
    for label, rows in recordings.groupby("label", sort=False):
        given = rows.drop_duplicates(UNIT_COLUMNS[by])["split"]
        missing = [name for name in needed if name not in set(given)]
        column = "" if given.isna().all() else ", or correct the column `split`"
        free = int(given.isna().sum())
        if len(missing) > free:
            others = plural({"subject": "person"}.get(by, by))
            problems.append(
                f"{path}: class {label} has no {by} for {missing[free]}: it has {len(given)}, and "
                f"needs one each for {', '.join(needed)}; add {others} of this class{column}."
            )
    refuse(problems)


def check_targets(config: dict, recordings: pd.DataFrame, name: str) -> None:
    """Refuse cells that are no number, of a column that is predicted as one.

    Parameters
    ----------
    config : dict
        Config of `biospectra.study.config.complete_config`.
    recordings : DataFrame
        Recordings of `biospectra.study.recordings.load_recordings`.
    name : str
        What the message calls the config, its file.

    Raises
    ------
    StudyError
        Naming the target, the recording and the cell.
    """
    problems = []
    for key, entry in config["targets"].items():
        cells = recordings[entry["column"]].fillna("").astype(str).str.strip()
        if entry["kind"] == "number":
            odd = cells[(cells != "") & ~np.isfinite(pd.to_numeric(cells, errors="coerce"))]
            problems += [
                f"{name}: targets.{key}: {entry['column']} of recording "
                f"{recordings.loc[at, 'recording']!r} is {cell!r}, which is no number; correct it, "
                "or leave the cell empty."
                for at, cell in odd[:1].items()
            ]
        if not (cells != "").any():
            problems.append(
                f"{name}: targets.{key}: no recording has a value in column {entry['column']}; "
                "fill it."
            )
    refuse(problems)


def check_folds(config: dict, recordings: pd.DataFrame, name: str) -> None:
    """Refuse what holds people or databases out where nobody would be left to learn a class from.

    Classes that come from annotations are known only later, and the job then says so.

    Parameters
    ----------
    config : dict
        Config of `biospectra.study.config.complete_config`.
    recordings : DataFrame
        Recordings of `biospectra.study.recordings.load_recordings`.
    name : str
        What the message calls the config, its file.

    Raises
    ------
    StudyError
        Naming the key, the class and the remedy.
    """
    if (recordings["label"] == ANNOTATED).any():
        return
    label, people = fewest_people(recordings)
    alone = None
    if people == 1:
        alone = (
            f"class {label} has only one person, and holding people out needs at least two; add "
            "people"
        )
    reasons = {
        "cross_validation": alone,
        "leave_one_person_out": alone,
        "leave_one_database_out": why_not_leave_out(recordings),
    }
    folds = config["scores"]["folds"]
    folded = list(_in_folds(config)) if 1 < people < folds else []
    if folded:
        raise StudyError(
            f"{name}: scores.folds: it is {folds}, and class {label} has "
            f"{number_of(people, 'person')}; "
            f"{folded[0]} has a network trained in each fold, and a fold holds one person of a "
            f"class at least; take {people}."
        )
    why = {
        f"{section}.{key}.evaluation": reasons.get(entry["evaluation"])
        for section in ("classifiers", "targets")
        for key, entry in config[section].items()
    }
    if config["leakage"]["features"] is not None:
        why["leakage.features"] = alone
    if config["benchmark"]["features"]:
        why["benchmark.features"] = alone
    refuse(f"{name}: {where}: {reason}." for where, reason in why.items() if reason is not None)


def _in_folds(config: dict) -> Iterator[str]:
    """Name what is cross-validated by folds that the rules count beforehand."""
    for section in ("classifiers", "targets"):
        for key, entry in config[section].items():
            learnt = entry["kind"] in NETWORKS or "network" in entry
            learnt = learnt or set(tables_of(entry)) & set(config["encoders"])
            if entry["evaluation"] == "cross_validation" and learnt:
                yield f"{section}.{key}"
    if config["benchmark"]["features"]:
        yield "benchmark.features"


ALIKE = ("label", "subject", "database", "start_s")


def check_databases(config: dict, recordings: pd.DataFrame, name: str) -> None:
    """Refuse cleaning of databases that the table does not have.

    Parameters
    ----------
    config : dict
        Complete.
    recordings : DataFrame
        Recordings of `biospectra.study.recordings.load_recordings`.
    name : str
        What messages call the config.

    Raises
    ------
    StudyError
        Names the key and the databases there are.
    """
    known = sorted(recordings["database"].dropna().unique())
    refuse(
        f"{name}: resample.by_database: no recording is of database {database!r}; there are: "
        f"{', '.join(known)}."
        for database in config["resample"]["by_database"]
        if database not in known
    )


def check_sessions(recordings: pd.DataFrame, path: str) -> None:
    """Refuse a table of recordings whose channels cannot be joined by session.

    Parameters
    ----------
    recordings : DataFrame
        The table, with a column `session`. A recording of which several channels may be meant is
        a session by itself where it has none, and which channels it has is not known before it is
        read.
    path : str
        Path of the table, for the message.

    Raises
    ------
    StudyError
        Where a recording has no session; where one session has several people, labels, databases
        or starts; where it has a channel twice, or not those that the others have.
    """

    def refuse(recording, what, remedy):
        raise StudyError(f"{path}: recording {recording!r}: {what}; {remedy}.")

    first: tuple[str, list] | None = None
    several = recordings["channel"].map(means_many)
    for row in recordings[~several].itertuples():
        if row.session is None:
            refuse(row.recording, "has no session", "join_channels needs one for each")
    for session, own in recordings.groupby("session", sort=False):
        for column in ALIKE:
            odd = own[[value != own[column].iloc[0] for value in own[column]]]
            if len(odd):
                refuse(
                    odd["recording"].iloc[0],
                    f"has another {column} than the rest of session {session!r}",
                    "channels recorded together have one",
                )
        if several[own.index].any():
            continue
        twice = own[own["channel"].duplicated()]
        if len(twice):
            what = f"channel {twice['channel'].iloc[0]} appears twice in session {session!r}"
            refuse(twice["recording"].iloc[0], what, "give each session of the device its own name")
        channels = sorted(own["channel"])
        first = first or (session, channels)
        if channels != first[1]:
            refuse(
                own["recording"].iloc[0],
                f"session {session!r} has the channels {', '.join(channels)}, and "
                f"{first[0]!r} has {', '.join(first[1])}",
                "channels are joined where all sessions have the same",
            )
