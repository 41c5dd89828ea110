"""Cross-validation: folds of whole people, and answers from models that never met them."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from biospectra.errors import StudyError

GROUPS = {"person": "subject", "recording": "recording", "segment": None}


def folds_of(rows: pd.DataFrame, *, folds: int, seed: int, whole: str = "person") -> np.ndarray:
    """Share rows out to folds, each class evenly.

    Parameters
    ----------
    rows : with label, subject and recording
    folds : how many; fewer where a class has fewer people
    seed : of the order
    whole : what stays in one fold: a "person"; or, as is wrong but common, only a "recording" or
        a "segment"

    Returns
    -------
    (n,) the fold of each row, from 0

    Raises
    ------
    StudyError
        Where a class has fewer than two people, so that none could be met and none asked.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    label, fewest = fewest_people(rows)
    if fewest < 2:
        raise StudyError(
            f"class {label} has one person, and cross-validation by person needs two; add people"
        )
    column = GROUPS[whole]
    count = min(folds, fewest)
    kind = StratifiedKFold if column is None else StratifiedGroupKFold
    splitter = kind(count, shuffle=True, random_state=seed)
    names = None if column is None else rows[column].to_numpy(dtype=str)
    fold = np.empty(len(rows), int)
    truth = rows["label"].to_numpy(dtype=str)
    for k, (_, held_out) in enumerate(splitter.split(np.zeros((len(rows), 1)), truth, names)):
        fold[held_out] = k
    return fold


def one_person_folds(rows: pd.DataFrame) -> np.ndarray:
    """Make each person a fold, so that every other person is learnt from: (n,) from 0.

    Raises
    ------
    StudyError
        Where a class has one person.
    """
    label, fewest = fewest_people(rows)
    if fewest < 2:
        raise StudyError(
            f"class {label} has one person, and who is held out cannot be learnt from; add people"
        )
    return pd.factorize(rows["subject"], sort=True)[0]


def fewest_people(rows: pd.DataFrame) -> tuple[str, int]:
    """Return the class with the fewest people, and how many it has."""
    people = rows.groupby("label")["subject"].nunique()
    return str(people.idxmin()), int(people.min())


def out_of_fold(
    make: Callable[[np.ndarray], object],
    values: np.ndarray,
    code: np.ndarray,
    fold: np.ndarray,
    classes: int,
) -> np.ndarray:
    """Answer for each row by a model fitted on the other folds alone.

    Parameters
    ----------
    make : gives a new classifier, with all preprocessing that learns inside it, for the training
        rows (their indices) of a fold
    values : (n, columns)
    code : (n,) classes from 0
    fold : (n,) of `folds_of`
    classes : how many there are

    Returns
    -------
    (n, classes) probability
    """
    probability = np.zeros((len(code), classes))
    for k in np.unique(fold):
        training, test = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        model = make(training)
        model.fit(values[training], code[training])
        probability[np.ix_(test, model.classes_)] = model.predict_proba(values[test])
    return probability
