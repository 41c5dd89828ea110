"""What else than the class is predicted: several labels at once, or a number."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.evaluation.cross_validation import folds_of, outer_folds
from biospectra.evaluation.groups import numbers_of
from biospectra.evaluation.split import SPLITS
from biospectra.models.target_learners import fit_learner, said_by
from biospectra.store.features import StoredFeatures
from biospectra.store.tables import read_tsv
from biospectra.words import number_of

SEPARATOR_OF_LABELS = ";"
WHO = ["recording", "segment", "start_s", "subject", "split"]


def labels_of_cell(cell: str, superclasses: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the labels of a cell, each in its superclass where there are any.

    Examples
    --------
    >>> sorted(labels_of_cell("AFIB; LVH", {}))
    ['AFIB', 'LVH']
    >>> labels_of_cell("AMI;IMI;PAC", {"MI": ["AMI", "IMI"]})
    {'MI'}
    """
    own = {part.strip() for part in str(cell).split(SEPARATOR_OF_LABELS)} - {""}
    if not superclasses:
        return own
    return {name for name, parts in superclasses.items() if own & {name, *parts}}


def indicators(
    cells: pd.Series, superclasses: Mapping[str, Sequence[str]], names: list[str] | None = None
) -> tuple[list[str], np.ndarray]:
    """Return the labels that occur, in alphabetical order, and who has them, (n, labels), bool."""
    sets = [labels_of_cell(cell, superclasses) for cell in cells]
    names = sorted(set().union(*sets)) if names is None else names
    return names, np.array([[name in own for name in names] for own in sets], bool).reshape(
        len(sets), len(names)
    )


def target_of(
    cells: pd.Series,
    parts: list[np.ndarray],
    *,
    column: str,
    kind: str,
    superclasses: Mapping[str, Sequence[str]],
) -> tuple[list[str], np.ndarray]:
    """Return what is to be predicted of rows.

    Parameters
    ----------
    cells : Series, (n,)
        The table's column; none of them empty.
    parts : list of ndarray, (n,), bool
        Who is learnt from, by fold. A label that in one of them all have, or none has, is left out.
    column, kind, superclasses : str or dict
        Of the target's entry in the config.

    Returns
    -------
    names : list of str
        The labels; of a number the column.
    target : ndarray, (n, names), float64
        1 and 0 of labels, or the number.

    Raises
    ------
    StudyError
        For a cell that is no number; where no label is left.
    """
    if kind == "number":
        numbers = numbers_of(cells)
        if numbers is None:
            raise StudyError(f"targets: column {column!r} has cells that are no numbers.")
        return [column], numbers.to_numpy(float)[:, None]
    names, target = indicators(cells, superclasses)
    vary = [target[own].any(axis=0) & ~target[own].all(axis=0) for own in parts]
    kept = np.flatnonzero(np.all(vary, axis=0))
    if not len(kept):
        raise StudyError(
            f"targets: of column {column!r} there is no label that some of the people learnt "
            "from have and some have not; add recordings, or gather labels in superclasses."
        )
    return [names[k] for k in kept], target[:, kept].astype(float)


def with_a_value(rows: pd.DataFrame, column: str) -> np.ndarray:
    """Return which rows (n,) have a value of a target's column, and say how many have none."""
    told = (rows[column].astype(str).str.strip() != "").to_numpy()
    if not told.all():
        count = rows.loc[~told, "recording"].nunique()
        print(f"Left out, as {column} is empty: {number_of(count, 'recording')}")
    return told


def predict_segments(
    values: np.ndarray | StoredFeatures,
    rows: pd.DataFrame,
    *,
    column: str,
    kind: str,
    superclasses: Mapping[str, Sequence[str]],
    learner_name: str,
    evaluation: str,
    folds: int,
    seed: int,
    whole: str = "person",
    fold: np.ndarray | None = None,
    in_fold: Callable[[int], np.ndarray | StoredFeatures] | None = None,
) -> tuple[pd.DataFrame, object]:
    """Predict several labels or a number of segments of people who were not learnt from.

    Parameters
    ----------
    values : ndarray or StoredFeatures, (n, columns)
        Features of segments.
    rows : DataFrame
        Their rows, with split and the column; those with an empty cell are left out.
    column : str
        The table's column that is predicted.
    kind : str
        "labels", several to a cell, or "number".
    superclasses : dict of str to list of str
        The labels of each superclass, which is predicted in their place; empty for the labels.
    learner_name : str
        One of `biospectra.models.target_learners.LEARNERS`.
    evaluation : str
        "holdout", of which validation people are answered for, too, from whom thresholds come, or
        as for `biospectra.evaluation.cross_validation.outer_folds`.
    folds, seed : int
        Of the cross-validation, and of the forest.
    whole : str
        What a cross-validation keeps in one fold, as for
        `biospectra.evaluation.cross_validation.folds_of`.
    fold : ndarray, (n,), optional
        The fold of each row, where encoders were trained anew in each; made here without it.
    in_fold : callable, optional
        Gives the values of a fold, (n, columns), of features that its encoders learnt.

    Returns
    -------
    predictions : DataFrame
        As of `segment_table`.
    model : object
        What was learnt: of a holdout from training people, otherwise from everybody.

    Raises
    ------
    StudyError
        Where nothing can be learnt: a split with nobody, or as of `target_of`.
    """
    if evaluation != "holdout" and fold is None:
        # Of all rows, so that models of all targets and classes share their folds.
        if whole == "person":
            fold = outer_folds(rows, evaluation, folds=folds, seed=seed)
        else:
            fold = folds_of(rows, folds=folds, seed=seed, whole=whole)
    told = with_a_value(rows, column)
    rows, values = rows[told].reset_index(drop=True), values[told]
    fold = np.zeros(len(rows), int) if fold is None else fold[told]
    parts = _parts(rows, evaluation, fold, column, whole)
    what = {"column": column, "kind": kind, "superclasses": superclasses}
    cells = rows[column].astype(str).str.strip()
    names, target = target_of(cells, [learnt for learnt, _ in parts], **what)
    people = rows["subject"].to_numpy(str)

    def fitted(own: np.ndarray | StoredFeatures, learnt: np.ndarray):
        given = (own[learnt], target[learnt], people[learnt])
        return fit_learner(learner_name, kind, *given, seed=seed)

    said, always = np.full(target.shape, np.nan), np.full(len(rows), np.nan)
    for learnt, asked in parts:
        own = in_fold(fold[asked][0])[told] if in_fold else values
        model = fitted(own, learnt)
        said[asked] = said_by(model, own[asked], kind, len(names))
        always[asked] = np.median(target[learnt])
    asked = np.any([own for _, own in parts], axis=0)
    if evaluation != "holdout":
        model = fitted(values, np.ones(len(rows), bool))
    table = segment_table(
        rows[asked], said[asked], names, column=column, kind=kind, always=always[asked]
    )
    return table.assign(fold=fold[asked]), model


def segment_table(
    rows: pd.DataFrame,
    said: np.ndarray,
    names: list[str],
    *,
    column: str,
    kind: str,
    always: np.ndarray | float,
) -> pd.DataFrame:
    """Return what is said of segments as a table, for `target_scores.score_target`.

    Parameters
    ----------
    rows : DataFrame
        With `WHO` and the column.
    said : ndarray, (n, names)
        Probability of each label, or the number.
    names : list of str
        The labels; of a number its column.
    column, kind : str
        Of the target.
    always : ndarray, (n,), or float
        Of a number, what is said without looking: the median of those learnt from.

    Returns
    -------
    DataFrame
        `WHO`, the column, and p_LABEL of each label, or predicted and always.
    """
    table = rows[[*WHO, column]].reset_index(drop=True)
    if kind == "number":
        return table.assign(predicted=said[:, 0], always=always)
    return table.join(pd.DataFrame(said, columns=[f"p_{name}" for name in names]))


def read_segments(path: str | Path, column: str) -> pd.DataFrame:
    """Read a table of `segment_table` of a column; ids and cells stay text."""
    return read_tsv(path, ["recording", "subject", "split", column])


def labels_of_segments(table: pd.DataFrame) -> list[str]:
    """Name the labels that a table of `segment_table` holds the probabilities of."""
    return [name.removeprefix("p_") for name in table if name.startswith("p_")]


def _parts(
    rows: pd.DataFrame, evaluation: str, fold: np.ndarray, column: str, whole: str
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return who is learnt from and who is asked, (n,) bool each, in each fold."""
    if evaluation == "holdout":
        refuse_empty_splits(rows)
        split = rows["split"].to_numpy(str)
        return [(split == "training", np.isin(split, ["validation", "test"]))]
    people, found = rows["subject"].to_numpy(str), []
    for k in np.unique(fold):
        asked = fold == k
        # By databases somebody may stand in several, and is not learnt from while one is asked.
        met = np.isin(people, people[asked]) if whole == "person" else asked
        if met.all():
            raise StudyError(
                f"targets: all people with a value in column {column!r} are held out at once, and "
                "nobody is left to learn from; fill in the values of others, or take another "
                "evaluation."
            )
        found.append((~met, asked))
    return found


def refuse_empty_splits(rows: pd.DataFrame, needed: Sequence[str] = SPLITS) -> None:
    """Raise StudyError where a split has nobody with a value."""
    there = set(rows["split"])
    for name in needed:
        if name not in there:
            raise StudyError(f"targets: nobody of the {name} split has a value.")
