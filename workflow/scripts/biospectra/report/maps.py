"""Figures of maps."""

import json
from pathlib import Path

import pandas as pd

from biospectra.evaluation.caveats import map_caveat
from biospectra.evaluation.maps import GROUPS
from biospectra.models.embedding import FITTED_ON
from biospectra.report.style import (
    class_colours,
    class_markers,
    columns_of_names,
    figure,
    headline,
    in_words,
    legend_below,
    look,
    wrapped,
)
from biospectra.store.tables import read_tsv
from biospectra.words import number_of

MOST_GROUPS_NAMED = 16  # people or databases in the legend of all maps


def draw_map(
    table: str | Path,
    scores: str | Path,
    *,
    by_label: list[str],
    by_database: list[str],
    labels: list[str],
    name: str,
    split_by: str,
    cleaned_by_label: dict,
    transductive: list[str],
) -> None:
    """Draw a map, coloured by class and by database.

    Parameters
    ----------
    table, scores : path
        Of `biospectra.steps.umap.map_features`.
    by_label, by_database : list of path
        The figures, in several formats.
    labels : list of str
        The classes.
    name : str
        Name of the features.
    split_by, cleaned_by_label, transductive : str, dict or list of str
        What the study is split by, its cleaning of single classes, and the name if it is that of a
        transductive encoder: they decide what caveat the title states.
    """
    rows = read_tsv(table, ["recording", "label", "database"])
    fit_on = json.loads(Path(scores).read_text())["fit_on"]
    caveat = map_caveat(fit_on, split_by, cleaned_by_label, transductive)
    said = (
        f"{name}: {number_of(len(rows), 'test segment')}",
        f"UMAP fitted on {FITTED_ON[fit_on]}",
        caveat,
    )
    databases = sorted(rows["database"].unique())
    _draw_points(rows, "label", labels, by_label, "Class", said)
    _draw_points(rows, "database", databases, by_database, "Database", said)


def _draw_points(
    rows: pd.DataFrame, by: str, names: list[str], paths: list[str], legend: str, said: tuple
) -> None:
    colours, markers = class_colours(names), class_markers(names)
    width_cm = look().column_cm
    told = [f"{group} ({(rows[by] == group).sum()})" for group in names]
    lines = -(-len(names) // columns_of_names(told, width_cm))
    above = sum(len(wrapped(text or "", width_cm)) for text in said)
    # The panel is a square of the column's width, whatever stands above and below it.
    with figure(paths, height_cm=width_cm + 0.42 * (above + lines + 2), columns=1) as drawing:
        axis = drawing.subplots()
        for group in names:
            own = rows[rows[by] == group]
            axis.scatter(
                own["x"],
                own["y"],
                s=11,
                color=colours[group],
                marker=markers[group],
                alpha=0.7,
                linewidths=0,
            )
        axis.set_aspect("equal", adjustable="datalim")
        axis.set(xlabel="UMAP 1", ylabel="UMAP 2", xticks=[], yticks=[])
        headline(drawing, *said)
        legend_below(drawing, axis.collections, told, title=legend, markerscale=1.5)


def draw_maps(
    table: str | Path,
    scores: str | Path,
    paths: list[str],
    *,
    labels: list[str],
    name: str,
    split_by: str,
    cleaned_by_label: dict,
    transductive: list[str],
) -> None:
    """Draw each map by class, by database and by person, with its silhouettes.

    Parameters
    ----------
    table, scores : path
        Of `biospectra.steps.maps.place_on_maps`.
    paths : list of str
        The figure, in several formats.
    labels : list of str
        The classes.
    name : str
        Name of the features, for the title.
    split_by, cleaned_by_label, transductive : str, dict or list of str
        As of `draw_map`.
    """
    rows = read_tsv(table, ["recording", "label", "subject", "database"])
    result = json.loads(Path(scores).read_text())
    spaces, fit_on = result["spaces"], result["fit_on"]
    seeds = spaces["UMAP"]["maps"]
    maps = [column.removesuffix(" 1") for column in rows if column.endswith(" 1")]
    people = sorted(rows["subject"].unique())
    of = {"label": labels, "database": sorted(rows["database"].unique()), "subject": people}
    named = {by: names if len(names) <= MOST_GROUPS_NAMED else [] for by, names in of.items()}
    below = max(map(len, named.values()))
    with figure(paths, height_cm=2 + 6.4 * len(maps) + 0.4 * below) as drawing:
        # The axes have one column each; the legends stand in a row of their own below them.
        axes = drawing.subplots(
            len(maps) + 1, 3, squeeze=False, height_ratios=[6] * len(maps) + [0.4 * below + 0.4]
        )
        for line, method in zip(axes, maps, strict=False):
            for axis, (by, title) in zip(line, GROUPS.items(), strict=True):
                colours, markers = class_colours(of[by]), class_markers(of[by])
                for group in of[by]:
                    own = rows[rows[by] == group]
                    axis.scatter(
                        own[f"{method} 1"],
                        own[f"{method} 2"],
                        s=6,
                        alpha=0.7,
                        linewidths=0,
                        color=colours[group],
                        marker=markers[group],
                        label=group,
                    )
                scored = spaces[method][by]
                said = "one group only"
                if scored is not None:
                    of_groups = in_words(scored["silhouette"], scored["silhouette_range"])
                    said = f"silhouette {of_groups}"
                lines = [f"{method} by {title}", said]
                if by == "label":
                    lines += _neighbours_in_words(scored, spaces[method]["trustworthiness"])
                axis.set_title("\n".join(lines), fontsize="small")
                axis.set_aspect("equal", adjustable="datalim")
                axis.set(xlabel=f"{method} 1", ylabel=f"{method} 2", xticks=[], yticks=[])
        for axis, by, first in zip(axes[-1], GROUPS, axes[0], strict=True):
            axis.axis("off")
            if named[by]:
                handles = first.collections
                title = GROUPS[by].capitalize()
                axis.legend(handles, named[by], loc="upper center", title=title, markerscale=2)
            else:
                text = f"{len(of[by])} groups, too many to name"
                axis.text(0.5, 1, text, ha="center", va="top", transform=axis.transAxes)
        headline(
            drawing,
            f"{name}: {number_of(len(rows), 'test segment')} of {number_of(len(people), 'person')}",
            f"PCA and UMAP fitted on {FITTED_ON[fit_on]}; UMAP of {number_of(seeds, 'seed')}",
            map_caveat(fit_on, split_by, cleaned_by_label, transductive),
        )


def _neighbours_in_words(scored: dict | None, trusted: float | None) -> list[str]:
    """Return how often a point's neighbours tell its class, and whether they are its neighbours."""
    lines = []
    if scored is not None:
        said = in_words(scored["knn_accuracy"], scored["intervals"]["knn_accuracy"])
        mixed = f"shuffled labels {scored['shuffled']['knn_accuracy']['mean']:.2f}"
        if scored["knn_accuracy_other_people"] is None:  # who keep their label, shuffled or not
            mixed = "a class has one person"
        lines += [f"k-NN accuracy {said}", mixed]
    if trusted is not None:
        lines.append(f"trustworthiness {trusted:.2f}")
    return lines
