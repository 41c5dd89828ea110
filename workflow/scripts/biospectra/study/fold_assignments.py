"""How people are assigned to folds: one way for each evaluation, or several by as many seeds."""

import pandas as pd

BETWEEN_SEEDS = 1000  # of assignments, so that none comes near another's own


def fold_assignments(config: dict, recordings: pd.DataFrame) -> dict[str, dict]:
    """Return the assignments to folds of a study.

    Parameters
    ----------
    config : dict
        The config, with all defaults.
    recordings : DataFrame
        The table of recordings.

    Returns
    -------
    dict of str to dict
        By name: evaluation, folds, how many there are, and seed. Of "cross_validation" there are
        as many as `scores.repeats`, the others called "cross_validation_2" and so on.
    """
    scores, seed = config["scores"], config["seed"]
    found = {}
    for repeat in range(1, scores["repeats"] + 1):
        found[repeat_of("cross_validation", repeat)] = {
            "evaluation": "cross_validation",
            "folds": scores["folds"],
            "seed": seed + BETWEEN_SEEDS * (repeat - 1),
        }
    for evaluation, unit in (
        ("leave_one_person_out", "subject"),
        ("leave_one_database_out", "database"),
    ):
        folds = int(recordings[unit].nunique())
        found[evaluation] = {"evaluation": evaluation, "folds": folds, "seed": seed}
    return found


def repeat_of(evaluation: str, repeat: int) -> str:
    """Name an assignment of an evaluation, the first like the evaluation itself."""
    return evaluation if repeat == 1 else f"{evaluation}_{repeat}"
