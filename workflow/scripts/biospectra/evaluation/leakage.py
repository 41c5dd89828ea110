"""Leakage: how far random segments, recordings and people as units of splitting move a score."""

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.evaluation.bootstrap import shuffle_labels
from biospectra.evaluation.cross_validation import fewest_people, folds_of, out_of_fold
from biospectra.evaluation.paired import paired_difference
from biospectra.evaluation.scores import SCORES, classification_scores, confusion_counts, score
from biospectra.models.classifiers import CANDIDATES

UNITS_OF_SPLITTING = {
    "segment": "random segments",
    "recording": "whole recordings",
    "person": "whole people",
    "shuffled": "whole people, labels shuffled",
}
LEAKAGE_SHUFFLES = 5
DRAWS = 1000  # of shufflings at most, of which the first that can be cross-validated are taken
T_BOUND = 2.776  # of Student with four degrees of freedom, for 95 %


def _over_shuffles(given: list[np.ndarray], told: list[np.ndarray], labels: list[str]) -> dict:
    """Return between which scores the next shuffling would fall, in 95 of 100.

    How much labels by chance agree with the true ones moves the score from one shuffling to the
    next, which a bootstrap over people would not show.
    """
    place = {label: i for i, label in enumerate(labels)}
    codes = [
        [np.array([place[x] for x in one]) for one in pair]
        for pair in zip(given, told, strict=True)
    ]
    each = [
        classification_scores(confusion_counts(*pair, len(labels)).sum(axis=0)) for pair in codes
    ]
    found = {}
    for name in SCORES:
        values = np.array([one[name] for one in each])
        wide = T_BOUND * values.std(ddof=1) * np.sqrt(1 + 1 / LEAKAGE_SHUFFLES)
        low, high = np.clip([values.mean() - wide, values.mean() + wide], 0, 1)
        found[name] = [float(low), float(high)]
    return found | {"why_not": None}


def shufflings(rows: pd.DataFrame, seed: int) -> list[pd.DataFrame]:
    """Return the rows with labels shuffled among people, `LEAKAGE_SHUFFLES` times.

    By chance a small class may fall to one person, whom nobody could then be learnt from; such
    shufflings are passed over.

    Parameters
    ----------
    rows : DataFrame
        With subject and label.
    seed : int
        Seed of the first shuffling; the others take those that follow.

    Raises
    ------
    StudyError
        Where hardly any shuffling gives each class two people.
    """
    found = []
    for i in range(DRAWS):
        mixed = rows.assign(label=shuffle_labels(rows, seed + i))
        if fewest_people(mixed)[1] > 1:
            found.append(mixed)
        if len(found) == LEAKAGE_SHUFFLES:
            return found
    raise StudyError(
        "leakage.features: labels shuffled among so few people leave a class to one person; add "
        "people, or leave the key out"
    )


def leakage_scores(
    values: np.ndarray,
    rows: pd.DataFrame,
    labels: list[str],
    *,
    classifier: str,
    folds: int,
    draws: int,
    seed: int,
) -> dict:
    """Score one model under a random-segment, a by-recording and a by-person split.

    Parameters
    ----------
    values : ndarray, (n, columns)
    rows : DataFrame
        Rows of each entry.
    labels : list of str
        The classes.
    classifier : str
        A key of `biospectra.models.classifiers.CANDIDATES`.
    folds : int
        Folds of each cross-validation.
    draws : int
        Draws of the bootstrap over people.
    seed : int
        Seed of all.

    Returns
    -------
    dict
        With classifier, splits (score of each of `UNITS_OF_SPLITTING`, with `optimistic`: whether
        people are on both sides; the interval of shuffled labels is over shufflings) and gap
        (random segments minus whole people, on the same people).
    """
    place = {label: i for i, label in enumerate(labels)}
    truth, people = rows["label"].to_numpy(), rows["subject"].to_numpy()
    settings = {"cross_validated": True, "draws": draws, "seed": seed}

    def answers(of: pd.DataFrame, whole: str) -> tuple[np.ndarray, bool]:
        fold = folds_of(of, folds=folds, seed=seed, whole=whole)
        code = of["label"].map(place).to_numpy()
        made = out_of_fold(
            lambda *_: CANDIDATES[classifier](seed, 2), values, code, fold, len(labels)
        )
        shared = pd.Series(fold).groupby(people).nunique().max() > 1
        return np.array(labels)[made.argmax(axis=1)], bool(shared)

    said, result = {}, {}
    for whole in ("segment", "recording", "person"):
        said[whole], shared = answers(rows, whole)
        result[whole] = score(truth, said[whole], people, labels, **settings)
        result[whole]["optimistic"] = shared
        print(f"{UNITS_OF_SPLITTING[whole]}: {result[whole]['balanced_accuracy']:.3f}", flush=True)
    mixed = shufflings(rows, seed)
    given = [of["label"].to_numpy() for of in mixed]
    told = [answers(of, "person")[0] for of in mixed]
    pooled = (np.concatenate(given), np.concatenate(told), np.tile(people, LEAKAGE_SHUFFLES))
    result["shuffled"] = score(*pooled, labels, **settings)
    result["shuffled"]["intervals"] = _over_shuffles(given, told, labels)
    result["shuffled"]["optimistic"] = False
    gap = paired_difference(truth, said["segment"], said["person"], people, labels, **settings)
    return {"classifier": classifier, "splits": result, "gap": gap}
