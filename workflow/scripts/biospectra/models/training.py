"""What every training shares: the run itself, and for networks that name a class their judging."""

from pathlib import Path

import numpy as np
import pandas as pd

# What an entry of `encoders` or `classifiers` says of any network; others are its kind's own.
SHARED = frozenset(
    [
        "kind",
        "input",
        "transductive",
        "join_channels",
        "encoder",
        "evaluation",
        "corrupt",
        "epochs",
        "batch_size",
        "learning_rate",
        "schedule",
        "patience",
        "class_weight",
        "sampling",
        "augment",
        "explain",
        "precision",
        "gpus",
    ]
)


def own_settings(entry: dict, kind=None) -> dict:
    """Return what the entry of a network in the config says to its kind's `build` alone.

    Parameters
    ----------
    entry : dict
        Of the config.
    kind : module, optional
        Its kind, where that names keys of its own that say how it learns, as `OF_OBJECTIVE`.
    """
    others = SHARED.union(getattr(kind, "OF_OBJECTIVE", ()))
    return {key: value for key, value in entry.items() if key not in others}


def train_network(
    network_model,
    rows: dict[str, pd.DataFrame],
    *,
    target: str | list[str] | dict[str, np.ndarray] | None,
    given: list[str | Path],
    model: str | Path,
    history: str | Path,
    settings: dict,
    seed: int,
    validation: dict | None = None,
    **batches,
) -> None:
    """Train a compiled network, from its checkpoint where there is one, and write its history.

    A checkpoint beside `model` lets a training that was killed go on;
    `biospectra.models.checkpoint.finish_training` removes it.

    Parameters
    ----------
    network_model : keras.Model
        Compiled, of `biospectra.models.feeding.fed`; ends with the best epoch's weights, without
        `patience` with the last one's.
    rows : dict of str to DataFrame
        Rows of "training" and "validation", as `biospectra.models.feeding.input_batches` takes
        them.
    target : str, list of str, dict or None
        As for `input_batches`; of arrays, one for each of "training" and "validation".
    given : list of path
        All files that the training reads.
    model : path
        What the caller will write the network to.
    history : path
        Written.
    settings : dict
        The network's entry of the config.
    seed : int
        Seed of the order.
    validation : dict or None
        Further options of `input_batches` for validation segments.
    batches : further options of it for training segments alone
    """
    from functools import partial

    from biospectra.models import feeding, network
    from biospectra.models.checkpoint import checkpoint_beside, fingerprint, fit

    size, epochs = settings["batch_size"], settings["epochs"]
    # Of a schedule over all steps, more epochs are another training from its first step on.
    planned = epochs if settings.get("schedule", "constant") != "constant" else None
    wanted = target if isinstance(target, dict) else dict.fromkeys(rows, target)
    training = feeding.input_batches(
        rows["training"], size, target=wanted["training"], seed=seed, **batches
    )
    measured = fit(
        network_model,
        training,
        feeding.input_batches(
            rows["validation"],
            size,
            target=wanted["validation"],
            seed=None,
            **(validation or {}),
        ),
        epochs=epochs,
        patience=settings.get("patience"),
        path=checkpoint_beside(model),
        stamp=fingerprint(given, **settings | {"epochs": planned}, seed=seed),
        report=partial(network.report_batches, epochs=epochs, steps=len(training), batch_size=size),
        waiting=feeding.report_waiting(training),
    )
    network.write_history(measured, history)


def balanced_weights(codes: pd.Series) -> pd.Series:
    """Return a weight for each entry, mean 1, such that each class weighs the same in sum."""
    counts = codes.value_counts()
    return len(codes) / (len(counts) * codes.map(counts))
