"""The learning curve of a training."""

from pathlib import Path

from biospectra.report.style import COLOURS, figure


def draw_learning_curve(history: str | Path, output: str | Path, *, title: str) -> None:
    """Draw each measure of a history table for training and validation, epoch by epoch."""
    import pandas as pd

    table = pd.read_csv(history, sep="\t")
    names = {"loss": "Loss", "accuracy": "Accuracy"}
    shown = [name for name in names if name in table]
    with figure(output, figsize=(5 * len(shown), 3.6)) as drawing:
        axes = drawing.subplots(1, len(shown), squeeze=False)[0]
        for axis, name in zip(axes, shown, strict=True):
            axis.plot(table["epoch"], table[name], "o-", color=COLOURS[0], label="training")
            axis.plot(
                table["epoch"], table[f"val_{name}"], "s--", color=COLOURS[1], label="validation"
            )
            axis.set(xlabel="Epoch", ylabel=names[name])
            axis.xaxis.get_major_locator().set_params(integer=True)
            if name == "accuracy":
                axis.set_ylim(0, 1.02)
            else:
                axis.set_yscale("log")
            axis.legend(loc="best")
        drawing.suptitle(title)
