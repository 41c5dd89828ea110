"""Principal components of images, the linear baseline of an autoencoder."""

import numpy as np
import pandas as pd

from biospectra.store.dataset import read_inputs
from biospectra.store.sampling import evenly_spaced

PCA_SEGMENTS = 512  # of training at most, so that the baseline fits in memory


class PrincipalComponents:
    """PCA of training segments, with as many components as they allow.

    The components are found by scikit-learn's PCA from at most `PCA_SEGMENTS`, evenly drawn. What
    it restores of images stays within 0 to 1.
    """

    def __init__(self, rows: pd.DataFrame):
        from sklearn.decomposition import PCA

        inputs = read_inputs(evenly_spaced(rows, PCA_SEGMENTS))
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
