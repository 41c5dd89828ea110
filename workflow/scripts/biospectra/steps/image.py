"""A shard's segments as images, in one HDF5 file."""

from pathlib import Path

import numpy as np

from biospectra.job import progress
from biospectra.store.hdf5 import create, opened, put_dataset, set_attributes
from biospectra.store.images import append_images, create_images
from biospectra.store.resampled import windows_of
from biospectra.store.rows import read_table, write_table
from biospectra.transforms.images import images_of
from biospectra.transforms.kinds import KINDS


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
    segments, resampled : HDF5 files of the shard
    output : HDF5 file with `images`, the rows, `frequency_hz`, `period_s`, `time_s`, where the
        settings have a `cone_of_influence` also `cone_share` (n,), the share of an image in it,
        and, as attributes of `images`, the settings and `quantity`, what a pixel stands for
    rate_hz : the study's sampling rate
    settings : an entry of the config's `images`
    """
    with opened(segments) as file:
        rows, recordings = read_table(file, "rows"), read_table(file, "recordings")
        samples = file["signal"].shape[1]
    rows = rows[rows["quality"] == "ok"].reset_index(drop=True)
    transform = KINDS[settings["kind"]].from_entry(settings, rate_hz, samples)
    shape = (transform.height, transform.width, *([3] if settings.get("colour_map") else []))
    cone = settings.get("cone_of_influence")
    shares = []
    with create(output) as out:
        images = create_images(out, shape, settings["compression"])
        for _, *windows in progress(
            windows_of(rows, resampled, samples, transform.margin),
            total=len(rows),
            unit="segments",
        ):
            batch, share = images_of(*windows, transform, settings)
            append_images(images, batch)
            shares += share
        if cone is not None:
            put_dataset(out, "cone_share", np.array(shares, np.float32))
        write_table(out, "rows", rows)
        write_table(out, "recordings", recordings)
        for axis in ("frequency_hz", "period_s", "time_s"):
            put_dataset(out, axis, getattr(transform, axis))
        about = {"quantity": transform.quantity} | settings
        set_attributes(images, {key: _plain(value) for key, value in about.items()})


def _plain(value):
    return "none" if value is None else value
