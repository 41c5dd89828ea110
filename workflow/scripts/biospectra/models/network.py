"""What every Keras training shares: precision, seeds, devices, history, progress."""

import csv
import os
import random
from collections.abc import Callable
from contextlib import contextmanager, nullcontext, suppress
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from biospectra.errors import StudyError
from biospectra.job import progress, tell

BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
INSTALL = {
    "tensorflow": "`make run GPU=1` or `pip install tensorflow[and-cuda]` installs one that does",
    "jax": "`pip install jax[cuda13]` installs one that does",
    "torch": "see https://pytorch.org for one that does",
}


def start(*, threads: int, seed: int, precision: str) -> str:
    """Set Keras and what it computes with up, before any model is built.

    Which that is, the environment variable KERAS_BACKEND says; without it, Keras's own settings,
    which name TensorFlow unless somebody has changed them.

    Parameters
    ----------
    threads : int
        Processor threads it may use.
    seed : int
        Seed of Python, NumPy and the backend.
    precision : str
        "auto" or the name of a Keras dtype policy.

    Returns
    -------
    str
        The dtype policy in force.

    Raises
    ------
    StudyError
        If the backend is not installed.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    asked = os.environ.get("KERAS_BACKEND")
    if asked and asked not in BACKENDS:
        raise StudyError(f"KERAS_BACKEND is {asked!r}; take one of {', '.join(BACKENDS)}.")
    try:
        import keras
    except ModuleNotFoundError as error:
        raise StudyError(
            f"networks need {error.name}, which is not installed here; `pip install {error.name}` "
            f"where jobs run, or take another of {', '.join(BACKENDS)} as networks.backend."
        ) from error

    name, library = keras.backend.backend(), backend()
    if name == "tensorflow":
        try:
            library.config.threading.set_intra_op_parallelism_threads(threads)
            library.config.threading.set_inter_op_parallelism_threads(1)
        except RuntimeError:  # a program that has used TensorFlow before keeps its threads
            print("TensorFlow was already running: its threads stay as they are")
        keras.utils.set_random_seed(seed)
    else:  # Keras's function would load TensorFlow for its seed, which takes hold of all GPUs
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002
        if name == "torch":
            library.set_num_threads(threads)
            library.manual_seed(seed)
        else:
            _limit(library, threads)
    policy = best_precision() if precision == "auto" else precision
    keras.mixed_precision.set_global_policy(policy)
    print(f"{BACKENDS[name]} {library.__version__}, {threads} threads, precision {policy}")
    return policy


def _limit(jax, threads: int) -> None:
    """Let JAX have so many threads: it makes one for each processor that it may run on."""
    if not hasattr(os, "sched_setaffinity") or threads >= len(every := os.sched_getaffinity(0)):
        return
    os.sched_setaffinity(0, sorted(every)[:threads])
    try:
        jax.devices()
    finally:  # from now on they may run anywhere, so that jobs do not meet on the same processors
        for thread in Path("/proc/self/task").iterdir():
            with suppress(OSError):  # it has ended
                os.sched_setaffinity(int(thread.name), every)


def learning_rate(settings: dict, segments: int):
    """Return the learning rate of an optimizer, or how it goes over the steps.

    Parameters
    ----------
    settings : dict
        The network's entry of the config.
    segments : int
        Of an epoch.

    Returns
    -------
    float or keras.optimizers.schedules.LearningRateSchedule
        Of "cosine" one that rises evenly over the first tenth of all steps, and falls to 0 along
        half a cosine over the others (Loshchilov and Hutter 2017, without restarts).
    """
    highest = settings["learning_rate"]
    if settings.get("schedule", "constant") == "constant":
        return highest
    from keras.optimizers import schedules

    steps = max(10, settings["epochs"] * -(-segments // settings["batch_size"]))
    rising = steps // 10
    return schedules.CosineDecay(0.0, steps - rising, warmup_target=highest, warmup_steps=rising)


def backend():
    """Return the module that Keras computes with: tensorflow, jax or torch."""
    import keras

    return import_module(keras.backend.backend())


def gpus() -> list[str]:
    """Name the GPUs that the backend of Keras finds."""
    import keras

    library = backend()
    match keras.backend.backend():
        case "tensorflow":
            return [device.name for device in library.config.list_logical_devices("GPU")]
        case "jax":
            return [str(device) for device in library.devices() if device.platform != "cpu"]
        case _:
            if library.backends.mps.is_available():
                return ["mps"]
            count = library.cuda.device_count() if library.cuda.is_available() else 0
            return [library.cuda.get_device_name(i) for i in range(count)]


def capabilities() -> list[tuple[int, int]]:
    """Return the compute capability of each of NVIDIA's GPUs here; (0, 0) of others."""
    import keras

    library = backend()
    match keras.backend.backend():
        case "tensorflow":
            found = library.config.list_physical_devices("GPU")
            details = [library.config.experimental.get_device_details(gpu) for gpu in found]
            return [one.get("compute_capability", (0, 0)) for one in details]
        case "jax":
            found = [device for device in library.devices() if device.platform != "cpu"]
            said = [str(getattr(device, "compute_capability", "0.0")) for device in found]
            return [tuple(map(int, one.split("."))) for one in said]
        case _:
            if library.backends.mps.is_available():
                return [(0, 0)]
            count = library.cuda.device_count() if library.cuda.is_available() else 0
            return [library.cuda.get_device_capability(i) for i in range(count)]


def strategy(devices: list[str] | None = None, *, asked: int = 0, without_gpu: str = "processor"):
    """Return how training is spread: by TensorFlow over all GPUs of this machine, or not at all.

    The log says on what; where GPUs were asked for and there is none, so does the screen.

    Parameters
    ----------
    devices : list of str or None
        To spread it over, by TensorFlow's names; None for all GPUs.
    asked : int
        GPUs that the config asks for.
    without_gpu : str
        Where there is none: "processor" to train there, "stop" to refuse.

    Returns
    -------
    object
        Models are built and compiled within its `scope()`: a tf.distribute.Strategy, with another
        backend one that does nothing.

    Raises
    ------
    StudyError
        If there is no GPU, and the config says to stop.
    """
    import keras

    name, found = keras.backend.backend(), gpus()
    if asked and not found:
        missing = f"gpus is {asked}, and {BACKENDS[name]} finds no GPU"
        if without_gpu == "stop":
            raise StudyError(
                f"{missing}; {INSTALL[name]}, or take networks.without_gpu: processor."
            )
        tell(f"Warning: {missing}: it trains on the processor; {INSTALL[name]}.")
    devices = found if devices is None else devices
    if name != "tensorflow":
        print(f"Training on {devices[0] if devices else 'the processor'}")
        return SimpleNamespace(scope=nullcontext)
    print(f"Training on {', '.join(devices) or 'the processor'}")
    distribute = backend().distribute
    return distribute.MirroredStrategy(devices) if len(devices) > 1 else distribute.get_strategy()


def best_precision() -> str:
    """Return the dtype policy that this machine computes fastest without loss that matters."""
    import keras

    if found := capabilities():
        if (0, 0) in found:  # not NVIDIA's
            return "float32"
        return "mixed_bfloat16" if min(found) >= (8, 0) else "mixed_float16"
    cpuinfo = Path("/proc/cpuinfo")
    flags = set(cpuinfo.read_text().split()) if cpuinfo.is_file() else set()
    quick = flags & {"avx512_bf16", "amx_bf16"} and keras.backend.backend() != "jax"
    return "mixed_bfloat16" if quick else "float32"


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


def sender() -> Callable[[Any], Any] | None:
    """Return what brings a batch to the GPU ahead of its step, and waits until it is there.

    JAX's own way waits for the step that is being computed, so that it is taken in threads that
    read; None with another backend, which takes batches there itself, and without a GPU.

    Returns
    -------
    function of a tree of arrays that returns the tree of those on the GPU, or None
    """
    import keras

    if keras.backend.backend() != "jax" or not gpus():
        return None
    jax = backend()
    return lambda batch: jax.block_until_ready(jax.device_put(batch))


@contextmanager
def one_step_behind(model):
    """Let `fit` hand a step to the device before the step ahead of it is done.

    Keras takes each step's loss to the callbacks, and waits for it; the device then waits for the
    next batch to come. Here they are given the loss of the step before. That of an epoch is of all
    its steps, as it is without.

    Parameters
    ----------
    model : keras.Model
        Compiled; within the context it is trained by `fit` alone.
    """
    model.make_train_function()
    own, behind = model.train_function, []

    def train(*given):
        said = own(*given)
        logs, *state = said if isinstance(said, tuple) else (said,)  # JAX's has its state beside
        behind.append(logs)
        if len(behind) > 1:
            logs = behind.pop(0)
        return (logs, *state) if state else logs

    model.train_function = train
    try:
        yield
    finally:
        model.train_function = own


def write_history(history: dict[str, list[float]], path: str | Path) -> None:
    """Write Keras's history as a table with one row an epoch."""
    with Path(path).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(["epoch", *history])
        for epoch, values in enumerate(zip(*history.values(), strict=True), 1):
            writer.writerow([epoch, *(f"{value:.8g}" for value in values)])
