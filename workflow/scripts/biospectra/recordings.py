"""A shard's recordings, cleaned and at the study's rate."""

import csv
from pathlib import Path

import h5py
import numpy as np

from biospectra.annotations import ANNOTATED
from biospectra.bands import native_rates
from biospectra.job import progress
from biospectra.originals import first_files
from biospectra.quarantine import Quarantine
from biospectra.resampled import ANNOTATION, DEFECT, cut_label

ATTRIBUTES = ("label", "subject", "database", "source")
READING = ("channel", "start_s", "duration_s", "rate_hz", "units", "gain", "variable")


def read_original(row: dict, files: dict[str, Path], **changes):
    """Read a recording as the table says: a `biospectra.signals.Signal`."""
    from biospectra.formats import read

    return read(files[row["recording"]], **({key: row[key] for key in READING} | changes))


def cleaning_of(row: dict, settings: dict) -> dict:
    """Return the cleaning of one recording: the study's, then its database's, then its label's."""
    own = {k: v for k, v in settings.items() if k not in ("by_database", "by_label")}
    own |= settings["by_database"].get(row["database"], {})
    return own | settings["by_label"].get(row["label"], {})


def native_bands(recordings: list[dict], folders: list[str], output: str | Path) -> None:
    """Write the native rate and Nyquist frequency of each recording, the lowest first.

    Parameters
    ----------
    recordings : rows of the table
    folders : made by `biospectra.originals.download_shard`
    output : tab-separated table of recording, native_rate_hz and nyquist_hz
    """
    files = {name: path for folder in folders for name, path in first_files(folder).items()}
    found = []
    for row in progress(recordings, total=len(recordings), unit="recordings"):
        if row["recording"] in files:
            try:
                rate_hz = read_original(row, files, duration_s=0.1).rate_hz
            except ValueError as error:  # resample says so, or leaves it out
                print(error)
                continue
            found.append((rate_hz, row["recording"]))
    with Path(output).open("w", newline="", encoding="utf-8") as table:
        writer = csv.writer(table, delimiter="\t", lineterminator="\n")
        writer.writerow(["recording", "native_rate_hz", "nyquist_hz"])
        writer.writerows((name, rate_hz, rate_hz / 2) for rate_hz, name in sorted(found))


def resample_shard(
    recordings: list[dict],
    folder: str | Path,
    output: str | Path,
    rejected: str | Path,
    *,
    rate_hz: float,
    scale: str,
    cleaning: dict,
    band: str | Path | None,
    on_bad_recording: str,
) -> None:
    """Read, clean and resample a shard's recordings, each into a group of one HDF5 file.

    Parameters
    ----------
    recordings : rows of the table
    folder : made by `biospectra.originals.download_shard`
    output : HDF5 file; a group for each recording with `signal` (n_samples,) float32, `stretches`
        (k, 2) sample ranges without a gap, `defects` (start_s, stop_s, reason) of the samples as
        recorded, `annotations` (onset_s, duration_s, label) where they label its segments, and
        attributes
    rejected : table of the recordings left out and why
    rate_hz : the study's sampling rate
    scale : "robust" or "physical", as for `biospectra.resampling.scale`; physical voltages are
        in mV, whatever the file's unit
    cleaning : settings of `biospectra.cleaning.clean`, with by_database and by_label
    band : table of `native_bands` to whose lowest Nyquist frequency all are limited; None for not
    on_bad_recording : as for `biospectra.quarantine.Quarantine`

    Raises
    ------
    RecordingError
        Naming the recording, the file and the reason.
    """
    files = first_files(folder)
    quarantine = Quarantine(on_bad_recording)
    quarantine.add(Path(folder) / "rejected.tsv")
    limit_hz = native_rates(band)[0] / 2 if band else np.inf
    with h5py.File(output, "w") as out:
        for row in progress(recordings, total=len(recordings), unit="recordings"):
            if row["recording"] in quarantine.reasons:
                continue
            with quarantine.watch(row["recording"]):
                own = cleaning_of(row, cleaning)
                _resample_recording(row, files, out, rate_hz, scale, own, limit_hz)
    quarantine.write(rejected)


def _resample_recording(row, files, out, rate_hz, scale_name, cleaning, limit_hz) -> None:
    from biospectra.cleaning import clean_signal
    from biospectra.quality import find_defects
    from biospectra.resampling import limit_band, resample_signal, scale
    from biospectra.samples import by_stretch
    from biospectra.units import common_unit

    signal = read_original(row, files)
    native_rate_hz, duration_s = signal.rate_hz, signal.duration_s
    defects = find_defects(signal.samples, native_rate_hz)
    # Each step lets go of what the one before it made: a day is half a gigabyte.
    signal = clean_signal(signal, **cleaning)
    if limit_hz < native_rate_hz / 2:
        signal = by_stretch(signal, lambda part: limit_band(part, native_rate_hz, limit_hz))
    signal = resample_signal(signal, rate_hz)
    annotations = signal.annotations if row["label"] == ANNOTATED else None
    units, factor = "robust", 1.0
    if scale_name == "physical":
        # A file in uV beside one in mV would be a thousand times as large.
        units, factor = common_unit(signal.units)
    samples = scale(signal.samples if factor == 1 else signal.samples * factor, scale_name)
    group = out.create_group(row["recording"])
    group["signal"] = samples
    group["stretches"] = np.array(signal.stretches, dtype=np.int64)
    group["defects"] = np.array(defects, dtype=DEFECT)
    if annotations is not None:
        encoded = [(a.onset_s, a.duration_s, cut_label(a.label).encode()) for a in annotations]
        group["annotations"] = np.array(encoded, dtype=ANNOTATION)
    corners_hz = (native_rate_hz / 2, limit_hz, cleaning.get("lowpass_hz") or np.inf)
    group.attrs.update(
        {key: row[key] for key in ATTRIBUTES}
        | {
            "channel": signal.channel,
            "units": units,
            "rate_hz": float(rate_hz),
            "native_rate_hz": native_rate_hz,
            "bandwidth_hz": min(corners_hz),
        }
    )
    print(
        f"{row['recording']}: {duration_s:.1f} s of channel {signal.channel} at "
        f"{native_rate_hz:g} Hz from {files[row['recording']]}, {len(defects)} defects"
    )
