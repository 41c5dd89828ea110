"""A shard's original files, and the list of them."""

from pathlib import Path

from biospectra.job import progress
from biospectra.store.file_lists import write_files
from biospectra.store.original_files import first_files, read_originals
from biospectra.store.quarantine import Quarantine
from biospectra.study.table import listed_cells


def download_shard(
    recordings: list[dict],
    folder: str | Path,
    *,
    on_bad_recording: str,
    table: str | Path | None = None,
    **settings,
) -> None:
    """Bring the original files of a shard's recordings into `folder`, and list them in files.tsv.

    Parameters
    ----------
    recordings : list of dict
        Rows of the table.
    folder : path
        Gets a folder for each recording, files.tsv as of
        `biospectra.store.file_lists.write_files`, and rejected.tsv.
    on_bad_recording : {"stop", "skip"}
        As for `biospectra.store.quarantine.Quarantine`. Where some cannot be fetched and the run
        stops, the others are read, so that all faults of the shard are told at once.
    table : path, optional
        The table that the rows come from: its addresses may have passwords, which rows have not.
    **settings
        For `biospectra.sources.fetch.fetch`.

    Raises
    ------
    RecordingError
        Naming a recording, what is wrong and the remedy.
    """
    from biospectra.sources.cache import sha256_of
    from biospectra.sources.fetch import fetch

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    quarantine = Quarantine(on_bad_recording)
    # The table may be large, and each shard is a job: only who needs it reads it.
    hidden = table is not None and any(row["has_login"] for row in recordings)
    listed = listed_cells(table) if hidden else {}
    for row in progress(recordings, total=len(recordings), unit="recordings"):
        with quarantine.watch(row["recording"]):
            files = fetch(
                listed.get(row["recording"], row)["source"],
                folder / row["recording"],
                sha256=row["sha256"],
                start_s=row["start_s"],
                duration_s=row["duration_s"],
                annotator=row["annotator"],
                **settings,
            )
            for file in files:
                stat = file.stat()
                named = (row["recording"], file.relative_to(folder), sha256_of(file))
                lines.append((*named, stat.st_size, stat.st_mtime_ns))
    quarantine.write(folder / "rejected.tsv")
    write_files(folder, lines)
    if quarantine.faults and not quarantine.skip:
        files = first_files(folder)
        listed = {} if table is None else listed_cells(table)
        for row in recordings:
            if row["recording"] in files:
                with quarantine.watch(row["recording"]):
                    list(read_originals(row | listed.get(row["recording"], {}), files))
    quarantine.settle()
