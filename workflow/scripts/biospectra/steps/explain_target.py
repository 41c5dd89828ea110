"""Where a network of a target looked: what spoke for a label, or raised or lowered a number."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.evaluation.targets import indicators, read_segments
from biospectra.report.style import shortened
from biospectra.steps.explain import PER_CLASS, explain_groups
from biospectra.store.dataset import select_rows
from biospectra.store.sampling import evenly_by_class
from biospectra.words import number_of

LABELS_SHOWN = 8  # those that most test people have
PARTS_OF_NUMBERS = 3  # of test recordings, by the number: low, middle and high


def explain_target(
    inputs: list[str],
    split: str | Path,
    model: str | Path,
    segments: str | Path,
    scores: str | Path,
    *,
    output: str | Path,
    figures: list[str],
    settings: dict,
    name: str,
    colour_map: str,
    threads: int,
) -> None:
    """Average over test segments where a network looked, label by label, or by the number.

    Of a label they are segments of recordings that have it, at or above its threshold, and what is
    shared out is its logit; of a number those of recordings with low, middle and high numbers, and
    the number itself is shared out.

    Parameters
    ----------
    inputs, split, model, output, figures, colour_map, threads
        As for `biospectra.steps.explain.explain`; classes are labels, or ranges of the number.
    segments : path
        Table of `biospectra.evaluation.targets.segment_table`.
    scores : path
        JSON of `biospectra.evaluation.target_scores.score_target`.
    settings : dict
        An entry of the config's `targets`, with its `network`.
    name : str
        Its name.
    """
    column = settings["column"]
    said = read_segments(segments, column)
    said = said[said["split"] == "test"].drop(columns=["start_s", "subject", "split"])
    rows = select_rows(inputs, split, ["test"])
    rows = rows.drop(columns=column, errors="ignore").merge(said, on=["recording", "segment"])
    found = json.loads(Path(scores).read_text())
    if settings["kind"] == "number":
        rows, names = _by_number(rows, column)
        title = f"Where {name} looked: test segments by {column}"
        words = {"unit": shortened(column, 16), "sides": "Raising (red), lowering (blue)"}
    else:
        rows, names = _by_label(rows, column, found["labels"], settings["superclasses"])
        title = f"Where {name} looked: test segments with each label, correctly predicted"
        left = len(found["labels"]) - len(names)
        title += f" ({number_of(left, 'rarer label')} not shown)" if left else ""
        words = {"none": "none predicted correctly"}
    explain_groups(
        inputs,
        split,
        model,
        _evenly(rows),
        names,
        output=output,
        figures=figures,
        batch_size=settings["network"]["batch_size"],
        title=title,
        colour_map=colour_map,
        threads=threads,
        **words,
    )


def _evenly(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `PER_CLASS` rows of each group, spread over its recordings."""
    if rows.empty:
        return rows
    return evenly_by_class(rows.assign(label=rows["group"]), PER_CLASS)


def _by_number(rows: pd.DataFrame, column: str) -> tuple[pd.DataFrame, list[str]]:
    """Return rows with the `group` of their number, and what the groups are called."""
    numbers = rows[column].astype(float)
    of_recordings = numbers.groupby(rows["recording"]).first()
    inner = np.linspace(0, 1, PARTS_OF_NUMBERS + 1)[1:-1]
    group = np.searchsorted(np.unique(of_recordings.quantile(inner)), numbers, side="right")
    present, group = np.unique(group, return_inverse=True)  # of equal numbers there are fewer
    ends = [numbers[group == k].agg(["min", "max"]) for k in range(len(present))]
    names = [f"{low:g}" if low == high else f"{low:g} to {high:g}" for low, high in ends]
    return rows.assign(group=group, output=0), names


def _by_label(
    rows: pd.DataFrame, column: str, labels: dict[str, dict], superclasses: dict
) -> tuple[pd.DataFrame, list[str]]:
    """Return rows of each label that have it and are said to, with its `group`, and the labels."""
    names = list(labels)
    commonest = sorted(names, key=lambda label: -labels[label]["people"])[:LABELS_SHOWN]
    shown = [label for label in names if label in commonest]
    has = indicators(rows[column], superclasses, names)[1]
    parts = []
    for k, label in enumerate(shown):
        output = names.index(label)
        right = has[:, output] & (rows[f"p_{label}"] >= labels[label]["threshold"]).to_numpy()
        parts.append(rows[right].assign(group=k, output=output))
    return pd.concat(parts), shown
