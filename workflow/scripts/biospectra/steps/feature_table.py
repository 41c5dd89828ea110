"""Tables of features of each chosen segment, computed from its samples."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.features.kinds import KINDS
from biospectra.store.together import BETWEEN
from biospectra.words import number_of


def side_by_side(
    table_of: Callable[[np.ndarray], pd.DataFrame], signals: np.ndarray, rows: pd.DataFrame
) -> pd.DataFrame:
    """Return the features of segments, those of channels together side by side.

    Parameters
    ----------
    table_of : callable
        Gives the features of signals (n, samples).
    signals : ndarray, (n, samples) or (n, samples, channels)
    rows : DataFrame
        Of each; of channels together with their names in `channels`.

    Returns
    -------
    DataFrame, (n, columns)
        Of channels together {channel}_{name} of each channel and column.
    """
    if "channels" not in rows:
        return table_of(signals)
    planes = rows["channels"].iloc[0].split(BETWEEN)
    parts = [
        table_of(np.ascontiguousarray(signals[..., k])).add_prefix(f"{name}_")
        for k, name in enumerate(planes)
    ]
    return pd.concat(parts, axis=1)


def feature_table(
    segments: list[str],
    split: str | Path,
    output: str | Path,
    table: str | Path,
    *,
    sessions: list[dict],
    kind: str,
    join_channels: bool,
    splits: list[str],
    **settings,
) -> None:
    """Write a table of features of all chosen segments.

    Parameters
    ----------
    segments : list of str
        HDF5 files of the segments.
    split : path
        split.tsv.
    output : path
        HDF5 file with `features` (n, columns) float32, `names` of the columns and the rows.
    table : path
        The same as a tab-separated table.
    sessions : list of dict
        Recording, session and channel of each recording, where channels are joined.
    kind, join_channels : str or bool
        Kind and join channels of the table's entry in the config; joined, a session has one row for
        each time.
    splits : list of str
        Those of split.tsv whose segments it is of.
    settings : the entry's other keys, which are the kind's own
    """
    from biospectra.store.dataset import select_rows
    from biospectra.store.rows import read_recordings
    from biospectra.store.tables import write_tsv

    rows = select_rows(segments, split, splits)
    entry = {"kind": kind, "join_channels": join_channels, **settings}
    features, rows = write_features(rows, read_recordings(segments), output, sessions, entry)
    write_tsv(pd.concat([rows, features], axis=1), table, "%.6g")


def write_features(
    rows: pd.DataFrame,
    recordings: pd.DataFrame,
    output: str | Path,
    sessions: list[dict],
    entry: dict,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write the features of some segments, and return them and their rows.

    Parameters
    ----------
    rows : DataFrame
        Of the segments, one or more, with the file and the index of each.
    recordings : DataFrame
        The attributes of each recording.
    output : path
        As for `feature_table`.
    sessions : list of dict
        As for `feature_table`.
    entry : dict
        An entry of the config's `features`.
    """
    from biospectra.features.sessions import (
        check_alike,
        join_sessions,
        of_channels,
        of_sessions,
    )
    from biospectra.job import progress
    from biospectra.store.dataset import batches, read_signals
    from biospectra.store.hdf5 import create, put_dataset, set_attributes
    from biospectra.store.rows import recording_of, write_table

    settings = dict(entry)
    kind, join_channels = settings.pop("kind"), settings.pop("join_channels")
    rate_hz = float(recordings["rate_hz"].iloc[0])

    def table_of(signals):
        return KINDS[kind].table(signals, rate_hz, **settings)

    parts = [
        side_by_side(table_of, read_signals(batch), batch)
        for batch in progress(batches(rows, 512), total=len(rows), unit="segments")
    ]
    features = pd.concat(parts, ignore_index=True)
    together = "channels" in rows
    rows = rows.drop(columns=["file", "index"])
    left_out = 0
    if together:
        names = recordings["recording"]
        known = [{"recording": n, "session": recording_of(n), "channel": ""} for n in names]
        recordings = of_sessions(recordings, known)
    elif join_channels:
        sessions = of_channels(sessions, recordings["recording"])
        check_alike(sessions)
        features, rows, left_out = join_sessions(features, rows, sessions)
        recordings = of_sessions(recordings, sessions)
        print(
            f"{number_of(len(rows), 'joined segment')}; {left_out} left out, which a channel lacks"
        )
    with create(output) as out:
        put_dataset(out, "features", features.to_numpy(np.float32))
        put_dataset(out, "names", list(features))
        set_attributes(out, {"left_out": left_out})  # joined segments, for want of a channel
        write_table(out, "rows", rows)
        write_table(out, "recordings", recordings)
    return features, rows
