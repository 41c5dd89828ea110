"""Whether a study has the people that its splits need, said before any job."""

import pandas as pd

from biospectra.annotations import ANNOTATED
from biospectra.errors import StudyError
from biospectra.split import SPLITS

UNITS = {"subject": "subject", "recording": "recording"}


def check_people(recordings: pd.DataFrame, split: dict, path: str) -> None:
    """Refuse a table whose classes cannot be in every split.

    Classes that come from annotations are known only once the recordings are read, and those of
    segments at random need no check.

    Parameters
    ----------
    recordings : of `biospectra.study.read_recordings`
    split : of the config
    path : of the table

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
    if by not in UNITS or (recordings["label"] == ANNOTATED).any():
        return
    needed = [name for name in SPLITS if split["fractions"][name] > 0]
    for label, rows in recordings.groupby("label", sort=False):
        given = rows.drop_duplicates(UNITS[by])["split"]
        missing = [name for name in needed if name not in set(given)]
        column = "" if given.isna().all() else ", or mend the column `split`"
        free = int(given.isna().sum())
        if len(missing) > free:
            raise StudyError(
                f"{path}: class {label} has no {by} for {missing[free]}: it has {len(given)}, and "
                f"needs one each for {', '.join(needed)}; add {by}s of this class{column}."
            )
