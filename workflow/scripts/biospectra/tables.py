"""Tables of features of each chosen segment, computed from its samples."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd


def band_table(
    signals: np.ndarray, rate_hz: float, *, bands: int, frequency_range_hz: list[float]
) -> pd.DataFrame:
    """Return the log-spectral bands of some segments: 10 log10 of the mean density of each.

    Parameters
    ----------
    signals : (n, samples)
    rate_hz : sampling rate
    bands : how many, of equal width on a logarithmic axis; one narrower than the spectrum's step
        takes the nearest bin
    frequency_range_hz : lowest and highest end

    Returns
    -------
    DataFrame with band_{from}_{to}_db of each band, in dB re 1 unit squared per Hz, by Welch's
    method (1967) with windows of 2 s; never below -120 dB (in mV, 1 nV in a root Hz: below any
    amplifier's noise)
    """
    from scipy.signal import welch

    length = min(signals.shape[1], round(2 * rate_hz))
    frequency_hz, density = welch(signals, rate_hz, nperseg=length, axis=-1)
    edges_hz = np.geomspace(*frequency_range_hz, bands + 1)
    columns = {}
    for low, high in pairwise(edges_hz):
        inside = (frequency_hz >= low) & (frequency_hz < high)
        if not inside.any():
            inside[np.abs(frequency_hz - np.sqrt(low * high)).argmin()] = True
        mean = density[:, inside].mean(axis=1)
        columns[f"band_{low:.3g}_{high:.3g}_db"] = 10 * np.log10(np.maximum(mean, 1e-12))
    return pd.DataFrame(columns)


def table_of(signals: np.ndarray, rate_hz: float, settings: dict) -> pd.DataFrame:
    """Return the features of some segments, one row each.

    Parameters
    ----------
    signals : (n, samples)
    rate_hz : sampling rate
    settings : an entry of the config's `features`
    """
    from biospectra.beats import beat_table
    from biospectra.dwt import wavelet_table
    from biospectra.fourier import fourier_table

    own = {key: value for key, value in settings.items() if key != "kind"}
    if settings["kind"] == "wavelet":
        return wavelet_table(signals, **own)
    if settings["kind"] == "bands":
        return band_table(signals, rate_hz, **own)
    if settings["kind"] == "beats":
        return beat_table(signals, rate_hz)
    if settings["kind"] == "scattering":
        from biospectra.scattering import scattering_table

        return scattering_table(signals, rate_hz, **own)
    return fourier_table(signals, rate_hz, peaks_count=own.pop("peaks"), **own)


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

    from biospectra.chosen import batches, chosen_rows, read_signals
    from biospectra.job import progress
    from biospectra.rows import read_recordings, write_table
    from biospectra.sessions import join_channels, of_sessions

    own = {key: value for key, value in settings.items() if key != "join_channels"}
    rows = chosen_rows(segments, split, ["training", "validation", "test"])
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
