"""Training, validation and test of a study, and what is left out of it."""

from pathlib import Path

from biospectra.errors import StudyError
from biospectra.evaluation.duplicates import tell_copies
from biospectra.evaluation.split import SPLITS, left_out, split_rows
from biospectra.job import tell
from biospectra.signals.scaling import counts_beside_voltages
from biospectra.store.dataset import UNLABELLED
from biospectra.store.quarantine import read_rejected, write_rejected
from biospectra.store.rows import of_whole_recordings, read_recordings, read_rows
from biospectra.store.tables import write_tsv
from biospectra.store.together import join_channels, planes_of
from biospectra.words import number_of


def split_study(
    segments: list[str],
    rejected: list[str],
    fingerprints: list[str],
    output: str | Path,
    left: str | Path,
    bad: str | Path,
    *,
    labels: list[str],
    given: dict[str, str],
    seed: int,
    sessions: dict[str, str] | None,
    unlabelled: str | None,
    on_copies: str,
    together: bool,
    on_missing_channel: str,
    **settings,
) -> None:
    """Share the good segments out to training, validation and test.

    Parameters
    ----------
    segments : list of path
        HDF5 files of the segments.
    rejected : list of path
        Tables of the recordings left out so far.
    fingerprints : list of path
        HDF5 files of the recordings' landmarks.
    output : path
        split.tsv.
    left, bad : path
        Tables of the recordings left out and why, and of the segments that must not be used.
    labels, given, seed, sessions, unlabelled, **settings : list, dict, str, int or None
        As for `biospectra.evaluation.split.split_rows`.
    together : bool
        Whether the channels of a recording stand together, so that a time of all is one segment.
    on_missing_channel : {"refuse", "zeros"}
        As for `biospectra.store.together.planes_of`.
    on_copies : {"stop", "allow"}
        What to do where two recordings are one under two subjects, labels or splits.

    Raises
    ------
    StudyError
        Where a class has no segment for a split, recordings are copies, or voltages of the study
        are in two scales.
    """
    rows = read_rows(segments).drop(columns=["file", "index"])
    recordings = read_recordings(segments)
    _refuse_two_scales(dict(zip(recordings["recording"], recordings["units"], strict=True)))
    if together:
        planes = planes_of(recordings["recording"], on_missing_channel)
        rows = join_channels(rows, recordings["recording"], planes)
        recordings = of_whole_recordings(recordings).drop_duplicates("recording")
        print(f"{number_of(len(planes), 'channel')} together: {', '.join(planes)}")
    write_rejected(left_out(read_rejected(rejected), recordings, rows), left)
    unusable = rows[rows["quality"] != "ok"].sort_values(["recording", "segment"])
    write_tsv(unusable, bad)
    settings |= {"sessions": sessions, "unlabelled": unlabelled}
    split = split_rows(rows, labels=labels, given=given, seed=seed, **settings)
    # Beside training, what has no label is no other side: networks learn from both.
    used = split[split["split"].isin([*SPLITS, UNLABELLED])].replace(
        {"split": {UNLABELLED: SPLITS[0]}}
    )
    sides = used.groupby("recording")["split"].agg(set).to_dict()
    told = tell_copies(fingerprints, sides, by=settings["by"])
    if told and on_copies == "stop":
        raise StudyError(
            "\n  ".join(["the same samples stand in the study more than once:", *told])
            + "\nGive copies one subject and one label, or leave one out; split.on_copies: allow "
            "takes them as they are."
        )
    for line in told:
        tell(f"Copies: {line}")
        print(line)
    print(split.groupby(["label", "split"]).size().unstack(fill_value=0))
    write_tsv(split, output)


def _refuse_two_scales(units: dict[str, str]) -> None:
    if (found := counts_beside_voltages(units)) is not None:
        counts, voltages = (
            ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            for names in found
        )
        raise StudyError(
            f"resample.scale is physical, and the study has two scales: {counts} in counts of a "
            f"converter, {voltages} in mV. Say in the table's columns gain and units what the "
            "counts stand for, or take scale: robust."
        )
