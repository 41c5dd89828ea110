"""Errors of reconstructed images: mean squared error, PSNR and SSIM."""

import numpy as np
import pandas as pd


def ssim(image: np.ndarray, restored: np.ndarray) -> float:
    """Return the mean structural similarity of two images in 0 to 1.

    Wang et al. 2004: an 11x11 Gaussian window of 1.5 pixels, K1 0.01 and K2 0.03, over the pixels
    whose window lies within the image.

    Parameters
    ----------
    image, restored : ndarray, (height, width, channels), float32
        Height and width at least 11.
    """
    import cv2

    def blur(values):
        blurred = cv2.GaussianBlur(values, (11, 11), 1.5, borderType=cv2.BORDER_REFLECT)
        return blurred[5:-5, 5:-5]

    mean_a, mean_b = blur(image), blur(restored)
    both = mean_a * mean_b
    power = mean_a**2 + mean_b**2
    covariance = blur(image * restored) - both
    variance = blur(image**2 + restored**2) - power
    c1, c2 = 0.01**2, 0.03**2
    similarity = (2 * both + c1) * (2 * covariance + c2) / ((power + c1) * (variance + c2))
    return float(similarity.mean())


def reconstruction_errors(inputs: np.ndarray, restored: np.ndarray) -> pd.DataFrame:
    """Return how near each restored segment is to the true one.

    Parameters
    ----------
    inputs, restored : ndarray
        Images (n, height, width, channels) float32 in 0 to 1, or samples (n, samples, 1) float32.

    Returns
    -------
    DataFrame
        DataFrame (n rows) with mse, and of images psnr_db and ssim, of samples snr_db, the power of
        the signal by that of the error.
    """
    axes = tuple(range(1, inputs.ndim))
    mse = np.mean((inputs - restored) ** 2, axis=axes, dtype=np.float64)
    error = np.maximum(mse, 1e-12)
    if inputs.ndim == 3:
        power = np.mean(inputs**2, axis=axes, dtype=np.float64)
        ratio = np.maximum(power, 1e-12) / error
        return pd.DataFrame({"mse": mse, "snr_db": 10 * np.log10(ratio)})
    similarity = [ssim(a, b) for a, b in zip(inputs, restored, strict=True)]
    return pd.DataFrame({"mse": mse, "psnr_db": -10 * np.log10(error), "ssim": similarity})
