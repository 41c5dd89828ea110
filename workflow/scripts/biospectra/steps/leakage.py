"""How much a score owes to people who stand in training and in test."""

import json
from pathlib import Path

import pandas as pd

from biospectra.evaluation.leakage import UNITS_OF_SPLITTING, leakage_scores
from biospectra.store.features import read_features
from biospectra.store.sampling import thin_for_refits
from biospectra.store.tables import write_tsv


def leakage(
    features: str | Path,
    *,
    scores: str | Path,
    table: str | Path,
    labels: list[str],
    name: str,
    classifier: str,
    folds: int,
    draws: int,
    seed: int,
) -> None:
    """Score one model under splits that leak and one that does not.

    Parameters
    ----------
    features : path
        HDF5 file with `features` and the rows, of which those of `thin_for_refits` are looked at.
    scores : path
        Written: JSON of `leakage_scores`, with features.
    table : path
        Written: tab-separated, one row a split.
    labels : list of str
        The classes.
    name : str
        Name of the features.
    classifier, folds, draws, seed : str or int
        As for `leakage_scores`.
    """
    values, rows = read_features(features, choose=thin_for_refits)
    settings = {"classifier": classifier, "folds": folds, "draws": draws, "seed": seed}
    result = {"features": name} | leakage_scores(values, rows, labels, **settings)
    Path(scores).write_text(json.dumps(result, indent=2) + "\n")
    lines = []
    for split, found in result["splits"].items():
        line = {"split": UNITS_OF_SPLITTING[split], "optimistic": found["optimistic"]}
        for key in ("accuracy", "balanced_accuracy", "macro_f1"):
            low, high = found["intervals"][key] or (None, None)
            line |= {key: found[key], f"{key}_low": low, f"{key}_high": high}
        lines.append(line)
    write_tsv(pd.DataFrame(lines), table, "%.4f")
