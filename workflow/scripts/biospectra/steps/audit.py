"""The recorder audit: how well what is not physiology predicts the class, for people held out."""

import json
from pathlib import Path

import pandas as pd

from biospectra.evaluation.audit import audit_rows
from biospectra.report.audit import draw_audit, in_plain_words
from biospectra.signals.recorder import MAINS_HZ
from biospectra.words import number_of

NO_NUMBER = {f"hum_{hz}_noise": ["nan"] for hz in MAINS_HZ}


def audit(
    segments: list[str],
    split: str | Path,
    recorders: list[str],
    *,
    scores: str | Path,
    figures: list[str],
    labels: list[str],
    folds: int,
    draws: int,
    seed: int,
    common_band: bool,
    columns: list[str],
) -> None:
    """Measure and draw how well what is not physiology predicts the class.

    Parameters
    ----------
    segments : list of str
        HDF5 files of the segments.
    split : path
        split.tsv; of the segments of training, validation and test those of
        `biospectra.store.sampling.thin` are looked at.
    recorders : list of str
        Tables of `biospectra.steps.recorder.describe_recorders`.
    scores : path
        Written: JSON of `audit_rows`, with the audit in plain words as `paragraph`.
    figures : list of str
        Written, in several formats.
    labels : list of str
        The classes.
    folds, draws, seed, common_band, columns : int or bool or list of str
        As for `audit_rows`.
    """
    from biospectra.store.dataset import read_signals, select_rows
    from biospectra.store.rows import of_whole_recordings, read_recordings
    from biospectra.store.sampling import thin
    from biospectra.store.together import first_channel

    rows = select_rows(segments, split, ["training", "validation", "test"])
    together = "channels" in rows
    some = rows.loc[thin(rows)].reset_index(drop=True)
    print(f"Looked at: {len(some)} of {number_of(len(rows), 'segment')}, evenly drawn", flush=True)
    rows = first_channel(some)
    # A recording may be called NA, and no number is missing.
    texts = dict.fromkeys(["recording", *(f"hum_{hz}" for hz in MAINS_HZ)], str)
    given = {"sep": "\t", "dtype": texts, "keep_default_na": False, "na_values": NO_NUMBER}
    facts = pd.concat([pd.read_csv(path, **given) for path in recorders])
    recordings = read_recordings(segments)
    if together:
        facts, recordings = (
            of_whole_recordings(table).drop_duplicates("recording") for table in (facts, recordings)
        )
    recordings = recordings.set_index("recording")
    result = audit_rows(
        rows,
        read_signals(rows),
        facts[facts["recording"].isin(rows["recording"])],
        labels,
        rate_hz=float(recordings["rate_hz"].iloc[0]),
        sizes=recordings["unit_size"].to_dict(),
        folds=folds,
        draws=draws,
        seed=seed,
        common_band=common_band,
        columns=columns,
    )
    result["paragraph"] = in_plain_words(result)
    print(result["paragraph"])
    Path(scores).write_text(json.dumps(result, indent=2) + "\n")
    draw_audit(result, figures)
