"""Sessions: channels recorded together, whose features stand side by side in one row."""

from collections.abc import Iterable

import pandas as pd

from biospectra.errors import StudyError
from biospectra.formats.channel_names import usual_name
from biospectra.formats.channels import means_many
from biospectra.store.rows import CHANNEL_MARK, recording_of, ticks

ALL_CHANNELS = "all"


def joining(config: dict) -> list[str]:
    """Name the tables of features and the encoders whose channels of a session are joined.

    With `channels: together` none are, as a row then has all channels by itself.

    Parameters
    ----------
    config : dict
        The study's.
    """
    if config["channels"] == "together":
        return []
    entries = config["features"] | config["encoders"]
    return [name for name, entry in entries.items() if entry.get("join_channels")]


def of_channels(sessions: list[dict], recordings: Iterable[str]) -> list[dict]:
    """Return recording, session and channel of each channel.

    Parameters
    ----------
    sessions : list of dict
        Recording, session and channel of each recording, as the table has them. One without a
        session is a session by itself.
    recordings : iterable of str
        The ids of the recordings that there are and of their channels.

    Returns
    -------
    list of dict
        In place of a row that may mean several channels, one for each that it meant, in the order
        of their names.
    """
    there: dict[str, list[str]] = {}
    for name in recordings:
        there.setdefault(recording_of(name), []).append(name)
    return [
        {
            "recording": name,
            "session": row["session"] or row["recording"],
            # What has been told apart before keeps the name that it was given.
            "channel": row["channel"]
            if name == row["recording"]
            else name.partition(CHANNEL_MARK)[2],
        }
        for row in sessions
        for name in sorted(there.get(row["recording"], [row["recording"]]))
        if row["recording"] in there or not means_many(row["channel"])
    ]


def with_sessions(rows: pd.DataFrame, sessions: list[dict] | None) -> pd.DataFrame:
    """Return rows of channels with the columns session and channel.

    Parameters
    ----------
    rows : DataFrame
        With recording.
    sessions : list of dict or None
        As for `of_channels`; None where each recording is a session by itself.
    """
    there = rows["recording"].unique()
    if sessions is None:
        named = dict.fromkeys(map(recording_of, there))
        sessions = [{"recording": name, "session": None, "channel": ""} for name in named]
    columns = ["recording", "session", "channel"]
    known = pd.DataFrame(of_channels(sessions, there), columns=columns).set_index("recording")
    return rows.assign(**{name: rows["recording"].map(known[name]) for name in columns[1:]})


def check_alike(sessions: list[dict]) -> None:
    """Refuse sessions that have not the same channels, each once.

    Parameters
    ----------
    sessions : list of dict
        Of `of_channels`, of all channels of all recordings.

    Raises
    ------
    StudyError
        Names a session, its channels and those of another.
    """
    channels: dict[str, list[str]] = {}
    for row in sessions:
        channels.setdefault(row["session"], []).append(row["channel"])
    first, of_first = next(iter(channels.items()))
    for session, own in channels.items():
        if sorted(own) != sorted(set(of_first)):
            raise StudyError(
                f"join_channels: session {session!r} has the channels "
                f"{', '.join(own)}, and {first!r} has {', '.join(of_first)}; name in the column "
                "`channel` what all of them have once, or list the others in bad_channels."
            )


def sessions_in_order(sessions: list[dict], channels: list[str]) -> list[dict]:
    """Return the recordings of some channels, in the order of these, which is that of columns.

    Parameters
    ----------
    sessions : list of dict
        Recording, session and channel of each recording.
    channels : list of str
        Those that are joined.
    """
    kept = [one for one in sessions if one["channel"] in channels]
    return sorted(kept, key=lambda one: channels.index(one["channel"]))


def joined_names(recordings: Iterable[str]) -> list[str]:
    """Return the channels of lists and patterns, in the order in which they are joined.

    Parameters
    ----------
    recordings : iterable of str
        The ids of recordings and of their channels.
    """
    return sorted({name.partition(CHANNEL_MARK)[2] for name in recordings} - {""})


def as_trained(sessions: list[dict], trained: list[str]) -> list[dict]:
    """Return of each session the channels that a model joins, in its order and by its names.

    Parameters
    ----------
    sessions : list of dict
        Of `of_channels`, of new recordings.
    trained : list of str
        Of `joined_names`, of the study; empty where its channels have rows of their own.

    Raises
    ------
    StudyError
        Names a session that lacks one.
    """
    if not trained:
        return sessions
    own: dict[str, dict[str, dict]] = {}
    for row in sessions:
        names = own.setdefault(row["session"], {})
        names[usual_name(row["channel"])] = names[row["channel"]] = row
    found = []
    for session, names in own.items():
        for channel in trained:
            row = names.get(channel) or names.get(usual_name(channel))
            if row is None:
                there = ", ".join(sorted({row["channel"] for row in names.values()}))
                raise StudyError(
                    f"apply: {session}: the model joins the channels {', '.join(trained)}, and "
                    f"here is no {channel}; there are: {there}. Name recordings that have them."
                )
            found.append(row | {"channel": channel})
    return found


def join_sessions(
    features: pd.DataFrame, rows: pd.DataFrame, sessions: list[dict]
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Put the features of all channels of a session into one row for each time.

    Parameters
    ----------
    features : DataFrame, (n, columns)
        Features of each channel's segments.
    rows : DataFrame
        Rows of each entry.
    sessions : list of dict
        Recording, session and channel of each recording.

    Returns
    -------
    tuple of DataFrame, DataFrame, int
        Features, with {channel}_{name} of each channel and column, of the channels in `sessions`;
        rows, whose recording is the session; and how many times are left out, because a channel
        has no chosen segment there.
    """
    sessions = of_channels(sessions, rows["recording"].unique())
    known = pd.DataFrame(sessions).set_index("recording")
    joined = rows["recording"].isin(known.index).to_numpy()
    features, rows = features[joined], rows[joined]
    session = rows["recording"].map(known["session"])
    channel = rows["recording"].map(known["channel"]).to_numpy()
    times = pd.MultiIndex.from_arrays([session, ticks(rows["start_s"])])
    order = list(dict.fromkeys(known["channel"]))
    parts = {name: features.set_axis(times)[channel == name] for name in order}
    whole = parts[order[0]].index
    for part in parts.values():
        whole = whole[whole.isin(part.index)]
    joined = pd.concat(
        [part.loc[whole].add_prefix(f"{name}_") for name, part in parts.items()], axis=1
    )
    kept = rows.assign(recording=session).set_axis(times)[channel == order[0]].loc[whole]
    joined, kept = joined.reset_index(drop=True), kept.reset_index(drop=True)
    return joined, kept, times.nunique() - len(whole)


def of_sessions(recordings: pd.DataFrame, sessions: list[dict]) -> pd.DataFrame:
    """Return the attributes of sessions, from those of their recordings.

    Parameters
    ----------
    recordings : DataFrame
        The attributes of each recording.
    sessions : list of dict
        Recording, session and channel of each recording.
    """
    known = pd.DataFrame(sessions).set_index("recording")["session"]
    table = recordings[recordings["recording"].isin(known.index)]
    table = table.assign(recording=table["recording"].map(known), channel=ALL_CHANNELS)
    lowest = table.groupby("recording")[["native_rate_hz", "bandwidth_hz"]].min()
    table = table.drop_duplicates("recording", ignore_index=True)
    return table.assign(**{name: table["recording"].map(lowest[name]) for name in lowest})
