"""What a network costs: seconds of training, parameters, and time to answer."""

from pathlib import Path

import pandas as pd

from biospectra.chosen import chosen_rows, read_inputs
from biospectra.cost import ms_per_segment, write_cost


def write_network_cost(
    path: str | Path,
    *,
    inputs: list[str],
    split: str | Path,
    model: str | Path,
    history: str | Path,
    batch_size: int,
) -> None:
    """Write what a trained network costs.

    Parameters
    ----------
    path : written, as by `write_cost`
    inputs, split : HDF5 files that it reads, and split.tsv
    model : its file
    history : the table of its training, whose column `seconds` is added up
    batch_size : segments that it answers at once
    """
    import keras

    network = keras.models.load_model(model)
    some = read_inputs(chosen_rows(inputs, split, ["test"]).iloc[:batch_size])
    write_cost(
        path,
        model=network.name,
        pooling=None,
        file=model,
        columns=None,
        parameters=network.count_params(),
        training_s=float(pd.read_csv(history, sep="\t")["seconds"].sum()),
        ms=ms_per_segment(network.predict_on_batch, some),
    )
