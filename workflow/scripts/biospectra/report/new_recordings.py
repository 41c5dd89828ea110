"""The figure of new recordings placed on a trained map."""

import pandas as pd

from biospectra.report.style import (
    class_colours,
    class_markers,
    figure,
    headline,
    look,
    shortened,
)
from biospectra.words import number_of

NEW = (3, 5, 4)  # of the palette: outlines of new recordings, after the ink
CROWDED = 200  # segments, of which the outlines are drawn thinner
NEW_MARKERS = "oDs^vP<"
MOST_NAMED = 16  # recordings in the legend
LONGEST_NAME = 28


def draw_over(
    trained: pd.DataFrame | None,
    judged: pd.DataFrame,
    labels: list[str],
    paths: list[str],
    name: str,
    axes: tuple[str, str] | None,
) -> None:
    """Draw the trained map faintly, and the good segments of each new recording over it.

    Parameters
    ----------
    trained : DataFrame or None
        The trained map; None where the model has no features, and so no map.
    judged : DataFrame
        Segments with place and novelty, if they have one.
    labels : list of str
        The classes.
    paths : list of str
        Figures written.
    name : str
        What the map is of.
    axes : tuple of str, or None
        What the map's axes are called; None for principal components of a table.
    """
    found = judged.dropna(subset=["x", "y"])
    count = found["recording"].nunique()
    lines = len(labels) + min(count, MOST_NAMED) + 3
    with figure(paths, height_cm=max(10, 2.5 + 0.45 * lines)) as drawing:
        axis = drawing.subplots()
        if trained is None:
            axis.axis("off")
            text = "This model has only networks: no features, and so no map."
            axis.text(0.5, 0.5, text, ha="center", transform=axis.transAxes)
            return
        colours, markers = class_colours(labels), class_markers(labels)
        heading = axis.scatter([], [], s=0)
        entries = [(heading, "Classes learnt")]
        for label in labels:
            own = trained[trained["label"] == label]
            points = axis.scatter(
                own["x"],
                own["y"],
                s=9,
                color=colours[label],
                marker=markers[label],
                alpha=0.45,
                linewidths=0,
            )
            entries.append((points, label))
        more = f" (first {MOST_NAMED} of {count})" if count > MOST_NAMED else ""
        entries += [(heading, ""), (heading, f"New recordings{more}")]
        outlines = [look().ink, *(look().colours[k] for k in NEW)]
        for i, (recording, own) in enumerate(found.groupby("recording", sort=False)):
            points = axis.scatter(
                own["x"],
                own["y"],
                s=20,
                marker=NEW_MARKERS[i % len(NEW_MARKERS)],
                facecolors="none",
                edgecolors=outlines[i % len(outlines)],
                linewidths=0.9 if len(found) <= CROWDED else 0.5,
                alpha=0.85 if len(found) <= CROWDED else 0.6,
            )
            if i < MOST_NAMED:
                unlike = ", unlike the training" if own["novelty"].median() > 1 else ""
                entries.append((points, shortened(recording, LONGEST_NAME) + unlike))
        first, second = axes or ("Principal component 1", "Principal component 2")
        axis.set(xlabel=first, ylabel=second, xticks=[], yticks=[])
        if axes:  # of components the first is the longest
            axis.set_aspect("equal", adjustable="datalim")
        headline(
            drawing,
            f"{name}: {number_of(len(found), 'segment')} of {number_of(count, 'new recording')} "
            "on the trained map",
        )
        legend = drawing.legend(*zip(*entries, strict=True), loc="outside right center")
        for handle in legend.legend_handles:
            handle.set_alpha(1)
        for text in legend.get_texts():
            if text.get_text().startswith(("Classes learnt", "New recordings")):
                text.set_weight("bold")
