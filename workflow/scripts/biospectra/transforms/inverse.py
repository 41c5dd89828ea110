"""Signals back from spectrograms, where the settings allow it."""

from typing import Any

import numpy as np


def signals_of_spectrograms(images: np.ndarray, windows: np.ndarray, transform: Any) -> np.ndarray:
    """Turn spectrograms back to samples, with the phase of the true ones.

    Each column's magnitudes take the phase that the true samples have there, and the columns are
    overlapped and added by least squares (Griffin and Lim 1984, equation 6). No image holds the
    phase, so this is the best that anyone could make of it. What no row shows is 0.

    Parameters
    ----------
    images : ndarray, (n, height, width), float32
        Levels in 0 to 1.
    windows : ndarray, (n, margin + samples + margin), float32
        The true samples with their context.
    transform : Spectrogram
        One whose `no_inverse` is None.

    Returns
    -------
    ndarray, (n, samples), float32

    Examples
    --------
    >>> from biospectra.transforms.spectrogram import Spectrogram
    >>> plan = Spectrogram(rate_hz=128, samples=256, height=64, width=64, limits_db=(-90, 10))
    >>> t = np.arange(256 + 2 * plan.margin) / 128
    >>> windows = np.sin(2 * np.pi * 20 * t, dtype=np.float32)[None]
    >>> back = signals_of_spectrograms(plan(windows) / np.float32(255), windows, plan)
    >>> bool(np.abs(back - windows[:, plan.margin : plan.margin + 256]).max() < 0.03)
    True
    """
    from scipy.fft import irfft, rfft

    taper = transform.taper.astype(np.float32)
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
    for signal, image, window in zip(out, images, windows, strict=True):
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
