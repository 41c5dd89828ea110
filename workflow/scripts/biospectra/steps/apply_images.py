"""Segments, images and tables of features of new recordings, as a trained study made them."""

from pathlib import Path

from biospectra.store.together import new_segments
from biospectra.study.trained import read_settings


def apply_images(
    resampled: str | Path,
    folder: str | Path,
    model: str | Path,
    *,
    sessions: list[dict],
    only: str | None = None,
) -> None:
    """Cut resampled recordings into segments, and make of them all that the model's parts read.

    Parameters
    ----------
    resampled : path
        HDF5 file of `biospectra.steps.apply_read.apply_read`.
    folder : path
        Gets segments.h5, images/NAME.h5 of each kind of image, features/NAME.h5 of each table.
    model : path
        Folder of the trained model.
    sessions : list of dict
        Recording, session and channel of each recording, where a table joins channels.
    only : str or None
        The encoder for which alone it is done; None for all parts.
    """
    from biospectra.features.sessions import as_trained, of_channels, sessions_in_order
    from biospectra.steps.feature_table import write_features
    from biospectra.steps.image import image_shard
    from biospectra.steps.segment import segment_shard
    from biospectra.store.dataset import locate
    from biospectra.store.rows import read_recordings

    settings, folder = read_settings(model), Path(folder)
    rate_hz = settings["resample"]["rate_hz"]
    segments = folder / "segments.h5"
    for name in ("images", "features"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    how = dict(settings["segments"])
    segment_shard(resampled, segments, rate_hz=rate_hz, **how.pop("quality"), **how)
    for name, entry in settings["images"].items():
        if only is not None and settings["encoders"][only]["input"] != name:
            continue
        output = folder / "images" / f"{name}.h5"
        image_shard(segments, resampled, output, rate_hz=rate_hz, settings=entry)
    rows = new_segments(segments, settings).query("quality == 'ok'").assign(split="new")
    rows = locate(rows.reset_index(drop=True), [str(segments)])
    known = sessions_in_order(sessions, settings["joined"])
    if known:
        known = of_channels(known, read_recordings([segments])["recording"])
        known = as_trained(known, settings["joined_names"])
    for name, entry in settings["features"].items():
        if len(rows) and only is None:
            output = folder / "features" / f"{name}.h5"
            write_features(rows, read_recordings([segments]), output, known, entry)
