"""Score what was predicted of recordings of held-out people beside the class."""

import json
from pathlib import Path

from biospectra.evaluation.split import SPLITS
from biospectra.evaluation.target_scores import score_target
from biospectra.evaluation.targets import read_segments
from biospectra.models.target_learners import model_of
from biospectra.store.rows import of_whole_recordings
from biospectra.store.tables import read_tsv, write_tsv


def score_segments(
    segments: str | Path,
    split: str | Path,
    *,
    predictions: str | Path,
    scores: str | Path,
    settings: dict,
    draws: int,
    seed: int,
) -> None:
    """Pool what is said of segments into one answer for each recording, and score the answers.

    Parameters
    ----------
    segments : path
        Table of `biospectra.evaluation.targets.segment_table`.
    split : path
        split.tsv, by which recordings without a value are counted.
    predictions : path
        Written: a row for each held-out recording.
    scores : path
        Written: JSON of `biospectra.evaluation.target_scores.score_target`, with the superclasses,
        the model that was asked, and left_out, recordings with an empty cell.
    settings : dict
        An entry of the config's `targets`.
    draws, seed : int
        Of the bootstrap over people.
    """
    column = settings["column"]
    text = ["recording", "subject", "split", column]
    everyone = of_whole_recordings(read_tsv(split, text))
    untold = (everyone[column].str.strip() == "") & everyone["split"].isin(SPLITS)
    table, found = score_target(
        read_segments(segments, column),
        column=column,
        kind=settings["kind"],
        superclasses=settings["superclasses"],
        evaluation=settings["evaluation"],
        draws=draws,
        seed=seed,
    )
    found |= {"superclasses": sorted(settings["superclasses"]), "model": model_of(settings)}
    found["left_out"] = int(everyone.loc[untold, "recording"].nunique())
    write_tsv(table, predictions, "%.6g")
    Path(scores).write_text(json.dumps(found, indent=2) + "\n")
