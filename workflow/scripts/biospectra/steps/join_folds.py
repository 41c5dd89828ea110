"""The predictions of a network's folds, put together once nobody is found to have leaked."""

from pathlib import Path

import pandas as pd

from biospectra.errors import StudyError
from biospectra.evaluation.leaks import LEARNT, refuse_leaks
from biospectra.evaluation.targets import read_segments
from biospectra.store.cost import join_costs
from biospectra.store.dataset import read_split
from biospectra.store.predictions import read_predictions
from biospectra.store.tables import write_tsv

SEGMENT = ["recording", "segment"]


def join_folds(
    predictions: list[str],
    splits: list[str],
    costs: list[str],
    *,
    output: str | Path,
    cost: str | Path,
    column: str | None = None,
) -> None:
    """Write what the networks of all folds say of the people whom each did not learn from.

    Parameters
    ----------
    predictions, splits, costs : list of str
        By fold: the table of predictions, the split that the network learnt by, and its cost.
    output : path
        Written: the predictions of all, with their `fold`.
    cost : path
        Written: the cost of all, as by `biospectra.store.cost.join_costs`.
    column : str or None
        The column that is predicted, where predictions are of a target: tables of
        `biospectra.evaluation.targets.segment_table`, of which labels that all folds know are kept.

    Raises
    ------
    StudyError
        If no label is known to all folds.
    ArithmeticError
        If a fold says something of others than those that it holds out, if one of them was learnt
        from, or if two folds hold out the same segment.
    """
    tables = []
    for k, (path, split) in enumerate(zip(predictions, splits, strict=True)):
        rows = read_split(split)
        table = read_predictions(path) if column is None else read_segments(path, column)
        refuse_leaks(rows[rows["split"].isin(LEARNT)], table, f"fold {k}")
        held_out = rows.loc[rows["split"] == "test", SEGMENT]
        if len(table.merge(held_out, on=SEGMENT)) != len(table):
            raise ArithmeticError(f"fold {k} has predictions of others than it holds out")
        if len(table):  # of a target a fold may hold out nobody who has a value
            tables.append(table.assign(fold=k))
    joined = pd.concat(tables, join="inner").sort_values(SEGMENT, ignore_index=True)
    left_out = sorted({name for own in tables for name in own} - set(joined))
    if left_out:
        print(f"In some folds all who are learnt from are alike, and left out: {left_out}")
    if not {"predicted", *(name for name in joined if name.startswith("p_"))} & set(joined):
        raise StudyError(
            f"targets: of column {column!r} there is no label that in each fold some of the people "
            "learnt from have and some have not; add recordings, or gather labels in superclasses."
        )
    twice = joined[joined.duplicated(SEGMENT)]
    if len(twice):
        name = twice["recording"].iloc[0]
        raise ArithmeticError(f"a segment of {name} is held out in two folds")
    if column is None:
        print(joined.groupby(["fold", "label"]).size().unstack(fill_value=0))
    write_tsv(joined, output, "%.6g")
    join_costs(costs, cost)
