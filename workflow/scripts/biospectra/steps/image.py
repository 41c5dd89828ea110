"""A shard's segments as images, in one HDF5 file."""

from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.job import progress
from biospectra.store.hdf5 import create, opened, put_dataset, set_attributes
from biospectra.store.images import append_images, create_images
from biospectra.store.made_images import ON_DEVICE, Making, create_windows
from biospectra.store.resampled import windows_of
from biospectra.store.rows import read_table, write_table
from biospectra.transforms.images import images_of
from biospectra.transforms.kinds import make_transform
from biospectra.words import number_of

ONE_LEVEL = "one_level"  # the quality of an image that shows nothing


def image_shard(
    segments: str | Path,
    resampled: str | Path,
    output: str | Path,
    *,
    rate_hz: float,
    settings: dict,
) -> None:
    """Make the image of each good segment of a shard.

    Parameters
    ----------
    segments, resampled : path
        HDF5 files of the shard.
    output : path
        HDF5 file with `images`, of `made: on_device` instead the `windows` that they are made of;
        the rows, `frequency_hz`, `period_s`, `time_s`, where the settings have a
        `cone_of_influence` also `cone_share` (n,), the share of an image in it, and, as attributes
        of `images`, the settings and `quantity`, what a pixel stands for.
    rate_hz : float
        The study's sampling rate.
    settings : dict
        An entry of the config's `images`.
    """
    with opened(segments) as file:
        rows, recordings = read_table(file, "rows"), read_table(file, "recordings")
        samples = file["signal"].shape[1]
    rows = rows[rows["quality"] == "ok"].reset_index(drop=True)
    transform = make_transform(settings, rate_hz, samples)
    making, later = Making(transform, settings), settings.get("made") == ON_DEVICE
    shape = (transform.height, transform.width, *([3] if settings.get("colour_map") else []))
    cone = settings.get("cone_of_influence")
    shares, flat = [], []
    with create(output) as out:
        if later:
            entries = create_windows(out, making)
        else:
            entries = create_images(out, shape, settings["compression"])
        for _, *windows in progress(
            windows_of(rows, resampled, samples, transform.margin),
            total=len(rows),
            unit="segments",
        ):
            batch, share = images_of(*windows, transform, settings)
            append_images(entries, windows[0] if later else batch)
            shares += share
            flat += _of_one_level(batch)
        if cone is not None:
            put_dataset(out, "cone_share", np.array(shares, np.float32))
        write_table(out, "rows", _judged(rows, recordings, np.array(flat, bool), settings))
        write_table(out, "recordings", recordings)
        for axis in ("frequency_hz", "period_s", "time_s"):
            put_dataset(out, axis, getattr(transform, axis))
        about = {"quantity": transform.quantity} | settings
        set_attributes(entries, {key: _plain(value) for key, value in about.items()})


def _of_one_level(images: np.ndarray) -> list[bool]:
    """Return which images, (n, height, width[, 3]), show nothing."""
    return (
        (images.max(axis=(1, 2)) == images.min(axis=(1, 2)))
        .reshape(len(images), -1)
        .all(axis=1)
        .tolist()
    )


def _judged(
    rows: pd.DataFrame, recordings: pd.DataFrame, flat: np.ndarray, settings: dict
) -> pd.DataFrame:
    """Return the rows with the quality of images; a recording that shows nothing is an error."""
    rows.loc[flat, "quality"] = ONE_LEVEL
    showing = rows.loc[rows["quality"] != ONE_LEVEL, "recording"]
    empty = rows.loc[~rows["recording"].isin(showing), "recording"].unique().tolist()
    if empty:
        units = recordings.set_index("recording")["units"].to_dict()
        listed = ", ".join(f"{name} ({units[name]})" for name in empty[:5])
        raise StudyError(
            f"all images of {number_of(len(empty), 'recording')} have one level: {listed}"
            f"{', ...' if len(empty) > 5 else ''}; the values lie outside limits_db "
            f"{settings.get('limits_db')}: correct units and gain, or set limits_db, or "
            "resample.scale: robust."
        )
    if flat.any():
        print(f"Not used, as they have one level: {flat.sum()} of {number_of(len(rows), 'image')}")
    return rows


def _plain(value):
    return "none" if value is None else value
