"""An encoder's features of all selected segments."""

from pathlib import Path

import numpy as np

from biospectra.job import tell
from biospectra.models.saved_network import load_network
from biospectra.store.dataset import LEFT_OUT, select_rows


def encode(
    inputs: list[str],
    split: str | Path,
    encoder: str | Path,
    output: str | Path,
    *,
    settings: dict,
    threads: int,
) -> None:
    """Write the encoder's features of all chosen segments.

    Parameters
    ----------
    inputs : list of str
        HDF5 files of the images, or of the segments for their samples.
    split : path
        split.tsv; the rows of training, validation and test are encoded, and those left out of a
        fold.
    encoder : path
        encoder.keras.
    output : path
        HDF5 file with `features` (n, ...) float32, as of `build`, and the rows.
    settings : dict
        An entry of the config's `encoders`.
    threads : int
        Processor threads.
    """
    import hdf5plugin

    from biospectra.models import feeding, network
    from biospectra.store.hdf5 import CHECKSUMMED, create
    from biospectra.store.rows import read_recordings, write_table

    network.start(threads=threads, seed=0, precision=settings["precision"])
    rows = select_rows(inputs, split, ["training", "validation", "test", LEFT_OUT])
    model = load_network(encoder)
    shape = model.output_shape[1:]
    with create(output) as out:
        features = out.create_dataset(
            "features",
            (len(rows), *shape),
            np.float32,
            chunks=(1, *shape),
            **hdf5plugin.Blosc2(cname="zstd", clevel=1),
            **CHECKSUMMED,
        )
        at, alike, first = 0, True, None
        for batch, _, encoded in feeding.predictions(model, rows, settings["batch_size"]):
            features[at : at + len(batch)] = encoded
            at += len(batch)
            first = encoded[:1] if first is None else first
            alike = alike and np.array_equal(encoded, np.broadcast_to(first, encoded.shape))
        if alike:
            tell(
                f"Warning: {encoder}: the features of all segments are alike: its training "
                "collapsed; lower its learning_rate, or look at its learning curve"
            )
        write_table(out, "rows", rows.drop(columns=["file", "index"]))
        write_table(out, "recordings", read_recordings(inputs))
