"""The figure of a confusion matrix, with the scores and what they have to be seen beside."""

import numpy as np

from biospectra.evaluation.bootstrap import counted
from biospectra.report.style import COLOURS, figure, in_words

MOST_GROUPS = 8  # of one column that the figure names
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


def groups_in_words(result: dict) -> list[str]:
    """Return the scores of each database that was held out, and of each column's groups."""
    named = {f"{database} held out": s for database, s in result.get("by_database", {}).items()}
    for column, groups in result.get("by_column", {}).items():
        shown = list(groups.items())[:MOST_GROUPS]  # scores.json has all
        named |= {f"{column} {group}": scores for group, scores in shown}
    return [
        f"{name}: {one['segments']} segments of {counted(one['people'])}, "
        f"{one['classes']} class{'es' if one['classes'] > 1 else ''}, "
        f"accuracy {one['accuracy']:.2f}, balanced {one['balanced_accuracy']:.2f}"
        for name, one in named.items()
    ]


def draw_matrix(result: dict, paths: list[str], name: str) -> None:
    """Draw a confusion matrix, normalised by row, above its scores.

    Parameters
    ----------
    result : dict
        Result of `biospectra.evaluation.scores.score_table`.
    paths : list of str
        The figure, in several formats.
    name : str
        Name of the classifier, for the title.
    """
    from matplotlib import transforms

    counts = np.array(result["confusion_matrix"])
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    labels = result["labels"]
    size = 1.6 + 0.9 * len(labels)
    of_groups = groups_in_words(result)
    text = 0.14 * (len(labels) + 7 + len(of_groups))
    with figure(paths, figsize=(max(size + 2.6, 7), size + text + 0.6)) as drawing:
        axis, below = drawing.subplots(2, 1, height_ratios=[size, text])
        shown = axis.imshow(share, vmin=0, vmax=1, cmap="Blues")
        for (i, j), value in np.ndenumerate(share):
            axis.text(
                j,
                i,
                f"{value:.0%}\n{counts[i, j]}",
                ha="center",
                va="center",
                color="white" if value > 0.55 else "black",
            )
        axis.set_xticks(range(len(labels)), labels)
        truths = [f"{label} ({n})" for label, n in zip(labels, counts.sum(axis=1), strict=True)]
        axis.set_yticks(range(len(labels)), truths)
        axis.set(xlabel="Predicted class", ylabel="True class (segments)")
        axis.spines[:].set_visible(False)
        drawing.colorbar(shown, ax=axis, label="Share of the true class")
        title = (
            f"{name}: {result['segments']} {KIND_NAMES[result['evaluation']]} of "
            f"{counted(result['people'])}"
        )
        axis.set_title(title)
        if result["optimistic"]:
            drawing.suptitle(
                result["optimistic"].replace("; ", "\n"), fontsize=10, color=COLOURS[1]
            )
        width = max(map(len, labels)) + 2
        lines = [f"{'':<{width}}precision  recall    F1  people"]
        for label, values in result["classes"].items():
            lines.append(
                f"{label:<{width}}{values['precision']:9.2f}{values['recall']:8.2f}"
                f"{values['f1']:6.2f}{values['people']:8d}"
            )
        lines += ["", *scores_in_words(result), *of_groups]
        below.axis("off")
        middle = transforms.blended_transform_factory(drawing.transFigure, below.transAxes)
        text = below.text(0.5, 1, "\n".join(lines), transform=middle, va="top", ha="center")
        text.set(family="monospace", fontsize=8, in_layout=False)
