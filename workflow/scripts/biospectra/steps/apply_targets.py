"""What a trained model says of segments of new recordings beside the class, and what it reads."""

from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.errors import refused
from biospectra.features.joined import read_joined
from biospectra.models.classifiers import tables_of
from biospectra.models.fitting import centre
from biospectra.models.projection import is_first_step, projection_of
from biospectra.models.saved_estimator import read_estimator
from biospectra.models.target_learners import said_by
from biospectra.store.features import read_features
from biospectra.study.trained import target_file, thresholds_file


def read_given_tables(
    folder: Path, entry: dict, seed: int, sessions: list[dict] | None
) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the features of segments that a scikit-learn model reads, and their rows.

    Parameters
    ----------
    folder : Path
        With features/NAME.h5.
    entry : dict
        Of the settings' `classifiers` or `targets`.
    seed : int
        Of the projection.
    sessions : list of dict or None
        As for `biospectra.features.joined.read_joined`.

    Returns
    -------
    values : ndarray, (n, columns)
    rows : DataFrame, (n, ...)
    """
    files = [folder / "features" / f"{name}.h5" for name in tables_of(entry)]
    pooling = entry["pooling"]
    alone = is_first_step(files, sessions)
    projections = [None if alone else projection_of(file, pooling, seed) for file in files]
    values, rows, _ = read_joined(
        files, pooling=pooling, projections=projections, sessions=sessions
    )
    if entry.get("centre") == "subject":
        values = centre(values, rows["subject"].to_numpy())
    return values, rows


def said_of_target(
    folder: Path,
    model: Path,
    name: str,
    entry: dict,
    labels: dict[str, float] | None,
    seed: int,
    sessions: list[dict] | None,
) -> tuple[np.ndarray, pd.DataFrame]:
    """Return what is said of a target of each segment, and its rows.

    Parameters
    ----------
    folder, model : Path
        As for `biospectra.steps.apply_judge.apply_judge`.
    name : str
        The target.
    entry : dict
        Of the settings' `targets`.
    labels : dict of str to float, or None
        Of `biospectra.evaluation.applied_targets.read_thresholds`.
    seed, sessions : int or list of dict or None
        As for `read_given_tables`.

    Returns
    -------
    said : ndarray, (n, labels) or (n, 1)
        Probability of each label, or the number.
    rows : DataFrame, (n, ...)

    Raises
    ------
    StudyError
        If the model gives other labels than it is said to.
    """
    outputs = 1 if labels is None else len(labels)
    if "network" in entry:
        said, rows = read_features(folder / "targets" / f"{name}.h5")
    else:
        gives = "predict" if labels is None else "predict_proba"
        fitted = read_estimator(model / target_file(name, entry), gives)
        values, rows = read_given_tables(folder, entry, seed, sessions)
        said = said_by(fitted, values, "number" if labels is None else "labels", outputs)
    if said.shape[1:] != (outputs,):
        raise refused(model / thresholds_file(name), "names other labels than its model gives")
    return said, rows
