"""What every Keras training shares: precision, seeds, devices, history, progress."""

import csv
import os
from pathlib import Path

from biospectra.job import progress, tell


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
