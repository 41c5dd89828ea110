"""A fold of a cross-validation as a split, so that an encoder can learn from its people alone."""

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.evaluation.cross_validation import outer_folds

WATCHED = 10  # one in so many of those who are not held out validates an encoder's training


def split_of_fold(rows: pd.DataFrame, k: int, *, folds: int, seed: int) -> pd.DataFrame:
    """Return rows with the split that a fold of cross-validation by person makes of them.

    Parameters
    ----------
    rows : DataFrame
        Of split.tsv.
    k : int
        The fold: its people become "test".
    folds : int
        How many there are to be, as of `biospectra.evaluation.cross_validation.folds_of`.
    seed : int
        Of the folds; and of the people of the others, one in `WATCHED` and one at least, who
        become "validation", whatever their labels. The rest become "training".

    Returns
    -------
    DataFrame
        The rows in their order, with another `split`.

    Raises
    ------
    StudyError
        Where the people do not make as many folds.
    """
    fold = outer_folds(rows, "cross_validation", folds=folds, seed=seed)
    made = int(fold.max()) + 1
    if made != folds:
        raise StudyError(
            f"scores.folds: the people of this study make {made} folds with all classes in what is "
            f"learnt from, not {folds}, and an encoder is trained for each; take {made}."
        )
    people = rows["subject"].to_numpy(str)
    split = np.full(len(rows), "training", dtype=object)
    split[fold == k] = "test"
    left = np.unique(people[fold != k])
    watched = np.random.default_rng([seed, k]).permutation(left)[: max(1, len(left) // WATCHED)]
    split[(fold != k) & np.isin(people, watched)] = "validation"
    return rows.assign(split=split)


def fold_of_splits(rows: pd.DataFrame, splits: list[pd.DataFrame]) -> np.ndarray:
    """Return the fold in which each row was held out, after seeing that it was so rightly.

    Parameters
    ----------
    rows : DataFrame
        With recording, segment and subject.
    splits : list of DataFrame
        By fold: the rows that an encoder was trained on and gave features of, with `split`.

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
        both = set(own["subject"][test]) & set(own["subject"][~test])
        if both:
            raise ArithmeticError(f"fold {k}: {min(both)} is held out and was learnt from")
        if (fold[test] >= 0).any():
            raise ArithmeticError(f"fold {k} holds out a segment that another fold holds out too")
        fold[test] = k
    if (fold < 0).any():
        missing = rows["recording"].to_numpy()[fold < 0][0]
        raise ArithmeticError(f"recording {missing!r} is held out in no fold")
    return fold
