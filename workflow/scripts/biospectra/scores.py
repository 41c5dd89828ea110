"""How good a classifier is on the test segments, and its confusion matrix."""

import json
from pathlib import Path

import numpy as np

from biospectra.figures import figure
from biospectra.predictions import read_predictions


def score(truth: np.ndarray, predicted: np.ndarray, labels: list[str]) -> dict:
    """Score predictions.

    Parameters
    ----------
    truth, predicted : (n,) classes
    labels : the classes, in the order of the matrix

    Returns
    -------
    dict with segments, accuracy, balanced_accuracy, macro_f1, majority_accuracy (of always
    answering the largest class), classes (precision, recall, f1 and segments of each) and
    confusion_matrix (counts; a row for each true class)
    """
    from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

    matrix = confusion_matrix(truth, predicted, labels=labels)
    precision, recall, f1, support = precision_recall_fscore_support(
        truth, predicted, labels=labels, zero_division=0
    )
    present = support > 0
    return {
        "segments": int(matrix.sum()),
        "accuracy": float(np.trace(matrix) / matrix.sum()),
        "balanced_accuracy": float(recall[present].mean()),
        "macro_f1": float(f1[present].mean()),
        "majority_accuracy": float(support.max() / support.sum()),
        "classes": {
            label: {
                "precision": float(precision[i]),
                "recall": float(recall[i]),
                "f1": float(f1[i]),
                "segments": int(support[i]),
            }
            for i, label in enumerate(labels)
        },
        "labels": labels,
        "confusion_matrix": matrix.tolist(),
    }


def judge(
    predictions: str | Path, *, picture: list[str], scores: str | Path, labels: list[str], name: str
) -> None:
    """Score a classifier's predictions of the test segments and draw the confusion matrix.

    Parameters
    ----------
    predictions : table of `write_predictions`
    picture : figures written, in several formats
    scores : written; JSON of `score`
    labels : the classes
    name : of the classifier, for the title
    """
    table = read_predictions(predictions)
    test = table[table["split"] == "test"]
    result = score(test["label"].to_numpy(), test["predicted"].to_numpy(), labels)
    Path(scores).write_text(json.dumps(result, indent=2) + "\n")
    _draw_matrix(result, picture, name, test["subject"].nunique())


def _draw_matrix(result: dict, paths: list[str], name: str, people: int) -> None:
    counts = np.array(result["confusion_matrix"])
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    labels = result["labels"]
    size = 1.6 + 0.9 * len(labels)
    with figure(paths, figsize=(size + 2.6, size + 1.2 + 0.22 * len(labels))) as drawing:
        axis, below = drawing.subplots(2, 1, height_ratios=[size, 0.3 + 0.22 * len(labels)])
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
        axis.set_title(
            f"{name}: {result['segments']} test segments of {people} people\n"
            f"accuracy {result['accuracy']:.3f}, balanced {result['balanced_accuracy']:.3f}, "
            f"macro F1 {result['macro_f1']:.3f}"
        )
        width = max(map(len, labels)) + 2
        lines = [f"{'':<{width}}precision  recall    F1"]
        for label, values in result["classes"].items():
            lines.append(
                f"{label:<{width}}{values['precision']:9.2f}{values['recall']:8.2f}"
                f"{values['f1']:6.2f}"
            )
        below.text(0.5, 1, "\n".join(lines), family="monospace", fontsize=9, va="top", ha="center")
        below.axis("off")
