"""Scores of targets in groups of people, such as those of an age or a sex."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from biospectra.evaluation.group_scores import FEWEST_OF_GROUP
from biospectra.evaluation.ranking import score_labels, score_numbers
from biospectra.evaluation.targets import SEPARATOR_OF_LABELS, indicators, labels_of_segments
from biospectra.words import number_of


def score_target_groups(
    table: pd.DataFrame,
    groups: pd.Series,
    *,
    column: str,
    kind: str,
    superclasses: Mapping[str, Sequence[str]],
    draws: int,
    seed: int,
) -> dict[str, dict]:
    """Score the recordings of each group alone.

    Parameters
    ----------
    table : DataFrame, (n, ...)
        Predictions of `biospectra.evaluation.target_scores.score_target`.
    groups : Series, (n,)
        The group of each, of `biospectra.evaluation.groups.groups_of`.
    column, kind, superclasses : str or dict
        Of the target's entry in the config.
    draws, seed : int
        Of the bootstrap over people.

    Returns
    -------
    dict of dict
        By group: recordings, people, the scores of `biospectra.evaluation.ranking.score_labels`
        but for those of each label, or of `score_numbers`, and too_few, why those of so small a
        group say little, or None.
    """
    found = {}
    for group, own in table.groupby(groups.to_numpy()):
        people = own["subject"].to_numpy(str)
        count = len(set(people))
        options = {"people": people, "draws": draws, "seed": seed}
        if kind == "number":
            numbers = (own[key].to_numpy(float) for key in (column, "predicted", "always"))
            scores = score_numbers(*numbers, **options)
        else:
            names = labels_of_segments(own)
            said = own[[f"p_{name}" for name in names]].to_numpy(float)
            cells = own["predicted"].str.split(SEPARATOR_OF_LABELS)
            told = np.array([[name in cell for name in names] for cell in cells])
            truth = indicators(own[column], superclasses, names)[1]
            scores = score_labels(said, truth, told, names=names, **options)
            del scores["labels"]
        few = f"{number_of(count, 'person')}, fewer than {FEWEST_OF_GROUP}"
        found[str(group)] = {
            **{"recordings": len(own), "people": count, **scores},
            "too_few": few if count < FEWEST_OF_GROUP else None,
        }
    return found
