"""Score what was predicted of recordings of held-out people beside the class."""

import json
from collections.abc import Sequence
from pathlib import Path

from biospectra.evaluation.groups import groups_of
from biospectra.evaluation.split import SPLITS
from biospectra.evaluation.target_groups import score_target_groups
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
    columns: Sequence[str] = (),
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
        the model that was asked, left_out, recordings with an empty cell, and by_column (the groups
        of each column).
    settings : dict
        An entry of the config's `targets`.
    columns : sequence of str
        The config's further columns of the table, but for the target's own; where databases are
        held out, that of the database comes with them.
    draws, seed : int
        Of the bootstrap over people.
    """
    column = settings["column"]
    if settings["evaluation"] == "leave_one_database_out":
        columns = [*columns, "database"]
    text = ["recording", "subject", "split", column, *columns]
    everyone = of_whole_recordings(read_tsv(split, text))
    untold = (everyone[column].str.strip() == "") & everyone["split"].isin(SPLITS)
    what = {key: settings[key] for key in ("column", "kind", "superclasses")}
    what |= {"draws": draws, "seed": seed}
    table, found = score_target(
        read_segments(segments, column), evaluation=settings["evaluation"], **what
    )
    told = everyone.drop_duplicates("recording").set_index("recording").loc[table["recording"]]
    found["by_column"] = {
        name: score_target_groups(table, groups_of(told[name]), **what)
        for name in columns
        if name != column
    }
    found |= {"superclasses": sorted(settings["superclasses"]), "model": model_of(settings)}
    found["left_out"] = int(everyone.loc[untold, "recording"].nunique())
    write_tsv(table, predictions, "%.6g")
    Path(scores).write_text(json.dumps(found, indent=2) + "\n")
