"""Both published studies, cut down to the real recordings beside the checkout.

The rows are those of `recordings.tsv`; records of mitdb come from a folder laid out like
PhysioNet, which `write_mirror` makes of links.
"""

import csv
from pathlib import Path

from data import DATA

from biospectra.record_lists import write_table

MANIFEST = DATA / "MANIFEST.tsv"
LOWER_LIMB = range(4)  # muscles; their names differ from file to file, the fifth is an angle


def write_mirror(folder: Path) -> Path:
    """Make a folder to give as `physionet_base`, with mitdb in it; returns the folder."""
    (folder / "mitdb").mkdir(parents=True, exist_ok=True)
    (folder / "mitdb" / "1.0.0").symlink_to(DATA / "ecg_mitdb")
    return folder


def _files(collection: str, ending: str) -> list[tuple[Path, str]]:
    """Return the files of a set and the person of each, from the manifest."""
    with MANIFEST.open(newline="", encoding="utf-8") as table:
        return [
            (DATA / row["path"], row["subject"])
            for row in csv.DictReader(table, delimiter="\t")
            if row["set"] == collection and row["path"].endswith(ending)
        ]


def _row(recording, source, channel, label, subject, database, **more) -> dict:
    optional = {"start_s": "", "duration_s": "", "rate_hz": "", "variable": ""} | more
    return {
        "recording": recording,
        "source": str(source),
        "channel": channel,
        "label": label,
        "subject": subject,
        "database": database,
    } | optional


def mitdb_rows(label: str, *, channels=(0,), duration_s: float | str = 300) -> list[dict]:
    """Rows of mitdb; for labels from annotations give ``annotation`` as the label."""
    return [
        _row(
            f"mitdb_{path.stem}_{channel}",
            f"physionet:mitdb/1.0.0/{path.stem}",
            channel,
            label,
            f"mitdb_{subject}",
            "mitdb",
            duration_s=duration_s,
        )
        for path, subject in _files("ecg_mitdb", ".hea")
        for channel in channels
    ]


def biosignals_rows() -> list[dict]:
    """System A's classes, each from two collections but EEG, which is there from one only."""
    rows = mitdb_rows("ECG")
    rows += [
        _row(f"cinc2017_{path.stem}", path, 0, "ECG", f"cinc_{person}", "cinc2017")
        for path, person in _files("ecg_cinc2017", ".hea")
    ]
    rows += [
        _row(f"eegmat_{path.stem}_{k}", path, k, "EEG", f"eegmat_{person}", "eegmat")
        for path, person in _files("eeg_eegmat", ".edf")
        for k in (0, 3, 6)
    ]
    rows += [
        _row(
            f"limb_{path.name.partition('.')[0]}_{k}",
            path,
            k,
            "EMG",
            f"limb_{person}",
            "emg_lower_limb",
            rate_hz=1000,
        )
        for path, person in _files("emg_lower_limb", ".txt.gz")
        for k in LOWER_LIMB
    ]
    rows += [
        _row(f"emgdb_{person}", path, 0, "EMG", f"emgdb_{person}", "emgdb", variable="mV")
        for path, person in _files("emg_emgdb", ".npz")
    ]
    return rows


def ecg_rhythm_rows() -> list[dict]:
    """System B's classes: first 512 s of two leads; only two people each of CHF and NSR."""
    rows = mitdb_rows("ARR", channels=(0, 1), duration_s=512)
    leads = {"chfdb_chf01": 1, "chfdb_unknown": 2, "nsrdb_16265": 2, "nsrdb_16483": 2}
    for path, _ in _files("ecg_chf_nsr_bits", ".npz"):
        database = path.stem.partition("_")[0]
        rows += [
            _row(
                f"{path.stem}_lead{lead}",
                path,
                lead,
                {"chfdb": "CHF", "nsrdb": "NSR"}[database],
                path.stem,
                database,
                variable="adu",
            )
            for lead in range(leads[path.stem])
        ]
    return rows


def write_small_study(path: Path, rows: list[dict]) -> Path:
    """Write rows as a study's table, without the columns that none of them fills."""
    filled = [key for key in rows[0] if any(row[key] != "" for row in rows)]
    write_table(path, [{key: row[key] for key in filled} for row in rows])
    return path
