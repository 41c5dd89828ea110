"""The predictions of a network's folds, put together once nobody is found to have leaked."""

from pathlib import Path

import pandas as pd

from biospectra.evaluation.leaks import LEARNT, refuse_leaks
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

    Raises
    ------
    ArithmeticError
        If a fold says something of others than those that it holds out, if one of them was learnt
        from, or if two folds hold out the same segment.
    """
    tables = []
    for k, (path, split) in enumerate(zip(predictions, splits, strict=True)):
        rows, table = read_split(split), read_predictions(path)
        refuse_leaks(rows[rows["split"].isin(LEARNT)], table, f"fold {k}")
        held_out = rows.loc[rows["split"] == "test", SEGMENT]
        if len(table.merge(held_out, on=SEGMENT)) != len(table):
            raise ArithmeticError(f"fold {k} has predictions of others than it holds out")
        tables.append(table.assign(fold=k))
    joined = pd.concat(tables).sort_values(SEGMENT, ignore_index=True)
    twice = joined[joined.duplicated(SEGMENT)]
    if len(twice):
        name = twice["recording"].iloc[0]
        raise ArithmeticError(f"a segment of {name} is held out in two folds")
    print(joined.groupby(["fold", "label"]).size().unstack(fill_value=0))
    write_tsv(joined, output, "%.6g")
    join_costs(costs, cost)
