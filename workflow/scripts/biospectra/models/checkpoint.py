"""Training that goes on where it was killed: a checkpoint after every epoch, and its use."""

import hashlib
import json
import os
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from biospectra.errors import StudyError
from biospectra.models.network import one_step_behind
from biospectra.sources.cache import sha256_of
from biospectra.sources.mirrored import address_of, bring, forget, send


def checkpoint_beside(model: str | Path) -> Path:
    """Name the checkpoint of the training that will write `model`.

    It is no output of the rule: snakemake removes those of a job that was killed.
    """
    return Path(model).with_name("checkpoint.npz")


def fingerprint(files: list[str | Path], **settings) -> str:
    """Return what a training depends on, so that another one's checkpoint is not taken up.

    Parameters
    ----------
    files : list of path
        Read by the training; their size and time of writing count, their content where they come
        from a storage.
    settings : of the training, but not how many epochs it takes at most
    """
    # From a storage a file comes to each machine with a time of its own.
    state = [
        (address, sha256_of(Path(file)))
        if (address := address_of(file))
        else (str(file), Path(file).stat().st_size, Path(file).stat().st_mtime_ns)
        for file in files
    ]
    text = json.dumps([state, settings], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class Progress:
    """How far a training is: its history, its best epoch, and whether it should stop.

    Parameters
    ----------
    patience : int or None
        Epochs without a lower validation loss before it stops; None for all epochs, and then the
        last epoch's weights are the result, not the best one's.
    """

    def __init__(self, patience: int | None) -> None:
        self.patience = patience
        self.history: dict[str, list[float]] = {}
        self.best_loss = np.inf
        self.best_epoch = 0
        self.best_weights: list[np.ndarray] = []

    @property
    def epochs(self) -> int:
        """Epochs done."""
        return len(next(iter(self.history.values()), []))

    @property
    def stopped(self) -> bool:
        """Whether the validation loss has not fallen for long enough."""
        return self.patience is not None and self.epochs - self.best_epoch >= self.patience

    def add(self, logs: dict[str, float], model) -> None:
        """Note an epoch's measures, and the model's weights where it is the best one so far."""
        for name, value in logs.items():
            self.history.setdefault(name, []).append(float(value))
        if self.patience is not None and logs["val_loss"] < self.best_loss:
            self.best_loss, self.best_epoch = float(logs["val_loss"]), self.epochs
            self.best_weights = model.get_weights()

    def save(self, path: Path, model, stamp: str) -> None:
        """Write all that training needs to go on, in place of the last checkpoint or not at all."""
        state = {
            "stamp": stamp,
            "history": self.history,
            "best_loss": self.best_loss,
            "best_epoch": self.best_epoch,
        }
        groups = {
            "model": [np.asarray(v) for v in model.variables],
            "optimiser": [np.asarray(v) for v in model.optimizer.variables],
            "best": self.best_weights,
        }
        arrays = {f"{name}_{i}": a for name, group in groups.items() for i, a in enumerate(group)}
        part = path.with_name(f".{path.name}.part")
        with part.open("wb") as file:
            np.savez(file, state=json.dumps(state), **arrays)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        send(path)

    def load(self, path: Path, model, stamp: str) -> bool:
        """Take up a checkpoint, if there is one of this very training; say whether there was."""
        bring(path)
        if not path.is_file():
            return False
        with np.load(path, allow_pickle=False) as file:
            state = json.loads(str(file["state"]))
            if state["stamp"] != stamp:
                print(f"{path} is of a training with other settings or images: starting anew")
                return False
            stored = {name: [] for name in ("model", "optimiser", "best")}
            for name in file.files[1:]:
                stored[name.split("_")[0]].append(file[name])
        model.optimizer.build(model.trainable_variables)
        for variables, values in (
            (model.variables, stored["model"]),
            (model.optimizer.variables, stored["optimiser"]),
        ):
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)
        self.history, self.best_weights = state["history"], stored["best"]
        self.best_loss, self.best_epoch = state["best_loss"], state["best_epoch"]
        print(f"Going on after epoch {self.epochs} from {path}", flush=True)
        return True


def fit(
    model,
    training,
    validation,
    *,
    epochs: int,
    patience: int | None,
    path: Path,
    stamp: str,
    report,
    waiting,
) -> dict[str, list[float]]:
    """Train a compiled model, from its checkpoint where there is one.

    The order of the training images in an epoch follows from the seed and the epoch's number, so
    that the epoch is the whole random state.

    Parameters
    ----------
    model : compiled keras.Model; ends with the best epoch's weights, without `patience` the last's
    training, validation : of `biospectra.models.feeding.input_batches`
    epochs, patience : int or None
        Most epochs, and epochs without a lower validation loss before it stops.
    path, stamp : path or str
        Path and stamp of the checkpoint, and the `fingerprint` of the training.
    report : function (epochs done) that returns a Keras callback which shows progress
    waiting : keras.callbacks.Callback
        That of `biospectra.models.feeding.report_waiting`.

    Returns
    -------
    dict of str to list of float
        The history: for each measure its value after each epoch, those before an interruption
        included, and the epoch's `seconds`; empty for no epochs.

    Raises
    ------
    StudyError
        If the loss is no number, and there are no weights from before.
    """
    import keras

    if epochs == 0:  # the weights as they were drawn
        return {"loss": [], "val_loss": [], "seconds": []}
    progress = Progress(patience)
    progress.load(path, model, stamp)

    class Checkpoint(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.begin = time.monotonic()

        def on_epoch_end(self, epoch, logs=None):
            progress.add(logs | {"seconds": time.monotonic() - self.begin}, self.model)
            progress.save(path, self.model, stamp)
            self.model.stop_training = progress.stopped

    first = progress.epochs
    if first < epochs and not progress.stopped:
        training.start_at(first)
        with one_step_behind(model):
            model.fit(
                training,
                validation_data=validation,
                initial_epoch=first,
                epochs=epochs,
                verbose=0,
                shuffle=False,
                callbacks=[report(first), waiting, Checkpoint()],
            )
    if not progress.best_weights and not np.isfinite(progress.history["val_loss"][-1]):
        raise StudyError(
            f"the training diverged: after epoch {progress.epochs} its validation loss is "
            f"{progress.history['val_loss'][-1]}; lower `learning_rate`, or see whether the "
            "recordings' units make samples that large."
        )
    if progress.best_weights:
        model.set_weights(progress.best_weights)
    return progress.history


def finish_training(model: str | Path) -> None:
    """Remove the checkpoint beside `model`, after all results of its training were written."""
    path = checkpoint_beside(model)
    for file in (path, path.with_name(f".{path.name}.part")):
        with suppress(FileNotFoundError):
            file.unlink()
    forget(path)
