"""Targets that several models predict: how much better one is than another, on the same people."""

from itertools import combinations

import numpy as np
import pandas as pd

from biospectra.evaluation.ranking import (
    LABEL_SCORES,
    labels_over_draws,
    mean_over_labels,
    numbers_over_draws,
    weights_of_draws,
    with_bounds,
)
from biospectra.evaluation.significance import spread_of_folds
from biospectra.evaluation.targets import indicators

# Between which the differences of two models' scores can be, of those that have limits.
LIMITS = {f"macro_{key}": (-1, 1) for key in LABEL_SCORES} | {"correlation": (-2, 2)}


def pairs_of(targets: dict[str, dict]) -> list[tuple[str, str]]:
    """Name the pairs of targets that are of one column and kind, and of the same superclasses.

    Parameters
    ----------
    targets : dict of str to dict
        Of the config.

    Examples
    --------
    >>> age = {"column": "age", "kind": "number", "superclasses": {}}
    >>> pairs_of({"bands": age, "cnn": age, "other": age | {"column": "weight"}})
    [('bands', 'cnn')]
    """
    same = ("column", "kind", "superclasses")
    return [
        (one, other)
        for one, other in combinations(targets, 2)
        if all(targets[one][key] == targets[other][key] for key in same)
    ]


def compare_targets(
    first: pd.DataFrame, second: pd.DataFrame, entry: dict, *, draws: int, seed: int
) -> dict | None:
    """Return the differences of two models' scores, on the recordings that both predicted.

    Parameters
    ----------
    first, second : DataFrame
        Predictions of `biospectra.evaluation.target_scores.score_target`.
    entry : dict
        Of the config's `targets`, of either; of the one that is cross-validated, if one is.
    draws, seed : int
        Of the bootstrap over people; each draw takes the same people for both.

    Returns
    -------
    dict or None
        With recordings, people, and differences, first minus second: of macro_auroc,
        macro_average_precision and macro_f1 over the labels that both know, or of
        mean_absolute_error, r2 and correlation, each as value and interval. None where no
        recording, or no label, is common to both.
    """
    both = first.merge(second, on=["recording", "subject"], suffixes=("", " second"))
    names = _labels_of(first, second)
    if both.empty or (entry["kind"] == "labels" and not names):
        return None
    people = both["subject"].to_numpy(str)
    weights, count = weights_of_draws(people, draws, seed), len(set(people))
    drawn = []
    for end in ("", " second"):
        if entry["kind"] == "number":
            truth, said = (
                both[key].to_numpy(float) for key in (entry["column"], f"predicted{end}")
            )
            drawn.append(numbers_over_draws(truth, said, weights))
            continue
        truth = indicators(both[entry["column"]], entry["superclasses"], names)[1]
        told = indicators(both[f"predicted{end}"], {}, names)[1]
        likely = both[[f"p_{name}{end}" for name in names]].to_numpy(float)
        own = labels_over_draws(likely, truth, told, weights)
        drawn.append({f"macro_{key}": mean_over_labels(own[key]) for key in LABEL_SCORES})
    one, other = drawn
    apart = {key: one[key] - other[key] for key in one}
    if entry.get("evaluation", "holdout") != "holdout":
        apart = {
            key: spread_of_folds(values, values[0], LIMITS.get(key, (None, None)))
            for key, values in apart.items()
        }
    return {
        "recordings": len(both),
        "people": count,
        "differences": {key: with_bounds(values, count) for key, values in apart.items()},
    }


def _labels_of(*tables: pd.DataFrame) -> list[str]:
    """Name the labels that several tables of predictions have, in the order of the first."""
    known = [[name for name in table if name.startswith("p_")] for table in tables]
    return [
        name.removeprefix("p_") for name in known[0] if all(np.isin(name, own) for own in known)
    ]
