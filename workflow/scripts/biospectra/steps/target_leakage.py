"""How much the score of a target owes to people who stand in training and in test."""

import json
from pathlib import Path

import numpy as np

from biospectra.evaluation.target_leakage import target_leakage
from biospectra.features.joined import read_joined
from biospectra.store.sampling import thin_for_refits


def write_target_leakage(
    features: list[str],
    output: str | Path,
    *,
    settings: dict,
    sessions: list[dict] | None,
    folds: int,
    draws: int,
    seed: int,
) -> None:
    """Score a target under splits that leak and one that does not.

    Parameters
    ----------
    features : list of str
        HDF5 files of tables of features; segments of `thin_for_refits` are looked at.
    output : path
        Written: JSON of `biospectra.evaluation.target_leakage.target_leakage`.
    settings : dict
        The target's entry in the config.
    sessions : list of dict or None
        As for `biospectra.features.joined.read_joined`.
    folds, draws, seed : int
        As for `target_leakage`.
    """
    values, rows, _ = read_joined(features, sessions=sessions or None, most=0)
    keep = thin_for_refits(rows)
    values, rows = np.asarray(values[keep]), rows.loc[keep].reset_index(drop=True)
    options = {"folds": folds, "draws": draws, "seed": seed}
    found = target_leakage(values, rows, settings, **options)
    Path(output).write_text(json.dumps(found, indent=2) + "\n")
