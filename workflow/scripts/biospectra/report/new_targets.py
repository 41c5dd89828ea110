"""What is said of a new recording beside the class: several labels at once, or a number."""

import pandas as pd

from biospectra.report.html import html_table
from biospectra.words import number_of

MOST_LABELS = 12  # of a target, or as many as are predicted, those nearest to it first


def target_answer(line: dict, name: str, thresholds: dict[str, float] | None) -> str:
    """Return what is said of a recording in a few words; "–" where nothing is.

    Parameters
    ----------
    line : dict
        Of the table of recordings, with what
        `biospectra.evaluation.applied_targets.pooled_targets` adds.
    name : str
        The target.
    thresholds : dict of str to float, or None
        Of its labels; None of a number.
    """
    said = line[f"predicted_{name}"]
    if thresholds is not None:
        return str(said) or "–"
    if pd.isna(said):
        return "–"
    spread = f" ± {line[f'predicted_{name}_sd']:.2g}"
    return f"{said:.4g}{spread if line['segments'] - line['rejected'] > 1 else ''}"


def notes_on_targets(targets: dict[str, dict[str, float] | None]) -> list[str]:
    """Say how several labels at once are to be read, where there are any."""
    if all(thresholds is None for thresholds in targets.values()):
        return []
    return [
        "Several labels at once: each is predicted where the mean of its probability over a "
        "recording's good segments reaches the threshold that had the largest F1 in the study, "
        "whatever the others are; probabilities do not add up to 1."
    ]


def targets_table(line: dict, targets: dict[str, dict[str, float] | None]) -> str:
    """Return what is said of a recording as HTML, of labels with their probabilities; "" of none.

    Parameters
    ----------
    line, targets : dict
        As for `target_answer`, of all targets.
    """
    text = ""
    for name, thresholds in targets.items():
        answered = target_answer(line, name, thresholds)
        rows = [[name, answered, "", ""]]
        if thresholds is not None and answered != "–":
            near = sorted(
                (
                    (line[f"predicted_{name}_p_{label}"], at, label)
                    for label, at in thresholds.items()
                ),
                key=lambda one: one[1] - one[0],
            )
            rows = [
                [label, "yes" if p >= at else "no", f"{p:.2g}", f"{at:.2g}"]
                for p, at, label in near[: max(MOST_LABELS, sum(p >= at for p, at, _ in near))]
            ]
            left = len(near) - len(rows)
            rows += [[number_of(left, "other"), "no", "", ""]] if left else []
        elif thresholds is None:
            text += html_table([name, "mean of segments"], [[name, answered]])
            continue
        text += html_table([name, "predicted", "probability", "threshold"], rows)
    return text
