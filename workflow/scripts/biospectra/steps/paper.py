"""The texts of a paper, the datasheet's table and the RO-Crate of a finished study."""

from pathlib import Path

from biospectra.store.rows import recording_of


def describe_recordings(
    resampled: list[str], segments: list[str], recorders: list[str], table: list[dict]
) -> list[dict]:
    """Return a row for each channel of each recording that was used.

    Parameters
    ----------
    resampled, segments : list of path
        HDF5 files of all shards.
    recorders : list of path
        Tables of `biospectra.steps.recorder.describe_recorders`, which know the units as recorded.
    table : list of dict
        Rows of the table of recordings, which know the sessions.

    Returns
    -------
    list of dict
        recording, channel, labels, subject, database, session, duration_s, stretches,
        native_rate_hz, bandwidth_hz, units, segments, rejected, remarks.
    """
    from biospectra.store.hdf5 import attributes_of
    from biospectra.store.resampled import resampled_recordings
    from biospectra.store.rows import read_rows
    from biospectra.store.tables import read_tsv

    rows = read_rows(segments)
    units = {}
    for path in recorders:
        recorded = read_tsv(path, ["recording", "units"])
        units |= dict(zip(recorded["recording"], recorded["units"], strict=True))
    sessions = {row["recording"]: row.get("session") for row in table}
    own = {str(name): found for name, found in rows.groupby("recording")}
    none = rows.iloc[:0]
    described = []
    for path in resampled:
        for name, group in resampled_recordings(path):
            facts, found = attributes_of(group), own.get(name, none)
            stretches = group["stretches"][()]
            samples = int((stretches[:, 1] - stretches[:, 0]).sum())
            described.append(
                {
                    "recording": recording_of(name),
                    "channel": facts["channel"],
                    "labels": ", ".join(sorted({str(label) for label in found["label"]} - {""})),
                    "subject": facts["subject"],
                    "database": facts["database"],
                    "session": sessions.get(recording_of(name)) or "",
                    "duration_s": samples / facts["rate_hz"],
                    "stretches": len(stretches),
                    "native_rate_hz": facts["native_rate_hz"],
                    "bandwidth_hz": facts["bandwidth_hz"],
                    "units": units.get(name) or facts["units"],
                    "segments": int((found["quality"] == "ok").sum()),
                    "rejected": int((found["quality"] != "ok").sum()),
                    "remarks": facts["remarks"],
                }
            )
    return sorted(described, key=lambda row: (row["recording"], row["channel"]))


def write_paper(
    folder: str | Path,
    *,
    summary: str | Path,
    provenance: str | Path,
    split: str | Path,
    resampled: list[str],
    segments: list[str],
    recorders: list[str],
    results: list[str],
    definition: dict[str, str],
) -> None:
    """Write the texts for a paper and describe the whole run.

    Parameters
    ----------
    folder : path
        The study's results. Its folder `paper` gets the texts, recordings.tsv and a copy of the
        workflow's definition, and itself ro-crate-metadata.json.
    summary, provenance, split : path
        summary.json, provenance.json and split.tsv.
    resampled, segments : list of path
        HDF5 files of all shards.
    recorders : list of path
        Tables of what each recording tells of its recorder.
    results : list of path
        Further files and folders that the run made, all in the folder.
    definition : dict of str to str
        The text of each file of the workflow's definition, the Snakefile first.
    """
    import pandas as pd

    from biospectra.evaluation.split import people_in_splits
    from biospectra.report.paper.crate import DESCRIBED, write_crate
    from biospectra.report.paper.model_card import MODEL_CARD
    from biospectra.report.paper.page import DOCUMENTS, REFERENCES, write_config, write_texts
    from biospectra.report.paper.run import Run
    from biospectra.report.terminal import read_json
    from biospectra.store.dataset import read_split
    from biospectra.store.tables import write_tsv

    folder = Path(folder)
    paper = folder / "paper"
    origin = read_json(provenance)
    recordings = describe_recordings(resampled, segments, recorders, origin["recordings"])
    run = Run(read_json(summary), origin, recordings, people_in_splits(read_split(split)))
    paper.mkdir(parents=True, exist_ok=True)
    cards = {
        Path(path).name: Path(path, MODEL_CARD).read_text(encoding="utf-8")
        for path in results
        if Path(path, MODEL_CARD).is_file()
    }
    write_texts(run, paper, cards)
    write_tsv(pd.DataFrame(recordings), paper / "recordings.tsv", "%.6g")
    copied = []
    for name, text in definition.items():
        copied.append(f"paper/workflow/{name}")
        target = folder / copied[-1]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    write_config(origin["config"], paper / "workflow" / "config.json")
    made = [str(Path(path).relative_to(folder)) for path in results]
    texts = [f"paper/{name}" for name in (*DOCUMENTS, REFERENCES)]
    known = [name for name in DESCRIBED if (folder / name).exists()]
    write_crate(run, folder, sorted({*made, *texts, *known}), workflow=copied)
