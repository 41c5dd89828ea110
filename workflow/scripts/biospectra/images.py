"""A shard's segments as images, in one HDF5 file."""

from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from biospectra.image_store import append_images, create_images
from biospectra.job import progress
from biospectra.levels import mark_cone
from biospectra.resampled import resampled_recordings
from biospectra.rows import LIBVER, read_table, write_table
from biospectra.windows import cut

BATCH = 32
NOT_FOR_THE_TRANSFORM = ("kind", "colour_map", "compression", "cone_of_influence")


def transform_options(settings: dict) -> dict:
    """Return what an entry of the config's `images` says of the transform itself."""
    options = {
        key: value
        for key, value in settings.items()
        if key not in NOT_FOR_THE_TRANSFORM and value is not None
    }
    if "period_range_s" in options or "scale_range" in options:
        options.pop("frequency_range_hz", None)
    return options


def plan(settings: dict, rate_hz: float, samples: int):
    """Return the transform that an entry of the config's `images` asks for.

    Parameters
    ----------
    settings : the entry
    rate_hz, samples : sampling rate and length of a segment

    Returns
    -------
    biospectra.spectrogram.Spectrogram or biospectra.scaleogram.Scaleogram
    """
    from biospectra.scaleogram import Scaleogram
    from biospectra.spectrogram import Spectrogram

    kinds = {"spectrogram": Spectrogram, "scaleogram": Scaleogram}
    return kinds[settings["kind"]](rate_hz=rate_hz, samples=samples, **transform_options(settings))


def windows_with_context(
    group: h5py.Group, begin: np.ndarray, samples: int, margin: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield batches of a recording's segments with their true neighbourhood.

    Parameters
    ----------
    group : of a file made by `biospectra.recordings.resample_shard`
    begin : (n,) first sample of each segment, ascending
    samples, margin : length of a segment, and of its context on each side

    Yields
    ------
    windows : (at most BATCH, margin + samples + margin) float32
    before, after : (at most BATCH,) true samples of the margin on each side
    """
    signal = group["signal"]
    for first, stop in group["stretches"][()]:
        inside = begin[(begin >= first) & (begin + samples <= stop)]
        for batch in np.array_split(inside, np.arange(BATCH, len(inside), BATCH)):
            if len(batch):
                # Only what the batch needs is in memory, however long the recording.
                a = max(first, batch[0] - margin)
                b = min(stop, batch[-1] + samples + margin)
                windows = cut(signal[a:b], batch - a, samples, margin)
                before = np.minimum(batch - first, margin)
                yield windows, before, np.minimum(stop - batch - samples, margin)


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
    output : HDF5 file with `images`, the rows, `frequency_hz`, `period_s`, `time_s`, for
        scaleograms `cone_share` (n,), the share of an image in the cone of influence, and, as
        attributes of `images`, the settings
    rate_hz : the study's sampling rate
    settings : an entry of the config's `images`
    """
    with h5py.File(segments) as file:
        rows, recordings = read_table(file, "rows"), read_table(file, "recordings")
        samples = file["signal"].shape[1]
    rows = rows[rows["quality"] == "ok"].reset_index(drop=True)
    transform = plan(settings, rate_hz, samples)
    shape = (transform.height, transform.width, *([3] if settings.get("colour_map") else []))
    cone = settings.get("cone_of_influence")
    shares = []
    with h5py.File(output, "w", libver=LIBVER) as out:
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
            out["cone_share"] = np.array(shares, np.float32)
        write_table(out, "rows", rows)
        write_table(out, "recordings", recordings)
        for axis in ("frequency_hz", "period_s", "time_s"):
            out[axis] = getattr(transform, axis)
        images.attrs.update({k: _plain(v) for k, v in settings.items()})


def _plain(value):
    return "none" if value is None else value


def windows_of(
    rows: pd.DataFrame, resampled: str | Path, samples: int, margin: int
) -> Iterator[tuple[pd.DataFrame, np.ndarray, np.ndarray, np.ndarray]]:
    """Yield segments of a shard with their true neighbourhood, recording by recording.

    Parameters
    ----------
    rows : of the segments; those of other shards are passed over
    resampled : HDF5 file of the shard
    samples, margin : length of a segment, and of its context on each side

    Yields
    ------
    the rows of a batch, and of `windows_with_context` its windows, before and after
    """
    for name, group in resampled_recordings(resampled):
        own = rows[rows["recording"] == name].sort_values("start_s", kind="stable")
        begin = np.round(own["start_s"].to_numpy() * group.attrs["rate_hz"]).astype(np.int64)
        done = 0
        for windows, before, after in windows_with_context(group, begin, samples, margin):
            yield own.iloc[done : done + len(windows)], windows, before, after
            done += len(windows)


def images_of(windows, before, after, transform, settings: dict) -> tuple[np.ndarray, list[float]]:
    """Make the images of windows as an entry of the config's `images` says.

    Parameters
    ----------
    windows, before, after : of `windows_with_context`
    transform : of `plan`
    settings : the entry

    Returns
    -------
    (n, height, width) or (n, height, width, 3) uint8, and the share of each in the cone of
    influence, none for spectrograms
    """
    from biospectra.png import colour

    images = transform(windows)
    cone, colour_map = settings.get("cone_of_influence"), settings.get("colour_map")
    shares = _show_cone(images, transform, before, after, cone) if cone else []
    return colour(images, colour_map) if colour_map else images, shares


def _show_cone(images, transform, before, after, cone: str) -> list[float]:
    """Return the share of each image in the cone of influence, and mask or draw it there."""
    shares = np.empty(len(images))
    sides = np.stack([before, after], axis=1)
    for pair in np.unique(sides, axis=0):
        own = (sides == pair).all(axis=1)
        mask, shares[own] = transform.cone_of_influence(*pair)
        images[own] = mark_cone(images[own], mask, cone)
    return shares.tolist()
