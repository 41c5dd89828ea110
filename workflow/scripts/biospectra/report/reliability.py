"""The reliability diagram."""

import numpy as np

from biospectra.report.style import COLOURS, figure, in_words


def draw_reliability(result: dict, paths: list[str], name: str, optimistic: str | None) -> None:
    """Draw how often answers are right over how sure they are, and how many there are.

    Parameters
    ----------
    result : dict
        Result of `calibration`.
    paths : list of str
        The figure, in several formats.
    name : str
        Name of the classifier, for the title.
    optimistic : str or None
        Why the answers are better than held-out people would give, or None.
    """
    rows = result["bins"]
    sure = np.array([row["mean_probability"] for row in rows])
    right = np.array([row["accuracy"] for row in rows])
    with figure(paths, figsize=(5.4, 6.4)) as drawing:
        axis, below = drawing.subplots(2, 1, height_ratios=[4, 1.2], sharex=True)
        axis.plot([0, 1], [0, 1], "--", color="0.6", linewidth=1, label="perfect calibration")
        for row in rows:
            if row["interval"]:
                axis.plot([row["mean_probability"]] * 2, row["interval"], color=COLOURS[0], lw=1)
        bars = any(row["interval"] for row in rows)
        label = (
            "segments; bars: 95 % by people" if bars else "segments; too few people for intervals"
        )
        axis.plot(sure, right, "o-", color=COLOURS[0], label=label)
        axis.set(ylabel="Observed accuracy", ylim=(-0.02, 1.02), xlim=(0, 1.02))
        error = in_words(result["expected_calibration_error"], result["interval"])
        drawing.suptitle(f"{name}: expected calibration error {error}", fontsize=11)
        if optimistic:
            axis.set_title(optimistic.replace("; ", "\n"), fontsize=9, color=COLOURS[1])
        edges = [row["from"] for row in rows]
        width = rows[0]["to"] - rows[0]["from"]
        counts = [row["segments"] for row in rows]
        below.bar(edges, counts, width=width, align="edge", color="0.75", edgecolor="white")
        below.set(xlabel="Confidence: probability of the class answered", ylabel="Segments")
        drawing.legend(*axis.get_legend_handles_labels(), loc="outside lower center", fontsize=9)
