"""A shard's recordings, cleaned and at the study's rate."""

import hashlib
from pathlib import Path

import numpy as np

from biospectra.job import REMARK, progress
from biospectra.signals.annotations import ANNOTATED
from biospectra.signals.fingerprint import find_landmarks
from biospectra.store.fingerprints import COPIES, write_fingerprints
from biospectra.store.hdf5 import create, put_dataset, set_attributes
from biospectra.store.native_rates import native_rates
from biospectra.store.original_files import file_hashes, first_files, read_original
from biospectra.store.quarantine import Quarantine
from biospectra.store.resampled import ANNOTATION, DEFECT, cut_label

ATTRIBUTES = ("label", "subject", "database", "source")


def cleaning_of(row: dict, settings: dict) -> dict:
    """Return the cleaning of one recording: the study's, then its database's, then its label's."""
    own = {k: v for k, v in settings.items() if k not in ("by_database", "by_label")}
    own |= settings["by_database"].get(row["database"], {})
    return own | settings["by_label"].get(row["label"], {})


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
    fingerprints: str | Path | None = None,
) -> None:
    """Read, clean and resample a shard's recordings, each into a group of one HDF5 file.

    Parameters
    ----------
    recordings : list of dict
        Rows of the table.
    folder : path
        Made by `biospectra.steps.download.download_shard`.
    output : path
        HDF5 file; a group for each recording with `signal` (n_samples,) float32, `stretches` (k, 2)
        sample ranges without a gap, `defects` (start_s, stop_s, reason) of the samples as recorded,
        `annotations` (onset_s, duration_s, label) where they label its segments, and attributes.
    rejected : path
        Table of the recordings left out and why.
    rate_hz : float
        The study's sampling rate.
    scale : str
        "robust" or "physical", as for `biospectra.signals.scaling.scale`; physical voltages are in
        mV, whatever the file's unit.
    cleaning : dict
        Settings of `biospectra.signals.cleaning.clean`, with by_database and by_label.
    band : path or None
        Table of `native_bands` to whose lowest Nyquist frequency all are limited; None for not.
    on_bad_recording : str
        As for `biospectra.store.quarantine.Quarantine`.
    fingerprints : path or None
        HDF5 file of the recordings' landmarks, by which copies are found; None for none.

    Raises
    ------
    RecordingError
        Naming the recording, the file and the reason.
    """
    files = first_files(folder)
    quarantine = Quarantine(on_bad_recording)
    quarantine.add(Path(folder) / "rejected.tsv")
    limit_hz = native_rates(band)[0] / 2 if band else np.inf
    hashes, told, landmarks = file_hashes(folder), [], []
    with create(output) as out:
        for row in progress(recordings, total=len(recordings), unit="recordings"):
            if row["recording"] in quarantine.reasons:
                continue
            with quarantine.watch(row["recording"]):
                if quarantine.faults and not quarantine.skip:
                    read_original(row, files)  # only to tell what is wrong with it, too
                    continue
                own = cleaning_of(row, cleaning)
                signal = read_original(row, files)
                marks = find_landmarks(signal) if fingerprints else {}
                _resample_recording(row, signal, out, rate_hz, scale, own, limit_hz)
                told.append({key: row[key] for key in COPIES} | {"content": _content(row, hashes)})
                landmarks.append(marks)
    if fingerprints:
        write_fingerprints(fingerprints, told, landmarks)
    quarantine.write(rejected)
    quarantine.settle()


def _content(row: dict, hashes: dict[str, list[str]]) -> str:
    """Return what two recordings have in common if they are the same bytes, read the same way."""
    read = [row[key] for key in ("channel", "variable", "start_s", "duration_s")]
    return hashlib.sha256(repr([hashes[row["recording"]], read]).encode()).hexdigest()


def _resample_recording(row, signal, out, rate_hz, scale_name, cleaning, limit_hz) -> None:
    from biospectra.signals.cleaning import clean_signal
    from biospectra.signals.gaps import by_stretch
    from biospectra.signals.quality import find_defects
    from biospectra.signals.recorder import in_millivolts
    from biospectra.signals.resampling import limit_band, resample_signal
    from biospectra.signals.scaling import common_unit, scale

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
    physical = signal.samples if factor == 1 else signal.samples * factor
    samples = scale(physical, scale_name)
    spread = np.ptp(samples) if samples.size else 0
    size = float(np.ptp(physical) / spread) if spread > 0 else 1.0
    del physical
    group = out.create_group(row["recording"])
    put_dataset(group, "signal", samples)
    put_dataset(group, "stretches", np.array(signal.stretches, dtype=np.int64))
    put_dataset(group, "defects", np.array(defects, dtype=DEFECT))
    if annotations is not None:
        encoded = [(a.onset_s, a.duration_s, cut_label(a.label).encode()) for a in annotations]
        put_dataset(group, "annotations", np.array(encoded, dtype=ANNOTATION))
    for remark in signal.remarks:
        print(f"{REMARK}{row['recording']}: {remark}")
    corners_hz = (native_rate_hz / 2, limit_hz, cleaning.get("lowpass_hz") or np.inf)
    set_attributes(
        group,
        {key: row[key] for key in ATTRIBUTES}
        | {
            "channel": signal.channel,
            "units": units,
            "unit_size": size * (1 if scale_name == "physical" else in_millivolts(signal.units)),
            "rate_hz": float(rate_hz),
            "native_rate_hz": native_rate_hz,
            "bandwidth_hz": min(corners_hz),
            "remarks": "; ".join(signal.remarks),
        },
    )
    print(
        f"{row['recording']}: {duration_s:.1f} s of channel {signal.channel} at "
        f"{native_rate_hz:g} Hz from {row['source']}, {len(defects)} defects"
    )
