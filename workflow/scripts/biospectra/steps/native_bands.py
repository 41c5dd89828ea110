"""The table of the recordings' native sampling rates."""

import csv
from pathlib import Path

from biospectra.job import progress
from biospectra.store.original_files import first_files, read_original


def native_bands(recordings: list[dict], folders: list[str], output: str | Path) -> None:
    """Write the native rate and Nyquist frequency of each recording, the lowest first.

    Parameters
    ----------
    recordings : list of dict
        Rows of the table.
    folders : list of str
        Made by `biospectra.steps.download.download_shard`.
    output : path
        Tab-separated table of recording, native_rate_hz and nyquist_hz.
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
