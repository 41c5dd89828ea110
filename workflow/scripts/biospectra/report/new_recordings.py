"""The figure of new recordings placed on a trained map."""

import pandas as pd

from biospectra.report.style import MARKERS, class_colours, figure

NEW = ["black", "#CC79A7", "#56B4E9", "#E69F00"]  # outlines of new recordings


def draw_over(
    trained: pd.DataFrame, found: pd.DataFrame, labels: list[str], paths: list[str], name: str
) -> None:
    """Draw the trained map faintly, and the segments of each new recording over it."""
    colours = class_colours(labels)
    with figure(paths, figsize=(7.4, 5.2)) as drawing:
        axis = drawing.subplots()
        for label in labels:
            own = trained[trained["label"] == label]
            axis.scatter(
                own["x"], own["y"], s=12, color=colours[label], alpha=0.5, linewidths=0, label=label
            )
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
                label=f"{recording}{unlike}",
            )
        axis.set(xlabel="UMAP 1", ylabel="UMAP 2", aspect="equal", xticks=[], yticks=[])
        count = found["recording"].nunique()
        noun = "recording" if count == 1 else "recordings"
        title = f"{len(found)} new segments ({count} {noun}) on the map of {name}"
        drawing.suptitle(title, fontsize=10)
        drawing.legend(loc="outside right center", title="Classes learnt; outlines: new")
