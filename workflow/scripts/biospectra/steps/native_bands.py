"""The table of the recordings' native sampling rates."""

import csv
from pathlib import Path

from biospectra.job import progress
from biospectra.store.original_files import first_files, read_originals


def native_bands(recordings: list[dict], folders: list[str], output: str | Path) -> None:
    """Write the native rate and Nyquist frequency of each channel, the lowest first.

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
                own = [(s.rate_hz, name) for name, s in read_originals(row, files, duration_s=0.1)]
            except ValueError as error:  # resample says so, or leaves it out
                print(error)
                continue
            found += own
    with Path(output).open("w", newline="", encoding="utf-8") as table:
        writer = csv.writer(table, delimiter="\t", lineterminator="\n")
        writer.writerow(["recording", "native_rate_hz", "nyquist_hz"])
        writer.writerows((name, rate_hz, rate_hz / 2) for rate_hz, name in sorted(found))
