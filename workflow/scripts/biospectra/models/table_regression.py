"""An encoder that learns, without labels, to predict hand-made tables of features.

After the "workers" of PASE (Pascual et al. 2019, https://arxiv.org/abs/1904.03416): a linear
read-out of the features is to give what tables say of the same segment. So what the tables say is
distilled into the encoder, and what they do not say is nothing that it is asked to know. The tables
are needed for training alone.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.features.sessions import joining
from biospectra.models.augmentation import augmentation
from biospectra.models.statistics_pooling import build_encoder, check_stages
from biospectra.store.features import names_of_columns, read_features
from biospectra.words import number_of, verb

RESTORES = False  # nothing is restored: no reconstruction of it is drawn or compared
OF_OBJECTIVE = ("tables",)  # keys that `build` does not take
FARTHEST = 4.0  # standard deviations from the mean, to which what tables say is clipped
LINEAR_FROM = 2.0  # of the Huber loss, in standard deviations
LEAST_SPREAD = 1e-6  # of the mean, below which a column of float32 says the same of all segments
MOMENTUM = 0.9  # of the moving mean by which features are normalised after training
SEGMENT_ID = ["recording", "segment"]


def build(shape: tuple[int, ...], targets: int, *, filters: list[int]):
    """Build the network that predicts tables, and the encoder in it.

    Parameters
    ----------
    shape : tuple of int
        (height, width, channels) of an image, or (samples, channels).
    targets : int
        How many columns are predicted.
    filters : list of int
        Of `biospectra.models.statistics_pooling.build_encoder`.

    Returns
    -------
    network, encoder : keras.Model
        Of inputs, output (targets,), linear in the normalised features; output (columns,); float32.
    """
    import keras
    from keras import layers

    encoder = build_encoder(shape, filters)
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


def _columns_of(table: str, rows: pd.DataFrame) -> list[str]:
    """Name the columns of some rows that `with_targets` has put there of a table."""
    return [name for name in rows if name.startswith(f"target: {table}/")]


def _said_of(path: str | Path, rows: pd.DataFrame) -> np.ndarray:
    """Read what a table says of some rows alone: (n, columns) float64, NaN where it has no row."""
    wanted = pd.MultiIndex.from_frame(rows[SEGMENT_ID])

    def own(there: pd.DataFrame) -> np.ndarray:
        return np.flatnonzero(pd.MultiIndex.from_frame(there[SEGMENT_ID]).isin(wanted))

    values, found = read_features(path, choose=own)
    at = pd.MultiIndex.from_frame(found[SEGMENT_ID]).get_indexer(wanted)
    said = np.full((len(rows), values.shape[1]), np.nan)
    said[at >= 0] = values[at[at >= 0]]
    said[~np.isfinite(said)] = np.nan
    return said


def with_targets(
    rows: dict[str, pd.DataFrame], entry: dict, tables: list[str]
) -> tuple[dict[str, pd.DataFrame], int]:
    """Join what tables say to the rows of segments, standardised by training segments alone.

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
        The same with a column for each that is predicted, NaN where nothing is known; without those
        that no table has.
    targets : int
        How many there are.

    Raises
    ------
    StudyError
        If no column of a table varies among training segments.
    """
    joined = {side: [own.reset_index(drop=True)] for side, own in rows.items()}
    known = {side: np.zeros(len(own), bool) for side, own in rows.items()}
    targets = 0
    for table, path in zip(entry["tables"], tables, strict=True):
        names = np.array([f"target: {table}/{name}" for name in names_of_columns(path)])
        said = {side: _said_of(path, own) for side, own in rows.items()}
        mean, spread = _mean_and_spread(said["training"])
        varied = spread > LEAST_SPREAD * np.abs(mean)
        if not varied.any():
            raise StudyError(
                f"encoders.*.tables: no column of {table} varies among training segments, so that "
                "there is nothing to learn; leave the table out."
            )
        same = len(varied) - varied.sum()
        print(
            f"{table}: {number_of(varied.sum(), 'column')} to learn"
            + (f"; {same} {verb(same, 'is', 'are')} the same throughout" if same else "")
        )
        targets += int(varied.sum())
        for side, values in said.items():
            scaled = (values[:, varied] - mean[varied]) / spread[varied]
            scaled = scaled.clip(-FARTHEST, FARTHEST).astype(np.float32)
            known[side] |= np.isfinite(scaled).any(axis=1)
            joined[side].append(pd.DataFrame(scaled, columns=names[varied]))
    made = {}
    for side, parts in joined.items():
        left_out = int((~known[side]).sum())
        if left_out:
            print(f"{side}: {number_of(left_out, 'segment')} left out, which no table has")
        made[side] = pd.concat(parts, axis=1)[known[side]].reset_index(drop=True)
    return made, targets


def _mean_and_spread(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean and the standard deviation of what is known of each column, else NaN."""
    known = np.isfinite(values)
    count = np.where(known.any(axis=0), known.sum(axis=0), np.nan)
    mean = np.where(known, values, 0).sum(axis=0) / count
    away = np.where(known, values - mean, 0)
    return mean, np.sqrt((away**2).sum(axis=0) / count)


def objective(entry: dict, rows: dict[str, pd.DataFrame], file: str | Path) -> dict:
    """Return what is learnt: the loss, and how batches of training and validation are made.

    Parameters
    ----------
    entry : dict
        Of the config's `encoders`.
    rows : dict of str to DataFrame
        Of "training" and "validation", of `with_targets`.
    file : path
        One of the HDF5 files of the images or segments.

    Returns
    -------
    dict
        `loss`, `target`, and by side options of `biospectra.models.feeding.input_batches`.
    """
    columns = [_columns_of(table, rows["training"]) for table in entry["tables"]]
    return {
        "loss": table_loss([len(own) for own in columns]),
        "target": [name for own in columns for name in own],
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
