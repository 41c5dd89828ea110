"""How much scores owe to the assignment of people to folds: repeats with other seeds."""

import numpy as np
import pandas as pd

from biospectra.evaluation.by_recording import by_recording, why_not_by_recording
from biospectra.evaluation.scores import SCORES, classification_scores, confusion_counts


def spread_over_repeats(tables: list[pd.DataFrame], labels: list[str]) -> dict:
    """Return the scores of each repeat of a cross-validation, and their mean and spread.

    Parameters
    ----------
    tables : list of DataFrame
        Predictions of each, as of `biospectra.store.predictions.read_predictions`.
    labels : list of str
        The classes.

    Returns
    -------
    dict
        `assignments`, how many; `by_segment` and `by_recording`, None where a class has no
        recording: of each of `SCORES` the values, their mean and their standard deviation, which
        says nothing of other people: all repeats have the same.
    """
    result: dict = {"assignments": len(tables), "by_segment": _spread(tables, labels)}
    whole = all(why_not_by_recording(table) is None for table in tables)
    pooled = [by_recording(table, labels) for table in tables] if whole else None
    return result | {"by_recording": pooled and _spread(pooled, labels)}


def _spread(tables: list[pd.DataFrame], labels: list[str]) -> dict:
    place = {label: i for i, label in enumerate(labels)}
    scored = []
    for table in tables:
        truth, said = (table[key].map(place).to_numpy() for key in ("label", "predicted"))
        counts = confusion_counts(truth, said, len(labels)).sum(axis=0)
        scored.append(classification_scores(counts))
    found = {}
    for name in SCORES:
        values = np.array([float(one[name]) for one in scored])
        spread = float(values.std(ddof=1)) if len(values) > 1 else None
        found[name] = {
            "values": values.tolist(),
            "mean": float(values.mean()),
            "standard_deviation": spread,
        }
    return found
