"""Both published studies, cut down to the real recordings beside the checkout.

The rows are those of `recordings.tsv`; records of mitdb come from a folder laid out like
PhysioNet, which `write_mirror` makes of links.
"""

from pathlib import Path

import make_tables

from biospectra.sources.record_lists import listed_files, recording_row, write_filled_table
from support.data import DATA


def write_mirror(folder: Path) -> Path:
    """Make a folder to give as `physionet_base`, with mitdb in it; returns the folder."""
    (folder / "mitdb").mkdir(parents=True, exist_ok=True)
    (folder / "mitdb" / "1.0.0").symlink_to(DATA / "ecg_mitdb")
    return folder


def mitdb_rows(label: str, *, channels=(0,), duration_s: float | str = 300) -> list[dict]:
    """Rows of mitdb; for labels from annotations give ``annotation`` as the label."""
    return [
        recording_row(
            f"mitdb_{file['name']}_{channel}",
            f"physionet:mitdb/1.0.0/{file['name']}",
            channel,
            label,
            f"mitdb_{file['subject']}",
            "mitdb",
            duration_s=duration_s,
        )
        for file in listed_files(DATA, "ecg_mitdb", ".hea")
        for channel in channels
    ]


def biosignals_rows() -> list[dict]:
    """System A's classes as in the reference study, but mitdb from the mirror."""
    rows = make_tables.biosignals_rows(DATA)
    return mitdb_rows("ECG") + [row for row in rows if row["database"] != "mitdb"]


def ecg_rhythm_rows() -> list[dict]:
    """System B's classes: first 512 s of two leads; only two people each of CHF and NSR."""
    rows = mitdb_rows("ARR", channels=(0, 1), duration_s=512)
    leads = {"chfdb_chf01": 1, "chfdb_unknown": 2, "nsrdb_16265": 2, "nsrdb_16483": 2}
    for file in listed_files(DATA, "ecg_chf_nsr_bits", ".npz"):
        name = file["name"]
        database = name.partition("_")[0]
        rows += [
            recording_row(
                f"{name}_lead{lead}",
                file["path"],
                lead,
                {"chfdb": "CHF", "nsrdb": "NSR"}[database],
                name,
                database,
                variable="adu",
            )
            for lead in range(leads[name])
        ]
    return rows


def write_small_study(path: Path, rows: list[dict]) -> Path:
    """Write rows as a study's table, without the columns that none of them fills."""
    write_filled_table(path, rows)
    return path
