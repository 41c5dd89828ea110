"""Sessions: channels recorded together, whose features stand side by side in one row."""

import numpy as np
import pandas as pd

from biospectra.errors import StudyError

ALIKE = ("label", "subject", "database", "start_s")
ALL_CHANNELS = "all"


def check_sessions(recordings: pd.DataFrame, path: str) -> None:
    """Refuse a table of recordings whose channels cannot be joined by session.

    Parameters
    ----------
    recordings : the table, with a column `session`
    path : of the table, for the message

    Raises
    ------
    StudyError
        Where a recording has no session; where one session has several people, labels, databases
        or starts; where it has a channel twice, or not those that the others have.
    """

    def refuse(recording, what, remedy):
        raise StudyError(f"{path}: recording {recording!r}: {what}; {remedy}.")

    first: tuple[str, list] | None = None
    for row in recordings.itertuples():
        if row.session is None:
            refuse(row.recording, "has no session", "features.*.join_channels needs one for each")
    for session, own in recordings.groupby("session", sort=False):
        for column in ALIKE:
            odd = own[[value != own[column].iloc[0] for value in own[column]]]
            if len(odd):
                refuse(
                    odd["recording"].iloc[0],
                    f"has another {column} than the rest of session {session!r}",
                    "channels recorded together have one",
                )
        twice = own[own["channel"].duplicated()]
        if len(twice):
            what = f"channel {twice['channel'].iloc[0]} stands twice in session {session!r}"
            refuse(twice["recording"].iloc[0], what, "give each session of the device its own name")
        channels = sorted(own["channel"])
        first = first or (session, channels)
        if channels != first[1]:
            refuse(
                own["recording"].iloc[0],
                f"session {session!r} has the channels {', '.join(channels)}, and "
                f"{first[0]!r} has {', '.join(first[1])}",
                "channels are joined where all sessions have the same",
            )


def ticks(start_s: pd.Series) -> pd.Series:
    """Return starts as integers: multiples of a sample as floats may differ in the last digit."""
    return (1e4 * start_s).round().astype(np.int64)


def join_channels(
    features: pd.DataFrame, rows: pd.DataFrame, sessions: list[dict]
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Put the features of all channels of a session into one row for each time.

    Parameters
    ----------
    features : (n, columns) of each channel's segments
    rows : of each entry
    sessions : recording, session and channel of each recording

    Returns
    -------
    features, with {channel}_{name} of each channel and column; rows, whose recording is the
    session; and how many times are left out, because a channel has no chosen segment there
    """
    known = pd.DataFrame(sessions).set_index("recording")
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
    recordings : the attributes of each recording
    sessions : recording, session and channel of each recording
    """
    known = pd.DataFrame(sessions).set_index("recording")["session"]
    table = recordings.assign(recording=recordings["recording"].map(known), channel=ALL_CHANNELS)
    lowest = table.groupby("recording")[["native_rate_hz", "bandwidth_hz"]].min()
    table = table.drop_duplicates("recording", ignore_index=True)
    return table.assign(**{name: table["recording"].map(lowest[name]) for name in lowest})
