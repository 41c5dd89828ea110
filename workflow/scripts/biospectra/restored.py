"""What autoencoders restore, measured alike: as an image, and as samples."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from biospectra.images import images_of, plan, windows_of
from biospectra.reconstruction import measures

IMAGE_ITSELF = "the image itself"  # the restorer that changes nothing of an image


def why_no_way_back(transform) -> str | None:
    """Return why an image of a transform cannot be turned back to samples; None where it can."""
    if getattr(transform, "fft_length", None) is None:
        return "only spectrograms with a linear frequency axis lead back to samples"
    if transform.fft_length < transform.window.size:
        return (
            f"a spectrogram of {transform.height} rows holds fewer numbers than its window of "
            f"{transform.window.size} samples"
        )
    return None


def signals_of_spectrograms(images: np.ndarray, windows: np.ndarray, transform) -> np.ndarray:
    """Turn spectrograms back to samples, with the phase of the true ones.

    Each column's magnitudes take the phase that the true samples have there, and the columns are
    overlapped and added by least squares (Griffin and Lim 1984, equation 6). No image holds the
    phase, so this is the best that anyone could make of it. What no row shows is 0.

    Parameters
    ----------
    images : (n, height, width, 1) float32 in 0 to 1
    windows : (n, margin + samples + margin) float32, the true samples with their context
    transform : biospectra.spectrogram.Spectrogram with a linear frequency axis

    Returns
    -------
    (n, samples) float32
    """
    from scipy.fft import irfft, rfft

    taper = transform.window.astype(np.float32)
    length, size, hop = len(taper), transform.fft_length, transform.hop
    before = round(transform.time_s[0] * transform.rate_hz - (length - 1) / 2)
    first = transform.margin + before
    bins = np.round(transform.frequency_hz * size / transform.rate_hz).astype(int)
    low_db, high_db = transform.limits_db
    edge = np.isin(bins, (0, size / 2))
    if transform.scaling == "amplitude":
        gain = taper.sum() * np.where(edge, 1, 0.5)
    else:
        gain = np.sqrt(transform.rate_hz * np.sum(taper**2) * np.where(edge, 1, 0.5))
    out = np.empty((len(images), transform.samples), np.float32)
    for signal, image, window in zip(out, images[..., 0], windows, strict=True):
        frames = np.lib.stride_tricks.sliding_window_view(window, length)
        frames = frames[first::hop][: transform.width]
        true = rfft(frames * taper, size)[:, bins]
        # 10 dB of a density are 20 of its root
        magnitude = 10 ** ((low_db + image.T * (high_db - low_db)) / 20) * gain
        spectrum = np.zeros((len(frames), size // 2 + 1), np.complex64)
        spectrum[:, bins] = magnitude * np.exp(1j * np.angle(true))
        columns = irfft(spectrum, size)[:, :length] * taper
        total, weight = np.zeros(len(window)), np.zeros(len(window))
        for j, column in enumerate(columns):
            place = slice(first + j * hop, first + j * hop + length)
            total[place] += column
            weight[place] += taper**2
        inside = slice(transform.margin, transform.margin + transform.samples)
        signal[:] = total[inside] / np.maximum(weight[inside], 1e-9)
    return out


def in_both_terms(
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
    through the study's own transform; restored spectrograms are turned back with the true phase.

    Parameters
    ----------
    rows : of the segments
    resampled : HDF5 files of all shards
    settings : an entry of the config's `images`
    rate_hz, samples : sampling rate, and length of a segment
    of_images, of_samples : restorers, by name: functions of images (n, height, width, channels)
        float32 in 0 to 1 or of samples (n, samples, 1) float32, which give the same shape

    Returns
    -------
    DataFrame with a row for each segment and restorer, and `IMAGE_ITSELF`: method, recording,
    segment, label, subject, mse, psnr_db and ssim of the image, snr_db of the samples (NaN where
    the image leads back to none)
    """
    transform = plan(settings, rate_hz, samples)
    middle = slice(transform.margin, transform.margin + samples)
    leads_back = why_no_way_back(transform) is None
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
                scores = measures(images, image)
                if signal is not None:
                    scores["snr_db"] = measures(signals, signal)["snr_db"]
                found.append(pd.concat([table, scores], axis=1))

            for name, restore in ({IMAGE_ITSELF: lambda image: image} | of_images).items():
                image = restore(images)
                back = None
                if leads_back:
                    back = signals_of_spectrograms(image, windows, transform)[..., None]
                note(name, image, back)
            for name, restore in of_samples.items():
                signal = restore(signals)
                between = windows.copy()
                between[:, middle] = signal[..., 0]
                note(name, as_pixels(between, *sides), signal)
    return pd.concat(found, ignore_index=True)
