"""Certainty about single recordings: corrected probabilities and sets of classes.

Both are learnt from people whom the classifier did not learn from and who are not those that it is
judged on: in a holdout the validation people, in a cross-validation all people that the fold does
not hold out, by what was said of them while they were held out themselves. Validation people also
choose, of candidates or of epochs, what suits them best; each is therefore told what the candidate
says that the others choose, and a share of them may be kept from stopping a network's training.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.errors import refused
from biospectra.evaluation.by_recording import by_recording, why_not_by_recording
from biospectra.evaluation.calibration import calibration
from biospectra.evaluation.prediction_sets import (
    LEARNT_FROM,
    OTHER_FOLDS,
    learn_sets,
    prediction_sets,
    score_sets,
    set_in_words,
    why_no_sets,
)
from biospectra.evaluation.recalibration import (
    fit_recalibration,
    log_loss,
    recalibrated,
    why_not_recalibrated,
)

UNITS = ("segments", "recordings")
MOST_FITS = 50  # of what is learnt from the people of other folds: of a thousand it takes minutes
DAMAGED = (AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError)


def units_of(table: pd.DataFrame, labels: list[str]) -> dict[str, pd.DataFrame | str]:
    """Return what is answered for, segments and recordings; of these the reason if there are none.

    Parameters
    ----------
    table : DataFrame
        Table of `biospectra.store.predictions.read_predictions`.
    labels : list of str
        The classes.
    """
    if not len(table):
        return dict.fromkeys(UNITS, table)
    why = why_not_by_recording(table)
    return {"segments": table, "recordings": by_recording(table, labels) if why is None else why}


def _arrays(rows: pd.DataFrame, labels: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return probability (n, classes), code of the class (n,) and person (n,) of rows."""
    truth = rows["label"].map({label: k for k, label in enumerate(labels)}).to_numpy(int)
    probability = rows[[f"p_{label}" for label in labels]].to_numpy(float)
    return probability, truth, rows["subject"].to_numpy(str)


def learn_uncertainty(
    rows: pd.DataFrame | str, labels: list[str], *, method: str, coverage: float, within: str
) -> dict:
    """Learn from people whom a classifier did not learn from how sure it may be.

    Parameters
    ----------
    rows : DataFrame or str
        What was said of them, one of `units_of`, with what they are.
    labels : list of str
        The classes.
    method, within : str
        As for `biospectra.evaluation.recalibration.fit_recalibration` ("none" learns none) and
        `biospectra.evaluation.prediction_sets.learn_sets`.
    coverage : float
        Share of people whose set is to hold their class.

    Returns
    -------
    dict
        With people, recalibration and sets, each None where there is none, and the reasons
        why_not_recalibrated and why_no_sets.
    """
    if isinstance(rows, str):
        reasons = {"why_not_recalibrated": rows, "why_no_sets": rows}
        return {"people": 0, "recalibration": None, "sets": None} | reasons
    probability, truth, people = _arrays(rows, labels)
    reason = "the study asks for none"
    if method != "none":
        reason = why_not_recalibrated(method, truth, people, labels)
    without = why_no_sets(truth, people, labels, coverage, within)
    learnt = (probability, truth, people)
    return {
        "people": len(set(people)),
        "recalibration": fit_recalibration(method, *learnt) if reason is None else None,
        "why_not_recalibrated": reason,
        "sets": learn_sets(*learnt, within) if without is None else None,
        "why_no_sets": without,
    }


def judged_uncertainty(
    test: pd.DataFrame,
    validation: pd.DataFrame | None,
    labels: list[str],
    *,
    say: str | None = None,
    method: str,
    coverage: float,
    within: str,
    bins: int,
    draws: int,
    seed: int,
) -> tuple[dict, dict]:
    """Learn how sure a classifier may be, and judge that on other people.

    Parameters
    ----------
    test : DataFrame
        What was said of held-out people; with `fold`, where they are those of a cross-validation.
    validation : DataFrame or None
        What was said of validation people; None in a cross-validation.
    say : str or None
        A key of `LEARNT_FROM`; None in a cross-validation.
    labels : list of str
        The classes.
    method, coverage, within : str or float
        As for `learn_uncertainty`.
    bins, draws, seed : int
        As for `biospectra.evaluation.calibration.calibration`.

    Returns
    -------
    scores : dict
        With coverage, within and learnt_from (one of `LEARNT_FROM`, or `OTHER_FOLDS`), and by
        `UNITS` people (how many it was learnt from, the fewest of any fold), calibration (None
        where nothing was corrected), log_loss (as given, and corrected), why_not_recalibrated, sets
        (of `score_sets`, or None) and why_no_sets.
    learnt : dict
        By `UNITS`, what `learn_uncertainty` learnt for recordings to come.
    """
    options = {"method": method, "coverage": coverage, "within": within}
    known = {"labels": labels, "coverage": coverage, "within": within, "recalibration": method}
    if validation is None:
        source, others = OTHER_FOLDS, units_of(test, labels)
    else:
        # Where people are on both sides, what was learnt of some must not be asked of them.
        apart = validation[~validation["subject"].isin(test["subject"])]
        source, others = LEARNT_FROM[say or "none"], units_of(apart, labels)
    known |= {"learnt_from": source}
    scores, learnt = dict(known), dict(known)
    asked = units_of(test, labels)
    for unit in UNITS:
        learnt[unit] = learn_uncertainty(others[unit], labels, **options)
        if isinstance(asked[unit], str):
            scores[unit] = _scored([], labels, asked[unit], {})
            continue
        parts = [(learnt[unit], asked[unit])]
        if validation is None:
            parts = [
                (learn_uncertainty(rest, labels, **options), own)
                for own, rest in _folds(asked[unit], test)
            ]
        settings = {"bins": bins, "draws": draws, "seed": seed}
        scores[unit] = _scored(parts, labels, None, settings, coverage)
    return scores, learnt


def _folds(rows: pd.DataFrame, test: pd.DataFrame) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """Return for each fold its rows, and those of all people who have none in it.

    Of very many folds, as of one a person, several are taken together, `MOST_FITS` parts in all.
    """
    folds_of = test.groupby("subject")["fold"].agg(frozenset)  # by databases some have several
    different = list(dict.fromkeys(folds_of))
    count = min(len(different), MOST_FITS)
    found = []
    for part in (different[k::count] for k in range(count)):
        held_out, named = frozenset().union(*part), set(part)
        same = folds_of.index[[own in named for own in folds_of]]
        apart = folds_of.index[[not own & held_out for own in folds_of]]
        found.append((rows[rows["subject"].isin(same)], rows[rows["subject"].isin(apart)]))
    return [(own, rest) for own, rest in found if len(own)]


def _scored(
    parts: list[tuple[dict, pd.DataFrame]],
    labels: list[str],
    why: str | None,
    settings: dict,
    coverage: float = 1.0,
) -> dict:
    """Judge what was learnt on the people it is for; of a part without, that is the reason."""
    first = {
        key: next((part[key] for part, _ in parts if part[key]), why)
        for key in ("why_not_recalibrated", "why_no_sets")
    }
    found = {"people": min((part["people"] for part, _ in parts), default=0)} | first
    found |= {"calibration": None, "log_loss": None, "sets": None}
    arrays = [_arrays(rows, labels) for _, rows in parts]
    if why is None and first["why_not_recalibrated"] is None:
        given, truth, people = map(np.concatenate, zip(*arrays, strict=True))
        better = np.concatenate(
            [
                recalibrated(part["recalibration"], own)
                for (part, _), (own, *_) in zip(parts, arrays, strict=True)
            ]
        )
        found["calibration"] = calibration(better, truth, people, **settings)
        found["log_loss"] = {
            "given": log_loss(given, truth, people),
            "recalibrated": log_loss(better, truth, people),
        }
    if why is None and first["why_no_sets"] is None:
        _, truth, people = map(np.concatenate, zip(*arrays, strict=True))
        held = [
            prediction_sets(part["sets"], own, coverage)
            for (part, _), (own, *_) in zip(parts, arrays, strict=True)
        ]
        found["sets"] = score_sets(np.concatenate(held), truth, people, labels)
    return found


def read_uncertainty(path: str | Path, labels: list[str]) -> dict:
    """Return what a trained model's file says of how sure a classifier may be.

    Raises
    ------
    StudyError
        If it is missing or damaged, or is of other classes.
    """
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
        probability = np.full((1, len(labels)), 1 / len(labels))
        if found["labels"] != labels:
            raise ValueError("it is of other classes than the model")
        for unit in UNITS:
            own = found[unit]
            if own["recalibration"] is not None:
                recalibrated(own["recalibration"], probability)
            if own["sets"] is not None:
                prediction_sets(own["sets"], probability, float(found["coverage"]))
    except DAMAGED as problem:
        raise refused(path, problem) from problem
    return found


def with_uncertainty(
    table: pd.DataFrame, uncertainty: dict[str, dict | None], labels: list[str], unit: str
) -> pd.DataFrame:
    """Return new segments or recordings with how sure classifiers may be of each.

    Parameters
    ----------
    table : DataFrame
        With NAME_p_LABEL of each classifier and class; NaN where nothing was said.
    uncertainty : dict of str to dict or None
        By classifier, as of `read_uncertainty`; None of one of which nothing is known.
    labels : list of str
        The classes.
    unit : str
        One of `UNITS`.

    Returns
    -------
    DataFrame
        With further columns where they could be learnt: NAME_calibrated_p_LABEL, and NAME_set, the
        classes of the set, "(none)" where it is empty, "" where nothing was said.
    """
    found = table.copy()
    for name, learnt in uncertainty.items():
        if learnt is None:
            continue
        probability = table[[f"{name}_p_{label}" for label in labels]].to_numpy(float)
        known = np.isfinite(probability).all(axis=1)
        if learnt[unit]["recalibration"] is not None:
            better = np.full(probability.shape, np.nan)
            better[known] = recalibrated(learnt[unit]["recalibration"], probability[known])
            columns = [f"{name}_calibrated_p_{label}" for label in labels]
            found[columns] = better
        if learnt[unit]["sets"] is not None:
            held = prediction_sets(learnt[unit]["sets"], probability, learnt["coverage"])
            pairs = zip(held, known, strict=True)
            words = [set_in_words(own, labels) if there else "" for own, there in pairs]
            found.insert(list(found).index(name) + 1, f"{name}_set", words)
    return found
