"""What every Keras training shares: precision, seeds, batches from HDF5, history, progress."""

import csv
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.job import progress
from biospectra.store.dataset import Files, read_inputs


def start(*, threads: int, seed: int, precision: str) -> str:
    """Set TensorFlow up, before any model is built.

    Parameters
    ----------
    threads : processor threads it may use
    seed : of Python, NumPy and TensorFlow
    precision : "auto" or the name of a Keras dtype policy

    Returns
    -------
    the dtype policy in force
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    except RuntimeError:  # a program that has used TensorFlow before keeps its threads
        print("TensorFlow was already running: its threads stay as they are")
    keras.utils.set_random_seed(seed)
    policy = best_precision() if precision == "auto" else precision
    keras.mixed_precision.set_global_policy(policy)
    print(f"TensorFlow {tf.__version__}, {threads} threads, precision {policy}")
    return policy


def strategy(devices: list[str] | None = None):
    """Return how TensorFlow spreads training: over all GPUs of this machine, or not at all.

    Parameters
    ----------
    devices : to spread it over, by TensorFlow's names; None for all GPUs

    Returns
    -------
    tf.distribute.Strategy; models are built and compiled within its `scope()`
    """
    import tensorflow as tf

    if devices is None:
        devices = [device.name for device in tf.config.list_logical_devices("GPU")]
    if len(devices) < 2:
        return tf.distribute.get_strategy()
    print(f"Training on {len(devices)} devices: {', '.join(devices)}")
    return tf.distribute.MirroredStrategy(devices)


def best_precision() -> str:
    """Return the dtype policy that this machine computes fastest without loss that matters."""
    import tensorflow as tf

    if tf.config.list_physical_devices("GPU"):
        return "mixed_float16"
    cpuinfo = Path("/proc/cpuinfo")
    flags = set(cpuinfo.read_text().split()) if cpuinfo.is_file() else set()
    return "mixed_bfloat16" if flags & {"avx512_bf16", "amx_bf16"} else "float32"


def balanced_order(codes: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Draw as many entries as there are, each class as often as another but for one.

    A large class gives another part of it each time; a small one gives each entry as often as
    another, but for one.

    Parameters
    ----------
    codes : (n,) the class of each entry
    random : where all chance comes from

    Returns
    -------
    (n,) int, entries in a random order
    """
    classes = random.permutation(np.unique(codes))
    drawn = []
    for share in np.array_split(np.arange(len(codes)), len(classes)):
        own = np.flatnonzero(codes == classes[len(drawn)])
        times = -(-len(share) // len(own))
        drawn.append(np.concatenate([random.permutation(own) for _ in range(times)])[: len(share)])
    return random.permutation(np.concatenate(drawn))


def input_batches(
    rows: pd.DataFrame,
    batch_size: int,
    *,
    target: str,
    seed: int | None,
    balanced: bool = False,
    change: Callable[..., np.ndarray] | None = None,
):
    """Return images or samples from HDF5 as a Keras dataset that reads batch by batch.

    Parameters
    ----------
    rows : of `select_rows`, with a column `code` where the target is the class,
        and a column `weight` where not all count the same
    batch_size : segments in a batch
    target : "input" for an autoencoder, "code" for a classifier
    seed : of the order, which follows from it and the epoch's number; None to keep the rows' order
    balanced : take each class equally often, as `balanced_order`
    change : makes what the network is given of the inputs, by function(inputs, random=...) whose
        random numbers follow from seed, epoch and batch, so that a resumed training goes on alike;
        the targets stay; None to give the inputs as they are

    Returns
    -------
    keras.utils.PyDataset of (inputs, targets), or (inputs, targets, weights), inputs as of
    `biospectra.store.dataset.read_inputs`. Its `start_at` sets the epoch that comes next.
    """
    import keras

    class InputBatches(keras.utils.PyDataset):
        def __init__(self):
            super().__init__(workers=1, use_multiprocessing=False, max_queue_size=4)
            self.files = Files()
            self.order = np.arange(len(rows))
            self.start_at(0)

        def start_at(self, epoch):
            self.epoch = epoch
            if seed is not None:
                random = np.random.default_rng([seed, epoch])
                self.order = (
                    balanced_order(rows["code"].to_numpy(), random)
                    if balanced
                    else random.permutation(len(rows))
                )

        def __len__(self):
            return -(-len(rows) // batch_size)

        def __getitem__(self, number):
            part = rows.iloc[self.order[number * batch_size : (number + 1) * batch_size]]
            inputs = read_inputs(part, self.files)
            wanted = inputs if target == "input" else part[target].to_numpy()
            if change is not None:
                random = np.random.default_rng([seed, self.epoch, number + 1])
                inputs = change(inputs, random=random)
            if "weight" in part:
                return inputs, wanted, part["weight"].to_numpy(np.float32)
            return inputs, wanted

        def on_epoch_end(self):
            self.start_at(self.epoch + 1)

    return InputBatches()


def report_batches(first: int, *, epochs: int, steps: int, batch_size: int):
    """Return a Keras callback that reports the batches done, the rate and the time left.

    Parameters
    ----------
    first : epochs that were done before
    epochs, steps, batch_size : all epochs, the batches of each, and the segments of a batch
    """
    import keras

    class Report(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            left = (epochs - first) * steps
            self.steps = progress(range(left), total=left, unit=f"batches of {batch_size}")
            next(self.steps)

        def on_train_batch_end(self, batch, logs=None):
            next(self.steps, None)

        def on_epoch_end(self, epoch, logs=None):
            values = ", ".join(f"{name} {value:.5g}" for name, value in (logs or {}).items())
            print(f"epoch {epoch + 1}/{epochs}: {values}", flush=True)

    return Report()


def write_history(history: dict[str, list[float]], path: str | Path) -> None:
    """Write Keras's history as a table with one row an epoch."""
    with Path(path).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(["epoch", *history])
        for epoch, values in enumerate(zip(*history.values(), strict=True), 1):
            writer.writerow([epoch, *(f"{value:.8g}" for value in values)])


def predictions(model, rows: pd.DataFrame, batch_size: int):
    """Yield the rows of each batch, their inputs and the model's output, (batch, ...) float32."""
    for first in progress(
        (rows.iloc[i : i + batch_size] for i in range(0, len(rows), batch_size)),
        total=len(rows),
        unit="segments",
    ):
        inputs = read_inputs(first)
        yield first, inputs, np.asarray(model.predict_on_batch(inputs), np.float32)
