"""Fit classifiers of tables of features, and ask them, by as many rows as memory allows."""

from collections.abc import Callable

import numpy as np

from biospectra.models.classifiers import SCORED_FOLDS
from biospectra.store.features import StoredFeatures, blocks_of
from biospectra.words import number_of

MOST_LEARNT = 1 << 27  # numbers that a classifier learns from, 0.5 GB; it holds them several times
MOST_OF_A_TREE = 100_000  # rows that each tree of a forest is grown from
MOST_COMPARED = 20_000  # rows that one of these learns from
COMPARING = {"kneighborsclassifier", "stackingclassifier"}  # of which cost grows with the square
SPANNED = 1e-10  # of the largest squared length along an axis, below which rows do not reach


def fit_classifier(classifier, values: np.ndarray | StoredFeatures, code: np.ndarray):
    """Return a candidate fitted to rows.

    A support vector machine's `SCORED_FOLDS` need as many rows of each class: those of a smaller
    class are repeated for it, which balanced weights make up for. Such machines and nearest
    neighbours compare each row with each other: they learn from `MOST_COMPARED` rows at most, all
    others from `MOST_LEARNT` numbers, of each class its share, evenly over its rows. Each tree of a
    forest is grown from `MOST_OF_A_TREE` rows, drawn at random. The log says so.

    Parameters
    ----------
    classifier : of `CANDIDATES`
    values : ndarray or StoredFeatures, (n, columns)
    code : ndarray, (n,)
        Classes from 0.
    """
    compares = bool(COMPARING & set(getattr(classifier, "named_steps", ())))
    rows = rows_to_learn(code, values.shape[1], compares=compares)
    values, code = np.asarray(values[rows]), code[rows]
    limit_trees(classifier, len(code))
    classes, counts = np.unique(code, return_counts=True)
    few = classes[counts < SCORED_FOLDS]
    if len(few) and "stackingclassifier" in getattr(classifier, "named_steps", ()):
        again = [np.resize(np.flatnonzero(code == one), SCORED_FOLDS - 1) for one in few]
        rows = np.concatenate([np.arange(len(code)), *again])
        values, code = values[rows], code[rows]
    classifier.fit(values, code)
    return classifier


def rows_to_learn(code: np.ndarray, columns: int, *, compares: bool = False) -> slice | np.ndarray:
    """Return the rows that a classifier learns from: all, or as many as it can, which is said.

    Parameters
    ----------
    code : ndarray, (n,)
        Classes from 0.
    columns : int
        Numbers of a row, of which `MOST_LEARNT` are learnt from in all.
    compares : bool
        Whether it compares each row with each other, and so learns from `MOST_COMPARED` rows.
    """
    most = MOST_LEARNT // max(1, columns)
    most = min(most, MOST_COMPARED) if compares else most
    if len(code) <= most:
        return slice(None)
    print(f"Learnt from: {most} of {number_of(len(code), 'row')}, evenly drawn", flush=True)
    return _evenly(code, most)


def limit_trees(forest, rows: int) -> None:
    """Have each tree of a forest grow from `MOST_OF_A_TREE` of so many rows, if there are more."""
    if rows > MOST_OF_A_TREE and hasattr(forest, "max_samples"):
        print(
            f"Each tree: {MOST_OF_A_TREE} of {number_of(rows, 'row')}, drawn at random", flush=True
        )
        forest.set_params(max_samples=MOST_OF_A_TREE)


def _evenly(code: np.ndarray, most: int) -> np.ndarray:
    """Return the places of at most so many rows, of each class its share and one at least."""
    chosen = []
    for one in np.unique(code):
        own = np.flatnonzero(code == one)
        share = max(1, len(own) * most // len(code))
        chosen.append(own[np.linspace(0, len(own) - 1, share).round().astype(int)])
    return np.sort(np.concatenate(chosen))


def probability_of(fitted, values: np.ndarray | StoredFeatures, classes: int) -> np.ndarray:
    """Return the probability of each of so many classes, (n, classes), 0 of one not learnt."""
    probability = np.zeros((len(values), classes))
    for rows in blocks_of(values):
        probability[rows, fitted.classes_] = fitted.predict_proba(np.asarray(values[rows]))
    return probability


def fitted_probability(
    make: Callable[[], object],
    learnt: np.ndarray | StoredFeatures,
    code: np.ndarray,
    asked: np.ndarray | StoredFeatures,
) -> tuple[np.ndarray, np.ndarray]:
    """Fit a candidate and return what it says of other rows.

    A logistic regression of more columns than rows is fitted in the space that the rows span, where
    its weights lie whatever the columns outside of it: the answers are the same, and come much
    faster.

    Parameters
    ----------
    make : callable
        Gives a new candidate, one of `CANDIDATES`.
    learnt, asked : ndarray or StoredFeatures, (n, columns), (m, columns)
    code : ndarray, (n,)
        Classes from 0.

    Returns
    -------
    probability, classes : ndarray
        (m, classes) and the codes of its columns.
    """
    candidate = make()
    last = candidate[-1] if hasattr(candidate, "named_steps") else None
    if type(last).__name__ != "LogisticRegression" or learnt.shape[1] <= len(learnt):
        fitted = fit_classifier(candidate, learnt, code)
        said = probability_of(fitted, asked, int(np.max(fitted.classes_)) + 1)
        return said[:, fitted.classes_], fitted.classes_
    learnt = np.asarray(learnt)
    for step in candidate[:-1]:
        learnt = step.fit_transform(learnt)
    learnt = np.asarray(learnt, np.float64)
    square, axes = np.linalg.eigh(learnt @ learnt.T)
    kept = square > SPANNED * square[-1]
    length = np.sqrt(square[kept])
    last.fit(axes[:, kept] * length, code)
    onto = learnt.T @ (axes[:, kept] / length)
    said = [np.zeros((0, len(last.classes_)))]
    for rows in blocks_of(asked):
        values = np.asarray(asked[rows])
        for step in candidate[:-1]:
            values = step.transform(values)
        said.append(last.predict_proba(np.asarray(values, np.float64) @ onto))
    return np.concatenate(said), last.classes_


def centre(values: np.ndarray | StoredFeatures, people: np.ndarray) -> np.ndarray | StoredFeatures:
    """Subtract each person's own mean, over all segments of this person, whatever their class.

    Parameters
    ----------
    values : ndarray or StoredFeatures, (n, columns)
    people : ndarray, (n,)
        The person of each row.
    """
    names, person = np.unique(people, return_inverse=True)
    sums = np.zeros((len(names), values.shape[1]))
    for rows in blocks_of(values):
        np.add.at(sums, person[rows], np.asarray(values[rows]))
    means = sums / np.bincount(person)[:, None]
    if isinstance(values, StoredFeatures):
        return values.minus(means, person)
    centred = np.empty_like(values)
    for rows in blocks_of(values):
        centred[rows] = values[rows] - means[person[rows]]
    return centred
