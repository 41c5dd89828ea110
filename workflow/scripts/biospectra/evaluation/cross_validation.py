"""Cross-validation: folds of whole people, and predictions by models trained without them."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.models.fitting import fitted_probability
from biospectra.store.rows import of_whole_recordings

GROUP_COLUMNS = {"person": "subject", "recording": "recording", "segment": None}


def folds_of(rows: pd.DataFrame, *, folds: int, seed: int, whole: str = "person") -> np.ndarray:
    """Share rows out to folds, each class evenly.

    Parameters
    ----------
    rows : DataFrame
        With label, subject and recording.
    folds : int
        How many; fewer where a class has fewer people.
    seed : int
        Seed of the order.
    whole : str
        What stays in one fold: a "person"; or, as is wrong but common, only a "recording" or a
        "segment".

    Returns
    -------
    ndarray, (n,)
        The fold of each row, from 0. Where people have several classes, all who have one may come
        into one fold, and none would be left to learn it from: each person is then a fold.

    Raises
    ------
    StudyError
        Where a class has fewer than two people, so that none could be met and none asked.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    label, fewest = fewest_people(rows)
    if fewest < 2:
        raise StudyError(
            f"class {label} has only one person, and cross-validation by person needs at least "
            "two; add people"
        )
    column = GROUP_COLUMNS[whole]
    count = min(folds, fewest)
    kind = StratifiedKFold if column is None else StratifiedGroupKFold
    splitter = kind(count, shuffle=True, random_state=seed)
    names = None if column is None else of_whole_recordings(rows)[column].to_numpy(dtype=str)
    fold = np.empty(len(rows), int)
    truth = rows["label"].to_numpy(dtype=str)
    for k, (_, held_out) in enumerate(splitter.split(np.zeros((len(rows), 1)), truth, names)):
        fold[held_out] = k
    if whole == "person" and any(set(truth[fold != k]) != set(truth) for k in range(count)):
        return one_person_folds(rows)
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
            f"class {label} has only one person, and a held-out person cannot be learnt from; add "
            "people"
        )
    return pd.factorize(rows["subject"], sort=True)[0]


def outer_folds(rows: pd.DataFrame, evaluation: str, *, folds: int, seed: int) -> np.ndarray:
    """Return the fold (n,) of each row for an evaluation of the config other than holdout.

    Parameters
    ----------
    rows : DataFrame
        With label, subject, recording and database.
    evaluation : "cross_validation" for folds of people, "leave_one_person_out" for each person by
        himself, "leave_one_database_out" for each database
    folds, seed : int
        Folds and seed of cross_validation, as for `folds_of`.
    """
    if evaluation == "leave_one_person_out":
        return one_person_folds(rows)
    if evaluation == "leave_one_database_out":
        return folds_of_databases(rows)
    return folds_of(rows, folds=folds, seed=seed)


def fewest_people(rows: pd.DataFrame) -> tuple[str, int]:
    """Return the class with the fewest people, and how many it has."""
    people = rows.groupby("label")["subject"].nunique()
    return str(people.idxmin()), int(people.min())


def folds_of_databases(rows: pd.DataFrame) -> np.ndarray:
    """Return the fold (n,) of each row, one a database, in alphabetical order.

    Parameters
    ----------
    rows : DataFrame
        With label, subject and database.

    Raises
    ------
    StudyError
        Where nobody would be left to learn a class from while a database is held out.
    """
    why = why_not_leave_out(rows)
    if why is not None:
        raise StudyError(why)
    return np.unique(rows["database"].to_numpy(dtype=str), return_inverse=True)[1]


def why_not_leave_out(rows: pd.DataFrame) -> str | None:
    """Return why no database can be left out of rows with all people in it; None where each can."""
    for label, own in rows.groupby("label")["database"]:
        if own.nunique() == 1:
            return (
                f"class {label} has one database, {own.iloc[0]}, and leave_one_database_out needs "
                "two; add recordings of it from another, or take cross_validation"
            )
    for database, held_out in rows.groupby("database")["subject"]:
        left = rows[(rows["database"] != database) & ~rows["subject"].isin(held_out)]
        missing = sorted(set(rows["label"]) - set(left["label"]))
        if missing:
            return (
                f"class {missing[0]} has nobody to learn from while database {database} is held "
                "out, as all who have it in another stand in this one too; add other people, or "
                "take cross_validation"
            )
    return None


def out_of_fold(
    make: Callable[[np.ndarray, np.ndarray], object],
    values: np.ndarray | Callable[[int], np.ndarray],
    code: np.ndarray,
    fold: np.ndarray,
    classes: int,
    people: np.ndarray | None = None,
) -> np.ndarray:
    """Answer for each row by a model fitted on the other folds alone.

    Parameters
    ----------
    make : callable
        Gives a new classifier, with all preprocessing that learns inside it, for the training rows
        (their indices) of a fold, and their values (training rows, columns).
    values : ndarray or callable, (n, columns)
        Or a function that gives them for a fold, of features that were learnt from its training
        people.
    code : ndarray, (n,)
        Classes from 0.
    fold : ndarray, (n,)
        Fold of `folds_of` or `folds_of_databases`.
    classes : int
        How many there are.
    people : ndarray or None, (n,)
        The person of each row, none of whose rows is learnt from while any is held out; None where
        folds hold whole people, or are not meant to.

    Returns
    -------
    ndarray, (n, classes)
        Probability.
    """
    probability = np.zeros((len(code), classes))
    for k in np.unique(fold):
        test, met = np.flatnonzero(fold == k), fold != k
        if people is not None:
            met &= ~np.isin(people, people[test])
        training = np.flatnonzero(met)
        given = values(k) if callable(values) else values
        made = make(training, given[training])
        learnt = given[training], code[training]
        said, known = fitted_probability(lambda made=made: made, *learnt, given[test])
        probability[np.ix_(test, known)] = said
    return probability


def cross_validated(
    makers: dict[str, Callable],
    values: np.ndarray | Callable[[int], np.ndarray],
    code: np.ndarray,
    rows: pd.DataFrame,
    k: int,
    *,
    fold: np.ndarray,
    folds: int,
    seed: int,
) -> tuple[np.ndarray, pd.DataFrame]:
    """Answer for every person by a model that was chosen and fitted on other people alone.

    Within the training people of each fold, the candidates are cross-validated again, by person,
    and the best is fitted on all of them (nested cross-validation; Varma and Simon 2006). Where a
    class has one training person left, nothing can be chosen, and the first candidate is taken.

    Parameters
    ----------
    makers : dict of str to callable
        Gives a new classifier, with all preprocessing that learns inside, for each candidate.
    values : ndarray or callable
        As for `out_of_fold`.
    code, rows, k : ndarray or DataFrame or int
        As for `held_out`; rows with subject and label.
    fold : ndarray, (n,)
        Fold of the outer cross-validation; people of one that is held out are so wholly.
    folds : int
        Folds of the inner one.
    seed : int
        Seed of the inner folds.

    Returns
    -------
    tuple of ndarray, DataFrame
        Probability (n, k), the table of the choices.
    """
    tables = []

    def choose(training: np.ndarray, given: np.ndarray):
        own = rows.iloc[training].reset_index(drop=True)
        options = {"folds": folds, "seed": seed}
        best, validated = choose_candidate(makers, given, code[training], own, k, **options)
        tables.append(choice_table(validated, best).assign(fold=len(tables)))
        return makers[best]()

    probability = out_of_fold(choose, values, code, fold, k, rows["subject"].to_numpy(dtype=str))
    return probability, pd.concat(tables, ignore_index=True)


def choose_candidate(
    makers: dict[str, Callable],
    values: np.ndarray,
    code: np.ndarray,
    rows: pd.DataFrame,
    k: int,
    *,
    folds: int,
    seed: int,
) -> tuple[str, dict[str, float]]:
    """Cross-validate candidates by person, among people who are learnt from, and take the best.

    Parameters
    ----------
    makers : dict of str to callable
        As for `cross_validated`; the first of equals is taken, and the first of all where a class
        has one person, as nothing can be chosen then.
    values : ndarray or StoredFeatures, (n, columns)
    code : ndarray, (n,)
        Classes from 0.
    rows : DataFrame, (n, ...)
        With label, subject and recording.
    k : int
        How many classes there are.
    folds : int
        Of the cross-validation.
    seed : int
        One below that of the folds.

    Returns
    -------
    tuple of str, dict of str to float
        The candidate, and the balanced accuracy of each, NaN where nothing could be chosen.
    """
    from sklearn.metrics import balanced_accuracy_score

    validated = dict.fromkeys(makers, np.nan)
    if len(makers) == 1 or fewest_people(rows)[1] < 2:
        return next(iter(makers)), validated
    fold = folds_of(rows, folds=folds, seed=seed + 1)
    for name, make in makers.items():
        said = out_of_fold(lambda *_, m=make: m(), values, code, fold, k)
        validated[name] = balanced_accuracy_score(code, said.argmax(axis=1))
    return max(validated, key=validated.get), validated


def choice_table(validated: dict, best: object) -> pd.DataFrame:
    """Return what each candidate scored where the choice was made, and which was chosen."""
    return pd.DataFrame(
        [
            {"candidate": n, "validation_balanced_accuracy": value, "chosen": n == best}
            for n, value in validated.items()
        ]
    )
