"""Predict what else than the class the table tells of recordings, from features."""

from functools import partial
from pathlib import Path

from biospectra.evaluation.fold_splits import fold_of_splits
from biospectra.evaluation.targets import predict_segments
from biospectra.features.in_folds import rows_of_fold, values_of_fold
from biospectra.features.joined import MOST_HELD, read_joined
from biospectra.models.projection import is_first_step, projection_of
from biospectra.models.saved_estimator import write_estimator
from biospectra.store.tables import write_tsv
from biospectra.words import number_of


def predict(
    features: list[str],
    folded: list[list[str]] | None = None,
    *,
    model: str | Path,
    segments: str | Path,
    settings: dict,
    sessions: list[dict] | None,
    folds: int,
    seed: int,
) -> None:
    """Predict a target of segments of held-out people.

    Parameters
    ----------
    features : list of path
        HDF5 files with `features` and the rows, which have the target's column.
    folded : list of list of str or None
        By fold of a cross-validation, as for `biospectra.steps.classify.classify`.
    model : path
        Written: what was learnt, for `read_estimator`, of one file's features as they are pooled,
        of several files' as they are joined.
    segments : path
        Written: table of `biospectra.evaluation.targets.segment_table`.
    settings : dict
        An entry of the config's `targets`.
    sessions : list of dict or None
        Where channels are joined, as for `biospectra.features.joined.read_joined`.
    folds, seed : int
        Of the cross-validation, and of what is drawn.
    """
    from sklearn.pipeline import make_pipeline

    pooling = settings["pooling"]
    projections = [projection_of(path, pooling, seed) for path in features]
    values, rows, _ = read_joined(
        features,
        pooling=pooling,
        projections=projections,
        sessions=sessions or None,
        most=MOST_HELD,
    )
    fold = in_fold = None
    if folded:
        own = [rows_of_fold(rows, files, sessions or None) for files in folded]
        fold = fold_of_splits(rows, own)
        reading = {"pooling": pooling, "projections": projections, "sessions": sessions or None}
        in_fold = partial(values_of_fold, folded, **reading)
    table, fitted = predict_segments(
        values,
        rows,
        column=settings["column"],
        kind=settings["kind"],
        superclasses=settings["superclasses"],
        learner_name=settings["learner"],
        evaluation=settings["evaluation"],
        folds=folds,
        seed=seed,
        fold=fold,
        in_fold=in_fold,
    )
    if projections[0] is not None and is_first_step(features, sessions):
        fitted = make_pipeline(projections[0], fitted)
    write_estimator(fitted, model)
    write_tsv(table, segments, "%.6g")
    print(
        f"Predicted: {number_of(len(table), 'segment')} of "
        f"{number_of(table['subject'].nunique(), 'person')}"
    )
