"""What a network costs: seconds of training, parameters, and time to answer."""

from pathlib import Path

import pandas as pd

from biospectra.chosen import read_inputs
from biospectra.cost import ms_per_segment, write_cost


def write_network_cost(
    path: str | Path, network, rows: pd.DataFrame, *, file: str | Path, history: str | Path
) -> None:
    """Write what a trained network costs.

    Parameters
    ----------
    path : written, as by `write_cost`
    network : keras.Model
    rows : of segments that it answers at once
    file : of the model
    history : the table of its training
    """
    write_cost(
        path,
        model=network.name,
        pooling=None,
        file=file,
        columns=None,
        parameters=network.count_params(),
        training_s=training_seconds(history),
        ms=ms_per_segment(network.predict_on_batch, read_inputs(rows)),
    )


def training_seconds(history: str | Path) -> float:
    """Add up the epochs of a training's table, those before it was killed and resumed included."""
    return float(pd.read_csv(history, sep="\t")["seconds"].sum())
