"""How well an autoencoder restores test images, beside two baselines."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.chosen import chosen_rows, read_inputs
from biospectra.pictures import axes_of, draw_reconstructions, evenly

PCA_IMAGES = 512  # training images at most, so that the baseline fits in memory


class PrincipalComponents:
    """PCA of training images, with as many components as the images allow.

    The components are found by scikit-learn's PCA from at most `PCA_IMAGES` images, evenly drawn.
    """

    def __init__(self, rows: pd.DataFrame):
        from sklearn.decomposition import PCA

        some = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), PCA_IMAGES)).round())
        images = read_inputs(rows.iloc[some.astype(int)]).reshape(len(some), -1)
        self.mean = images.mean(axis=0)
        self.components = max(1, min(len(images) - 1, images.shape[1]))
        self._pca = PCA(self.components, svd_solver="full")
        self._pca.fit(images)

    def restore(self, images: np.ndarray) -> np.ndarray:
        """Project images in 0 to 1, of any shape (n, ...), on the components and back."""
        flat = images.reshape(len(images), -1)
        restored = self._pca.inverse_transform(self._pca.transform(flat))
        return restored.reshape(images.shape).clip(0, 1).astype(np.float32)


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


def measures(images: np.ndarray, restored: np.ndarray) -> pd.DataFrame:
    """Return MSE, PSNR in dB and SSIM of each restored image.

    Parameters
    ----------
    images, restored : (n, height, width, channels) float32 in 0 to 1

    Returns
    -------
    DataFrame (n rows) with mse, psnr_db and ssim
    """
    mse = np.mean((images - restored) ** 2, axis=(1, 2, 3), dtype=np.float64)
    similarity = [ssim(a, b) for a, b in zip(images, restored, strict=True)]
    return pd.DataFrame(
        {"mse": mse, "psnr_db": -10 * np.log10(np.maximum(mse, 1e-12)), "ssim": similarity}
    )


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
    """Restore all test images, measure it, and keep a few of each class to look at.

    Parameters
    ----------
    inputs : HDF5 files of the images
    split : split.tsv
    model : model.keras
    table : written; a row for each test image and method
    scores : written; JSON with the means for the autoencoder, the mean training image and PCA
    figure : written; test images above their reconstructions
    settings : an entry of the config's `autoencoders`
    labels : the classes
    per_class : images of each class in the figure
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
            ("mean_training_image", mean),
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
    means = results.groupby("method")[["mse", "psnr_db", "ssim"]].mean()
    summary = {method: values.to_dict() for method, values in means.iterrows()}
    summary["pca"]["components"] = pca.components
    summary["test_images"] = len(test)
    Path(scores).write_text(json.dumps(summary, indent=2) + "\n")
    draw_reconstructions(kept, axes_of(inputs[0]), figure, labels=labels, colour_map=colour_map)
