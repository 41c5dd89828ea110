"""A shard's original files, and the list of them."""

import csv
from pathlib import Path

from biospectra.job import progress
from biospectra.store.quarantine import Quarantine


def download_shard(
    recordings: list[dict], folder: str | Path, *, on_bad_recording: str, **settings
) -> None:
    """Bring the original files of a shard's recordings into `folder`, and list them in files.tsv.

    Parameters
    ----------
    recordings : rows of the table
    folder : gets a folder for each recording, files.tsv with recording, file and sha256, and
        rejected.tsv
    on_bad_recording : as for `biospectra.store.quarantine.Quarantine`
    settings : for `biospectra.sources.fetch.fetch`
    """
    from biospectra.sources.cache import sha256_of
    from biospectra.sources.fetch import fetch

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    quarantine = Quarantine(on_bad_recording)
    for row in progress(recordings, total=len(recordings), unit="recordings"):
        with quarantine.watch(row["recording"]):
            files = fetch(
                row["source"],
                folder / row["recording"],
                sha256=row["sha256"],
                start_s=row["start_s"],
                duration_s=row["duration_s"],
                annotator=row["annotator"],
                **settings,
            )
            for file in files:
                lines.append((row["recording"], file.relative_to(folder), sha256_of(file)))
    quarantine.write(folder / "rejected.tsv")
    with (folder / "files.tsv").open("w", newline="", encoding="utf-8") as table:
        writer = csv.writer(table, delimiter="\t", lineterminator="\n")
        writer.writerow(["recording", "file", "sha256"])
        writer.writerows(lines)
