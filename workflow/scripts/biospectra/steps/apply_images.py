"""Segments and images of new recordings, as a trained study made them."""

from pathlib import Path

from biospectra.study.trained import read_settings


def apply_images(
    resampled: str | Path, segments: str | Path, images: str | Path, model: str | Path
) -> None:
    """Cut resampled recordings into segments and make the images that the encoder reads.

    Parameters
    ----------
    resampled : path
        Resampled of `biospectra.steps.apply_read.apply_read`.
    segments, images : path
        HDF5 files, written; for an encoder of samples the second holds the segments as well.
    model : path
        Folder of the trained model.
    """
    import shutil

    from biospectra.steps.image import image_shard
    from biospectra.steps.segment import segment_shard

    settings = read_settings(model)
    rate_hz = settings["resample"]["rate_hz"]
    how = dict(settings["segments"])
    segment_shard(resampled, segments, rate_hz=rate_hz, **how.pop("quality"), **how)
    if settings["images"] is None:
        shutil.copyfile(segments, images)
    else:
        image_shard(segments, resampled, images, rate_hz=rate_hz, settings=settings["images"])
