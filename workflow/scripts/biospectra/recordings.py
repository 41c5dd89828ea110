"""A shard of recordings: their original files, and their signals at the study's rate."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import h5py
import numpy as np

from biospectra.errors import RecordingError
from biospectra.job import progress

DEFECT = np.dtype([("start_s", "f8"), ("stop_s", "f8"), ("reason", "S16")])
ATTRIBUTES = ("label", "subject", "database", "source")


def download_shard(recordings: list[dict], folder: str | Path, **settings) -> None:
    """Bring the original files of a shard's recordings into `folder`, and list them in files.tsv.

    Parameters
    ----------
    recordings : rows of the table
    folder : gets a folder for each recording, and files.tsv with recording, file and sha256
    settings : for `biospectra.sources.fetch`
    """
    from biospectra.sources import fetch, sha256_of

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for row in progress(recordings, total=len(recordings), unit="recordings"):
        files = _naming(
            row["recording"],
            fetch,
            row["source"],
            folder / row["recording"],
            sha256=row["sha256"],
            start_s=row["start_s"],
            duration_s=row["duration_s"],
            **settings,
        )
        lines += [(row["recording"], file.relative_to(folder), sha256_of(file)) for file in files]
    with (folder / "files.tsv").open("w", newline="") as table:
        writer = csv.writer(table, delimiter="\t", lineterminator="\n")
        writer.writerow(["recording", "file", "sha256"])
        writer.writerows(lines)


def _naming(recording: str, work, *arguments, **keywords):
    """Call `work`, and put the recording's id before what it complains of."""
    try:
        return work(*arguments, **keywords)
    except RecordingError as error:
        raise error.within(f"recording {recording}") from error
    except ValueError as error:
        raise RecordingError(f"recording {recording}", str(error), "leave it out or mend it") from error


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
            _naming(
                row["recording"],
                _resample_recording,
                row,
                files[row["recording"]],
                out,
                rate_hz,
                scale,
                cleaning,
            )


def first_files(folder: str | Path) -> dict[str, Path]:
    """Return the file to read of each recording in a folder made by `download_shard`."""
    first: dict[str, Path] = {}
    with (Path(folder) / "files.tsv").open(newline="") as table:
        for line in csv.DictReader(table, delimiter="\t"):
            first.setdefault(line["recording"], Path(folder) / line["file"])
    return first


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


def resampled_recordings(path: str | Path) -> Iterator[tuple[str, h5py.Group]]:
    """Yield the id and the group of each recording in a file made by `resample_shard`."""
    with h5py.File(path) as file:
        yield from file.items()


def attributes(groups: Iterable[tuple[str, h5py.Group]]):
    """Return the `recordings` table of the rows for some recordings."""
    import pandas as pd

    from biospectra.rows import RECORDING_COLUMNS

    rows = [{"recording": name} | dict(group.attrs) for name, group in groups]
    return pd.DataFrame(rows, columns=RECORDING_COLUMNS)
