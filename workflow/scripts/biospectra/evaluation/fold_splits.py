"""A fold of a cross-validation as a split, so that networks can learn from its people alone."""

from collections import Counter

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.evaluation.cross_validation import outer_folds
from biospectra.evaluation.leaks import LEARNT, refuse_leaks
from biospectra.evaluation.split import SPLITS, UNUSED
from biospectra.store.dataset import LEFT_OUT, UNLABELLED
from biospectra.words import number_of, verb

WATCHED = 10  # one in so many of those who are not held out validates a network's training
HELD_OUT_UNIT = {"leave_one_person_out": "person", "leave_one_database_out": "database"}


def split_of_fold(
    rows: pd.DataFrame,
    k: int,
    *,
    evaluation: str = "cross_validation",
    folds: int,
    seed: int,
) -> pd.DataFrame:
    """Return rows with the split that a fold of an evaluation makes of them.

    Parameters
    ----------
    rows : DataFrame
        Of split.tsv.
    k : int
        The fold: its rows become "test". Other rows of its people, as there are where databases are
        held out, become `LEFT_OUT`; those without a label are not used, nor those of people who are
        watched, nor those of a database that is held out.
    evaluation : str
        As for `biospectra.evaluation.cross_validation.outer_folds`.
    folds : int
        How many folds there are to be.
    seed : int
        Of the folds; and of the people of the others, one in `WATCHED` and one at least, who
        become "validation", as `watched_people` draws them. The rest become "training".

    Returns
    -------
    DataFrame
        The rows in their order, with another `split`; those that the study does not use stay so.

    Raises
    ------
    StudyError
        Where the people do not make as many folds.
    """
    used = rows["split"].isin(SPLITS).to_numpy()
    own = rows[used].reset_index(drop=True)
    fold = outer_folds(own, evaluation, folds=folds, seed=seed)
    _check_count(int(fold.max()) + 1, evaluation, folds)
    people = own["subject"].to_numpy(str)
    test = fold == k
    others = np.isin(people, people[test]) & ~test
    left = ~test & ~others
    split = np.full(len(own), "training", dtype=object)
    split[test], split[others] = "test", LEFT_OUT
    watched = watched_people(own[left], np.random.default_rng([seed, k]))
    split[left & np.isin(people, watched)] = "validation"
    made = np.full(len(rows), UNUSED, dtype=object)
    made[used] = split
    free = rows["split"] == UNLABELLED
    free &= ~rows["subject"].isin(own.loc[split != "training", "subject"])
    if evaluation == "leave_one_database_out":
        free &= ~rows["database"].isin(own.loc[test, "database"])
    made[free] = UNLABELLED
    return rows.assign(split=made)


def split_of_all(rows: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Return rows with the split that networks learn by which are kept for new recordings.

    Nobody is held out; what such a network is worth, the folds say.

    Parameters
    ----------
    rows : DataFrame
        Of split.tsv.
    seed : int
        Of the people, one in `WATCHED` and one at least, who become "validation".

    Returns
    -------
    DataFrame
        The rows in their order, with another `split`; those that the study does not use stay so.
    """
    used = rows["split"].isin(SPLITS)
    watched = watched_people(rows[used], np.random.default_rng(seed))
    stops = rows["subject"].isin(watched)
    made = np.where(stops, "validation", "training")
    made = np.where(used, made, UNUSED)
    made = np.where((rows["split"] == UNLABELLED) & ~stops, UNLABELLED, made)
    return rows.assign(split=made)


def _check_count(made: int, evaluation: str, folds: int) -> None:
    if made == folds:
        return
    if evaluation in HELD_OUT_UNIT:
        unit = HELD_OUT_UNIT[evaluation]
        raise StudyError(
            f"{evaluation}: {made} of the table's {number_of(folds, unit)} "
            f"{verb(made, 'has', 'have')} good segments, and a "
            "network is trained for each; take the recordings of the others out of the table."
        )
    raise StudyError(
        f"scores.folds: the people of this study make {number_of(made, 'fold')} with all classes "
        f"in what is learnt from, not {folds}, and a network is trained for each; take {made}."
    )


def watched_people(rows: pd.DataFrame, random: np.random.Generator) -> list[str]:
    """Draw the people by whom a training is stopped, of those who are not held out.

    Parameters
    ----------
    rows : DataFrame
        With subject and label.
    random : numpy.random.Generator
        Of the draw.

    Returns
    -------
    list of str
        One in `WATCHED` and one at least. There is one of each class that has two other people
        to learn from, and nobody is the last of a class, unless there is no other.
    """
    classes = rows.groupby("subject")["label"].agg(set)
    order = list(random.permutation(classes.index.to_numpy(str)))
    left = Counter(label for own in classes for label in own)
    watched: list[str] = []

    def take(wanted: int, least: int, label: str | None = None) -> None:
        for person in order:
            if len(watched) >= wanted:
                return
            own = classes[person]
            if person in watched or (label is not None and label not in own):
                continue
            if all(left[name] > least for name in own):
                watched.append(person)
                left.subtract(own)

    for label in sorted(left, key=lambda name: (left[name], name)):
        if not any(label in classes[person] for person in watched):
            take(len(watched) + 1, 2, label)
    take(max(1, len(order) // WATCHED), 1)
    return watched or order[:1]


def split_with_watched(rows: pd.DataFrame, seed: int) -> np.ndarray:
    """Return the split (n,) of rows that have a value; where none validates, others are drawn.

    Parameters
    ----------
    rows : DataFrame
        With label, subject and split, of a fold or of all.
    seed : int
        Of the draw.
    """
    split = rows["split"].to_numpy(object)
    learnt = split == "training"
    if "validation" in set(split) or not learnt.any():
        return split
    watched = watched_people(rows[learnt], np.random.default_rng(seed))
    return np.where(learnt & rows["subject"].isin(watched).to_numpy(), "validation", split)


def fold_of_splits(rows: pd.DataFrame, splits: list[pd.DataFrame]) -> np.ndarray:
    """Return the fold in which each row was held out, after seeing that it was so rightly.

    Parameters
    ----------
    rows : DataFrame
        With recording, segment and subject.
    splits : list of DataFrame
        By fold: the rows that a network was trained on and gave features of, with `split`.

    Returns
    -------
    ndarray
        Ndarray, (n,), int.

    Raises
    ------
    ArithmeticError
        If a fold has other rows, if a row is held out in no fold or in several, or if a person who
        is held out was learnt from.
    """
    identity = ["recording", "segment"]
    fold = np.full(len(rows), -1)
    for k, own in enumerate(splits):
        if not own[identity].reset_index(drop=True).equals(rows[identity].reset_index(drop=True)):
            raise ArithmeticError(f"fold {k} has features of other segments than the study")
        test = (own["split"] == "test").to_numpy()
        refuse_leaks(own[own["split"].isin(LEARNT)], own[test], f"fold {k}")
        if (fold[test] >= 0).any():
            raise ArithmeticError(f"fold {k} holds out a segment that another fold holds out too")
        fold[test] = k
    if (fold < 0).any():
        missing = rows["recording"].to_numpy()[fold < 0][0]
        raise ArithmeticError(f"recording {missing!r} is held out in no fold")
    return fold
