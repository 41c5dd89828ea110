"""The figure of a training, epoch by epoch."""

from pathlib import Path

from biospectra.report.style import figure, headline, legend_below, look

LOSS_NAMES = {  # of each kind of network; those that are not named here have no one measure
    "convolutional": "Mean squared error",
    "vicreg": "VICReg loss",
    "contrastive": "InfoNCE loss",
    "cpc": "InfoNCE loss",
    "table_regression": "Huber loss",
    "cnn": "Cross-entropy",
    "fine_tuned": "Cross-entropy",
    "labels": "Binary cross-entropy",
    "number": "Huber loss",
}


def draw_learning_curve(
    history: str | Path, output: str | Path | list, *, title: str, kind: str = ""
) -> None:
    """Draw each measure of a history table for training and validation, epoch by epoch.

    Parameters
    ----------
    history : path
        Table of a training: epoch, loss, val_loss, and accuracy where there is one.
    output : path or list of path
        The figure, in several formats.
    title : str
        Above it.
    kind : str
        Of the network, or of the target that it learns, by which its loss is named.
    """
    import pandas as pd

    table = pd.read_csv(history, sep="\t")
    names = {"loss": LOSS_NAMES.get(kind, "Loss"), "accuracy": "Accuracy"}
    shown = [name for name in names if name in table]
    colours = look().colours
    with figure(output, height_cm=7, columns=len(shown)) as drawing:
        axes = drawing.subplots(1, len(shown), squeeze=False)[0]
        for axis, name in zip(axes, shown, strict=True):
            axis.plot(table["epoch"], table[name], "o-", color=colours[0], label="training")
            axis.plot(
                table["epoch"], table[f"val_{name}"], "s--", color=colours[1], label="validation"
            )
            axis.set(xlabel="Epoch", ylabel=names[name])
            axis.xaxis.get_major_locator().set_params(integer=True)
            if name == "accuracy":
                axis.set_ylim(0, 1.02)
            else:
                axis.set_yscale("log")
        headline(drawing, title)
        legend_below(drawing, *axes[0].get_legend_handles_labels())
