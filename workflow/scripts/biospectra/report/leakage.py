"""The figure of leakage: a score by the unit of splitting."""

import json
from pathlib import Path

import numpy as np

from biospectra.evaluation.leakage import UNITS_OF_SPLITTING
from biospectra.report.style import figure, headline, in_words, legend_below, look


def draw_leakage(scores: str | Path, paths: list[str], optimistic: str | None) -> None:
    """Draw the score under each split, and the gap between the first and the honest one.

    Parameters
    ----------
    scores : path
        JSON of `biospectra.steps.leakage.leakage`.
    paths : list of path
        The figure, in several formats.
    optimistic : str or None
        For the title: why all scores are higher than held-out people would give.
    """
    result = json.loads(Path(scores).read_text())
    splits = result["splits"]
    ink = look()
    with figure(paths, height_cm=2.8 + 1.1 * len(splits)) as drawing:
        axis = drawing.subplots()
        for place, found in enumerate(splits.values()):
            value, bounds = found["balanced_accuracy"], found["intervals"]["balanced_accuracy"]
            wrong = found["optimistic"]
            axis.barh(
                place,
                value,
                height=0.6,
                color=ink.paper if wrong else ink.colours[0],
                edgecolor=ink.colours[1] if wrong else ink.colours[0],
                hatch="///" if wrong else None,
            )
            if bounds:
                axis.plot(bounds, [place, place], color=ink.ink)
            axis.text(1.03, place, in_words(value, bounds), va="center")
        chance = 1 / len(next(iter(splits.values()))["labels"])
        axis.axvline(chance, linestyle="--", color=ink.muted, linewidth=0.8, label="chance")
        note = {True: "\n(optimistic: same people)", False: ""}
        names = [
            UNITS_OF_SPLITTING[name] + note[found["optimistic"]] for name, found in splits.items()
        ]
        axis.set_yticks(range(len(splits)), names)
        axis.set(xlim=(0, 1.3), ylim=(len(splits) - 0.4, -0.6))
        axis.set_xticks(np.linspace(0, 1, 6))
        axis.spines["bottom"].set_bounds(0, 1)
        axis.set_xlabel("Balanced accuracy", loc="left")
        gap = result["gap"]
        said = in_words(gap["balanced_accuracy"], gap["intervals"]["balanced_accuracy"])
        headline(
            drawing,
            f"{result['features']}, {result['classifier'].replace('_', ' ')}: "
            f"splitting by segment adds {said}",
            f"all are {optimistic}" if optimistic else None,
        )
        legend_below(drawing, *axis.get_legend_handles_labels())
