"""An encoder that learns, without labels, to predict hand-made tables of features.

After the "workers" of PASE (Pascual et al. 2019, https://arxiv.org/abs/1904.03416): a linear
read-out of the features is to give what tables say of the same segment. So what the tables say is
distilled into the encoder, and what they do not say is nothing that it is asked to know. The tables
are needed for training alone.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.features.sessions import joining
from biospectra.models.augmentation import augmentation
from biospectra.models.statistics_pooling import build_encoder, check_stages
from biospectra.store.features import FeatureFile, blocks_of, rows_of_features
from biospectra.words import number_of, verb

RESTORES = False  # nothing is restored: no reconstruction of it is drawn or compared
OF_OBJECTIVE = ("tables",)  # keys that `build` does not take
FARTHEST = 4.0  # standard deviations from the mean, to which what tables say is clipped
LINEAR_FROM = 2.0  # of the Huber loss, in standard deviations
LEAST_SPREAD = 1e-6  # of the mean, below which a column of float32 says the same of all segments
MOMENTUM = 0.9  # of the moving mean by which features are normalised after training
SEGMENT_ID = ["recording", "segment"]
READ_AT_ONCE = 1 << 22  # numbers of a table


def build(
    shape: tuple[int, ...],
    targets: int,
    *,
    filters: list[int],
    stride: int = 1,
    level: bool = False,
):
    """Build the network that predicts tables, and the encoder in it.

    Parameters
    ----------
    shape : tuple of int
        (height, width, channels) of an image, or (samples, channels).
    targets : int
        How many columns are predicted.
    filters, stride, level : list of int, int, bool
        Of `biospectra.models.statistics_pooling.build_encoder`.

    Returns
    -------
    network, encoder : keras.Model
        Of inputs, output (targets,), linear in the normalised features; output (columns,); float32.
    """
    import keras
    from keras import layers

    encoder = build_encoder(shape, filters, stride=stride, level=level)
    given = keras.Input(shape, name="input")
    features = layers.BatchNormalization(
        momentum=MOMENTUM, center=False, scale=False, dtype="float32", name="normalised"
    )(encoder(given))
    told = layers.Dense(targets, dtype="float32", name="tables")(features)
    return keras.Model(given, told, name="table_regression"), encoder


def table_loss(widths: list[int]) -> Callable:
    """Return the loss in which each table weighs alike, whatever its number of columns.

    Parameters
    ----------
    widths : list of int
        How many of the columns, in order, are of each table.

    Returns
    -------
    callable
        Function (wanted, told) of tensors, (n, columns), float32, that returns (): the mean over
        tables of the Huber loss of what a table says of the batch. Where that is not finite, it
        counts for nothing.
    """
    ends = np.cumsum(widths).tolist()

    def loss(wanted, told):
        from keras import ops

        known = ops.isfinite(wanted)
        error = ops.abs(told - ops.where(known, wanted, 0.0))
        huber = ops.where(
            error < LINEAR_FROM, ops.square(error) / 2, LINEAR_FROM * (error - LINEAR_FROM / 2)
        )
        huber, known = ops.where(known, huber, 0.0), ops.cast(known, "float32")
        parts = [
            ops.sum(huber[:, end - width : end])
            / ops.maximum(ops.sum(known[:, end - width : end]), 1.0)
            for width, end in zip(widths, ends, strict=True)
        ]
        return sum(parts) / len(parts)

    return loss


class Targets(NamedTuple):
    """What tables say of segments, standardised.

    Parameters
    ----------
    values : dict of str to ndarray, (n, columns), float32
        Of the rows of "training" and "validation"; NaN where nothing is known.
    widths : list of int
        How many of the columns, in order, are of each table.
    """

    values: dict[str, np.ndarray]
    widths: list[int]


class _Table:
    """A table of features, read for some rows and no others.

    Parameters
    ----------
    path : path
        The HDF5 file.
    rows : dict of str to DataFrame, (n, ...)
        By side.
    """

    def __init__(self, path: str | Path, rows: dict[str, pd.DataFrame]):
        self.file = FeatureFile(path)
        there = pd.MultiIndex.from_frame(rows_of_features(path)[SEGMENT_ID])
        self.places = {
            side: there.get_indexer(pd.MultiIndex.from_frame(own[SEGMENT_ID]))
            for side, own in rows.items()
        }
        count, mean, squares = self._moments("training")
        known = np.where(count > 0, count, np.nan)
        self.mean, self.spread = np.where(count > 0, mean, np.nan), np.sqrt(squares / known)
        self.varied = self.spread > LEAST_SPREAD * np.abs(self.mean)

    def parts(self, side: str) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield which rows (m,) a part is of, and what is said of them: (m, columns), float32."""
        places = self.places[side]
        order = np.argsort(places, kind="stable")
        order = order[np.searchsorted(places[order], 0) :]  # without those that are not there
        size = max(1, READ_AT_ONCE // self.file.columns)
        for first in range(0, len(order), size):
            own = order[first : first + size]
            values = np.empty((len(own), self.file.columns), np.float32)
            self.file.read(places[own], values)
            yield own, values

    def _moments(self, side: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Count what is known of each column, with its mean and squared deviations (Chan 1979)."""
        count, mean, squares = np.zeros((3, self.file.columns))
        for _, values in self.parts(side):
            known = np.isfinite(values)
            own = known.sum(axis=0)
            centre = np.where(known, values, 0).sum(axis=0, dtype=np.float64) / np.maximum(own, 1)
            away = np.where(known, values - centre, 0)
            total, apart = np.maximum(count + own, 1), centre - mean
            squares += (away**2).sum(axis=0) + apart**2 * count * own / total
            mean += apart * own / total
            count += own
        return count, mean, squares

    def fill(self, side: str, into: np.ndarray) -> None:
        """Write what varies, standardised, where anything is said: (n, columns that vary)."""
        mean, spread = self.mean[self.varied], self.spread[self.varied]
        for own, values in self.parts(side):
            scaled = ((values[:, self.varied] - mean) / spread).clip(-FARTHEST, FARTHEST)
            scaled[~np.isfinite(values[:, self.varied])] = np.nan
            into[own] = scaled


def with_targets(
    rows: dict[str, pd.DataFrame], entry: dict, tables: list[str]
) -> tuple[dict[str, pd.DataFrame], Targets]:
    """Read what tables say of segments, standardised by training segments alone.

    Parameters
    ----------
    rows : dict of str to DataFrame
        Of "training" and "validation". Nothing of other rows is read.
    entry : dict
        Of the config's `encoders`.
    tables : list of str
        The HDF5 file of each of the entry's `tables`.

    Returns
    -------
    rows : dict of str to DataFrame
        The same without those that no table has.
    targets : Targets
        Of these rows, in their order.

    Raises
    ------
    StudyError
        If no column of a table varies among training segments.
    """
    read = {name: _Table(path, rows) for name, path in zip(entry["tables"], tables, strict=True)}
    for name, table in read.items():
        count = int(table.varied.sum())
        if not count:
            raise StudyError(
                f"encoders.*.tables: no column of {name} varies among training segments, so that "
                "there is nothing to learn; leave the table out."
            )
        same = len(table.varied) - count
        print(
            f"{name}: {number_of(count, 'column')} to learn"
            + (f"; {same} {verb(same, 'is', 'are')} the same throughout" if same else "")
        )
    widths = [int(table.varied.sum()) for table in read.values()]
    made, said = {}, {}
    for side, own in rows.items():
        values = np.full((len(own), sum(widths)), np.nan, np.float32)
        for table, last in zip(read.values(), np.cumsum(widths), strict=True):
            table.fill(side, values[:, last - table.varied.sum() : last])
        known = np.zeros(len(values), bool)
        for part in blocks_of(values):
            known[part] = np.isfinite(values[part]).any(axis=1)
        left_out = int((~known).sum())
        if left_out:
            print(f"{side}: {number_of(left_out, 'segment')} left out, which no table has")
        made[side], said[side] = own[known].reset_index(drop=True), _moved_up(values, known)
    return made, Targets(said, widths)


def _moved_up(values: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Return the rows that are kept, moved to the front of the same array."""
    places = np.flatnonzero(kept)
    moved = values[: len(places)]
    if len(places) < len(values):
        for rows in blocks_of(moved):
            moved[rows] = values[places[rows]]
    return moved


def objective(
    entry: dict, rows: dict[str, pd.DataFrame], file: str | Path, targets: Targets
) -> dict:
    """Return what is learnt: the loss, and how batches of training and validation are made.

    Parameters
    ----------
    entry : dict
        Of the config's `encoders`.
    rows : dict of str to DataFrame
        Of "training" and "validation", of `with_targets`.
    file : path
        One of the HDF5 files of the images or segments.
    targets : Targets
        Of `with_targets`.

    Returns
    -------
    dict
        `loss`, `target`, and by side options of `biospectra.models.feeding.input_batches`.
    """
    return {
        "loss": table_loss(targets.widths),
        "target": targets.values,
        "training": {"change": augmentation(entry["augment"], file)},
        "validation": {},
    }


def check(name: str, entry: dict, study: dict) -> None:
    """Refuse stages that leave nothing of the input, and tables of other rows.

    Parameters
    ----------
    name : str
        The entry's name under the config's `encoders`.
    entry : dict
        The entry.
    study : dict
        The config, with all defaults; what the entry names is there.
    """
    check_stages(name, entry, study)
    joined = [table for table in entry["tables"] if table in joining(study)]
    if joined:
        raise StudyError(
            f"encoders.{name}.tables: {joined[0]} joins the channels of a session, and the "
            "encoder reads one channel; name a table without join_channels."
        )
