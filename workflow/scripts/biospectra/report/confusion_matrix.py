"""The figure of a confusion matrix, and in words the scores that belong to it."""

import numpy as np

from biospectra.report.style import figure, headline, in_words, look, shortened
from biospectra.words import number_of, percent

MOST_IN_COLUMN = 5  # classes in a figure as wide as a column
MOST_COUNTED = 16  # classes whose counts have room in their cells
KIND_NAMES = {
    "holdout": "test segments",
    "cross_validation": "segments, every person held out once,",
    "leave_one_person_out": "segments, each person held out alone,",
    "leave_one_database_out": "segments, every database held out once,",
}


def scores_in_words(result: dict) -> list[str]:
    """Return the scores of `biospectra.evaluation.scores.score_table` as lines of text."""
    lines = []
    for unit, scores in (("segment", result), ("recording", result["by_recording"])):
        if scores is None:
            lines.append(f"per {unit}: none, as {result['why_not_by_recording']}")
            continue
        bounds = scores["intervals"]
        said = ", ".join(
            f"{title} {in_words(scores[key], bounds[key])}"
            for key, title in (
                ("accuracy", "accuracy"),
                ("balanced_accuracy", "balanced"),
                ("macro_f1", "macro F1"),
            )
        )
        left_out = scores.get("left_out")
        aside = f" ({left_out} of several classes left out)" if left_out else ""
        lines.append(f"per {unit}{aside}: {said}")
    base = result["baselines"]
    lines.append(
        f"always the largest class: accuracy {base['majority']['accuracy']:.2f}, "
        f"balanced {base['majority']['balanced_accuracy']:.2f}; shuffled labels: balanced "
        f"{in_words(base['shuffled']['balanced_accuracy'], base['shuffled']['interval'])}"
    )
    why = result["intervals"]["why_not"]
    lines.append(f"no interval: {why}" if why else "in brackets: 95 % by a bootstrap over people")
    return lines


def draw_matrix(result: dict, paths: list[str], name: str) -> None:
    """Draw a confusion matrix, normalised by row.

    Parameters
    ----------
    result : dict
        Result of `biospectra.evaluation.scores.score_table`.
    paths : list of str
        The figure, in several formats.
    name : str
        Name of the classifier, for the title.
    """
    counts = np.array(result["confusion_matrix"])
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    labels = result["labels"]
    columns = 1 if len(labels) <= MOST_IN_COLUMN else 2
    small = "small" if len(labels) > MOST_IN_COLUMN else None
    names = [shortened(label, 14) for label in labels]
    turned = 0 if sum(map(len, names)) <= 30 * columns else 45
    width_cm = look().page_cm if columns == 2 else look().column_cm
    with figure(paths, height_cm=0.8 * width_cm + 1, columns=columns) as drawing:
        axis = drawing.subplots()
        shown = axis.imshow(share, vmin=0, vmax=1, cmap="Blues")
        for (i, j), value in np.ndenumerate(share):
            text = f"{percent(value)}\n{counts[i, j]}" if len(labels) <= MOST_COUNTED else ""
            colour = "white" if value > 0.55 else "black"
            axis.text(j, i, text, ha="center", va="center", color=colour, fontsize=small)
        axis.set_xticks(
            range(len(labels)), names, rotation=turned, ha="right" if turned else "center"
        )
        axis.set_yticks(
            range(len(labels)),
            [f"{name}\n({n})" for name, n in zip(names, counts.sum(axis=1), strict=True)],
        )
        axis.tick_params(labelsize=small)
        axis.set(xlabel="Predicted class", ylabel="True class (segments)")
        axis.spines[:].set_visible(False)
        drawing.colorbar(shown, ax=axis, label="Share of the true class", shrink=0.8)
        bounds = result["intervals"]["balanced_accuracy"]
        headline(
            drawing,
            f"{name}: {result['segments']} {KIND_NAMES[result['evaluation']].strip(',')}, "
            f"{number_of(result['people'], 'person')}",
            f"balanced accuracy {in_words(result['balanced_accuracy'], bounds)}",
            result["optimistic"],
        )
