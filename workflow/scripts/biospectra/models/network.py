"""What every Keras training shares: precision, seeds, batches from HDF5, history, progress."""

import csv
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.job import progress, tell
from biospectra.store.dataset import Files, read_inputs


def start(*, threads: int, seed: int, precision: str) -> str:
    """Set TensorFlow up, before any model is built.

    Parameters
    ----------
    threads : int
        Processor threads it may use.
    seed : int
        Seed of Python, NumPy and TensorFlow.
    precision : str
        "auto" or the name of a Keras dtype policy.

    Returns
    -------
    str
        The dtype policy in force.
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


def strategy(devices: list[str] | None = None, *, asked: int = 0):
    """Return how TensorFlow spreads training: over all GPUs of this machine, or not at all.

    The log says on what; where GPUs were asked for and there is none, so does the screen.

    Parameters
    ----------
    devices : list of str or None
        To spread it over, by TensorFlow's names; None for all GPUs.

    asked : int
        GPUs that the config asks for.

    Returns
    -------
    tf.distribute.Strategy; models are built and compiled within its `scope()`
    """
    import tensorflow as tf

    if devices is None:
        devices = [device.name for device in tf.config.list_logical_devices("GPU")]
    if asked and not tf.config.list_logical_devices("GPU"):
        tell(
            f"Warning: gpus is {asked}, and TensorFlow finds no GPU: it trains on the processor. A "
            "TensorFlow that uses one is installed by `pip install tensorflow[and-cuda]`."
        )
    print(f"Training on {', '.join(devices) or 'the processor'}")
    if len(devices) < 2:
        return tf.distribute.get_strategy()
    return tf.distribute.MirroredStrategy(devices)


def best_precision() -> str:
    """Return the dtype policy that this machine computes fastest without loss that matters."""
    import tensorflow as tf

    if gpus := tf.config.list_physical_devices("GPU"):
        details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
        ampere = all(one.get("compute_capability", (0, 0)) >= (8, 0) for one in details)
        return "mixed_bfloat16" if ampere else "mixed_float16"
    cpuinfo = Path("/proc/cpuinfo")
    flags = set(cpuinfo.read_text().split()) if cpuinfo.is_file() else set()
    return "mixed_bfloat16" if flags & {"avx512_bf16", "amx_bf16"} else "float32"


def balanced_order(codes: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Draw as many entries as there are, each class as often as another but for one.

    A large class gives another part of it each time; a small one gives each entry as often as
    another, but for one.

    Parameters
    ----------
    codes : ndarray, (n,)
        The class of each entry.
    random : np.random.Generator
        Where all chance comes from.

    Returns
    -------
    ndarray, (n,)
        Int, entries in a random order.
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
    target: str | None,
    seed: int | None,
    balanced: bool = False,
    change: Callable[..., np.ndarray] | None = None,
    partners: Callable[..., np.ndarray] | None = None,
    within: list[str] | None = None,
):
    """Return images or samples from HDF5 as a Keras dataset that reads batch by batch.

    Parameters
    ----------
    rows : DataFrame
        Rows of `select_rows`, with a column `code` where the target is the class, and a column
        `weight` where not all count the same.
    batch_size : int
        Segments in a batch.
    target : "input" for an autoencoder, "code" for a classifier, None where the inputs are all
        that the loss looks at
    seed : int or None
        Seed of the order, which follows from it and the epoch's number; None to keep the rows'
        order and to draw the same in each epoch.
    balanced : bool
        Take each class equally often, as `balanced_order`.
    change : callable or None
        Makes what the network is given of the inputs, by function(inputs, random=...) whose random
        numbers follow from seed, epoch and batch, so that a resumed training goes on alike; the
        targets stay; None to give the inputs as they are.
    partners : callable or None
        Gives each segment another one, by function(places, random=...) of places in `rows`, and
        inputs become pairs, (n, 2, ...); None for no pairs.
    within : list of str or None
        Columns of `rows` that are the same throughout a batch, of none or more; batches are then
        about as large as each other. None for full batches and a smaller last one.

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
            self.start_at(0)

        def start_at(self, epoch):
            self.epoch = epoch
            order, random = np.arange(len(rows)), None
            if seed is not None:
                random = np.random.default_rng([seed, epoch])
                order = (
                    balanced_order(rows["code"].to_numpy(), random)
                    if balanced
                    else random.permutation(len(rows))
                )
            groups = None
            if within is not None:
                groups = rows.groupby(within).ngroup().to_numpy() if within else 0 * order
            self.order, self.parts = order, batches_of(order, batch_size, groups, random)

        def __len__(self):
            return len(self.parts)

        def __getitem__(self, number):
            places = self.parts[number]
            part = rows.iloc[places]
            # With a seed each epoch draws anew; without one the same is drawn each time.
            state = [0, 0] if seed is None else [seed, self.epoch]
            random = np.random.default_rng([*state, number + 1])
            inputs = read_inputs(part, self.files)
            if target is None:
                wanted = np.zeros(len(part), np.float32)
            else:
                wanted = inputs if target == "input" else part[target].to_numpy()
            if partners is not None:
                others = read_inputs(rows.iloc[partners(places, random=random)], self.files)
                inputs = np.stack([inputs, others], axis=1)
            if change is not None:
                inputs = change(inputs, random=random)
            if "weight" in part:
                return inputs, wanted, part["weight"].to_numpy(np.float32)
            return inputs, wanted

        def on_epoch_end(self):
            self.start_at(self.epoch + 1)

    return InputBatches()


def batches_of(
    order: np.ndarray,
    size: int,
    groups: np.ndarray | None = None,
    random: np.random.Generator | None = None,
) -> list[np.ndarray]:
    """Part places into batches.

    Parameters
    ----------
    order : ndarray, (n,), int
        The places, in the order that they are taken.
    size : int
        Of a batch; the last may be smaller.
    groups : ndarray, (n,), optional
        By place: a batch holds places of one group alone, and those of a group are then as large as
        each other but for one place, since what they are compared with is in the batch.
    random : numpy.random.Generator, optional
        Of the order of such batches; left out, those of a group follow one another.

    Returns
    -------
    list of ndarray of int
        Each place of `order` stands in one of them.
    """
    if groups is None:
        return [order[first : first + size] for first in range(0, len(order), size)]
    parts = []
    for name in np.unique(groups[order]):
        own = order[groups[order] == name]
        parts += np.array_split(own, max(1, round(len(own) / size)))
    return parts if random is None else [parts[i] for i in random.permutation(len(parts))]


def report_batches(first: int, *, epochs: int, steps: int, batch_size: int):
    """Return a Keras callback that reports the batches done, the rate and the time left.

    Parameters
    ----------
    first : int
        Epochs that were done before.
    epochs, steps, batch_size : int
        All epochs, the batches of each, and the segments of a batch.
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
    from biospectra.models.folded import quickest

    model = quickest(model)
    for first in progress(
        (rows.iloc[i : i + batch_size] for i in range(0, len(rows), batch_size)),
        total=len(rows),
        unit="segments",
    ):
        inputs = read_inputs(first)
        yield first, inputs, np.asarray(model.predict_on_batch(inputs), np.float32)
