"""Segments and images of new recordings, as a trained study made them."""

from pathlib import Path

from biospectra.trained import read_settings


def image_new(
    resampled: str | Path, segments: str | Path, images: str | Path, model: str | Path
) -> None:
    """Cut resampled recordings into segments and make the images that the encoder reads.

    Parameters
    ----------
    resampled : of `biospectra.read_new.read_new`
    segments, images : HDF5 files, written; for an encoder of samples the second holds the segments
        as well
    model : folder of the trained model
    """
    import shutil

    from biospectra.images import image_shard
    from biospectra.segments import segment_shard

    settings = read_settings(model)
    rate_hz = settings["resample"]["rate_hz"]
    how = dict(settings["segments"])
    segment_shard(resampled, segments, rate_hz=rate_hz, **how.pop("quality"), **how)
    if settings["images"] is None:
        shutil.copyfile(segments, images)
    else:
        image_shard(segments, resampled, images, rate_hz=rate_hz, settings=settings["images"])
