"""Maps coloured by what else than the class the table tells: labels, or a number."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.evaluation.groups import numbers_of
from biospectra.evaluation.targets import indicators
from biospectra.report.style import figure, headline, look, shortened
from biospectra.store.tables import read_tsv
from biospectra.words import number_of

MOST_LABELS_MAPPED = 12  # the most frequent, each on a map of its own
PANELS = 4  # in a row
PREFERRED = "UMAP"  # else the first map that there is


def draw_target_maps(
    table: str | Path,
    paths: list[str],
    *,
    column: str,
    kind: str,
    superclasses: Mapping[str, Sequence[str]],
    colour_map: str,
    name: str,
    caveat: str | None = None,
) -> None:
    """Draw a map of test segments coloured by a number, or one map for each label.

    Parameters
    ----------
    table : path
        Of `biospectra.steps.maps.place_on_maps`, with the column.
    paths : list of path
        The figure, in several formats.
    column, kind, superclasses : str or dict
        Of a target's entry in the config.
    colour_map : str
        Of a number.
    name : str
        Name of the features, for the title.
    caveat : str or None
        Of `biospectra.evaluation.caveats.map_caveat`.
    """
    rows = read_tsv(table, ["recording", "subject", column])
    maps = [one.removesuffix(" 1") for one in rows if one.endswith(" 1")]
    method = PREFERRED if PREFERRED in maps else maps[0]
    place = rows[[f"{method} 1", f"{method} 2"]].to_numpy(float)
    cells = rows[column].str.strip()
    told = (cells != "").to_numpy()
    people = number_of(rows["subject"].nunique(), "person")
    notes = [f"{method} of {number_of(len(rows), 'test segment')} of {people}"]
    if kind == "number":
        if not told.all():
            count = int((~told).sum())
            notes.append(f"grey: {number_of(count, 'segment')} without a value")
        number = numbers_of(cells).to_numpy()
        said = (f"{name} by {column}", *notes, caveat)
        _draw_number(place, number, column, colour_map, paths, said)
        return
    names, has = indicators(cells, superclasses)
    frequent = np.argsort(-has.sum(axis=0), kind="stable")[:MOST_LABELS_MAPPED]
    shown = "blue: segments of recordings that have the label"
    notes.append(shown if names else "no segment has a label")
    if not told.all():
        notes[-1] += f"; left out: {number_of((~told).sum(), 'segment')} without a value"
    if len(names) > len(frequent):
        notes.append(f"the {len(frequent)} most frequent of {len(names)} labels")
    chosen = [(names[k], has[:, k]) for k in frequent]
    said = (f"{name} by {column}", *notes, caveat)
    _draw_labels(place, told, chosen, rows["subject"], paths, said)


def _bare(axis) -> None:
    axis.set_aspect("equal", adjustable="datalim")
    axis.set(xticks=[], yticks=[])


def _draw_number(
    place: np.ndarray, number: np.ndarray, column: str, colour_map: str, paths: list[str], said
) -> None:
    told = np.isfinite(number)
    with figure(paths, height_cm=look().column_cm + 1.5, columns=1) as drawing:
        axis = drawing.subplots()
        axis.scatter(*place[~told].T, s=9, color=look().faint, linewidths=0)
        points = axis.scatter(
            *place[told].T, s=11, c=number[told], cmap=colour_map, alpha=0.85, linewidths=0
        )
        _bare(axis)
        drawing.colorbar(points, ax=axis, label=column, shrink=0.8)
        headline(drawing, *said)


def _draw_labels(
    place: np.ndarray, told: np.ndarray, labels: list, subject: pd.Series, paths: list[str], said
) -> None:
    panels = max(1, len(labels))  # of no label an empty one
    lines = -(-panels // PANELS)
    with figure(paths, height_cm=1.6 + 5.2 * lines) as drawing:
        axes = drawing.subplots(lines, min(PANELS, panels), squeeze=False).ravel()
        for axis, (label, has) in zip(axes, labels, strict=False):
            others = ~has & told
            axis.scatter(*place[others].T, s=4, color=look().faint, linewidths=0)
            axis.scatter(*place[has].T, s=6, color=look().colours[0], alpha=0.8, linewidths=0)
            people = number_of(subject[has].nunique(), "person")
            axis.set_title(f"{shortened(label, 24)}\n{people}", fontsize="small")
            _bare(axis)
        for axis in axes[len(labels) :]:
            axis.axis("off")
        headline(drawing, *said)
