"""The reliability diagram."""

import numpy as np

from biospectra.report.style import figure, headline, in_words, legend_below, look


def draw_reliability(
    result: dict,
    paths: list[str],
    name: str,
    optimistic: str | None,
    corrected: dict | None = None,
) -> None:
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
    corrected : dict or None
        Result of `calibration` of the probabilities as they were corrected, if they were.
    """
    rows = result["bins"]
    sure = np.array([row["mean_probability"] for row in rows])
    right = np.array([row["accuracy"] for row in rows])
    ink = look()
    with figure(paths, height_cm=11, columns=1) as drawing:
        axis, below = drawing.subplots(2, 1, height_ratios=[4, 1.2], sharex=True)
        axis.plot([0, 1], [0, 1], "--", color=ink.muted, linewidth=0.8, label="perfect calibration")
        for row in rows:
            if row["interval"]:
                at = [row["mean_probability"]] * 2
                axis.plot(at, row["interval"], color=ink.colours[0], linewidth=1)
        axis.plot(sure, right, "o-", color=ink.colours[0], label="segments")
        if corrected:
            points = [[row["mean_probability"], row["accuracy"]] for row in corrected["bins"]]
            axis.plot(*np.array(points).T, "s--", color=ink.colours[1], label="corrected")
        axis.set(ylabel="Share correct", ylim=(-0.02, 1.02), xlim=(0, 1.02))
        error = in_words(result["expected_calibration_error"], result["interval"])
        again = None
        if corrected:
            own = in_words(corrected["expected_calibration_error"], corrected["interval"])
            again = f"corrected on other people {own}"
        headline(drawing, name, f"expected calibration error {error}", again, optimistic)
        edges = [row["from"] for row in rows]
        width = rows[0]["to"] - rows[0]["from"]
        counts = [row["segments"] for row in rows]
        below.bar(edges, counts, width=width, align="edge", color=ink.faint, edgecolor=ink.paper)
        below.set(xlabel="Probability of the predicted class", ylabel="Segments")
        below.yaxis.get_major_locator().set_params(integer=True, nbins=3)
        legend_below(drawing, *axis.get_legend_handles_labels())
