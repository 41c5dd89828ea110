"""A contrastive objective: an encoder learns, without labels, to distinguish pairs from others.

InfoNCE (van den Oord et al. 2018, https://arxiv.org/abs/1807.03748) on two views of what is the
same, as of SimCLR (Chen et al. 2020, https://arxiv.org/abs/2002.05709): of all second views that it
is compared with, the first one's own is to be the likest, and the other way round. What it is
compared with decides what is learnt: among recordings of many people, who the person is
distinguishes most of them; among those of the same person it is no help.
"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from biospectra.errors import StudyError
from biospectra.models.augmentation import augmentation
from biospectra.models.info_nce import right_shares
from biospectra.models.views import build_pairs, check_pairs, pairs_in_batches
from biospectra.words import number_of

RESTORES = False  # nothing is restored: no reconstruction of it is drawn or compared
OF_OBJECTIVE = ("views", "negatives", "temperature", "batches")  # keys that `build` does not take
CODES = ["within", "shared"]  # columns of rows, as `with_codes` gives them
STRETCH = 16  # segments of one person that stand side by side in a batch

build = build_pairs


def reads_sessions(entry: dict) -> bool:
    """Say whether its rows have the session and the channel of each recording."""
    return True


def contrastive_loss(temperature: float) -> Callable:
    """Return the loss of a batch, a function (codes, projections).

    Parameters
    ----------
    temperature : float
        By which cosines are divided before the softmax.

    Returns
    -------
    callable
        Of codes, (n, 2), as `with_codes` gives them, and of what the network says of both views of
        each segment, (n, 2, columns) float32; returns a tensor, (): the mean over the pairs that
        have negatives.
    """

    def info_nce(codes, projections):
        from keras import ops

        first, second = (ops.normalize(projections[:, i], axis=-1) for i in range(2))
        likeness = ops.matmul(first, ops.transpose(second)) / temperature
        within, shared = codes[:, 0], codes[:, 1]
        negatives = ops.logical_and(within[:, None] == within, shared[:, None] != shared)
        shares = right_shares(likeness, negatives)
        shares += right_shares(ops.transpose(likeness), negatives)
        counted = ops.cast(ops.any(negatives, axis=1), shares.dtype)
        return -ops.sum(counted * shares) / (2 * ops.maximum(ops.sum(counted), 1))

    return info_nce


def with_codes(
    rows: pd.DataFrame, views: str, negatives: str, batches: str = "any"
) -> pd.DataFrame:
    """Return rows with what says which ones are negatives of each other.

    Parameters
    ----------
    rows : DataFrame
        Of segments, with subject, session and channel, where batches are of one also database.
    views, negatives, batches : str
        Of the config.

    Returns
    -------
    DataFrame
        With `CODES`, int32: negatives have the first in common, and not the second, which numbers
        what a pair has in common.
    """
    if views == "subject":
        shared = rows.groupby("subject").ngroup()
    elif views == "segment" and negatives == "all":
        shared = range(len(rows))
    else:
        shared = rows.groupby("session").ngroup()
    if negatives == "subject":
        within = rows.groupby(["subject", "channel"]).ngroup()
    else:
        within = rows.groupby("database").ngroup() if batches == "database" else 0
    return rows.assign(within=within, shared=shared).astype(dict.fromkeys(CODES, "int32"))


def have_negatives(rows: pd.DataFrame) -> pd.Series:
    """Return which rows of `with_codes` have negatives, (n,) bool."""
    return rows.groupby(CODES[0])[CODES[1]].transform("nunique") > 1


def objective(entry: dict, rows: dict[str, pd.DataFrame], file: str | Path) -> dict:
    """Return what is learnt: the loss, and how batches of training and validation are made.

    Parameters
    ----------
    entry : dict
        Of the config's `encoders`.
    rows : dict of str to DataFrame
        Of "training" and "validation", with session and channel.
    file : path
        One of the HDF5 files of the images or segments.

    Returns
    -------
    dict
        `loss`, `target`, `rows`, and by side options of
        `biospectra.models.feeding.input_batches`.

    Raises
    ------
    StudyError
        If nothing has negatives.
    """
    change = augmentation(entry["augment"], file)
    how = [entry[key] for key in ("views", "negatives", "batches")]
    rows = {side: with_codes(own, *how) for side, own in rows.items()}
    used = have_negatives(rows["training"])
    people = rows["training"]["subject"].nunique()
    left = rows["training"].loc[used, "subject"].nunique()
    if not left and entry["negatives"] == "subject":
        raise StudyError(
            f"negatives: subject: of {number_of(people, 'person')} learnt from nobody has two "
            "recordings by the same channel (those of one session are one), so that there are "
            "no negatives; take negatives: all."
        )
    if not left:
        what = "person" if entry["views"] == "subject" else "session"
        where = " in each database" if entry["batches"] == "database" else ""
        raise StudyError(
            f"views: {entry['views']}: all segments learnt from are of one {what}{where}, so that "
            f"there are no negatives; take views: segment{', or batches: any' if where else ''}."
        )
    if not have_negatives(rows["validation"]).any():
        nothing = "no validation segment has negatives, so that their loss is 0 and says nothing"
        if entry["patience"] is not None:
            raise StudyError(f"patience: {nothing}; take patience: null.")
        print(f"val_loss: {nothing}")
    if left < people:
        print(
            f"Learnt from are {left} of {number_of(people, 'person')}: the others have nothing "
            "that their segments are distinguished from"
        )
    rows["training"] = rows["training"][used].reset_index(drop=True)
    sides = {side: pairs_in_batches(entry, own, change) for side, own in rows.items()}
    if entry["negatives"] == "subject":
        sides = {side: own | {"stretches": (CODES[0], STRETCH)} for side, own in sides.items()}
    loss = contrastive_loss(entry["temperature"])
    return {"loss": loss, "target": CODES, "rows": rows, **sides}


def check(name: str, entry: dict, study: dict) -> None:
    """Refuse what `check_pairs` does, and negatives that pairs or batches leave nothing of.

    Parameters
    ----------
    name : str
        The entry's name under the config's `encoders`.
    entry : dict
        The entry.
    study : dict
        The config, with all defaults.
    """
    where = f"encoders.{name}"
    check_pairs(name, entry, study)
    if entry["negatives"] != "subject":
        return
    if entry["views"] == "subject":
        raise StudyError(
            f"{where}.negatives: with views: subject all of a person should be alike, and with "
            "negatives: subject be distinguished; take views: recording, or negatives: all."
        )
    if entry["batches"] == "database":
        raise StudyError(
            f"{where}.batches: with negatives: subject each pair is compared within its person, "
            "and so within a database; leave it out."
        )
