"""How good a classifier is on held-out people: scores, intervals and baselines."""

import numpy as np
import pandas as pd

from biospectra.evaluation.bootstrap import (
    by_person,
    draw_people,
    drawn_sums,
    fewest_people_of_class,
    interval,
    why_no_interval,
)
from biospectra.evaluation.by_recording import by_recording, why_not_by_recording
from biospectra.evaluation.significance import (
    detectable_score,
    exchanged,
    label_blocks,
    smallest_p_value,
    spread_of_folds,
    what_is_exchanged,
)
from biospectra.store.rows import of_whole_recordings

SCORES = ("accuracy", "balanced_accuracy", "macro_f1")


def confusion_counts(truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Return each entry's own confusion matrix, (n, classes, classes), from codes (n,)."""
    counts = np.zeros((len(truth), classes, classes))
    counts[np.arange(len(truth)), truth, predicted] = 1
    return counts


def classification_scores(matrix: np.ndarray) -> dict[str, np.ndarray]:
    """Return the scores of confusion matrices.

    Parameters
    ----------
    matrix : ndarray, (..., classes, classes)
        Counts; a row for each true class.

    Returns
    -------
    dict of str to ndarray
        Keys: accuracy; balanced_accuracy, the mean recall, and macro_f1, the mean F1, of the
        classes that occur; precision, recall and f1 (..., classes), 0 where there is nothing to
        divide by.
    """
    matrix = np.asarray(matrix, float)
    hits = np.diagonal(matrix, axis1=-2, axis2=-1)
    true, said = matrix.sum(axis=-1), matrix.sum(axis=-2)
    precision = hits / np.maximum(said, 1e-300)
    recall = hits / np.maximum(true, 1e-300)
    f1 = 2 * hits / np.maximum(true + said, 1e-300)
    present = true > 0
    classes = np.maximum(present.sum(axis=-1), 1)
    return {
        "accuracy": hits.sum(axis=-1) / np.maximum(true.sum(axis=-1), 1e-300),
        "balanced_accuracy": (recall * present).sum(axis=-1) / classes,
        "macro_f1": (f1 * present).sum(axis=-1) / classes,
        "precision": precision,
        "recall": recall,
        "f1": f1,
    }


def intervals(
    truth: np.ndarray,
    predicted: np.ndarray,
    people: np.ndarray,
    labels: list[str],
    *,
    draws: int,
    seed: int,
) -> dict:
    """Return the 95 % interval of each score, by a bootstrap over people.

    Parameters
    ----------
    truth, predicted : ndarray, (n,)
        Codes of the classes, from 0.
    people : ndarray, (n,)
        The person of each entry.
    labels : list of str
        The classes, for the reason.
    draws, seed : int
        Draws and seed of `biospectra.evaluation.bootstrap.draw_people`.

    Returns
    -------
    dict
        With the two bounds of each of `SCORES`, or None, and `why_not`, the reason, or None.
    """
    why = why_no_interval(people, np.array(labels)[truth])
    if why is not None:
        return dict.fromkeys(SCORES) | {"why_not": why}
    counts = confusion_counts(truth, predicted, len(labels))
    drawn = drawn_sums(draw_people(people, truth, draws, seed), by_person(counts, people))
    values = classification_scores(drawn)
    fewest = fewest_people_of_class(people, truth)
    found = {name: interval(values[name], fewest) for name in SCORES}
    alike = None in found.values()
    return found | {"why_not": "all people are predicted equally well" if alike else None}


def shuffled(
    truth: np.ndarray,
    predicted: np.ndarray,
    people: np.ndarray,
    *,
    cross_validated: bool = False,
    draws: int,
    seed: int,
) -> dict:
    """Score the same predictions against exchanged labels: what chance gives.

    What one person has of one class keeps together, and these parts exchange their labels: those of
    people of several classes within the person, those of all others among people.

    Parameters
    ----------
    truth, predicted : ndarray, (n,)
        Codes of the classes, from 0.
    people : ndarray, (n,)
        The person of each entry.
    cross_validated : bool
        Whether the people are also learnt from by models of other folds.
    draws, seed : int
        Draws and seed of the shuffling.

    Returns
    -------
    dict
        Keys: balanced_accuracy (mean), interval (of the middle 95 %), p_value, the share of
        shufflings at least as good as the truth (Phipson and Smyth 2010, which counts the truth
        itself as one), smallest_p_value, the smallest that so few people allow, exchanged, a key of
        `biospectra.evaluation.significance.EXCHANGED`, and detectable, the balanced accuracy that
        would have been told from chance at 5 % with a power of about 80 %.
    """
    classes = int(max(truth.max(), predicted.max())) + 1
    part, label, block = label_blocks(truth, people)
    said = np.zeros((len(label), classes))
    np.add.at(said, (part, predicted), 1)
    given = exchanged(label, block, draws, seed)
    matrices = np.stack([(given == k) @ said for k in range(classes)], axis=1)
    values = classification_scores(matrices)["balanced_accuracy"]
    if cross_validated:
        values = spread_of_folds(values, values.mean())
    own = classification_scores(confusion_counts(truth, predicted, classes).sum(axis=0))[
        "balanced_accuracy"
    ]
    freedom = max(len(label) - len(np.unique(label)) - len(np.unique(block)) + 1, 1)
    return {
        "balanced_accuracy": float(values.mean()),
        "interval": np.clip(np.percentile(values, [2.5, 97.5]), 0, 1).tolist(),
        "p_value": float((1 + (values >= own - 1e-12).sum()) / (1 + draws)),
        "smallest_p_value": smallest_p_value(label, block, draws),
        "exchanged": what_is_exchanged(block),
        "detectable": detectable_score(values, freedom),
    }


def score(
    truth: np.ndarray,
    predicted: np.ndarray,
    people: np.ndarray,
    labels: list[str],
    *,
    unit: str = "segments",
    cross_validated: bool = False,
    draws: int,
    seed: int,
) -> dict:
    """Score predictions.

    Parameters
    ----------
    truth, predicted : ndarray, (n,)
        Classes.
    people : ndarray, (n,)
        The person of each entry.
    labels : list of str
        The classes, in the order of the matrix.
    unit : str
        What is counted, segments or recordings.
    cross_validated : bool
        As for `shuffled`.
    draws, seed : int
        Draws and seed of the bootstrap over people and of the shuffled labels.

    Returns
    -------
    dict
        With the number of units and people, accuracy, balanced_accuracy, macro_f1, intervals (of
        `intervals`), baselines (majority: always the largest class; shuffled: of `shuffled`),
        classes (precision, recall, f1, units and people of each) and confusion_matrix (counts; a
        row for each true class).
    """
    place = {label: i for i, label in enumerate(labels)}
    truth, predicted = (np.array([place[label] for label in x]) for x in (truth, predicted))
    people = np.asarray(people)
    matrix = confusion_counts(truth, predicted, len(labels)).sum(axis=0)
    values = classification_scores(matrix)
    support = matrix.sum(axis=1)
    always = np.zeros_like(matrix)
    always[:, support.argmax()] = support
    majority = classification_scores(always)
    return {
        unit: len(truth),
        "people": len(set(people)),
        **{name: float(values[name]) for name in SCORES},
        "intervals": intervals(truth, predicted, people, labels, draws=draws, seed=seed),
        "baselines": {
            "majority": {name: float(majority[name]) for name in SCORES},
            "shuffled": shuffled(
                truth, predicted, people, cross_validated=cross_validated, draws=draws, seed=seed
            ),
        },
        "classes": {
            label: {
                "precision": float(values["precision"][i]),
                "recall": float(values["recall"][i]),
                "f1": float(values["f1"][i]),
                unit: int(support[i]),
                "people": len(set(people[truth == i])),
            }
            for i, label in enumerate(labels)
        },
        "labels": labels,
        "confusion_matrix": matrix.astype(int).tolist(),
    }


def score_table(
    table: pd.DataFrame,
    labels: list[str],
    *,
    cross_validated: bool = False,
    draws: int,
    seed: int,
) -> dict:
    """Score a table of predictions by segment and by recording.

    Parameters
    ----------
    table : DataFrame
        Table of `biospectra.store.predictions.read_predictions`.
    labels, cross_validated, draws, seed : list of str or bool or int
        As for `score`.

    Returns
    -------
    dict
        `score` of the segments, with by_recording, that of the recordings of one class, and how
        many of several are left_out; None where a class has no recording, and why_not_by_recording,
        the reason, or None.
    """

    def scored(rows: pd.DataFrame, unit: str) -> dict:
        columns = (rows[c].to_numpy() for c in ("label", "predicted", "subject"))
        settings = {"cross_validated": cross_validated, "draws": draws, "seed": seed}
        return score(*columns, labels, unit=unit, **settings)

    result, why, whole = scored(table, "segments"), why_not_by_recording(table), None
    if why is None:
        rows = by_recording(table, labels)
        left_out = of_whole_recordings(table)["recording"].nunique() - len(rows)
        whole = scored(rows, "recordings") | {"left_out": left_out}
    return result | {"by_recording": whole, "why_not_by_recording": why}
