"""How much the score of a target owes to people who stand in training and in test."""

import numpy as np
import pandas as pd

from biospectra.evaluation.target_pairs import compare_targets
from biospectra.evaluation.target_scores import score_target
from biospectra.evaluation.targets import predict_segments
from biospectra.words import plural

UNITS_OF_FOLDS = ("segment", "recording", "person")  # of splitting; the last alone is honest
SHOWN = {"labels": ("macro_auroc", "macro_average_precision"), "number": ("mean_absolute_error",)}
SHOWN["number"] += ("r2",)


def target_leakage(
    values: np.ndarray, rows: pd.DataFrame, entry: dict, *, folds: int, draws: int, seed: int
) -> dict:
    """Score a target cross-validated by random segments, by recording and by person.

    Parameters
    ----------
    values : ndarray, (n, columns)
        Features of segments.
    rows : DataFrame
        Their rows, with the target's column.
    entry : dict
        Of the config's `targets`, with features.
    folds, draws, seed : int
        Of each cross-validation, and of the bootstrap over people.

    Returns
    -------
    dict
        With column, kind, people, splits (by `UNITS_OF_FOLDS`: each of `SHOWN`, by recording, as
        value and interval) and gap, random segments minus whole people on the same recordings.
    """
    what = {key: entry[key] for key in ("column", "kind", "superclasses")}
    what["evaluation"] = "cross_validation"
    tables, splits = {}, {}
    for whole in UNITS_OF_FOLDS:
        segments, _ = predict_segments(
            values,
            rows,
            **what,
            learner_name=entry["learner"],
            folds=folds,
            seed=seed,
            whole=whole,
        )
        tables[whole], found = score_target(segments, **what, draws=draws, seed=seed)
        splits[whole] = {key: found[key] for key in SHOWN[entry["kind"]]}
        print(f"{entry['column']}, folds of whole {plural(whole)}: {splits[whole]}", flush=True)
    gap = compare_targets(tables["segment"], tables["person"], what, draws=draws, seed=seed)
    return {
        "column": entry["column"],
        "kind": entry["kind"],
        "people": found["people"],
        "splits": splits,
        "gap": {key: gap["differences"][key] for key in SHOWN[entry["kind"]]},
    }
