"""Principal components of images or samples: the linear baseline of an encoder."""

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.store.dataset import extent_of, read_inputs
from biospectra.store.sampling import evenly_spaced
from biospectra.words import number_of

RESTORES = False  # the comparison of autoencoders has principal components of its own
PCA_SEGMENTS = 512  # of training at most, so that the baseline fits in memory


class PrincipalComponents:
    """PCA of training segments, with as many components as they allow.

    The components are found by scikit-learn's PCA from at most `most` segments, evenly drawn. What
    it restores of images stays within 0 to 1.

    Parameters
    ----------
    rows : DataFrame
        Of the training segments.
    most : int
        Of them.
    """

    def __init__(self, rows: pd.DataFrame, most: int = PCA_SEGMENTS):
        from sklearn.decomposition import PCA

        inputs = read_inputs(evenly_spaced(rows, most))
        self.of_images = inputs.ndim == 4
        flat = inputs.reshape(len(inputs), -1)
        self.components = max(1, min(len(flat) - 1, flat.shape[1]))
        fitted = PCA(self.components, svd_solver="full").fit(flat)
        self.mean, self.axes = fitted.mean_, fitted.components_

    def project(self, inputs: np.ndarray) -> np.ndarray:
        """Return the components (n, components) of inputs (n, ...); the first N are PCA of N."""
        return (inputs.reshape(len(inputs), -1) - self.mean) @ self.axes.T

    def restore(self, inputs: np.ndarray, components: int | None = None) -> np.ndarray:
        """Project inputs (n, ...) on the first components, None for all, and back."""
        projected = self.project(inputs)[:, :components]
        restored = (projected @ self.axes[:components] + self.mean).reshape(inputs.shape)
        return (restored.clip(0, 1) if self.of_images else restored).astype(np.float32)


def fit_encoder(training: pd.DataFrame, *, seed: int, components: int, segments: int):
    """Return the network that projects on principal components, which nothing is left to train in.

    Parameters
    ----------
    training : DataFrame
        Rows of the training segments, as of `biospectra.store.dataset.select_rows`.
    seed : int
        Nothing is left to chance.
    components : int
        How many; fewer where the segments allow no more.
    segments : int
        Training segments at most, evenly drawn.

    Returns
    -------
    network, encoder : keras.Model
        The same twice: output (components,) float32.
    """
    import keras
    from keras import layers

    found = PrincipalComponents(training, segments)
    axes = found.axes[:components]
    given = keras.Input(read_inputs(training.iloc[:1]).shape[1:], name="input")
    project = layers.Dense(len(axes), dtype="float32", name="features")
    encoder = keras.Model(given, project(layers.Flatten(dtype="float32")(given)), name="pca")
    project.set_weights([axes.T, -axes @ found.mean])
    encoder.trainable = False
    return encoder, encoder


def check(name: str, entry: dict, study: dict) -> None:
    """Refuse more components than an input or the segments have.

    Parameters
    ----------
    name : str
        The entry's name under the config's `encoders`.
    entry : dict
        The entry.
    study : dict
        The config, with all defaults.
    """
    most = min(int(np.prod(extent_of(study, entry["input"]))), entry["segments"] - 1)
    if entry["components"] > most:
        raise StudyError(
            f"encoders.{name}.components: {number_of(entry['segments'], 'segment')} of this input "
            f"have at most {most}, not {entry['components']}; lower it, or raise segments."
        )
