"""New recordings through a trained model with the library alone."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from biospectra.steps.apply_encode import apply_encode
from biospectra.steps.apply_images import apply_images
from biospectra.steps.apply_read import apply_read
from biospectra.study.trained import read_settings, refuse_untold


def features_of(file: str | Path, channel: str, model: str | Path, **reading):
    """Return the features of a recording's good segments, without snakemake.

    Parameters
    ----------
    file : the recording, in any format that the table may name
    channel : name or number of the channel
    model : folder results/STUDY/model/NAME
    reading : other columns of the table, such as rate_hz for formats that do not say

    Returns
    -------
    features (n, rows, columns, filters) float32, DataFrame with recording, segment, start_s, ...

    Raises
    ------
    StudyError
        If the model was cleaned by class, and `reading` has no `label`.
    """
    from biospectra.store.hdf5 import opened
    from biospectra.store.rows import read_table

    row = {"recording": "new", "source": str(file), "channel": str(channel), **reading}
    by_label = read_settings(model)["resample"]["by_label"]
    refuse_untold([row | {"recording": file}], by_label, "features_of", "add label=CLASS")
    with TemporaryDirectory() as made:
        folder = Path(made)
        resampled, segments, images, features = (
            folder / f"{name}.h5" for name in ("resampled", "segments", "images", "features")
        )
        apply_read([row], model, folder / "recordings", resampled, cache=folder / "cache")
        apply_images(resampled, segments, images, model)
        apply_encode(images, model, features, threads=os.cpu_count())
        with opened(features) as found:
            return found["features"][()], read_table(found, "rows")
