"""What networks are fed with: batches that are read ahead, and scaled on the device."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock

import numpy as np
import pandas as pd

from biospectra.job import processors, progress
from biospectra.models.batch_order import epoch_batches
from biospectra.models.network import gpus, sender
from biospectra.models.onnx_network import OnnxNetwork
from biospectra.store.dataset import making, read_ahead, read_stored, scaled
from biospectra.store.reader import Files
from biospectra.words import percent

BATCHES_AHEAD = 2  # batches that are ready, besides those in work
MOST_AT_WORK = 4  # threads, each with a batch of its own, that change inputs or send them to a GPU


def input_batches(
    rows: pd.DataFrame,
    batch_size: int,
    *,
    target: str | list[str] | np.ndarray | None,
    seed: int | None,
    balanced: bool = False,
    change: Callable[..., np.ndarray] | None = None,
    partners: Callable[..., np.ndarray] | None = None,
    within: list[str] | None = None,
    stretches: tuple[str, int] | None = None,
):
    """Return images or samples from HDF5 as a Keras dataset that reads batch by batch.

    Parameters
    ----------
    rows : DataFrame
        Rows of `select_rows`, with a column `code` where the target is the class, and a column
        `weight` where not all count the same.
    batch_size : int
        Segments in a batch.
    target : "input" for an autoencoder, "code" for a classifier, a list of columns of `rows` or an
        array (n, numbers) beside them for several numbers, None where the inputs are all that the
        loss looks at
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
    stretches : tuple of str and int or None
        As for `biospectra.models.batch_order.epoch_batches`.

    Returns
    -------
    keras.utils.PyDataset of (inputs, targets), or (inputs, targets, weights), for a network that is
    `Fed`: inputs as of `biospectra.store.dataset.read_stored`, on a GPU windows left as they are,
    and as of its `read_inputs` where they are changed; an autoencoder's target stands beside
    changed inputs alone. A few batches are read ahead. Its `start_at` sets the epoch that comes
    next, and `ready_s` says when each batch of this epoch was there.
    """
    import keras

    order = {"seed": seed, "balanced": balanced, "within": within, "stretches": stretches}
    parts_of = partial(epoch_batches, rows, batch_size, **order)
    make = _Batch(rows, target=target, change=change, partners=partners)
    threads = min(MOST_AT_WORK, processors()) if change or make.send else 1
    ahead = threads + BATCHES_AHEAD

    class InputBatches(keras.utils.PyDataset):
        def __init__(self):
            super().__init__(workers=1, use_multiprocessing=False)
            self.pool = ThreadPoolExecutor(threads)
            self.lock = Lock()
            self.start_at(0)

        def start_at(self, epoch):
            parts = parts_of(epoch=epoch)
            with self.lock:
                self.epoch, self.parts = epoch, parts
                self.coming, self.ready_s = {}, {}

        def __len__(self):
            return len(self.parts)

        def __getitem__(self, number):
            # Keras may still read for an iterator that it has given up.
            with self.lock:
                self.read_from(number)
                batch, ready_s = self.coming.pop(number), self.ready_s
            made, ready_s[number] = batch.result()
            return made

        def read_from(self, number):
            for i in range(number, min(number + ahead, len(self.parts))):
                if i not in self.coming:
                    # With a seed each epoch draws anew; without one the same is drawn each time.
                    state = [0, 0] if seed is None else [seed, self.epoch]
                    random = np.random.default_rng([*state, i + 1])
                    self.coming[i] = self.pool.submit(make.timed, self.parts[i], random)

        def on_epoch_end(self):
            self.start_at(self.epoch + 1)
            with self.lock:
                self.read_from(0)  # while the other side's batches are gone through

    return InputBatches()


class _Batch:
    """Reads the segments of a batch and makes what the network is given of them.

    Parameters
    ----------
    rows, target, change, partners
        As for `input_batches`.
    """

    def __init__(self, rows, *, target, change, partners):
        self.rows, self.target, self.change, self.partners = rows, target, change, partners
        self.files = Files()
        # What is changed is changed as an image; and a processor's own engine is quicker than a
        # layer.
        self.for_device = change is None and partners is None and bool(gpus())
        self.send = sender()

    def __call__(self, places: np.ndarray, random: np.random.Generator) -> tuple:
        """Return inputs and targets, and weights where there are any, of places in the rows."""
        part = self.rows.iloc[places]
        stored = read_stored(part, self.files, windows=self.for_device)
        inputs = stored
        if self.partners is not None:
            others = self.rows.iloc[self.partners(places, random=random)]
            inputs = np.stack([inputs, read_stored(others, self.files)], axis=1)
        if self.change is not None:
            inputs = self.change(scaled(inputs), random=random)
        if isinstance(self.target, np.ndarray):
            wanted = self.target[places]
        elif self.target == "input":
            return (inputs,) if inputs is stored else (inputs, stored)
        elif self.target is None:
            wanted = np.zeros(len(part), np.float32)
        else:
            wanted = part[self.target].to_numpy()
        if "weight" in part:
            return inputs, wanted, part["weight"].to_numpy(np.float32)
        return inputs, wanted

    def timed(self, places: np.ndarray, random: np.random.Generator) -> tuple[tuple, float]:
        """Return a batch and when it was there, in seconds of the monotonic clock."""
        made = self(places, random)
        return self.send(made) if self.send else made, time.monotonic()


def fed(model, rows: pd.DataFrame | None = None, *, form=None):
    """Return a network that takes what is stored, of the weights of one that takes inputs.

    Bytes are brought to 0 to 1, and on a GPU images made of windows, where the network computes,
    not before; and where a loss has no target, what the network is given is the target.

    Parameters
    ----------
    model : keras.Model
        Of inputs as of `biospectra.store.dataset.read_inputs`; it may be compiled.
    rows : DataFrame or None
        Rows that it will be given; None where no windows are stored in place of images.
    form : keras.Model or None
        Of the same weights, as of `biospectra.models.quickest.quickest`: computed in its place.

    Returns
    -------
    keras.Model
        Of inputs as of `biospectra.store.dataset.read_stored`, windows made or not, or of
        `read_inputs`; compiled alike.
    """
    import keras
    from keras import ops

    images = None
    if rows is not None and (made := making(rows)) is not None:
        from biospectra.models.on_device import image_layer

        images = image_layer(made.plan, made.colour_map)
        by = f"the layer {images.name}" if gpus() else "the threads that read, on the processor"
        print(f"Images are made of windows of signal by {by}")

    def ready(given):
        if images is not None and len(given.shape) == 3:
            return images(given)
        stored = keras.backend.standardize_dtype(given.dtype) == "uint8"
        return ops.cast(given, "float32") / 255 if stored else given

    class Fed(keras.Model):
        def __init__(self):
            super().__init__(name=model.name, autocast=False)
            self.network = model if form is None else form

        def call(self, given, training=None):
            return self.network(ready(given), training=training)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            wanted = ready(x if y is None else y)
            return super().compute_loss(x, wanted, y_pred, sample_weight, training)

    network = Fed()
    if model.compiled:
        said = keras.saving.deserialize_keras_object(model.get_compile_config())
        metrics = {key: said[key] for key in ("metrics", "weighted_metrics")}
        network.compile(model.optimizer, model.loss, **metrics)
    return network


def report_waiting(batches):
    """Return a Keras callback that logs which share of a training's steps was spent waiting.

    A step begins where the last one ended, and waits until its batch is there. The first of all,
    in which the network is compiled, does not count. The training is one of
    `biospectra.models.network.one_step_behind`.

    Parameters
    ----------
    batches : keras.utils.PyDataset
        Of `input_batches`, of the training.
    """
    import keras

    class Waiting(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.compiled, self.steps, self.waited_s, self.spent_s = False, 0, 0.0, 0.0
            self.at_once = 1  # the batch for which this is called before a step is done

        def on_epoch_begin(self, epoch, logs=None):
            self.since_s = time.monotonic()

        def on_train_batch_end(self, batch, logs=None):
            now_s = time.monotonic()
            if self.compiled:
                self.spent_s += now_s - self.since_s
                self.waited_s += max(0.0, batches.ready_s[batch] - self.since_s)
                self.steps += batch != self.at_once
            self.compiled, self.since_s = True, now_s

        def on_epoch_end(self, epoch, logs=None):
            self.at_once = 0

        def on_train_end(self, logs=None):
            if self.steps:
                print(
                    f"Waiting for batches took {percent(self.waited_s / self.spent_s, '.1f')} of "
                    f"{self.spent_s / self.steps:.3g} s a training step"
                )

    return Waiting()


def predictions(model, rows: pd.DataFrame, batch_size: int):
    """Yield the rows of each batch, what is stored of them and the model's output.

    Parameters
    ----------
    model : keras.Model or OnnxNetwork
        Of inputs as of `biospectra.store.dataset.read_inputs`.
    rows : DataFrame
        Of `biospectra.store.dataset.select_rows`.
    batch_size : int
        Segments in a batch.

    Yields
    ------
    part : DataFrame
        Rows of a batch.
    stored : ndarray
        As of `biospectra.store.dataset.read_stored`; on a GPU windows left as they are.
    said : ndarray, (batch, ...), float32
        What the model makes of them.
    """
    from biospectra.models.quickest import quickest

    by_keras = not isinstance(model, OnnxNetwork)
    if by_keras:
        model = fed(quickest(model), rows)
    reader = read_ahead(rows, batch_size, windows=by_keras and bool(gpus()))
    for part, stored in progress(reader, total=len(rows), unit="segments"):
        yield part, stored, np.asarray(model.predict_on_batch(stored), np.float32)
