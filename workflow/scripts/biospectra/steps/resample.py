"""A shard's recordings, cleaned and at the study's rate."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from biospectra.job import REMARK, progress
from biospectra.signals.annotations import ANNOTATED
from biospectra.signals.fingerprint import find_landmarks
from biospectra.store.fingerprints import COPIES, write_fingerprints
from biospectra.store.hdf5 import create, put_dataset, set_attributes
from biospectra.store.native_rates import native_rates
from biospectra.store.original_files import file_hashes, first_files, read_originals
from biospectra.store.quarantine import Quarantine
from biospectra.store.resampled import ANNOTATION, DEFECT, FURTHER, cut_label
from biospectra.store.rows import CHANNEL_MARK

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
    with_events: bool = False,
    columns: Sequence[str] = (),
) -> None:
    """Read, clean and resample a shard's recordings, each channel into a group of one HDF5 file.

    A recording's file is read once, whatever channels of it are wanted.

    Parameters
    ----------
    recordings : list of dict
        Rows of the table.
    folder : path
        Made by `biospectra.steps.download.download_shard`.
    output : path
        HDF5 file; a group for each channel that a row means, named as
        `biospectra.store.original_files.read_originals` does, with `signal` (n_samples,) float32,
        `stretches` (k, 2) sample ranges without a gap, `defects` (start_s, stop_s, reason) of the
        samples as recorded, `annotations` (onset_s, duration_s, label) where they label its
        segments or these are cut around them, and attributes.
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
    with_events : bool
        Whether annotations are kept of recordings that they do not label, too.
    columns : sequence of str
        Further columns of the table, which go with every row.
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
                    list(read_originals(row, files))  # only to tell what is wrong with it, too
                    continue
                own, marks = cleaning_of(row, cleaning), {}
                try:
                    for name, signal in read_originals(row, files):
                        marks[name] = find_landmarks(signal) if fingerprints else {}
                        named = row | {"recording": name}
                        _resample_recording(
                            named, signal, out, rate_hz, scale, own, limit_hz, with_events
                        )
                        further = {f"{FURTHER}{column}": row[column] or "" for column in columns}
                        set_attributes(out[name], further)
                except BaseException:
                    for name in set(marks) & set(out):  # all of it is left out, or nothing
                        del out[name]
                    raise
                for name in marks:
                    known = {key: row[key] for key in COPIES} | {"recording": name}
                    told.append(known | {"content": _content(row, name, hashes)})
                landmarks += marks.values()
    if fingerprints:
        write_fingerprints(fingerprints, told, landmarks)
    quarantine.write(rejected)
    quarantine.settle()


def _content(row: dict, name: str, hashes: dict[str, list[str]]) -> str:
    """Return what two recordings have in common if they are the same bytes, read the same way."""
    channel = name.partition(CHANNEL_MARK)[2] or row["channel"]
    read = [channel, *(row[key] for key in ("variable", "start_s", "duration_s"))]
    return hashlib.sha256(repr([hashes[row["recording"]], read]).encode()).hexdigest()


def _units_of(units: str, scale_name: str) -> tuple[str, float, float]:
    """Return what samples come in, what to multiply them with before, and 1 of that in µV.

    The last is NaN where they are no voltage.
    """
    from biospectra.signals.scaling import common_unit

    if scale_name == "physical":
        # A file in uV beside one in mV would be a thousand times as large.
        kept, factor = common_unit(units)
        return kept, factor, 1e3 if kept == "mV" else np.nan
    try:
        kept, factor = common_unit(units)
    except ValueError:  # which a scale of its own does not mind
        return "robust", 1.0, np.nan
    return "robust", 1.0, 1e3 * factor if kept == "mV" else np.nan


def _resample_recording(
    row, signal, out, rate_hz, scale_name, cleaning, limit_hz, with_events
) -> None:
    from biospectra.signals.cleaning import clean_signal
    from biospectra.signals.gaps import by_stretch
    from biospectra.signals.quality import find_defects
    from biospectra.signals.recorder import in_millivolts
    from biospectra.signals.resampling import limit_band, resample_signal
    from biospectra.signals.scaling import scale_and_unit

    native_rate_hz, duration_s = signal.rate_hz, signal.duration_s
    defects = find_defects(signal.samples, native_rate_hz)
    # Each step lets go of what the one before it made: a day is half a gigabyte.
    signal = clean_signal(signal, **cleaning)
    if limit_hz < native_rate_hz / 2:
        signal = by_stretch(signal, lambda part: limit_band(part, native_rate_hz, limit_hz))
    signal = resample_signal(signal, rate_hz)
    annotations = signal.annotations if with_events or row["label"] == ANNOTATED else None
    units, factor, microvolts = _units_of(signal.units, scale_name)
    physical = signal.samples if factor == 1 else signal.samples * factor
    samples, unit = scale_and_unit(physical, scale_name)
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
            "unit_uv": unit * microvolts,
            "unit_size": unit * (1 if scale_name == "physical" else in_millivolts(signal.units)),
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
