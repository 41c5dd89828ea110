"""An encoder's features of all selected segments."""

from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.job import tell
from biospectra.models.projection import projection_to_few, too_many
from biospectra.models.saved_network import dtype_of_features, load_network
from biospectra.store.dataset import LEFT_OUT, read_split, select_rows
from biospectra.store.encoded import FeatureWriter
from biospectra.words import number_of

ENCODED = ["training", "validation", "test", LEFT_OUT]


def encode(
    inputs: list[str],
    split: str | Path,
    encoder: str | Path,
    output: str | Path,
    *,
    settings: dict,
    kept: dict,
    threads: int,
) -> None:
    """Write the encoder's features of all chosen segments.

    Parameters
    ----------
    inputs : list of str
        HDF5 files of the images, or of the segments for their samples; of all shards, or of some.
    split : path
        split.tsv; the rows of training, validation and test are encoded, and those left out of a
        fold.
    encoder : path
        encoder.keras.
    output : path
        HDF5 file of `biospectra.store.encoded.FeatureWriter`, and the rows.
    settings : dict
        An entry of the config's `encoders`.
    kept : dict
        Of `biospectra.study.kept_features.kept_features`.
    threads : int
        Processor threads.
    """
    from biospectra.models import feeding, network
    from biospectra.store.hdf5 import create
    from biospectra.store.rows import read_recordings, write_table

    network.start(threads=threads, seed=0, precision=settings["precision"])
    rows = select_rows(inputs, split, ENCODED, every=False)
    model = load_network(encoder)
    shape = model.output_shape[1:]
    whole = projection = None
    if too_many(shape):
        whole = np.flatnonzero(read_whole(read_split(split), rows, kept))
        projection = projection_to_few(shape, kept["seed"]) if kept["flat"] else None
        print(f"Maps are stored whole of {len(whole)} of {number_of(len(rows), 'segment')}")
    with create(output) as out:
        store = {"dtype": dtype_of_features(model), "whole": whole, "projection": projection}
        writer = FeatureWriter(out, len(rows), shape, **store)
        alike, first = True, None
        for _, _, encoded in feeding.predictions(model, rows, settings["batch_size"]):
            writer.add(encoded)
            first = encoded[:1] if first is None else first
            alike = alike and np.array_equal(encoded, np.broadcast_to(first, encoded.shape))
        if alike and len(rows) > 1:
            tell(
                f"Warning: {encoder}: the features of all segments are alike: its training "
                "collapsed; lower its learning_rate, or look at its learning curve"
            )
        write_table(out, "rows", rows.drop(columns=["file", "index"]))
        write_table(out, "recordings", read_recordings(inputs))


def read_whole(every: pd.DataFrame, rows: pd.DataFrame, kept: dict) -> np.ndarray:
    """Say of which segments whole maps are stored.

    Parameters
    ----------
    every : DataFrame
        Of split.tsv, so that jobs of other shards draw the same segments.
    rows : DataFrame
        Of segments that are encoded.
    kept : dict
        As for `encode`.

    Returns
    -------
    ndarray, (n,), bool
    """
    from biospectra.evaluation.probe import PROBE_SEGMENTS
    from biospectra.store.sampling import evenly_spaced, per_class

    key, parts = ["recording", "segment"], [every.iloc[:0]]
    for split in kept["splits"]:
        own = every[every["split"] == split]
        parts.append(own.loc[per_class(own, kept["per_class"])] if len(own) else own)
    if kept["probed"]:
        parts.append(every[every["split"].isin(["validation", "test"])])
        parts.append(evenly_spaced(every[every["split"] == "training"], PROBE_SEGMENTS))
    wanted = pd.MultiIndex.from_frame(pd.concat(parts)[key])
    return pd.MultiIndex.from_frame(rows[key]).isin(wanted)
