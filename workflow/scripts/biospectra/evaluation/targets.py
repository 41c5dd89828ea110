"""What else than the class is predicted: several labels at once, or a number."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.evaluation.cross_validation import folds_of
from biospectra.evaluation.groups import numbers_of
from biospectra.evaluation.ranking import best_threshold, score_labels, score_numbers

SEPARATOR_OF_LABELS = ";"
LEARNERS = ("linear", "forest")


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


def learner(kind: str, learner_name: str, seed: int):
    """Return a new scikit-learn model of several labels or of a number.

    Parameters
    ----------
    kind : str
        "labels" or "number".
    learner_name : str
        One of `LEARNERS`.
    seed : int
        Of the forest.
    """
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    options = {"min_samples_leaf": 2, "random_state": seed, "n_jobs": 1}
    if learner_name == "forest":
        made = RandomForestClassifier if kind == "labels" else RandomForestRegressor
        return made(200, **options)
    if kind == "labels":
        each = LogisticRegression(max_iter=2000)
        return make_pipeline(StandardScaler(), OneVsRestClassifier(each))
    return make_pipeline(StandardScaler(), RidgeCV(np.logspace(-2, 4, 13)))


def _predicted(model, values: np.ndarray, kind: str, labels: int) -> np.ndarray:
    """Return the probability of each label (n, labels), or the number (n, 1)."""
    if kind == "number":
        return np.asarray(model.predict(values), float).reshape(-1, 1)
    found = model.predict_proba(values)
    if isinstance(found, list):  # of a forest: a table for each label
        pairs = zip(found, model.classes_, strict=True)
        found = np.stack([p[:, list(known).index(True)] for p, known in pairs], axis=1)
    elif labels == 1:  # scikit-learn then gives those without it a column, too
        found = found[:, -1:]
    return np.asarray(found, float)


def predict_target(
    values: np.ndarray,
    rows: pd.DataFrame,
    *,
    column: str,
    kind: str,
    superclasses: Mapping[str, Sequence[str]],
    learner_name: str,
    evaluation: str,
    folds: int,
    draws: int,
    seed: int,
) -> tuple[pd.DataFrame, dict]:
    """Predict several labels or a number of recordings of people who were not learnt from.

    Segments are learnt from, and what is said of a recording is the mean over its segments.

    Parameters
    ----------
    values : ndarray, (n, columns)
        Features of segments.
    rows : DataFrame
        Their rows, with split and the column; recordings with an empty cell are left out.
    column : str
        The table's column that is predicted.
    kind : str
        "labels", several to a cell, or "number".
    superclasses : dict of str to list of str
        The labels of each superclass, which is predicted in their place; empty for the labels.
    learner_name : str
        One of `LEARNERS`.
    evaluation : "holdout" or "cross_validation"
        Thresholds of labels are those of the largest F1 on validation people, or on those of the
        other folds.
    folds, draws, seed : int
        Of the cross-validation, and of the bootstrap over people.

    Returns
    -------
    predictions : DataFrame
        A row for each recording that was held out: recording, subject, the column, and p_LABEL and
        said (labels), or predicted.
    scores : dict
        With kind, column, recordings, people, left_out (recordings with an empty cell), evaluation,
        and what `score_labels` (with thresholds) or `score_numbers` give.

    Raises
    ------
    StudyError
        Where nothing can be learnt: a split with nobody, a cell that is no number, or no label that
        some of those learnt from have and some have not.
    """
    cells = rows[column].astype(str).str.strip()
    told = (cells != "").to_numpy()
    everyone = rows["recording"].nunique()
    rows, values, cells = rows[told].reset_index(drop=True), values[told], cells[told]
    if kind == "number":
        numbers = numbers_of(cells)
        if numbers is None:
            raise StudyError(f"targets: column {column!r} has cells that are no numbers.")
        names, target = [column], numbers.to_numpy()[:, None]
    else:
        names, target = indicators(cells, superclasses)
    parts = _parts(rows, evaluation, folds, seed)
    if kind == "labels":
        vary = [_varies(target[learnt]) for learnt, _ in parts]
        kept = np.flatnonzero(np.all(vary, axis=0))
        if not len(kept):
            raise StudyError(
                f"targets: of column {column!r} there is no label that some of the people learnt "
                "from have and some have not; add recordings, or gather labels in superclasses."
            )
        names, target = [names[k] for k in kept], target[:, kept]
    said, always = np.full(target.shape, np.nan), np.full(len(rows), np.nan)
    for learnt, asked in parts:
        model = learner(kind, learner_name, seed)
        single = kind == "number" or len(names) == 1
        model.fit(values[learnt], target[learnt, 0] if single else target[learnt])
        said[asked] = _predicted(model, values[asked], kind, len(names))
        always[asked] = np.median(target[learnt]) if kind == "number" else np.nan
    given = [f"given_{k}" for k in range(len(names))]
    mean = [f"mean_{k}" for k in range(len(names))]
    frame = rows[["recording", "subject", "split"]].assign(always=always, text=cells.to_numpy())
    frame[given], frame[mean] = target, said
    frame["fold"] = np.max([k * asked for k, (_, asked) in enumerate(parts)], axis=0)
    asked = np.any([asked for _, asked in parts], axis=0)
    groups = frame[asked].groupby("recording", sort=True)
    whole = groups.first().assign(**groups[mean].mean()).reset_index()
    truth, mean = whole[given].to_numpy(), whole[mean].to_numpy(float)
    test = np.ones(len(whole), bool)
    if evaluation == "holdout":
        test = (whole["split"] == "test").to_numpy()
    table = whole[["recording", "subject"]].assign(**{column: whole["text"]})
    scores = {"kind": kind, "column": column, "evaluation": evaluation, "learner": learner_name}
    scores |= {
        "recordings": int(test.sum()),
        "people": int(whole.loc[test, "subject"].nunique()),
        "left_out": everyone - rows["recording"].nunique(),
    }
    options = {"people": whole.loc[test, "subject"].to_numpy(str), "draws": draws, "seed": seed}
    if kind == "number":
        table["predicted"] = mean[:, 0]
        ones = (truth[test, 0].astype(float), mean[test, 0], whole["always"].to_numpy()[test])
        return table[test], scores | score_numbers(*ones, **options)
    truth = truth.astype(bool)
    thresholds, told = _thresholds(truth, mean, test, whole["fold"].to_numpy(), evaluation)
    table = table.assign(**{f"p_{name}": p for name, p in zip(names, mean.T, strict=True)})
    table["predicted"] = [SEPARATOR_OF_LABELS.join(np.array(names)[one]) for one in told]
    found = score_labels(mean[test], truth[test], told[test], names=names, **options)
    for name, threshold in zip(names, thresholds, strict=True):
        found["labels"][name]["threshold"] = threshold
    return table[test], scores | found


def _varies(target: np.ndarray) -> np.ndarray:
    """Return which labels (n, labels) some have and some have not."""
    return target.any(axis=0) & ~target.all(axis=0)


def _parts(
    rows: pd.DataFrame, evaluation: str, folds: int, seed: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return who is learnt from and who is asked, (n,) bool each, in each fold."""
    if evaluation == "holdout":
        split = rows["split"].to_numpy(str)
        for name in ("training", "validation", "test"):
            if not (split == name).any():
                raise StudyError(f"targets: nobody of the {name} split has a value.")
        return [(split == "training", np.isin(split, ["validation", "test"]))]
    fold = folds_of(rows, folds=folds, seed=seed)
    return [(fold != k, fold == k) for k in np.unique(fold)]


def _thresholds(
    truth: np.ndarray, mean: np.ndarray, test: np.ndarray, fold: np.ndarray, evaluation: str
) -> tuple[list[float], np.ndarray]:
    """Return the threshold of each label (of folds their mean), and what is said (n, labels)."""
    told, found = np.zeros(truth.shape, bool), []
    others = [(~test, test | ~test)]
    if evaluation != "holdout":
        others = [(fold != k, fold == k) for k in np.unique(fold)]
    for chosen_on, asked in others:
        own = [
            best_threshold(mean[chosen_on, k], truth[chosen_on, k]) for k in range(truth.shape[1])
        ]
        told[asked] = mean[asked] >= own
        found.append(own)
    return np.mean(found, axis=0).tolist(), told
