"""What every training shares: the run itself, and for networks that name a class their judging."""

from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.chosen import chosen_rows
from biospectra.network_cost import write_network_cost
from biospectra.predictions import write_predictions


def train(
    network_model,
    rows: dict[str, pd.DataFrame],
    *,
    target: str,
    given: list[str | Path],
    model: str | Path,
    history: str | Path,
    settings: dict,
    seed: int,
    **batches,
) -> None:
    """Train a compiled network, from its checkpoint where there is one, and write its history.

    A checkpoint beside `model` lets a training that was killed go on;
    `biospectra.checkpoint.finish` removes it.

    Parameters
    ----------
    network_model : compiled keras.Model; ends with the best epoch's weights, without `patience`
        with the last one's
    rows : of "training" and "validation", as `biospectra.network.input_batches` takes them
    target : "input" for an autoencoder, "code" for a classifier
    given : all files that the training reads
    model : what the caller will write the network to
    history : written
    settings : the network's entry of the config
    seed : of the order
    batches : further options of `biospectra.network.input_batches`, for training segments alone
    """
    from functools import partial

    from biospectra import network
    from biospectra.checkpoint import checkpoint_beside, fingerprint, fit

    network_model.summary(print_fn=print)
    size, epochs = settings["batch_size"], settings["epochs"]
    training = network.input_batches(rows["training"], size, target=target, seed=seed, **batches)
    measured = fit(
        network_model,
        training,
        network.input_batches(rows["validation"], size, target=target, seed=None),
        epochs=epochs,
        patience=settings.get("patience"),
        path=checkpoint_beside(model),
        stamp=fingerprint(given, **settings | {"epochs": None}, seed=seed),
        report=partial(network.report_batches, epochs=epochs, steps=len(training), batch_size=size),
    )
    network.write_history(measured, history)


def balanced_weights(codes: pd.Series) -> pd.Series:
    """Return a weight for each entry, mean 1, such that each class weighs the same in sum."""
    counts = codes.value_counts()
    return len(codes) / (len(counts) * codes.map(counts))


def train_classifier(
    build,
    *,
    inputs: list[str],
    split: str | Path,
    given: list[str | Path],
    model: str | Path,
    history: str | Path,
    predictions: str | Path,
    cost: str | Path,
    labels: list[str],
    settings: dict,
    seed: int,
) -> None:
    """Train a network on training people, watch validation people, judge test people once.

    Parameters
    ----------
    build : function of the training rows that returns a compiled keras.Model whose output is the
        probability of each class
    inputs : HDF5 files of the images, or of the segments for their samples
    split : split.tsv
    given : further files that the network comes from
    model, history : written
    predictions : written; what it says of the test rows
    cost : written, as by `biospectra.cost.write_cost`
    labels : the classes
    settings : an entry of the config's `classifiers`
    seed : of the order and of augmentation
    """
    from biospectra import network
    from biospectra.augmentation import augmentation

    code = {label: i for i, label in enumerate(labels)}
    rows = {
        name: chosen_rows(inputs, split, [name]).assign(code=lambda t: t["label"].map(code))
        for name in ("training", "validation", "test")
    }
    even = settings["sampling"] == "balanced"
    if settings["class_weight"] == "balanced":
        rows["training"]["weight"] = balanced_weights(rows["training"]["code"])
    if even or settings["class_weight"] == "balanced":  # what is watched is what is learnt
        rows["validation"]["weight"] = balanced_weights(rows["validation"]["code"])
    with network.strategy().scope():
        classifier = build(rows["training"])
    train(
        classifier,
        rows,
        target="code",
        given=[*inputs, split, *given],
        model=model,
        history=history,
        settings=settings,
        seed=seed,
        balanced=even,
        change=augmentation(settings["augment"], rows["training"]["file"].iloc[0]),
    )
    classifier.save(model)
    # Loaded anew, on one device: a model spread over several answers a batch once on each.
    import keras

    judged = keras.models.load_model(model)
    test, size = rows["test"], settings["batch_size"]
    parts = [said for *_, said in network.predictions(judged, test, size)]
    write_predictions(test, np.concatenate(parts), labels, predictions)
    write_network_cost(cost, judged, test.iloc[:size], file=model, history=history)
