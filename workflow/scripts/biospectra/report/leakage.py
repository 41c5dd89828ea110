"""The figure of leakage: a score by the unit of splitting."""

import json
from pathlib import Path

import numpy as np

from biospectra.evaluation.leakage import UNITS_OF_SPLITTING
from biospectra.report.style import COLOURS, figure, in_words


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
    with figure(paths, figsize=(8.6, 3.4)) as drawing:
        axis = drawing.subplots()
        for place, found in enumerate(splits.values()):
            value, bounds = found["balanced_accuracy"], found["intervals"]["balanced_accuracy"]
            wrong = found["optimistic"]
            axis.barh(
                place,
                value,
                height=0.6,
                color="white" if wrong else COLOURS[0],
                edgecolor=COLOURS[1] if wrong else COLOURS[0],
                hatch="///" if wrong else None,
            )
            if bounds:
                axis.plot(bounds, [place, place], color="black", linewidth=1.4)
            end = max([value, *(bounds or [])])
            axis.text(end + 0.01, place, in_words(value, bounds), va="center", fontsize=8)
        chance = 1 / len(next(iter(splits.values()))["labels"])
        axis.axvline(chance, linestyle="--", color="0.4", linewidth=1)
        note = {True: "\noptimistic: same people in training and test", False: ""}
        names = [
            UNITS_OF_SPLITTING[name] + note[found["optimistic"]] for name, found in splits.items()
        ]
        axis.set_yticks(range(len(splits)), names)
        axis.set(xlim=(0, 1.3), ylim=(len(splits) - 0.4, -0.6))
        axis.set_xticks(np.linspace(0, 1, 6))
        axis.set_xlabel(
            "Balanced accuracy (line: 95 % by people, of shuffled labels over shufflings; "
            "dashed: chance)",
            x=0.4,
        )
        gap = result["gap"]
        said = in_words(gap["balanced_accuracy"], gap["intervals"]["balanced_accuracy"])
        drawing.suptitle(
            f"{result['features']}, {result['classifier'].replace('_', ' ')}: "
            f"splitting by segment inflates the score by {said}"
            + (f"\nall are {optimistic}" if optimistic else ""),
            fontsize=10,
        )
