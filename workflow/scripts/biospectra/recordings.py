"""A shard's recordings, cleaned and at the study's rate."""

from pathlib import Path

import h5py
import numpy as np

from biospectra.errors import naming
from biospectra.job import progress
from biospectra.originals import first_files
from biospectra.resampled import DEFECT

ATTRIBUTES = ("label", "subject", "database", "source")


def resample_shard(
    recordings: list[dict],
    folder: str | Path,
    output: str | Path,
    *,
    rate_hz: float,
    scale: str,
    **cleaning,
) -> None:
    """Read, clean and resample a shard's recordings, each into a group of one HDF5 file.

    Parameters
    ----------
    recordings : rows of the table
    folder : made by `download_shard`
    output : HDF5 file; a group for each recording with `signal` (n_samples,) float32, `stretches`
        (k, 2) sample ranges without a gap, `defects` (start_s, stop_s, reason) of the samples as
        recorded, and attributes
    rate_hz : the study's sampling rate
    scale : "robust" or "physical", as for `biospectra.resampling.scale`
    cleaning : settings of `biospectra.cleaning.clean`

    Raises
    ------
    RecordingError
        Naming the recording, the file and the reason.
    """
    files = first_files(folder)
    with h5py.File(output, "w") as out:
        for row in progress(recordings, total=len(recordings), unit="recordings"):
            with naming(row["recording"]):
                file = files[row["recording"]]
                _resample_recording(row, file, out, rate_hz, scale, cleaning)


def _resample_recording(row, file, out, rate_hz, scale_name, cleaning) -> None:
    from biospectra.cleaning import clean_signal
    from biospectra.formats import read
    from biospectra.quality import find_defects
    from biospectra.resampling import resample_signal, scale

    optional = ("start_s", "duration_s", "rate_hz", "units", "gain", "variable")
    native = read(file, channel=row["channel"], **{key: row[key] for key in optional})
    defects = find_defects(native.samples, native.rate_hz)
    signal = resample_signal(clean_signal(native, **cleaning), rate_hz)
    group = out.create_group(row["recording"])
    group["signal"] = scale(signal.samples, scale_name).astype(np.float32)
    group["defects"] = np.array(defects, dtype=DEFECT)
    group["stretches"] = np.array(signal.stretches, dtype=np.int64)
    nyquist_hz = native.rate_hz / 2
    group.attrs.update(
        {key: row[key] for key in ATTRIBUTES}
        | {
            "channel": native.channel,
            "units": "robust" if scale_name == "robust" else native.units,
            "rate_hz": float(rate_hz),
            "native_rate_hz": native.rate_hz,
            "bandwidth_hz": min(nyquist_hz, cleaning.get("lowpass_hz") or np.inf),
        }
    )
    print(
        f"{row['recording']}: {native.duration_s:.1f} s of channel {native.channel} at "
        f"{native.rate_hz:g} Hz from {file}, {len(defects)} defects"
    )
