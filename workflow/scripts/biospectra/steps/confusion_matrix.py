"""Score a classifier's predictions on held-out people."""

import json
from pathlib import Path

from biospectra.evaluation.calibration import calibration
from biospectra.evaluation.caveats import caveat
from biospectra.evaluation.group_scores import of_groups
from biospectra.evaluation.groups import groups_of
from biospectra.evaluation.repeats import spread_over_repeats
from biospectra.evaluation.scores import score_table
from biospectra.evaluation.uncertainty import judged_uncertainty
from biospectra.report.confusion_matrix import draw_matrix
from biospectra.report.reliability import draw_reliability
from biospectra.store.cost import read_cost
from biospectra.store.predictions import read_predictions


def evaluate(
    predictions: str | Path,
    cost: str | Path,
    repeats: list[str] | None = None,
    *,
    picture: list[str],
    reliability: list[str],
    scores: str | Path,
    labels: list[str],
    name: str,
    validation: str | Path | None,
    uncertainty: str | Path,
    evaluation: str,
    validation_people: str | None = None,
    split_by: str,
    by_label: dict,
    transductive: list[str],
    columns: list[str],
    draws: int,
    calibration_bins: int,
    recalibration: str,
    coverage: float,
    coverage_within: str,
    seed: int,
) -> None:
    """Score a classifier's predictions for held-out people, and draw what was confused.

    Parameters
    ----------
    predictions : path
        Table of `write_predictions`.
    cost : path
        Cost of `biospectra.store.cost.write_cost`, where the model is named.
    repeats : list of str, optional
        Predictions of the same with other assignments of people to folds, if there are any.
    picture, reliability : list of str
        Figures written, each in several formats.
    scores : path
        Written: JSON of `score_table`, with model, pooling, evaluation, optimistic (why the scores
        are, or None), by_database (where databases are held out), by_column (the groups of each
        further column of the table), repeats (as of `spread_over_repeats`, or None), calibration
        and uncertainty (of `biospectra.evaluation.uncertainty.judged_uncertainty`).
    labels : list of str
        The classes.
    name : str
        Name of the classifier, for the title.
    validation : path or None
        Predictions for validation people; None in a cross-validation.
    uncertainty : path
        Written: JSON, what was learnt for recordings to come.
    evaluation : str
        A key of `biospectra.report.confusion_matrix.KIND_NAMES`.
    validation_people : str or None
        As for `judged_uncertainty`.
    split_by : str
        What stays on one side of a holdout.
    transductive : list of str
        The transductive encoders that the classifier reads.
    by_label : dict
        The cleaning of single classes.
    columns : list of str
        The further columns.
    draws : int
        Draws of the bootstrap over people.
    calibration_bins : int
        Bins of the reliability figure and the expected calibration error.
    recalibration, coverage, coverage_within : str or float
        Method, coverage and within of `judged_uncertainty`.
    seed : int
        Seed of the draws.
    """
    table = read_predictions(predictions)
    test = table[table["split"] == "test"].reset_index(drop=True)
    bootstrap = {"draws": draws, "seed": seed}
    result = score_table(test, labels, cross_validated=evaluation != "holdout", **bootstrap)
    result |= {key: read_cost(cost)[key] for key in ("model", "pooling")}
    result["evaluation"] = evaluation
    result["optimistic"] = caveat(evaluation, split_by, by_label, transductive)
    if evaluation == "leave_one_database_out":
        result["by_database"] = of_groups(test, test["database"], labels, **bootstrap)
    result["by_column"] = {
        column: of_groups(test, groups_of(test[column]), labels, **bootstrap) for column in columns
    }
    again = [read_predictions(path) for path in repeats or []]
    result["repeats"] = spread_over_repeats([test, *again], labels) if again else None
    result["calibration"] = calibration(
        test[[f"p_{label}" for label in labels]].to_numpy(),
        test["label"].map({label: i for i, label in enumerate(labels)}).to_numpy(),
        test["subject"].to_numpy(),
        bins=calibration_bins,
        draws=draws,
        seed=seed,
    )
    result["uncertainty"], learnt = judged_uncertainty(
        test,
        None if validation is None else read_predictions(validation),
        labels,
        say=validation_people,
        method=recalibration,
        coverage=coverage,
        within=coverage_within,
        bins=calibration_bins,
        draws=draws,
        seed=seed,
    )
    Path(uncertainty).write_text(json.dumps(learnt) + "\n")
    Path(scores).write_text(json.dumps(result, indent=2) + "\n")
    draw_matrix(result, picture, name)
    corrected = result["uncertainty"]["segments"]["calibration"]
    draw_reliability(result["calibration"], reliability, name, result["optimistic"], corrected)
