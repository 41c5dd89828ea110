"""VICReg: an encoder that learns without labels to say the same of two views of what is the same.

Bardes, Ponce and LeCun 2022, https://arxiv.org/abs/2105.04906. Two views are made by random changes
of one segment, or of two segments of one recording or person. What the encoder says of them is to
agree (invariance), to differ from segment to segment in each number (variance), and not to say the
same thing in several numbers (covariance), which keeps it from saying one thing of everything.
"""

from pathlib import Path

import pandas as pd

from biospectra.models.augmentation import augmentation
from biospectra.models.views import build_pairs, check_pairs, pairs_in_batches

RESTORES = False  # nothing is restored: no reconstruction of it is drawn or compared
OF_OBJECTIVE = ("views", "batches")  # keys that `build` does not take
INVARIANCE, VARIANCE, COVARIANCE = 25.0, 25.0, 1.0  # weights of the loss, as published


build = build_pairs


def reads_sessions(entry: dict) -> bool:
    """Say whether its rows have the session and the channel of each recording."""
    return entry["views"] == "subject"


def vicreg_loss(_, projections):
    """Return the loss of a batch.

    Parameters
    ----------
    projections : tensor, (n, 2, columns), float32
        What the network says of both views of each segment.

    Returns
    -------
    tensor, ()
    """
    from keras import ops

    first, second = projections[:, 0], projections[:, 1]
    columns = projections.shape[-1]
    freedom = ops.cast(ops.maximum(ops.shape(projections)[0] - 1, 1), projections.dtype)
    loss = INVARIANCE * ops.mean(ops.square(first - second))
    for view in (first, second):
        centred = view - ops.mean(view, axis=0)
        variance = ops.sum(ops.square(centred), axis=0) / freedom
        low = ops.relu(1 - ops.sqrt(variance + 1e-4))
        loss += VARIANCE * ops.mean(low) / 2
        covariance = ops.matmul(ops.transpose(centred), centred) / freedom
        off = ops.sum(ops.square(covariance)) - ops.sum(ops.square(variance))
        loss += COVARIANCE * off / columns
    return loss


def objective(entry: dict, rows: dict[str, pd.DataFrame], file: str | Path) -> dict:
    """Return what is learnt: the loss, and how batches of training and validation are made.

    Parameters
    ----------
    entry : dict
        Of the config's `encoders`.
    rows : dict of str to DataFrame
        Of "training" and "validation".
    file : path
        One of the HDF5 files of the images or segments.

    Returns
    -------
    dict
        `loss`, `target`, and by side options of `biospectra.models.feeding.input_batches`.
    """
    change = augmentation(entry["augment"], file)
    sides = {side: pairs_in_batches(entry, own, change) for side, own in rows.items()}
    return {"loss": vicreg_loss, "target": None, **sides}


check = check_pairs
