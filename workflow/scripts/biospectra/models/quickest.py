"""The form of a network that this machine computes in the least time."""

from typing import Any

from biospectra.models.folded import fold_layers
from biospectra.models.network import gpus
from biospectra.models.phases import phase_layers


def quickest(model: Any) -> Any:
    """Return the form of a network that this machine computes in the least time, and log which.

    On a processor that of `fold_layers`; on a GPU, and with JAX anywhere, that of
    `biospectra.models.phases.phase_layers`.

    Parameters
    ----------
    model : keras.Model

    Returns
    -------
    keras.Model
    """
    import keras

    if gpus() or keras.backend.backend() == "jax":
        form, how = phase_layers(model), "pooling is of phases, and so is the last upsampling"
    else:
        form, how = fold_layers(model), "upsampling and ReLU are folded into its convolutions"
    if form is not model:
        print(f"{model.name}: {how}, which is quickest on {'a GPU' if gpus() else 'a processor'}")
    return form
