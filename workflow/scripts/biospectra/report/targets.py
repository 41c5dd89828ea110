"""Several labels at once and numbers: scores in words and as tables."""

from biospectra.report.html import html_table
from biospectra.report.style import in_words

SCORE_TITLES = {
    "macro_auroc": "macro AUROC",
    "macro_average_precision": "average precision",
    "macro_f1": "F1",
    "mean_absolute_error": "mean absolute error",
    "baseline_error": "that of the median",
    "r2": "R²",
    "correlation": "correlation",
}


def _score(found: dict) -> str:
    return "–" if found["value"] is None else in_words(found["value"], found["interval"])


def target_lines(targets: dict[str, dict]) -> list[str]:
    """Return a line for each target with its scores on held-out people.

    Parameters
    ----------
    targets : dict of str to dict
        Scores of each, of `biospectra.evaluation.targets.predict_target`.
    """
    lines = []
    for name, own in targets.items():
        what = own["column"]
        if own["kind"] == "labels":
            what += f", {len(own['labels'])} label{'s' * (len(own['labels']) > 1)}"
        said = ", ".join(
            f"{title} {_score(own[key])}" for key, title in SCORE_TITLES.items() if key in own
        )
        left = f"; {own['left_out']} recordings without a value" if own["left_out"] else ""
        lines.append(
            f"{name} ({what}), by recording, of {own['people']} held-out people "
            f"({own['evaluation'].replace('_', ' ')}): {said}{left}."
        )
    return lines


def target_tables(targets: dict[str, dict]) -> str:
    """Return the scores and each label's confusion as HTML; "" where there are none."""
    text = "".join(f"<p>{line}</p>" for line in target_lines(targets))
    keys = ("true_positive", "false_negative", "false_positive", "true_negative")
    for name, own in targets.items():
        if own["kind"] != "labels":
            continue
        rows = [
            [
                label,
                found["people"],
                *(
                    _score(found[key]) if key in found else found["why_not"]
                    for key in ("auroc", "average_precision", "f1")
                ),
                found["threshold"],
                *(found["counts"][key] for key in keys),
            ]
            for label, found in own["labels"].items()
        ]
        header = [name, "People who have it", "AUROC", "Average precision", "F1", "Threshold"]
        header += [key.replace("_", " ").capitalize() for key in keys]
        text += html_table(header, rows)
    if text:
        text += (
            '<p class="note">By recording; in brackets 95 % by a bootstrap over people. Means over '
            "labels (macro) are of those that some have and some have not. Thresholds are those of "
            "the largest F1 on validation people, or on the people of the other folds.</p>"
        )
    return text
