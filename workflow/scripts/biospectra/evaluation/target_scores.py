"""Scores of what was predicted beside the class, by recording, with intervals by person."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from biospectra.evaluation.ranking import best_threshold, score_labels, score_numbers
from biospectra.evaluation.target_chance import chance_of_target
from biospectra.evaluation.targets import SEPARATOR_OF_LABELS, indicators
from biospectra.store.rows import of_whole_recordings


def score_target(
    segments: pd.DataFrame,
    *,
    column: str,
    kind: str,
    superclasses: Mapping[str, Sequence[str]],
    evaluation: str,
    draws: int,
    seed: int,
) -> tuple[pd.DataFrame, dict]:
    """Score what was said of people who were not learnt from, by recording.

    What is said of a recording is the mean over its segments, of all its channels.

    Parameters
    ----------
    segments : DataFrame
        Of `segment_table`, of validation and test people, or with the `fold` of each.
    column, kind, superclasses : str or dict
        Of the target's entry in the config.
    evaluation : str
        Of the config; thresholds of labels are those of the largest F1 on validation people of a
        "holdout", otherwise on those of the other folds.
    draws, seed : int
        Of the bootstrap over people.

    Returns
    -------
    predictions : DataFrame
        A row for each recording that was held out: recording, subject, the column, predicted, and
        of labels p_LABEL.
    scores : dict
        With kind, column, evaluation, recordings, people, chance (of
        `biospectra.evaluation.target_chance.chance_of_target`), and what `score_labels` or
        `score_numbers` give; of a number its `distribution`; of labels the threshold of each, and
        `thresholds`, with the people that they were chosen on, the fewest of any fold.
    """
    mean = [name for name in segments if name.startswith("p_")] or ["predicted"]
    whole = of_whole_recordings(segments)
    groups = whole.groupby("recording", sort=True)
    whole = groups.first().assign(**groups[mean].mean()).reset_index()
    said, cells = whole[mean].to_numpy(float), whole[column].astype(str).str.strip()
    test = np.ones(len(whole), bool)
    if evaluation == "holdout":
        test = (whole["split"] == "test").to_numpy()
    table = whole[["recording", "subject"]].assign(**{column: cells})
    scores = {"kind": kind, "column": column, "evaluation": evaluation}
    scores |= {
        "recordings": int(test.sum()),
        "people": int(whole.loc[test, "subject"].nunique()),
    }
    options = {"people": whole.loc[test, "subject"].to_numpy(str), "draws": draws, "seed": seed}
    chance = {"kind": kind, "cross_validated": evaluation != "holdout", **options}
    if kind == "number":
        truth = cells.astype(float).to_numpy()
        scores["chance"] = chance_of_target(truth[test], said[test, 0], **chance)
        table["predicted"] = said[:, 0]
        table["always"] = whole["always"]
        ones = (truth[test], said[test, 0], whole["always"].to_numpy(float)[test])
        scores["distribution"] = {
            "mean": float(truth[test].mean()),
            "standard_deviation": float(truth[test].std()),
            "median": float(np.median(truth[test])),
            "lowest": float(truth[test].min()),
            "highest": float(truth[test].max()),
        }
        return table[test], scores | score_numbers(*ones, **options)
    names = [name.removeprefix("p_") for name in mean]
    truth = indicators(cells, superclasses, names)[1]
    fold = whole["fold"].to_numpy() if "fold" in whole else np.zeros(len(whole), int)
    others = [(~test, np.ones(len(whole), bool))]
    if evaluation != "holdout":
        people = whole["subject"].to_numpy(str)
        by_database = evaluation == "leave_one_database_out"  # where somebody may stand in several
        apart = people if by_database else fold
        others = [(~np.isin(apart, apart[fold == k]), fold == k) for k in np.unique(fold)]
    thresholds, told = _thresholds(truth, said, others)
    table["predicted"] = [SEPARATOR_OF_LABELS.join(np.array(names)[one]) for one in told]
    table = table.join(whole[mean])
    found = score_labels(said[test], truth[test], told[test], names=names, **options)
    found["chance"] = chance_of_target(truth[test], said[test], **chance)
    for name, threshold in zip(names, thresholds, strict=True):
        found["labels"][name]["threshold"] = threshold
    found["thresholds"] = {
        "people": min(whole.loc[chosen_on, "subject"].nunique() for chosen_on, _ in others)
    }
    return table[test], scores | found


def _thresholds(
    truth: np.ndarray, mean: np.ndarray, others: list[tuple[np.ndarray, np.ndarray]]
) -> tuple[list[float], np.ndarray]:
    """Return the threshold of each label (of folds their mean), and what is said (n, labels).

    `others` are, by fold, those on whom thresholds are chosen and those who are asked.
    """
    told, found = np.zeros(truth.shape, bool), []
    for chosen_on, asked in others:
        own = [
            best_threshold(mean[chosen_on, k], truth[chosen_on, k]) for k in range(truth.shape[1])
        ]
        told[asked] = mean[asked] >= own
        found.append(own)
    return np.mean(found, axis=0).tolist(), told
