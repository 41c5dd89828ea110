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
    history : the table of its training, whose column `seconds` is added up
    """
    write_cost(
        path,
        model=network.name,
        pooling=None,
        file=file,
        columns=None,
        parameters=network.count_params(),
        training_s=float(pd.read_csv(history, sep="\t")["seconds"].sum()),
        ms=ms_per_segment(network.predict_on_batch, read_inputs(rows)),
    )
