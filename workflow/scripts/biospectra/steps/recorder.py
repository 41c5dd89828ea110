"""What a recording tells of its recorder: rate, amplitude, converter steps, mains."""

import csv
from pathlib import Path

from biospectra.job import progress
from biospectra.signals.recorder import FACTS, recorder_facts
from biospectra.store.tables import defused


def describe_recorders(recordings: list[dict], folder: str | Path, output: str | Path) -> None:
    """Write the facts of a shard's recordings; those that cannot be read are left out.

    Parameters
    ----------
    recordings : list of dict
        Rows of the table.
    folder : path
        Made by `biospectra.steps.download.download_shard`.
    output : path
        Tab-separated table of recording, units and `FACTS`.
    """
    from biospectra.store.original_files import first_files, read_originals

    files = first_files(folder)
    with Path(output).open("w", newline="", encoding="utf-8") as table:
        writer = csv.DictWriter(table, ["recording", "units", *FACTS], delimiter="\t")
        writer.writeheader()
        for row in progress(recordings, total=len(recordings), unit="recordings"):
            if row["recording"] not in files:
                continue
            try:
                lines = [
                    {"recording": name, "units": defused(native.units)}
                    | recorder_facts(native.samples, native.rate_hz, native.units)
                    for name, native in read_originals(row, files)
                ]
            except ValueError as error:  # resample says so, or leaves it out
                print(error)
                continue
            writer.writerows(lines)
