"""Sessions: channels recorded together, whose features stand side by side in one row."""

import numpy as np
import pandas as pd

ALL_CHANNELS = "all"


def ticks(start_s: pd.Series) -> pd.Series:
    """Return starts as integers: multiples of a sample as floats may differ in the last digit."""
    return (1e4 * start_s).round().astype(np.int64)


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
        Features, with {channel}_{name} of each channel and column; rows, whose recording is the
        session; and how many times are left out, because a channel has no chosen segment there.
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
    recordings : DataFrame
        The attributes of each recording.
    sessions : list of dict
        Recording, session and channel of each recording.
    """
    known = pd.DataFrame(sessions).set_index("recording")["session"]
    table = recordings.assign(recording=recordings["recording"].map(known), channel=ALL_CHANNELS)
    lowest = table.groupby("recording")[["native_rate_hz", "bandwidth_hz"]].min()
    table = table.drop_duplicates("recording", ignore_index=True)
    return table.assign(**{name: table["recording"].map(lowest[name]) for name in lowest})
