"""Training, validation and test, by subject."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.evaluation.groups import groups_of
from biospectra.store.dataset import UNLABELLED
from biospectra.store.rows import of_whole_recordings, recording_of, ticks
from biospectra.store.sampling import cap
from biospectra.words import number_of, verb

SPLITS = ("training", "validation", "test")
UNUSED = "unused"


def people_in_splits(split: pd.DataFrame) -> dict[str, int]:
    """Count the people of each split.

    Parameters
    ----------
    split : DataFrame
        Of `biospectra.store.dataset.read_split`.

    Returns
    -------
    dict of str to int
        Of the `SPLITS` that have people, in their order.
    """
    counts = split.groupby("split")["subject"].nunique()
    return {name: int(counts[name]) for name in SPLITS if name in counts}


def _order(text: str, seed: int) -> str:
    """Return a sort key that is random, but the same in every run and for every company."""
    return hashlib.sha256(f"{seed}:{text}".encode()).hexdigest()


def assign(
    units: pd.Series,
    labels: pd.Series,
    given: dict[str, str],
    fractions: dict[str, float],
    seed: int,
) -> dict[str, str]:
    """Give each unit, a subject as a rule, a split.

    Units of which the table says the split stay there. The others are taken in a seeded random
    order; each goes where its classes fall most short of their fractions.

    Parameters
    ----------
    units, labels : Series
        Unit and class of each good segment.
    given : dict of str to str
        Split of the units that the table assigns.
    fractions : dict of str to float
        Share of each class's segments in each split.
    seed : int
        Seed of the order.

    Returns
    -------
    dict of str to str
        Split of every unit.
    """
    counts = pd.crosstab(units, labels)
    share = np.array([fractions[split] for split in SPLITS], float)
    wanted = counts.sum().to_numpy()[:, None] * share  # classes by splits
    wanted[:, share == 0] = np.nan
    have = np.zeros_like(wanted)
    assigned = {unit: given[unit] for unit in counts.index if unit in given}
    own = dict(zip(counts.index, counts.to_numpy(), strict=True))
    for unit, split in assigned.items():
        have[:, SPLITS.index(split)] += own[unit]
    for unit in sorted(set(own) - set(assigned), key=lambda unit: _order(unit, seed)):
        weight = own[unit] / own[unit].sum()
        missing = weight @ np.where(own[unit][:, None] > 0, 1 - have / wanted, 0)
        split = int(np.nanargmax(missing))
        assigned[unit] = SPLITS[split]
        have[:, split] += own[unit]
    return assigned


def cap_sessions(rows: pd.DataFrame, limit: int | None, sessions: dict[str, str]) -> pd.Index:
    """Return the index of at most `limit` rows, all channels of a session at the same times.

    Channels that each kept times of their own would have few in common, and little to join. Times
    that a channel lacks only fill up what is left.

    Parameters
    ----------
    rows : DataFrame
        Rows of one class in one split.
    limit : int or None
        Limit of rows; one time of all channels is taken even where it is below their number.
    sessions : dict of str to str
        Session of each recording.
    """
    if limit is None or len(rows) <= limit:
        return rows.index
    session = [sessions[recording_of(name)] for name in rows["recording"]]
    times = rows.assign(recording=session, tick=ticks(rows["start_s"]))
    time = times.groupby(["recording", "tick"]).ngroup()
    channels = time.map(time.value_counts())
    whole = channels == channels.max()
    first = times[whole & ~time.duplicated()]
    kept = time.isin(time[cap(first, max(1, limit // channels.max()))])
    left = max(0, limit - int(kept.sum()))
    return rows.index[kept].append(cap(rows[~whole], left)).sort_values()


def set_aside(rows: pd.DataFrame, share: float, seed: int) -> np.ndarray:
    """Return which rows are of a share of each class's people, drawn by seed, (n,), bool.

    One person of each class at least is not among them; a person of several classes counts as one
    of the first.

    Parameters
    ----------
    rows : DataFrame
        With subject and label.
    share : float
        From 0 to 1.
    seed : int
        Seed of the draw.
    """
    label_of = rows.groupby("subject")["label"].min()
    drawn: list[str] = []
    for _, people in label_of.groupby(label_of):
        order = sorted(people.index, key=lambda person: _order(f"aside:{person}", seed))
        drawn += order[: min(int(share * len(order) + 0.5), len(order) - 1)]
    return rows["subject"].isin(drawn).to_numpy()


def left_out(
    rejected: dict[str, str], recordings: pd.DataFrame, rows: pd.DataFrame
) -> dict[str, str]:
    """Return why recordings are not in the study: those rejected, and those without good segments.

    Parameters
    ----------
    rejected : dict of str to str
        Reasons given so far.
    recordings : DataFrame
        Attributes of the recordings that could be read.
    rows : DataFrame
        The rows of all segments.
    """
    reasons = dict(rejected)
    good = set(rows.loc[rows["quality"] == "ok", "recording"])
    without = rows[~rows["recording"].isin(good)]
    found = {name: own.value_counts() for name, own in without.groupby("recording")["quality"]}
    for name in recordings["recording"]:
        if name in found:
            counts = ", ".join(f"{n} {why}" for why, n in found[name].items())
            reasons[name] = f"no good segment ({counts})"
        elif name not in good:
            reasons[name] = "shorter than one segment"
    return reasons


def split_rows(
    rows: pd.DataFrame,
    *,
    labels: list[str],
    given: dict[str, str],
    fractions: dict[str, float],
    max_per_class: dict[str, int | None],
    by: str,
    seed: int,
    stratify: Sequence[str] = (),
    sessions: dict[str, str] | None = None,
    unlabelled: str | None = None,
) -> pd.DataFrame:
    """Give every good segment a split.

    Parameters
    ----------
    rows : DataFrame
        The rows of all segments.
    labels : list of str
        The classes.
    given : dict of str to str
        Split of the subjects that the table assigns.
    fractions, max_per_class, by, seed : dict or str or int or None
        As in the config.
    stratify : sequence of str
        Columns whose values each split has in the same shares, as far as whole units allow.
    sessions : dict of str to str or None
        Session of each recording, where channels are joined; None for not.
    unlabelled : str or None
        The label of rows without a class, of which those whose unit is not held out come into the
        split `UNLABELLED`; None where all have one.

    Returns
    -------
    DataFrame
        The good rows with a column `split`: training, validation, test, or unused for those beyond
        `max_per_class`.

    Raises
    ------
    StudyError
        If a class has no segment in a split whose fraction is above 0, with the counts.
    """
    if given and by != "subject":
        raise StudyError(
            f"split.by is {by}, and the table's column `split` is by subject; use one of the two."
        )
    good = rows[rows["quality"] == "ok"]
    # The rows come shard by shard, and how many shards there are must not decide who is drawn.
    good = good.sort_values(["recording", "segment"], ignore_index=True)
    units = good["subject"] if by == "subject" else good["recording"]
    if by == "recording":
        units = of_whole_recordings(good)["recording"]
    if by == "segment":
        units = units + "/" + good["segment"].astype(str)
    has = (good["label"] != unlabelled) if unlabelled is not None else good["label"].notna()
    strata = good["label"]
    for column in stratify:
        strata = strata + "/" + groups_of(good[column])
    side = units.map(given | assign(units[has], strata[has], given, fractions, seed))
    good["split"] = UNUSED
    for (split, _), group in good[has].groupby([side.rename("side"), "label"]):
        limit = max_per_class[split]
        kept = cap_sessions(group, limit, sessions) if sessions else cap(group, limit)
        good.loc[kept, "split"] = split
    free = good[~has & (side.isna() | (side == "training"))]
    good.loc[cap(free, max_per_class.get(UNLABELLED)), "split"] = UNLABELLED
    counts = good.groupby(["label", "split"]).size().unstack(fill_value=0)
    counts = counts.reindex(index=labels, columns=list(SPLITS), fill_value=0)
    wanted = [split for split in SPLITS if fractions[split] > 0]
    if (counts[wanted] == 0).any(axis=None):
        label, split = next((la, s) for la in labels for s in wanted if counts.loc[la, s] == 0)
        people = good.loc[good["label"] == label, "subject"].nunique()
        raise StudyError(
            f"class {label} has no segment for {split} (its {number_of(people, 'person')} "
            f"{verb(people, 'gives', 'give')} "
            + ", ".join(f"{counts.loc[label, s]} {s}" for s in SPLITS)
            + "); add people of this class, or give them a split in the table's column `split`."
        )
    return good
