"""Figures of maps."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.evaluation.bootstrap import counted
from biospectra.evaluation.caveats import map_caveat
from biospectra.evaluation.maps import GROUPS
from biospectra.models.embedding import FITTED_ON
from biospectra.report.style import class_colours, class_markers, figure, in_words
from biospectra.store.tables import read_tsv


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
    split_by, cleaned_by_label : str or dict
        What the study is split by, and its cleaning of single classes: they decide what caveat the
        title states.
    """
    rows = read_tsv(table, ["recording", "label", "database"])
    fit_on = json.loads(Path(scores).read_text())["fit_on"]
    caveat = map_caveat(fit_on, split_by, cleaned_by_label)
    title = f"{len(rows)} test segments of {name}; UMAP fitted on {FITTED_ON[fit_on]}"
    title += f"\n{caveat}" if caveat else ""
    databases = sorted(rows["database"].unique())
    _draw_points(rows, "label", labels, by_label, "Class", title)
    _draw_points(rows, "database", databases, by_database, "Database", title)


def _draw_points(
    rows: pd.DataFrame, by: str, names: list[str], paths: list[str], legend: str, title: str
) -> None:
    colours, markers = class_colours(names), class_markers(names)
    with figure(paths, figsize=(7.6, 5.2)) as drawing:
        axis = drawing.subplots()
        for group in names:
            own = rows[rows[by] == group]
            axis.scatter(
                own["x"],
                own["y"],
                s=14,
                color=colours[group],
                marker=markers[group],
                alpha=0.7,
                linewidths=0,
                label=f"{group} ({len(own)})",
            )
        axis.set(xlabel="UMAP 1", ylabel="UMAP 2", aspect="equal")
        drawing.suptitle(title, fontsize=10)
        axis.set(xticks=[], yticks=[])
        drawing.legend(loc="outside right center", title=legend)


def draw_maps(
    maps: dict[str, list[np.ndarray]],
    scores: dict,
    rows: pd.DataFrame,
    paths: list[str],
    *,
    labels: list[str],
    name: str,
    fit_on: str,
    optimistic: str | None,
) -> None:
    """Draw each map by class, by database and by person, with its silhouettes.

    Parameters
    ----------
    maps, scores : dict of str to list of ndarray or dict
        Maps and scores of `place` and `score_maps`.
    rows : DataFrame
        Rows of each point.
    paths : list of str
        The figure, in several formats.
    labels : list of str
        The classes.
    name : str
        Name of the features, for the title.
    fit_on : str
        Whose segments PCA and UMAP were fitted on, "test" or "training".
    optimistic : str or None
        Why classes lie further apart than they do in held-out people, or None.
    """
    import matplotlib

    with figure(paths, figsize=(10.5, 3.3 * len(maps))) as drawing:
        axes = drawing.subplots(len(maps), 3, squeeze=False)
        for line, (method, found) in zip(axes, maps.items(), strict=True):
            for axis, (by, title) in zip(line, GROUPS.items(), strict=True):
                groups = labels if by == "label" else sorted(rows[by].unique())
                colours = class_colours(groups)
                if by == "subject":
                    wheel = matplotlib.colormaps["hsv"]
                    colours = {g: wheel(i / len(groups)) for i, g in enumerate(groups)}
                for group in groups:
                    own = found[0][(rows[by] == group).to_numpy()]
                    axis.scatter(*own.T, s=7, alpha=0.7, linewidths=0, color=colours[group])
                    if by != "subject":
                        axis.scatter([], [], s=14, color=colours[group], label=group)
                scored = scores[method][by]
                said = "none, one only"
                if scored is not None:
                    said = in_words(scored["silhouette"], scored["silhouette_range"])
                lines = [f"{method} by {title}: silhouette {said}"]
                if by == "label":
                    lines += _neighbours_in_words(scored, scores[method]["trustworthiness"])
                axis.set_title("\n".join(lines), fontsize=8)
                axis.set(xticks=[], yticks=[])
                if by != "subject" and method == "PCA":
                    axis.legend(fontsize=7, loc="best", handletextpad=0.1)
        drawing.suptitle(
            f"{name}: {len(rows)} test segments of {counted(rows['subject'].nunique())}; "
            f"PCA and UMAP fitted on {FITTED_ON[fit_on]}\n"
            f"in brackets: silhouette over {len(maps['UMAP'])} seeds, neighbours 95 % by people"
            + (f"\n{optimistic}" if optimistic else ""),
            fontsize=10,
        )


def _neighbours_in_words(scored: dict | None, trusted: float | None) -> list[str]:
    """Return how often a point's neighbours tell its class, and whether they are its neighbours."""
    lines = []
    if scored is not None:
        said = in_words(scored["knn_accuracy"], scored["intervals"]["knn_accuracy"])
        mixed = f"labels shuffled {scored['shuffled']['knn_accuracy']['mean']:.2f}"
        if scored["knn_accuracy_other_people"] is None:  # who keep their label, shuffled or not
            mixed = "a class has one person"
        lines.append(f"neighbours right {said}, {mixed}")
    if trusted is not None:
        lines.append(f"trustworthiness {trusted:.2f}")
    return lines
