"""What autoencoders restore, measured alike: as an image, and as samples."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from biospectra.evaluation.reconstruction import reconstruction_errors
from biospectra.store.resampled import windows_of
from biospectra.transforms.images import images_of
from biospectra.transforms.kinds import make_transform

IMAGE_ITSELF = "the image itself"  # the restorer that changes nothing of an image


def errors_in_both_domains(
    rows: pd.DataFrame,
    resampled: list[str],
    settings: dict,
    *,
    rate_hz: float,
    samples: int,
    of_images: dict[str, Callable],
    of_samples: dict[str, Callable],
) -> pd.DataFrame:
    """Measure what is restored of segments in the terms of an image and of the samples.

    Restored samples are put in the place of the true ones, between their true neighbours, and go
    through the study's own transform; restored images are turned back with the true phase.

    Parameters
    ----------
    rows : DataFrame
        Rows of the segments.
    resampled : list of str
        HDF5 files of all shards.
    settings : dict
        An entry of the config's `images`.
    rate_hz, samples : float or int
        Sampling rate, and length of a segment.
    of_images, of_samples : dict of str to callable
        Restorers, by name: functions of images (n, height, width, channels) float32 in 0 to 1 or of
        samples (n, samples, 1) float32, which give the same shape.

    Returns
    -------
    DataFrame
        DataFrame with a row for each segment and restorer, and `IMAGE_ITSELF`: method, recording,
        segment, label, subject, mse, psnr_db and ssim of the image, snr_db of the samples (NaN
        where the image leads back to none).
    """
    transform = make_transform(settings, rate_hz, samples)
    middle = slice(transform.margin, transform.margin + samples)
    leads_back = transform.no_inverse is None and not settings.get("colour_map")
    found = []

    def as_pixels(windows, before, after):
        images, _ = images_of(windows, before, after, transform, settings)
        images = images[..., None] if images.ndim == 3 else images
        return images.astype(np.float32) / 255

    for file in resampled:
        for part, windows, *sides in windows_of(rows, file, samples, transform.margin):
            images, signals = as_pixels(windows, *sides), windows[:, middle, None]
            identity = part[["recording", "segment", "label", "subject"]].reset_index(drop=True)

            def note(name, image, signal, images=images, signals=signals, identity=identity):
                table = identity.assign(method=name)
                scores = reconstruction_errors(images, image)
                if signal is not None:
                    scores["snr_db"] = reconstruction_errors(signals, signal)["snr_db"]
                found.append(pd.concat([table, scores], axis=1))

            for name, restore in ({IMAGE_ITSELF: lambda image: image} | of_images).items():
                image = restore(images)
                back = None
                if leads_back:
                    back = transform.invert(image[..., 0], windows)[..., None]
                note(name, image, back)
            for name, restore in of_samples.items():
                signal = restore(signals)
                between = windows.copy()
                between[:, middle] = signal[..., 0]
                note(name, as_pixels(between, *sides), signal)
    return pd.concat(found, ignore_index=True)
