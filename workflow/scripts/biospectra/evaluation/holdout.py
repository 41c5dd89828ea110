"""A holdout: candidates are fitted on training people, and one is chosen on validation people."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.evaluation.bootstrap import by_person
from biospectra.evaluation.cross_validation import choice_table
from biospectra.evaluation.scores import classification_scores, confusion_counts
from biospectra.models.fitting import fit_classifier, probability_of


def held_out(
    makers: dict[str, dict[str, Callable]],
    tables: dict[str, np.ndarray],
    code: np.ndarray,
    rows: pd.DataFrame,
    k: int,
) -> tuple[dict[str, np.ndarray], pd.DataFrame, tuple[str, str], object]:
    """Fit candidates on training rows, choose on validation rows, answer for test rows.

    Of all candidates the chosen one suits those who chose it best, so that each validation person
    is answered by the candidate that the other validation people choose: as anybody else is, by one
    that this person had no say in. It takes no further fits.

    Parameters
    ----------
    makers : dict of str to dict of str to callable
        By each pooling: gives a new classifier, for each candidate, the same of all poolings.
    tables : dict of str to ndarray or StoredFeatures, (n, columns)
        By each pooling, which are candidates too.
    code : ndarray, (n,)
        Classes from 0 to k - 1.
    rows : DataFrame
        Rows of each entry, with split and subject.
    k : int
        How many classes there are.

    Returns
    -------
    tuple of dict of str to ndarray, DataFrame, tuple of str, object
        Probability (rows, k) of "test" and of "validation", the table of the choice, the chosen
        candidate and pooling, and the classifier.
    """
    side = {name: (rows["split"] == name).to_numpy() for name in ("training", "validation", "test")}
    truth, people = (of[side["validation"]] for of in (code, rows["subject"].to_numpy(str)))
    fitted, likely, counts = {}, {}, {}
    for pair in product(next(iter(makers.values())), tables):
        values = tables[pair[1]]
        learnt = values[side["training"]], code[side["training"]]
        fitted[pair] = fit_classifier(makers[pair[1]][pair[0]](), *learnt)
        likely[pair] = probability_of(fitted[pair], values[side["validation"]], k)
        # By what it is judged by: predict of some is another rule than the largest probability.
        said = likely[pair].argmax(axis=1)
        counts[pair] = by_person(confusion_counts(truth, said, k), people)
    pairs, whole = list(counts), np.stack(list(counts.values()))
    recall = _balanced_accuracy(whole.sum(axis=1))
    # Of each person, the choice of the others; the first of equals, as the choice of all.
    others = _balanced_accuracy(whole.sum(axis=1, keepdims=True) - whole).argmax(axis=0)
    own = np.unique(people, return_inverse=True)[1]
    best = pairs[int(recall.argmax())]
    values, chosen = tables[best[1]], fitted[best]
    probability = {
        "test": probability_of(chosen, values[side["test"]], k),
        "validation": np.stack(list(likely.values()))[others[own], np.arange(len(own))],
    }
    choice = choice_table(dict(zip(pairs, recall.tolist(), strict=True)), best)
    choice[["candidate", "pooling"]] = choice["candidate"].tolist()
    return probability, choice, best, chosen


def chosen_pooling(choice: str | Path) -> str:
    """Read the pooling that was chosen, from the table of a choice on validation people."""
    table = pd.read_csv(choice, sep="\t", keep_default_na=False)
    return str(table.loc[table["chosen"], "pooling"].iloc[0])


def _balanced_accuracy(matrix: np.ndarray) -> np.ndarray:
    """Return the balanced accuracy of confusion matrices, equal where only rounding differs."""
    return classification_scores(matrix)["balanced_accuracy"].round(12)
