"""Train an encoder: the published autoencoder, or one of another objective."""

from pathlib import Path

import pandas as pd

from biospectra.evaluation.leaks import refuse_leaks
from biospectra.features.sessions import with_sessions
from biospectra.job import tell
from biospectra.models.augmentation import corrupt
from biospectra.models.kinds import ENCODERS, learns_with_sessions
from biospectra.models.training import own_settings, train_network
from biospectra.store.dataset import LEFT_OUT, UNLABELLED, input_shape, select_rows
from biospectra.words import number_of


def train_encoder(
    inputs: list[str],
    split: str | Path,
    *,
    model: str | Path,
    encoder: str | Path,
    history: str | Path,
    settings: dict,
    split_by: str = "subject",
    seed: int,
    threads: int,
    without_gpu: str = "processor",
    sessions: list[dict] | None = None,
    tables: list[str] | None = None,
) -> None:
    """Train an encoder on training segments, watching the loss on validation segments.

    Segments without a label are learnt from, too, and by a transductive encoder those of test
    people and of everybody whom a fold holds out. Of any other one it is an error.

    Parameters
    ----------
    inputs : list of str
        HDF5 files of the images, or of the segments for their samples.
    split : path
        split.tsv.
    model, encoder, history : path
        Written: the models with the weights of the best epoch; of a kind that is not trained epoch
        by epoch a history without any.
    settings : dict
        An entry of the config's `encoders`.
    split_by : str
        What the split keeps on one side; by "subject", somebody on both sides is an error.
    seed, threads : int
        Seed and threads of training.
    without_gpu : str
        As for `biospectra.models.network.strategy`.
    sessions : list of dict or None
        Recording, session and channel of each recording, as the table has them, for kinds that read
        them; None where each is a session by itself.
    tables : list of str or None
        HDF5 files of the tables of features that the encoder learns to predict, where it does.
    """
    from biospectra.models import feeding, network
    from biospectra.models.quickest import quickest

    network.start(threads=threads, seed=seed, precision=settings["precision"])
    import keras

    if settings.get("transductive", False):
        rows = _rows_of_everybody(inputs, split, model)
    else:
        rows = _rows_to_learn(inputs, split, split_by)
    kind = ENCODERS[settings["kind"]]
    if hasattr(kind, "fit_encoder"):
        own = own_settings(settings, kind)
        autoencoder, encoder_model = kind.fit_encoder(rows["training"], seed=seed, **own)
        network.write_history({"loss": [], "val_loss": [], "seconds": []}, history)
        autoencoder.save(model)
        encoder_model.save(encoder)
        return
    own, told = own_settings(settings, kind), []
    if hasattr(kind, "with_targets"):
        rows, targets = kind.with_targets(rows, settings, tables)
        own["targets"], told = sum(targets.widths), [targets]
    shape = input_shape(rows["training"])
    with network.strategy(asked=settings.get("gpus", 0), without_gpu=without_gpu).scope():
        autoencoder, encoder_model = kind.build(shape, **own)
        if hasattr(kind, "objective"):
            if learns_with_sessions(settings):
                rows = {side: with_sessions(own, sessions) for side, own in rows.items()}
                # They are in no file that is read: another one's checkpoint is not taken up.
                settings = settings | {"sessions": sessions}
            learnt = kind.objective(settings, rows, inputs[0], *told)
            rows = learnt.get("rows", rows)
        else:
            learnt = reconstruction(settings, autoencoder)
        # One that restores its input; of another objective the network may train itself.
        learner = autoencoder if hasattr(kind, "objective") else quickest(autoencoder)
        learner = feeding.fed(learner, rows["training"])
        rate = network.learning_rate(settings, len(rows["training"]))
        learner.compile(keras.optimizers.Adam(rate), learnt["loss"])
    autoencoder.summary(print_fn=print)
    train_network(
        learner,
        rows,
        target=learnt["target"],
        given=[*inputs, *(tables or []), split],
        model=model,
        history=history,
        settings=settings,
        seed=seed,
        validation=learnt["validation"],
        **learnt["training"],
    )
    autoencoder.save(model)
    encoder_model.save(encoder)


def _rows_to_learn(inputs: list[str], split: str | Path, split_by: str) -> dict[str, pd.DataFrame]:
    """Return the rows of training and validation; none of held-out people, which is made sure."""
    rows = {
        "training": select_rows(inputs, split, ["training", UNLABELLED]),
        "validation": select_rows(inputs, split, ["validation"]),
    }
    if split_by == "subject":
        test = select_rows(inputs, split, ["test"])
        refuse_leaks(pd.concat(rows.values()), test, str(split))
    return rows


def _rows_of_everybody(
    inputs: list[str], split: str | Path, model: str | Path
) -> dict[str, pd.DataFrame]:
    """Return the rows of training and validation, and say how many test people are among them."""
    everybody = ["training", UNLABELLED, "test", LEFT_OUT]
    rows = {
        "training": select_rows(inputs, split, everybody),
        "validation": select_rows(inputs, split, ["validation"]),
    }
    people = rows["training"].loc[rows["training"]["split"] == "test", "subject"].nunique()
    if people:  # nobody is a test person of an encoder that learns from all
        tell(
            f"{model}: transductive: it learns from samples of {number_of(people, 'test person')}, "
            "too, without their labels, and its scores are marked so"
        )
    return rows


def reconstruction(settings: dict, autoencoder) -> dict:
    """Return what a network learns that restores its input, as a kind's `objective` does.

    Parameters
    ----------
    settings : dict
        The entry.
    autoencoder : keras.Model
        Of it.
    """
    from functools import partial

    change = None
    if any(settings["corrupt"].values()):
        change = partial(corrupt, **settings["corrupt"], block=mask_block(autoencoder))
    return {"loss": "mse", "target": "input", "training": {"change": change}, "validation": {}}


def mask_block(autoencoder) -> int:
    """Return how many pixels or samples, each way, one place of the smallest maps stands for.

    Parameters
    ----------
    autoencoder : keras.Model
        Of inputs (height, width, channels) or (samples, channels).
    """
    given = autoencoder.input_shape
    shapes = [layer.output.shape for layer in autoencoder.layers]
    return given[1] // min(shape[1] for shape in shapes if len(shape) == len(given))
