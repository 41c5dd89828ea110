"""The figure of new recordings placed on a trained map."""

import pandas as pd

from biospectra.report.style import MARKERS, class_colours, figure

NEW = ["black", "#CC79A7", "#56B4E9", "#E69F00"]  # outlines of new recordings
MOST_NAMED = 24  # recordings in the legend


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
        Of the model.
    axes : tuple of str, or None
        What the map's axes are called; None for principal components of a table.
    """
    colours = class_colours(labels)
    found = judged.dropna(subset=["x", "y"])
    with figure(paths, figsize=(7.4, 5.2)) as drawing:
        axis = drawing.subplots()
        if trained is None:
            axis.axis("off")
            text = "This model has networks alone: no features, and so no map."
            axis.text(0.5, 0.5, text, ha="center", transform=axis.transAxes)
            return
        for label in labels:
            own = trained[trained["label"] == label]
            axis.scatter(
                own["x"], own["y"], s=12, color=colours[label], alpha=0.5, linewidths=0, label=label
            )
        count = found["recording"].nunique()
        for i, (recording, own) in enumerate(found.groupby("recording", sort=False)):
            unlike = " (unlike the training)" if own["novelty"].median() > 1 else ""
            axis.scatter(
                own["x"],
                own["y"],
                s=16,
                marker=MARKERS[i % len(MARKERS)],
                facecolors="none",
                edgecolors=NEW[i % len(NEW)],
                linewidths=0.8,
                alpha=0.7,
                label=f"{recording}{unlike}" if i < MOST_NAMED else None,
            )
        first, second = axes or ("principal component 1", "principal component 2")
        axis.set(xlabel=first, ylabel=second, xticks=[], yticks=[])
        if axes:  # of components the first is the longest
            axis.set(aspect="equal")
        noun = "recording" if count == 1 else "recordings"
        title = f"{len(found)} new segments ({count} {noun}) on the map of {name}"
        drawing.suptitle(title, fontsize=10)
        more = f"; {count - MOST_NAMED} more are not named" if count > MOST_NAMED else ""
        drawing.legend(loc="outside right center", title=f"Classes learnt; outlines: new{more}")
