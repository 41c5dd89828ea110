"""Scores of groups of people, such as those of a database, an age or a site."""

import numpy as np
import pandas as pd

from biospectra.evaluation.bootstrap import why_no_interval
from biospectra.evaluation.scores import (
    SCORES,
    classification_scores,
    confusion_counts,
    intervals,
)
from biospectra.words import number_of

FEWEST_OF_GROUP = 10  # people, below which a group's score says little


def of_groups(
    table: pd.DataFrame, groups: pd.Series, labels: list[str], *, draws: int, seed: int
) -> dict[str, dict]:
    """Score the segments of each group alone.

    Parameters
    ----------
    table : DataFrame, (n, ...)
        Table of `biospectra.store.predictions.read_predictions`.
    groups : Series, (n,)
        The group of each entry, such as its database.
    labels : list of str
        The classes.
    draws, seed : int
        Draws and seed of the bootstrap over people.

    Returns
    -------
    dict of dict
        By group: segments, people, classes, the `SCORES`, intervals (of `intervals`), and too_few,
        why the score of so small a group says little, or None.
    """
    found = {}
    place = {label: i for i, label in enumerate(labels)}
    for group, own in table.groupby(groups.to_numpy()):
        truth, said = (own[column].map(place).to_numpy() for column in ("label", "predicted"))
        people = own["subject"].to_numpy(str)
        values = classification_scores(confusion_counts(truth, said, len(labels)).sum(axis=0))
        count = len(set(people))
        bounds = intervals(truth, said, people, labels, draws=draws, seed=seed)
        few = (
            f"{number_of(count, 'person')}, fewer than {FEWEST_OF_GROUP}"
            if count < FEWEST_OF_GROUP
            else None
        )
        if few is None and why_no_interval(people, np.array(labels)[truth]):
            few = bounds["why_not"]
        found[str(group)] = {
            **{"segments": len(own), "people": count, "classes": len(set(truth))},
            **{name: float(values[name]) for name in SCORES},
            **{"intervals": bounds, "too_few": few},
        }
    return found
