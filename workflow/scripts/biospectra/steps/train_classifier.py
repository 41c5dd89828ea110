"""Train and apply a network that predicts a class."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.evaluation.leaks import refuse_leaks
from biospectra.evaluation.split import set_aside
from biospectra.models.heads import Head
from biospectra.models.kinds import NETWORKS
from biospectra.models.saved_network import load_network
from biospectra.models.training import balanced_weights, own_settings, train_network
from biospectra.store.cost import write_network_cost
from biospectra.store.dataset import select_rows
from biospectra.store.predictions import write_predictions
from biospectra.words import number_of


def train_classifier(
    inputs: list[str],
    split: str | Path,
    start: str | Path | None,
    *,
    model: str | Path,
    history: str | Path,
    predictions: str | Path | None = None,
    validation: str | Path | None = None,
    cost: str | Path | None = None,
    labels: list[str],
    settings: dict,
    precision: str,
    split_by: str = "subject",
    calibration_people: float = 0.0,
    seed: int,
    threads: int,
    without_gpu: str = "processor",
) -> None:
    """Train a network on training people, watch validation people, judge test people once.

    One that is kept for new recordings learns from everybody, and has nobody to be judged on.

    Parameters
    ----------
    inputs : list of str
        HDF5 files of the images, or of the segments for their samples.
    split : path
        split.tsv.
    start : path or None
        encoder.keras that the network starts from, or None.
    model, history : path
        Written.
    predictions : path, optional
        Written: what it says of the test rows.
    validation : path, optional
        Written: what it says of the validation rows, of those set aside alone where any are.
    cost : path, optional
        Written, as by `biospectra.store.cost.write_cost`.
    labels : list of str
        The classes.
    settings : dict
        An entry of the config's `classifiers`.
    precision : str
        As for `biospectra.models.network.start`.
    split_by : str
        What the split keeps on one side; by "subject", somebody on both sides is an error.
    calibration_people : float
        Share of validation people who are set aside where the others' loss stops the training.
    seed : int
        Seed of the weights, the order, augmentation and of who is set aside.
    threads : int
        Threads of training.
    without_gpu : str
        As for `biospectra.models.network.strategy`.
    """
    from biospectra.models import feeding, network

    network.start(threads=threads, seed=seed, precision=precision)
    code = {label: i for i, label in enumerate(labels)}
    rows = {
        name: select_rows(inputs, split, [name]).assign(code=lambda t: t["label"].map(code))
        for name in ("training", "validation", "test")
    }
    _check_rows(rows, labels, split, split_by)
    told, learnt = rows["validation"], None
    if validation is not None and calibration_people and settings["patience"] is not None:
        aside = set_aside(told, calibration_people, seed)
        rows["validation"], told = told[~aside].reset_index(drop=True), told[aside]
        told = told.reset_index(drop=True)
        learnt = {"calibration_people": calibration_people}
    even = settings["sampling"] == "balanced"
    if settings["class_weight"] == "balanced":
        rows["training"]["weight"] = balanced_weights(rows["training"]["code"])
    if even or settings["class_weight"] == "balanced":  # what is watched is what is learnt
        rows["validation"]["weight"] = balanced_weights(rows["validation"]["code"])
    train_head(
        Head(len(labels)),
        rows,
        target="code",
        inputs=inputs,
        split=split,
        start=start,
        model=model,
        history=history,
        settings=settings,
        learnt=learnt,
        seed=seed,
        without_gpu=without_gpu,
        balanced=even,
    )
    if predictions is None or cost is None:
        tell_whose_score(rows, settings["evaluation"])
        return
    # Loaded anew, on one device: a model spread over several answers a batch once on each.
    judged = load_network(model)
    test, size = rows["test"], settings["batch_size"]
    for own, path in ((test, predictions), (told, validation)):
        if path is not None:
            parts = [said for *_, said in feeding.predictions(judged, own, size)]
            said = np.concatenate(parts) if parts else np.zeros((0, len(labels)))
            write_predictions(own, said, labels, path)
    write_network_cost(cost, judged, test.iloc[:size], file=model, history=history)


def train_head(
    head: Head,
    rows: dict[str, pd.DataFrame],
    *,
    target: str | list[str],
    inputs: list[str],
    split: str | Path,
    start: str | Path | None,
    model: str | Path,
    history: str | Path,
    settings: dict,
    seed: int,
    without_gpu: str,
    balanced: bool = False,
    learnt: dict | None = None,
    finish: Callable | None = None,
) -> None:
    """Build the network that an entry of the config says, train it, and save it.

    Parameters
    ----------
    head : Head
        What it gives.
    rows : dict of str to DataFrame
        Of "training" and "validation", as for `biospectra.models.training.train_network`.
    target : str or list of str
        Columns of the rows that are learnt.
    inputs, split, start, model, history, settings, seed, without_gpu
        As for `train_classifier`.
    balanced : bool
        Take each class equally often.
    learnt : dict, optional
        What the settings do not say of what is learnt, and from whom: another one's checkpoint is
        not taken up.
    finish : callable, optional
        Gives the network that is saved, of that which was trained.
    """
    import keras

    from biospectra.models import feeding, network
    from biospectra.models.augmentation import augmentation
    from biospectra.models.quickest import quickest

    with network.strategy(asked=settings.get("gpus", 0), without_gpu=without_gpu).scope():
        built = NETWORKS[settings["kind"]].build(
            rows["training"],
            head,
            start=start,
            learning_rate=settings["learning_rate"],
            **own_settings(settings),
        )
        learner = feeding.fed(built, rows["training"], form=quickest(built))
    built.summary(print_fn=print)
    train_network(
        learner,
        rows,
        target=target,
        given=[*inputs, split, *([start] if start else [])],
        model=model,
        history=history,
        settings=settings | (learnt or {}),
        seed=seed,
        balanced=balanced,
        change=augmentation(settings["augment"], rows["training"]["file"].iloc[0]),
    )
    # Without its optimiser, of which the next who opens it may have no such class.
    kept = keras.Model(built.input, built.output, name=built.name)
    (finish(kept) if finish else kept).save(model)


def tell_whose_score(rows: dict[str, pd.DataFrame], evaluation: str) -> None:
    """Say of a network that nobody is held out from what stands for its score.

    Parameters
    ----------
    rows : dict of str to DataFrame
        Of "training" and "validation".
    evaluation : str
        Of the entry in the config.
    """
    learnt, watched = (rows[name]["subject"].nunique() for name in ("training", "validation"))
    print(
        f"This network is kept for new recordings. It learnt from "
        f"{number_of(learnt, 'person')}, {watched} more for early stopping, and nobody is left to "
        "evaluate it: scores.json beside it is of the "
        f"networks of the folds ({evaluation}), each trained in the same way without the people "
        "that it was evaluated on."
    )


def _check_rows(
    rows: dict[str, pd.DataFrame], labels: list[str], split: str | Path, split_by: str
) -> None:
    """Refuse a training that is told of test people, or that has nobody of a class."""
    learnt = pd.concat([rows["training"], rows["validation"]])
    if split_by == "subject":
        refuse_leaks(learnt, rows["test"], str(split))
    missing = [label for label in labels if label not in set(rows["training"]["label"])]
    if missing:
        raise StudyError(
            f"{split}: class {missing[0]} has nobody to learn from; add people of this class."
        )
