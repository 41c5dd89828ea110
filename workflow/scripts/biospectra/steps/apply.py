"""New recordings through a trained model with the library alone."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from biospectra.steps.apply_encode import apply_encode
from biospectra.steps.apply_images import apply_images
from biospectra.steps.apply_read import apply_read
from biospectra.study.trained import read_settings, refuse_untold


def features_of(
    file: str | Path, channel: str | int, model: str | Path, **reading: Any
) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the features of a recording's good segments, without snakemake.

    Parameters
    ----------
    file : str or Path
        The recording, in any format that the table may name.
    channel : str or int
        Name or number of the channel.
    model : str or Path
        Folder results/STUDY/model/NAME.
    **reading : object
        Other columns of the table, such as ``rate_hz`` for formats that do not say.

    Returns
    -------
    features : ndarray, (n, rows, columns, filters), float32
        Of each good segment.
    rows : DataFrame, (n, ...)
        Its recording, segment, start_s, ...

    Raises
    ------
    StudyError
        If the model was cleaned by class, and `reading` has no `label`.

    Examples
    --------
    >>> model = "results/default/model/convolutional"
    >>> features, rows = features_of("new.edf", channel="II", model=model)  # doctest: +SKIP
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
