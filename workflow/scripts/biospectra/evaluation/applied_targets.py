"""What a trained model says of new recordings beside the class: labels, or a number."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.errors import refused
from biospectra.evaluation.targets import SEPARATOR_OF_LABELS


def write_thresholds(scores: dict, path: str | Path) -> None:
    """Write the labels that a model of a target knows, each with the threshold that was chosen.

    Parameters
    ----------
    scores : dict
        Of `biospectra.evaluation.target_scores.score_target`.
    path : path
        Written: JSON with ``thresholds``; of a number it is None.
    """
    labels = scores.get("labels")
    found = None if labels is None else {name: own["threshold"] for name, own in labels.items()}
    Path(path).write_text(json.dumps({"thresholds": found}, indent=2) + "\n", encoding="utf-8")


def read_thresholds(path: str | Path) -> dict[str, float] | None:
    """Return what `write_thresholds` wrote: None of a number.

    Raises
    ------
    StudyError
        If the file holds anything else.
    """
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))["thresholds"]
        if found is None:
            return None
        known = {str(name): float(value) for name, value in found.items()}
    except (AttributeError, KeyError, OSError, RecursionError, TypeError, ValueError) as problem:
        raise refused(path, problem) from problem
    if not known or not all(math.isfinite(value) for value in known.values()):
        raise refused(path, "names no label with a threshold")
    return known


def target_columns(name: str, thresholds: dict[str, float] | None) -> list[str]:
    """Name the columns of what is said of a segment or recording, that of the answer first.

    Examples
    --------
    >>> target_columns("age", None), target_columns("rhythm", {"AFIB": 0.3})
    (['predicted_age'], ['predicted_rhythm', 'predicted_rhythm_p_AFIB'])
    """
    return [f"predicted_{name}", *_probabilities(name, thresholds or {})]


def _probabilities(name: str, thresholds: dict[str, float]) -> list[str]:
    return [f"predicted_{name}_p_{label}" for label in thresholds]


def with_labels(table: pd.DataFrame, name: str, thresholds: dict[str, float]) -> pd.DataFrame:
    """Return a table with the labels whose probability is at or above its threshold.

    Parameters
    ----------
    table : DataFrame
        With the probability of each label, NaN where nothing is said.
    name : str
        The target.
    thresholds : dict of str to float
        Of `read_thresholds`.

    Returns
    -------
    DataFrame
        With `predicted_NAME`: labels with semicolons between, "none" of known ones, "" where
        nothing is said.
    """
    likely = table[_probabilities(name, thresholds)].to_numpy(float)
    labels, limits = np.array(list(thresholds)), np.array(list(thresholds.values()))
    known = np.isfinite(likely).all(axis=1)
    said = [
        (SEPARATOR_OF_LABELS.join(labels[own >= limits]) or "none") if there else ""
        for own, there in zip(likely, known, strict=True)
    ]
    return table.assign(**{f"predicted_{name}": said})


def pooled_targets(
    judged: pd.DataFrame, recordings: list[str], targets: dict[str, dict[str, float] | None]
) -> pd.DataFrame:
    """Return what is said of recordings: means over their good segments, as when it was scored.

    Parameters
    ----------
    judged : DataFrame
        Segments, with `target_columns`.
    recordings : list of str
        Those wanted, in order.
    targets : dict of str to dict or None
        By name, of `read_thresholds`.

    Returns
    -------
    DataFrame
        A row for each recording: recording, and of each target `target_columns`, of a number its
        standard deviation over segments, too (`predicted_NAME_sd`).
    """
    good = judged[judged["quality"] == "ok"].groupby("recording")
    table = pd.DataFrame({"recording": recordings})
    for name, thresholds in targets.items():
        columns = target_columns(name, thresholds)
        said = columns if thresholds is None else columns[1:]
        mean = good[said].mean().reindex(recordings).reset_index(drop=True)
        if thresholds is None:
            spread = good[said[0]].std(ddof=0).reindex(recordings).to_numpy()
            table = table.join(mean).assign(**{f"{said[0]}_sd": spread})
        else:
            both = with_labels(table.join(mean), name, thresholds)
            table = both[[*table, *columns]]
    return table
