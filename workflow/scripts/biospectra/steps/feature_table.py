"""Tables of features of each chosen segment, computed from its samples."""

from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.features.kinds import table_of


def feature_table(
    segments: list[str],
    split: str | Path,
    output: str | Path,
    table: str | Path,
    *,
    settings: dict,
    sessions: list[dict],
) -> None:
    """Write a table of features of all chosen segments.

    Parameters
    ----------
    segments : HDF5 files of the segments
    split : split.tsv
    output : HDF5 file with `features` (n, columns) float32, `names` of the columns and the rows
    table : the same as a tab-separated table
    settings : an entry of the config's `features`
    sessions : recording, session and channel of each recording, where channels are joined; a row is
        then one for each session and time
    """
    import h5py

    from biospectra.features.sessions import join_channels, of_sessions
    from biospectra.job import progress
    from biospectra.store.dataset import batches, read_signals, select_rows
    from biospectra.store.rows import read_recordings, write_table

    own = {key: value for key, value in settings.items() if key != "join_channels"}
    rows = select_rows(segments, split, ["training", "validation", "test"])
    recordings = read_recordings(segments)
    rate_hz = float(recordings["rate_hz"].iloc[0])
    parts = [
        table_of(read_signals(batch), rate_hz, own)
        for batch in progress(batches(rows, 512), total=len(rows), unit="segments")
    ]
    features = pd.concat(parts, ignore_index=True)
    rows = rows.drop(columns=["file", "index"])
    left_out = 0
    if settings["join_channels"]:
        features, rows, left_out = join_channels(features, rows, sessions)
        recordings = of_sessions(recordings, sessions)
        print(f"{len(rows)} joined segments; {left_out} left out, which a channel lacks")
    with h5py.File(output, "w") as out:
        out["features"] = features.to_numpy(np.float32)
        out["names"] = list(features)
        out.attrs["left_out"] = left_out  # joined segments, for want of a channel
        write_table(out, "rows", rows)
        write_table(out, "recordings", recordings)
    pd.concat([rows, features], axis=1).to_csv(table, sep="\t", index=False, float_format="%.6g")
