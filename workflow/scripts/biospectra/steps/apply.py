"""New recordings through a trained model with the library alone."""

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.formats.channels import SEPARATOR, items_of
from biospectra.job import processors
from biospectra.steps.apply_encode import apply_encode
from biospectra.steps.apply_images import apply_images
from biospectra.steps.apply_read import apply_read
from biospectra.study.trained import read_settings, refuse_untold

APPLIED_TABLES = ("segments.tsv", "recordings.tsv")
APPLIED_FIGURES = ("map.png", "map.svg")
APPLIED_DRIFT = "drift.json"
APPLIED_PAGE = "report.html"


def apply_model(
    model: str | Path,
    places: str | Path | list,
    output: str | Path,
    *,
    cache: str | Path = "results/downloads",
    mirror: str | None = None,
    tell: Callable[[str], object] = print,
    **facts: Any,
) -> pd.DataFrame:
    """Write what a trained model says of new recordings, without snakemake.

    Parameters
    ----------
    model : str or Path
        Folder results/STUDY/model/NAME, or a copy of it.
    places : str, Path, or list of them
        Files, folders, patterns, a table: as for
        `biospectra.study.new_recordings.new_recordings`.
    output : str or Path
        Folder that gets segments.tsv, recordings.tsv, drift.json, map.png, map.svg and report.html.
    cache : str or Path
        Where downloads are kept.
    mirror : str or None
        Where PhysioNet's files are, if not there.
    tell : callable
        Is given lines for the user.
    **facts : object
        What the files do not say: ``channel``, ``rate_hz``, ``units``, ...

    Returns
    -------
    DataFrame
        A row for each recording, as in recordings.tsv.

    Raises
    ------
    StudyError, RecordingError
        Naming the recording or the file of the model, and the remedy.

    Examples
    --------
    >>> found = apply_model("results/default/model/convolutional", "new/", "said")  # doctest: +SKIP
    """
    from biospectra.steps.apply_judge import apply_judge
    from biospectra.study.config import SCHEMAS
    from biospectra.study.new_recordings import as_option, new_recordings, sessions_of

    settings, output = read_settings(model), Path(output)
    new = new_recordings(
        places, settings, facts, schemas=SCHEMAS, say=as_option, mirror=mirror, cache=cache
    )
    for note in new.notes:
        tell(note)
    address = {"physionet_base": mirror} if mirror else {}
    with TemporaryDirectory() as made:
        folder = Path(made)
        resampled = folder / "resampled.h5"
        recordings = folder / "recordings"
        apply_read(new.rows, model, recordings, resampled, cache=cache, table=new.table, **address)
        sessions = sessions_of(new.rows)
        apply_images(resampled, folder, model, sessions=sessions)
        if any(name.endswith(".keras") for name in settings["files"]):
            apply_encode(folder, model, threads=processors())
        said = folder / "said"
        said.mkdir()
        found = apply_judge(
            folder,
            model,
            sessions=sessions,
            table=said / APPLIED_TABLES[0],
            recordings=said / APPLIED_TABLES[1],
            drift=said / APPLIED_DRIFT,
            pictures=[str(said / name) for name in APPLIED_FIGURES],
            page=said / APPLIED_PAGE,
        )
        output.mkdir(parents=True, exist_ok=True)  # all of it, or nothing
        for file in said.iterdir():
            shutil.copyfile(file, output / file.name)
    return found


def features_of(
    file: str | Path, channel: str | int | list[str], model: str | Path, **reading: Any
) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the encoder's features of a recording's good segments, without snakemake.

    Parameters
    ----------
    file : str or Path
        The recording, in any format that the table may name.
    channel : str, int or list of str
        As `biospectra.read` takes it; each of several channels has rows of its own, unless the
        model takes all of them together.
    model : str or Path
        Folder results/STUDY/model/NAME, of an encoder.
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
        If the model has no encoder, or was cleaned by class, and `reading` has no `label`.

    Examples
    --------
    >>> model = "results/default/model/convolutional"
    >>> features, rows = features_of("new.edf", channel="II", model=model)  # doctest: +SKIP
    """
    from biospectra.store.hdf5 import opened
    from biospectra.store.rows import read_table

    asked = SEPARATOR.join(items_of(channel))
    row = {"recording": "new", "source": str(file), "channel": asked, **reading}
    settings = read_settings(model)
    by_label = settings["resample"]["by_label"]
    refuse_untold([row | {"recording": file}], by_label, "features_of", "add label=CLASS")
    name = settings["model"]
    if name not in settings["encoders"]:
        raise StudyError(
            f"{model}: has no encoder of its own; name the model of one of the study's encoders, "
            "or add one to the study."
        )
    with TemporaryDirectory() as made:
        folder = Path(made)
        resampled = folder / "resampled.h5"
        apply_read([row], model, folder / "recordings", resampled, cache=folder / "cache")
        apply_images(resampled, folder, model, sessions=[], only=name)
        apply_encode(folder, model, threads=processors(), only=name)
        with opened(folder / "features" / f"{name}.h5") as found:
            features = found["features"].astype(np.float32)[()]  # kept shorter, maybe
            return features, read_table(found, "rows")
