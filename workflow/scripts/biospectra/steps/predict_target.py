"""Predict what else than the class the table tells of recordings, from features."""

import json
from pathlib import Path

from biospectra.evaluation.targets import predict_target
from biospectra.features.joined import read_joined
from biospectra.models.projection import projection_of
from biospectra.store.rows import of_whole_recordings
from biospectra.store.tables import write_tsv


def predict(
    features: list[str],
    *,
    predictions: str | Path,
    scores: str | Path,
    settings: dict,
    sessions: list[dict] | None,
    folds: int,
    draws: int,
    seed: int,
) -> None:
    """Predict a target of held-out people, and score it.

    Parameters
    ----------
    features : list of path
        HDF5 files with `features` and the rows, which have the target's column.
    predictions : path
        Written: a row for each held-out recording.
    scores : path
        Written: JSON of `biospectra.evaluation.targets.predict_target`.
    settings : dict
        An entry of the config's `targets`.
    sessions : list of dict or None
        Where tables join channels, as for `biospectra.features.joined.read_joined`.
    folds, draws, seed : int
        Of the cross-validation, and of the bootstrap over people.
    """
    pooling = settings["pooling"]
    projections = [projection_of(path, pooling, seed) for path in features]
    values, rows, _ = read_joined(
        features, pooling=pooling, projections=projections, sessions=sessions or None
    )
    table, found = predict_target(
        values,
        of_whole_recordings(rows),
        column=settings["column"],
        kind=settings["kind"],
        superclasses=settings["superclasses"],
        learner_name=settings["learner"],
        evaluation=settings["evaluation"],
        folds=folds,
        draws=draws,
        seed=seed,
    )
    write_tsv(table, predictions, "%.6g")
    Path(scores).write_text(json.dumps(found, indent=2) + "\n")
