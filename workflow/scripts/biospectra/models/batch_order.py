"""Which segments stand in which batch of a training."""

import numpy as np
import pandas as pd


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


def epoch_batches(
    rows: pd.DataFrame,
    size: int,
    *,
    seed: int | None,
    epoch: int,
    balanced: bool = False,
    within: list[str] | None = None,
    stretches: tuple[str, int] | None = None,
) -> list[np.ndarray]:
    """Return the places in `rows` of each batch of an epoch.

    Parameters
    ----------
    rows : DataFrame
        Rows of segments, with a column `code` where classes are balanced.
    size : int
        Of a batch.
    seed : int or None
        Seed of the order, with the epoch's number; None for the rows' own order.
    epoch : int
        Number of the epoch, from 0.
    balanced : bool
        Take each class equally often, as `balanced_order`.
    within : list of str or None
        Columns that are the same throughout a batch, as `batches_of` has groups; None for full
        batches.
    stretches : tuple of str and int or None
        A column of codes, and how many rows of one code stand side by side, about: a batch then has
        several of each code that it has, whatever its size.
    """
    order, random = np.arange(len(rows)), None
    if seed is not None:
        random = np.random.default_rng([seed, epoch])
        order = (
            balanced_order(rows["code"].to_numpy(), random)
            if balanced
            else random.permutation(len(rows))
        )
    if stretches is not None:
        column, length = stretches
        order = np.concatenate(batches_of(order, length, rows[column].to_numpy(), random))
    groups = None
    if within is not None:
        groups = rows.groupby(within).ngroup().to_numpy() if within else 0 * order
    return batches_of(order, size, groups, random)
