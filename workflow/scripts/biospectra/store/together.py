"""Channels together: all channels of a recording at one time as one entry.

Files hold each channel by itself. What is read of them together are rows with a column `channels`,
in which all rows have the same names, in order, of the planes that a network is given.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.store.rows import CHANNEL_MARK, of_whole_recordings, ticks
from biospectra.words import number_of, verb

MISSING = -1  # the place of an entry that is not there, whose plane is zeros
LACKING = "a channel lacks it"  # the quality of a time that not all channels of a recording have
BETWEEN = ";"  # names of channels, which have none of it as parts of ids


def channels_of(recordings: Iterable[str]) -> dict[str, list[str]]:
    """Return which channels each recording has.

    Parameters
    ----------
    recordings : iterable of str
        Ids of channels of recordings.

    Returns
    -------
    dict of str to list of str
    """
    found: dict[str, list[str]] = {}
    for name in recordings:
        recording, _, channel = name.partition(CHANNEL_MARK)
        found.setdefault(recording, []).append(channel)
    return found


def planes_of(
    recordings: Iterable[str], on_missing: str, trained: Sequence[str] | None = None
) -> list[str]:
    """Return the channels that stand together, in order.

    Parameters
    ----------
    recordings : iterable of str
        Ids of channels of recordings.
    on_missing : {"refuse", "zeros"}
        What becomes of a recording that lacks a channel that others have.
    trained : sequence of str, optional
        The channels that a model has learnt from.

    Returns
    -------
    list of str

    Raises
    ------
    StudyError
        Names a recording that lacks a channel.
    """
    found = channels_of(recordings)
    planes = list(trained or sorted({channel for own in found.values() for channel in own}))
    lacking = {name: [c for c in planes if c not in own] for name, own in found.items()}
    lacking = {name: some for name, some in lacking.items() if some}
    for name, own in found.items():
        if own == [""]:  # not of a list or a pattern
            raise StudyError(
                f"channels: together: one channel alone is asked for of recording {name!r}; name "
                f"{', '.join(planes)} as a list or by a pattern."
            )
    if lacking and on_missing == "refuse":
        name, some = next(iter(lacking.items()))
        others = len(lacking) - 1
        more = (
            f" ({number_of(others, 'more recording')} {verb(others, 'lacks', 'lack')} some)"
            if others
            else ""
        )
        raise StudyError(
            f"channels: together: recording {name!r} has no channel {', '.join(some)}, which "
            f"{'the model has learnt from' if trained else 'others have'}{more}; name in the "
            "table what all have, list the others in bad_channels, or take on_missing_channel: "
            "zeros."
        )
    return planes


def join_channels(
    rows: pd.DataFrame, recordings: Iterable[str], planes: Sequence[str]
) -> pd.DataFrame:
    """Return one row for each time of each recording.

    Parameters
    ----------
    rows : DataFrame
        Of all segments of each channel.
    recordings : iterable of str
        Ids of the channels of recordings that there are.
    planes : sequence of str
        Of `planes_of`.

    Returns
    -------
    DataFrame
        Rows with `channels`. A time is good where it is of all channels that its recording has of
        the planes; its quality is otherwise that of the first channel where it is not, or
        `LACKING`. Segments are numbered anew.
    """
    kept = [name.partition(CHANNEL_MARK)[2] in planes for name in rows["recording"]]
    whole = of_whole_recordings(rows[kept])
    whole = whole.assign(tick=ticks(whole["start_s"]), bad=whole["quality"] != "ok")
    have = whole.groupby(["recording", "tick"])["quality"].transform("size")
    own = {name: len(set(some) & set(planes)) for name, some in channels_of(recordings).items()}
    lacks = have < whole["recording"].map(own)
    whole["quality"] = whole["quality"].mask(lacks & ~whole["bad"], LACKING)
    whole = whole.sort_values(
        ["recording", "tick", "bad"], ascending=[True, True, False], kind="stable"
    ).drop_duplicates(["recording", "tick"])
    whole["segment"] = whole.groupby("recording").cumcount()
    whole = whole.drop(columns=["tick", "bad"]).reset_index(drop=True)
    return whole.assign(channels=BETWEEN.join(planes))


def place_channels(rows: pd.DataFrame, where: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the file and the indices of their channels' entries.

    Parameters
    ----------
    rows : DataFrame
        Of `join_channels`.
    where : DataFrame
        Rows of the files, with `file`, `index` and `quality`.

    Returns
    -------
    DataFrame
        The rows, in their order, without those of which an entry is not good; `index` is a tuple
        with an int for each channel, `MISSING` where there is none.
    """
    planes = rows["channels"].iloc[0].split(BETWEEN) if len(rows) else []
    channel = [name.partition(CHANNEL_MARK)[2] for name in where["recording"]]
    there = of_whole_recordings(where).assign(channel=channel, tick=ticks(where["start_s"]))
    there = there[there["channel"].isin(planes)]
    by_time = there.groupby(["recording", "tick"])
    good = by_time["quality"].agg(lambda quality: (quality == "ok").all())
    index = there.pivot_table("index", ["recording", "tick"], "channel", aggfunc="first")
    index = index.reindex(columns=planes).fillna(MISSING).astype(np.int64)
    keys = pd.MultiIndex.from_arrays([rows["recording"], ticks(rows["start_s"])])
    wanted = good.reindex(keys, fill_value=False).to_numpy(bool)
    if not wanted.all():
        print(
            "Left out, as an image of a channel is not good: "
            f"{number_of((~wanted).sum(), 'segment')}"
        )
    found = rows[wanted].reset_index(drop=True)
    places = index.reindex(keys[wanted])
    found["file"] = by_time["file"].first().reindex(keys[wanted]).to_numpy(object)
    found["index"] = [tuple(line) for line in places.to_numpy().tolist()]
    return found


def first_channel(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose entries are those of the first channel that is there, to be shown.

    Parameters
    ----------
    rows : DataFrame
        With the file and the index of each entry; others than of channels together stay.

    Returns
    -------
    DataFrame
    """
    if "channels" not in rows:
        return rows
    first = [next(place for place in places if place != MISSING) for places in rows["index"]]
    return rows.drop(columns="channels").assign(index=first)


def new_segments(segments: str | Path, settings: dict) -> pd.DataFrame:
    """Return the rows of all segments of new recordings, of channels together one for each time.

    Parameters
    ----------
    segments : path
        HDF5 file of the segments of each channel.
    settings : dict
        Of the trained model.

    Raises
    ------
    StudyError
        Where a recording lacks a channel that the model has learnt from.
    """
    from biospectra.store.rows import read_recordings, read_rows

    rows = read_rows([segments]).drop(columns=["file", "index"])
    trained = settings.get("planes")
    if not trained:
        return rows
    names = read_recordings([segments])["recording"]
    planes = planes_of(names, settings["on_missing_channel"], trained)
    return join_channels(rows, names, planes)
