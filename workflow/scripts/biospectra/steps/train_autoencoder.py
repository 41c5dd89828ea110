"""Train an autoencoder."""

from pathlib import Path

from biospectra.models.augmentation import corrupt
from biospectra.models.autoencoder import build
from biospectra.store.dataset import input_shape, select_rows


def train_autoencoder(
    inputs: list[str],
    split: str | Path,
    *,
    model: str | Path,
    encoder: str | Path,
    history: str | Path,
    settings: dict,
    seed: int,
    threads: int,
) -> None:
    """Train an autoencoder on training segments, watching the loss on validation segments.

    Parameters
    ----------
    inputs : HDF5 files of the images, or of the segments for their samples
    split : split.tsv
    model, encoder, history : written; the models with the weights of the best epoch
    settings : an entry of the config's `autoencoders`
    seed, threads : of training
    """
    from functools import partial

    from biospectra.models import network
    from biospectra.models.training import train_network as train_network

    network.start(threads=threads, seed=seed, precision=settings["precision"])
    import keras

    rows = {name: select_rows(inputs, split, [name]) for name in ("training", "validation")}
    shape = input_shape(rows["training"])
    with network.strategy().scope():
        autoencoder, encoder_model = build(
            shape, settings["filters"], settings["kernel_size"], settings["latent"]
        )
        autoencoder.compile(keras.optimizers.Adam(settings["learning_rate"]), "mse")
    change = None
    if any(settings["corrupt"].values()):
        change = partial(corrupt, **settings["corrupt"], block=2 ** len(settings["filters"]))
    train_network(
        autoencoder,
        rows,
        target="input",
        given=[*inputs, split],
        model=model,
        history=history,
        settings=settings,
        seed=seed,
        change=change,
    )
    autoencoder.save(model)
    encoder_model.save(encoder)
