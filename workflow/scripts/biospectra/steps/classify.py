"""Fit and select a scikit-learn classifier on tables of features."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from biospectra.evaluation.cross_validation import cross_validated, outer_folds
from biospectra.evaluation.fold_splits import fold_of_splits
from biospectra.evaluation.holdout import held_out
from biospectra.models.classifiers import makers_of
from biospectra.models.fitting import fit_classifier
from biospectra.models.projection import is_first_step
from biospectra.models.saved_estimator import write_estimator
from biospectra.store.cost import ms_per_segment, write_cost
from biospectra.store.features import StoredFeatures
from biospectra.store.predictions import write_predictions
from biospectra.store.tables import write_tsv


def classify(
    features: list[str],
    folded: list[list[str]] | None = None,
    *,
    sessions: list[dict] | None = None,
    model: str | Path,
    choice: str | Path,
    predictions: str | Path,
    validation: str | Path | None = None,
    cost: str | Path,
    labels: list[str],
    names: list[str],
    tune: bool,
    pooling: str | list[str],
    centred: bool,
    balanced: bool = False,
    evaluation: str,
    folds: int,
    seed: int,
    threads: int,
) -> None:
    """Choose a classifier without looking at the people that it is judged on.

    Parameters
    ----------
    features : list of str
        HDF5 files with `features` and the rows, which are joined.
    folded : list of list of str or None
        By fold of a cross-validation, the files that take their place: features of encoders which
        were trained without the people whom the fold holds out; None where nothing that gave
        features has learnt.
    sessions : list of dict or None
        Recording, session and channel of each recording, where channels are joined: tables have
        them so, and what encoders made of each channel is joined here.
    model : path
        Written: the chosen classifier, for `read_estimator`, of one file's features as they are
        pooled, of several files' as they are joined.
    choice : path
        Written: balanced accuracy of each candidate where the choice was made.
    predictions : path
        Written: what the chosen one says of held-out people.
    validation : path or None
        Written: in a holdout, what validation people are told, each by the candidate that the
        others choose; otherwise a table of nobody.
    cost : path
        Written, by `biospectra.store.cost.write_cost`.
    labels : list of str
        The classes.
    names, tune : list of str or bool
        The candidates, of `makers_of`; the first of equals is chosen.
    pooling : str or list of str
        Pooling of an encoder's maps, as for `read_features`; of several, each is a candidate with
        each candidate.
    centred : bool
        Whether each person's own mean is taken off, as `centre` does.
    balanced : bool
        Whether each of several files counts the same, however many columns it has.
    evaluation : "holdout": fitted on training people, chosen on validation people, judged on test
        people; else `cross_validated` with folds of `outer_folds`
    folds : int
        Folds of the cross-validation.
    seed, threads : int
        Seed and threads of the classifiers and folds.
    """
    from sklearn.pipeline import make_pipeline

    given = _read_tables(features, pooling, sessions, centred=centred, seed=seed)
    alike = given.widths if balanced and len(features) > 1 else {}
    makers = {
        used: makers_of(names, tune=tune, seed=seed, threads=threads, widths=alike.get(used))
        for used in given.values
    }
    rows = given.rows
    code = rows["label"].map({label: i for i, label in enumerate(labels)}).to_numpy()
    begin = time.monotonic()
    if evaluation == "holdout":
        said, chosen, (best, used), fitted = held_out(makers, given.values, code, rows, len(labels))
        judged = (rows["split"] == "test").to_numpy()
    else:
        fold, parts = _folds(given, folded, sessions, evaluation, folds=folds, seed=seed)
        options = {"fold": fold, "folds": folds, "seed": seed, "k": len(labels)}
        said, chosen, (best, used), fitted = _in_folds(makers, parts, given, code, **options)
        judged, rows = np.ones(len(rows), bool), rows.assign(split="test", fold=fold)
    training_s = time.monotonic() - begin
    print(chosen.to_string(index=False))
    write_tsv(chosen, choice, "%.6g")
    first = given.projections[used][0]
    alone = first is not None and is_first_step(features, sessions)
    write_estimator(make_pipeline(first, fitted) if alone else fitted, model)
    write_predictions(rows[judged], said["test"], labels, predictions)
    if validation is not None:
        side = rows["split"] == "validation"  # nobody of a cross-validation
        write_predictions(rows[side], said["validation"], labels, validation)
    write_cost(
        cost,
        model=best,
        pooling=used,
        file=model,
        columns=given.values[used].shape[1],
        parameters=None,
        training_s=training_s,
        ms=ms_per_segment(fitted.predict_proba, given.values[used][judged]),
    )


class _Tables(NamedTuple):
    """Features as a classifier reads them, by each pooling, with the rows that all of them have.

    Parameters
    ----------
    values : dict of str to ndarray or StoredFeatures, (n, columns)
    widths : dict of str to list of int
        Columns of each file.
    projections : dict of str to list
        Of each file, None where it has few columns.
    rows : DataFrame, (n, ...)
    """

    values: dict[str, np.ndarray | StoredFeatures]
    widths: dict[str, list[int]]
    projections: dict[str, list]
    rows: pd.DataFrame


def _read_tables(
    features: list[str],
    pooling: str | list[str],
    sessions: list[dict] | None,
    *,
    centred: bool,
    seed: int,
) -> _Tables:
    """Read features by each pooling that is a candidate; the options are those of `classify`."""
    from biospectra.features.joined import MOST_HELD, read_joined
    from biospectra.models.fitting import centre
    from biospectra.models.projection import projection_of
    from biospectra.store.features import poolings_of

    tables, widths, projections = {}, {}, {}
    for name in poolings_of(features, pooling):
        projections[name] = [projection_of(path, name, seed) for path in features]
        values, rows, widths[name] = read_joined(
            features,
            pooling=name,
            projections=projections[name],
            sessions=sessions,
            most=MOST_HELD,
        )
        tables[name] = centre(values, rows["subject"].to_numpy()) if centred else values
    return _Tables(tables, widths, projections, rows)


def _folds(
    given: _Tables,
    folded: list[list[str]] | None,
    sessions: list[dict] | None,
    evaluation: str,
    *,
    folds: int,
    seed: int,
) -> tuple[np.ndarray, np.ndarray | StoredFeatures | Callable[[int], np.ndarray | StoredFeatures]]:
    """Return the fold that holds out each row, and the features, of each fold where they differ."""
    from biospectra.features.in_folds import rows_of_fold, values_of_fold

    ((used, values),) = given.values.items()
    if not folded:
        return outer_folds(given.rows, evaluation, folds=folds, seed=seed), values
    fold = fold_of_splits(given.rows, [rows_of_fold(given.rows, f, sessions) for f in folded])
    options = {"pooling": used, "projections": given.projections[used], "sessions": sessions}
    return fold, partial(values_of_fold, folded, **options)


def _in_folds(
    makers: dict[str, dict[str, Callable]],
    parts: np.ndarray | StoredFeatures | Callable[[int], np.ndarray | StoredFeatures],
    given: _Tables,
    code: np.ndarray,
    *,
    fold: np.ndarray,
    folds: int,
    seed: int,
    k: int,
) -> tuple[dict[str, np.ndarray], pd.DataFrame, tuple[str, str], object]:
    """Return what `held_out` does, of a cross-validation: the classifier is fitted on everybody.

    Its candidate is the one that most folds chose.
    """
    ((used, values),) = given.values.items()
    probability, chosen = cross_validated(
        makers[used], parts, code, given.rows, k, fold=fold, folds=folds, seed=seed
    )
    kept = list(chosen[chosen["chosen"]]["candidate"])
    best = max(makers[used], key=kept.count)
    fitted = fit_classifier(makers[used][best](), values, code)
    chosen["pooling"] = used
    return {"test": probability, "validation": np.zeros((0, k))}, chosen, (best, used), fitted
