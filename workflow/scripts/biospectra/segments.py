"""Segments: windows of a recording's signal, each with its quality."""

from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from biospectra.quality import Defect, assess
from biospectra.resampled import attributes, resampled_recordings
from biospectra.rows import ROW_COLUMNS, write_table


def starts(stretches: np.ndarray, samples: int, step: int) -> np.ndarray:
    """Return where windows of `samples` begin, every `step` samples, none across a gap.

    Parameters
    ----------
    stretches : (k, 2) sample ranges without a gap
    samples, step : length of a window, and from one start to the next, in samples

    Returns
    -------
    (n,) int64
    """
    parts = [np.arange(a, b - samples + 1, step) for a, b in stretches]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def segment_shard(
    resampled: str | Path,
    output: str | Path,
    *,
    window_s: float,
    step_s: float,
    step_s_by_label: dict[str, float],
    max_abs: float | None,
    **quality: float | None,
) -> None:
    """Cut a shard's recordings into segments and judge each of them.

    Every window is kept with its quality, "ok" or the reason why it must not be used.

    Parameters
    ----------
    resampled : HDF5 file made by `biospectra.recordings.resample_shard`
    output : HDF5 file with `signal` (n, samples) float32 and the rows
    window_s, step_s : length of a segment, and from one start to the next
    step_s_by_label : other steps for some classes
    max_abs : largest absolute value, in the signal's units; None for no limit
    quality : other thresholds of `biospectra.quality.assess`
    """
    tables, signals = [], []
    for name, group in resampled_recordings(resampled):
        rate_hz, label = group.attrs["rate_hz"], group.attrs["label"]
        samples = round(window_s * rate_hz)
        step = max(1, round(step_s_by_label.get(label, step_s) * rate_hz))
        signal = group["signal"][()]
        begin = starts(group["stretches"][()], samples, step)
        if len(begin) == 0:
            print(
                f"{name}: {len(signal) / rate_hz:.2f} s, shorter than a segment of {window_s:g} s"
            )
        windows = signal[begin[:, None] + np.arange(samples)]
        reasons = assess(
            windows,
            rate_hz=rate_hz,
            starts_s=begin / rate_hz,
            defects=[Defect(a, b, why.decode()) for a, b, why in group["defects"][()]],
            limits=None if max_abs is None else (-max_abs, max_abs),
            **quality,
        )
        table = pd.DataFrame(
            {
                "recording": name,
                "segment": np.arange(len(begin)),
                "start_s": begin / rate_hz,
                "label": label,
                "subject": group.attrs["subject"],
                "database": group.attrs["database"],
                "quality": reasons,
            },
            columns=ROW_COLUMNS,
        )
        counts = table["quality"].value_counts()
        print(f"{name}: {len(table)} segments ({', '.join(f'{n} {q}' for q, n in counts.items())})")
        tables.append(table)
        signals.append(windows)
    with h5py.File(output, "w") as out:
        out["signal"] = np.concatenate(signals)
        write_table(out, "rows", pd.concat(tables, ignore_index=True))
        write_table(out, "recordings", attributes(resampled_recordings(resampled)))
