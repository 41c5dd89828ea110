"""Make the tables of recordings of the reference studies.

    python config/reference/make_tables.py FOLDER

FOLDER holds the recordings, with a MANIFEST.tsv that says of each file its set, person and label;
README.md says which. The tables go beside this script, with the files' absolute paths.
"""

import sys
from pathlib import Path

from biospectra.sources.record_lists import listed_files, recording_row, write_filled_table

HERE = Path(__file__).resolve().parent
NO_MLII = {"102": "V5", "104": "V5"}  # electrodes lay elsewhere, for surgical dressings
MUSCLES = range(4)  # by number, since their names differ from file to file; the fifth is an angle
EEG_CHANNELS = ("F3", "Fz", "F4", "P3", "Pz", "P4", "O1", "O2")


def mitdb_rows(folder: Path, label: str, **more) -> list[dict]:
    """Rows of MIT-BIH Arrhythmia, one lead of each record, MLII where there is one."""
    return [
        recording_row(
            f"mitdb_{file['name']}",
            file["path"],
            NO_MLII.get(file["name"], "MLII"),
            label,
            f"mitdb_{file['subject']}",
            "mitdb",
            **more,
        )
        for file in listed_files(folder, "ecg_mitdb", ".hea")
    ]


def cinc2017_rows(folder: Path, label: str | None = None) -> list[dict]:
    """Rows of CinC 2017, with its own labels or one; noisy recordings are left out of its own."""
    return [
        recording_row(
            f"cinc2017_{file['name']}",
            file["path"],
            0,
            label or file["label"],
            f"cinc_{file['subject']}",
            "cinc2017",
        )
        for file in listed_files(folder, "ecg_cinc2017", ".hea")
        if label or file["label"] != "~"
    ]


def eegmat_rows(folder: Path, label: str | None = None, channels=EEG_CHANNELS) -> list[dict]:
    """Rows of EEG during rest and mental arithmetic; the channels of one file are a session."""
    return [
        recording_row(
            f"eegmat_{file['name']}_{channel}",
            file["path"],
            f"EEG {channel}",
            label or file["label"],
            f"eegmat_{file['subject']}",
            "eegmat",
            session=f"eegmat_{file['name']}",
        )
        for file in listed_files(folder, "eeg_eegmat", ".edf")
        for channel in channels
    ]


def lower_limb_rows(folder: Path, label: str | None = None) -> list[dict]:
    """Rows of EMG of four muscles of the leg; the label is the task, and a file is a session."""
    return [
        recording_row(
            f"limb_{file['name']}_{channel}",
            file["path"],
            channel,
            label or file["label"].partition("/")[2],
            f"limb_{file['subject']}",
            "emg_lower_limb",
            rate_hz=1000,
            session=f"limb_{file['name']}",
        )
        for file in listed_files(folder, "emg_lower_limb", ".txt.gz")
        for channel in MUSCLES
    ]


def emgdb_rows(folder: Path, label: str) -> list[dict]:
    """Rows of three people's EMG, of which each has another diagnosis."""
    return [
        recording_row(
            f"emgdb_{file['subject']}",
            file["path"],
            0,
            label,
            f"emgdb_{file['subject']}",
            "emgdb",
            variable="mV",
        )
        for file in listed_files(folder, "emg_emgdb", ".npz")
    ]


def biosignals_rows(folder: Path) -> list[dict]:
    """System A's classes, each from two collections but EEG, which is there from one only."""
    return [
        *mitdb_rows(folder, "ECG", duration_s=300),
        *cinc2017_rows(folder, "ECG"),
        *eegmat_rows(folder, "EEG", channels=("F3", "P3", "O1")),
        *lower_limb_rows(folder, "EMG"),
        *emgdb_rows(folder, "EMG"),
    ]


def cinc2017_and_more_rows(folder: Path) -> list[dict]:
    """CinC 2017, and recordings without a class to learn from."""
    return [*cinc2017_rows(folder), *mitdb_rows(folder, "none")]


def rhythm_and_more_rows(folder: Path) -> list[dict]:
    """MIT-BIH's rhythms, and recordings without a class to learn from."""
    return [*mitdb_rows(folder, "annotation"), *cinc2017_rows(folder, "none")]


TABLES = {
    "biosignals": biosignals_rows,
    "rhythm": lambda folder: mitdb_rows(folder, "annotation"),
    "rhythm_more": rhythm_and_more_rows,
    "cinc2017": cinc2017_rows,
    "cinc2017_more": cinc2017_and_more_rows,
    "arithmetic": eegmat_rows,
    "lower_limb": lower_limb_rows,
}


def main(folder: str, output: str | Path = HERE) -> None:
    """Write the tables, and say what is in them."""
    for name, rows_of in TABLES.items():
        rows = rows_of(Path(folder))
        write_filled_table(Path(output) / f"{name}.tsv", rows)
        people = len({row["subject"] for row in rows})
        print(f"{name}: {len(rows)} recordings of {people} people")


if __name__ == "__main__":
    main(*sys.argv[1:])
