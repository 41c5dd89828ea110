"""How well an autoencoder restores test segments, beside two baselines."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.chosen import chosen_rows, read_inputs
from biospectra.image_store import axes_of
from biospectra.pictures import (
    draw_reconstructions,
    draw_restored_signals,
    evenly,
)
from biospectra.rows import read_recordings

PCA_SEGMENTS = 512  # of training at most, so that the baseline fits in memory


class PrincipalComponents:
    """PCA of training segments, with as many components as they allow.

    The components are found by scikit-learn's PCA from at most `PCA_SEGMENTS`, evenly drawn. What
    it restores of images stays within 0 to 1.
    """

    def __init__(self, rows: pd.DataFrame):
        from sklearn.decomposition import PCA

        inputs = read_inputs(some_of(rows, PCA_SEGMENTS))
        self.of_images = inputs.ndim == 4
        flat = inputs.reshape(len(inputs), -1)
        self.components = max(1, min(len(flat) - 1, flat.shape[1]))
        fitted = PCA(self.components, svd_solver="full").fit(flat)
        self.mean, self._axes = fitted.mean_, fitted.components_

    def project(self, inputs: np.ndarray) -> np.ndarray:
        """Return the components (n, components) of inputs (n, ...); the first N are PCA of N."""
        return (inputs.reshape(len(inputs), -1) - self.mean) @ self._axes.T

    def restore(self, inputs: np.ndarray, components: int | None = None) -> np.ndarray:
        """Project inputs (n, ...) on the first components, None for all, and back."""
        projected = self.project(inputs)[:, :components]
        restored = (projected @ self._axes[:components] + self.mean).reshape(inputs.shape)
        return (restored.clip(0, 1) if self.of_images else restored).astype(np.float32)


def some_of(rows: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return at most so many of the rows, evenly drawn."""
    at = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), count)).round().astype(int))
    return rows.iloc[at]


def ssim(image: np.ndarray, restored: np.ndarray) -> float:
    """Return the mean structural similarity of two images in 0 to 1.

    Wang et al. 2004: an 11x11 Gaussian window of 1.5 pixels, K1 0.01 and K2 0.03, over the pixels
    whose window lies within the image.

    Parameters
    ----------
    image, restored : (height, width, channels) float32, height and width at least 11
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


def measures(inputs: np.ndarray, restored: np.ndarray) -> pd.DataFrame:
    """Return how near each restored segment is to the true one.

    Parameters
    ----------
    inputs, restored : images (n, height, width, channels) float32 in 0 to 1, or samples
        (n, samples, 1) float32

    Returns
    -------
    DataFrame (n rows) with mse, and of images psnr_db and ssim, of samples snr_db, the power of the
    signal by that of the error
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


def reconstruct(
    inputs: list[str],
    split: str | Path,
    model: str | Path,
    *,
    table: str | Path,
    scores: str | Path,
    figure: str | Path,
    settings: dict,
    labels: list[str],
    colour_map: str,
    threads: int,
    per_class: int = 2,
) -> None:
    """Restore all test segments, measure it, and keep a few of each class to look at.

    Parameters
    ----------
    inputs : HDF5 files of the images, or of the segments for their samples
    split : split.tsv
    model : model.keras
    table : written; a row for each test segment and method
    scores : written; JSON with the means for the autoencoder, the mean of training and PCA
    figure : written; test images above their reconstructions, or samples under them
    settings : an entry of the config's `autoencoders`
    labels : the classes
    per_class : segments of each class in the figure
    colour_map : of images of one channel in the figure
    threads : processor threads
    """
    from biospectra import network

    network.start(threads=threads, seed=0, precision=settings["precision"])
    import keras

    test = chosen_rows(inputs, split, ["test"])
    pca = PrincipalComponents(chosen_rows(inputs, split, ["training"]))
    autoencoder = keras.models.load_model(model)
    shown = evenly(test, per_class).index
    kept, results = [], []
    for batch, originals, restored in network.predictions(
        autoencoder, test, settings["batch_size"]
    ):
        mean = np.broadcast_to(pca.mean.reshape(originals.shape[1:]), originals.shape)
        for method, output in (
            ("autoencoder", restored),
            (f"mean_training_{'image' if pca.of_images else 'signal'}", mean),
            ("pca", pca.restore(originals)),
        ):
            found = measures(originals, np.ascontiguousarray(output))
            identity = batch[["recording", "segment", "label"]].reset_index(drop=True)
            results.append(pd.concat([identity.assign(method=method), found], axis=1))
        kept += [
            (row, original, image)
            for row, original, image in zip(batch.itertuples(), originals, restored, strict=True)
            if row.Index in shown
        ]
    results = pd.concat(results, ignore_index=True)
    results.to_csv(table, sep="\t", index=False, float_format="%.6g")
    means = results.groupby("method")[list(found)].mean()
    summary = {method: values.to_dict() for method, values in means.iterrows()}
    summary["pca"]["components"] = pca.components
    summary["test_segments"] = len(test)
    Path(scores).write_text(json.dumps(summary, indent=2) + "\n")
    if pca.of_images:
        draw_reconstructions(kept, axes_of(inputs[0]), figure, labels=labels, colour_map=colour_map)
    else:
        rate_hz = float(read_recordings(inputs)["rate_hz"].iloc[0])
        draw_restored_signals(kept, rate_hz, figure, labels=labels)
