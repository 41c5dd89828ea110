"""Paired comparisons of two classifiers on the same people."""

import numpy as np
import pandas as pd

from biospectra.evaluation.bootstrap import (
    by_person,
    draw_people,
    drawn_sums,
    fewest_people_of_class,
    interval,
    why_no_interval,
)
from biospectra.evaluation.by_recording import by_recording, why_not_by_recording
from biospectra.evaluation.scores import SCORES, classification_scores, confusion_counts
from biospectra.evaluation.significance import detectable_difference, spread_of_folds
from biospectra.store.rows import recording_of, ticks

SAME = ["recording", "segment", "label", "subject", "database"]


def paired_difference(
    truth: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    people: np.ndarray,
    labels: list[str],
    *,
    cross_validated: bool = False,
    draws: int,
    seed: int,
) -> dict:
    """Return how much better the first answers are than the second, on the same people.

    Parameters
    ----------
    truth, first, second : ndarray, (n,)
        Classes.
    people : ndarray, (n,)
        The person of each entry.
    labels : list of str
        The classes.
    cross_validated : bool
        Whether the people are also learnt from by models of other folds.
    draws, seed : int
        Draws and seed of the bootstrap; each draw takes the same people for both.

    Returns
    -------
    dict
        With the difference of each of `SCORES`, intervals (None where there can be none), why_not,
        p_value, of the balanced accuracy, the share of draws at least as far apart when each
        person's predictions may be those of either model (two-sided; Phipson and Smyth 2010), and
        detectable, the difference that would have been found at 5 % with a power of about
        80 %, or None.
    """
    place = {label: i for i, label in enumerate(labels)}
    truth, *said = (np.array([place[label] for label in x]) for x in (truth, first, second))
    counts = [confusion_counts(truth, answers, len(labels)) for answers in said]
    own = [classification_scores(c.sum(axis=0)) for c in counts]
    result = {name: float(own[0][name] - own[1][name]) for name in SCORES}
    why = why_no_interval(people, np.array(labels)[truth])
    bounds, detectable = dict.fromkeys(SCORES), None
    if why is None:
        times = draw_people(people, truth, draws, seed)
        drawn = [classification_scores(drawn_sums(times, by_person(c, people))) for c in counts]
        fewest = fewest_people_of_class(people, truth)
        differences = {name: drawn[0][name] - drawn[1][name] for name in SCORES}
        if cross_validated:
            differences = {
                k: spread_of_folds(v, result[k], (-1, 1)) for k, v in differences.items()
            }
        bounds = {name: interval(values, fewest) for name, values in differences.items()}
        apart = differences["balanced_accuracy"]
        freedom = len(set(people)) - len(set(truth))
        detectable = detectable_difference(apart, max(freedom, 1), fewest)
    own = (by_person(c, people) for c in counts)
    p_value = _swapped(*own, cross_validated=cross_validated, draws=draws, seed=seed)
    known = {"intervals": bounds, "why_not": why, "p_value": p_value, "detectable": detectable}
    return result | known


def _swapped(
    first: np.ndarray, second: np.ndarray, *, cross_validated: bool, draws: int, seed: int
) -> float:
    """Return the p-value of two models' confusion counts (people, classes, classes) being alike."""
    swap = np.random.default_rng(seed).integers(0, 2, (draws + 1, len(first)))
    swap[0] = 0
    change = drawn_sums(swap, second - first)
    each = [
        classification_scores(first.sum(axis=0) + change),
        classification_scores(second.sum(axis=0) - change),
    ]
    apart = np.abs(each[0]["balanced_accuracy"] - each[1]["balanced_accuracy"])
    if cross_validated:
        apart[1:] = spread_of_folds(apart[1:], 0.0)
    return float((apart >= apart[0] - 1e-12).mean())


def mcnemar(truth: np.ndarray, first: np.ndarray, second: np.ndarray) -> dict:
    """Test whether two models are wrong equally often (McNemar 1947, by the exact binomial).

    It takes the entries for independent, which recordings of different people are and segments of
    one person are not.

    Parameters
    ----------
    truth, first, second : ndarray, (n,)
        Classes.

    Returns
    -------
    dict
        Keys: only_first and only_second, how many only one model has right, and the two-sided
        p_value.
    """
    from scipy.stats import binomtest

    right, other = np.asarray(first) == truth, np.asarray(second) == truth
    only_first, only_second = int((right & ~other).sum()), int((other & ~right).sum())
    n = only_first + only_second
    p_value = binomtest(only_first, n, 0.5).pvalue if n else 1.0
    return {"only_first": only_first, "only_second": only_second, "p_value": float(p_value)}


def over_channels(table: pd.DataFrame, sessions: dict[str, str], labels: list[str]) -> pd.DataFrame:
    """Answer once for each time of a session, by the mean probability of its channels.

    Parameters
    ----------
    table : DataFrame
        Of `biospectra.store.predictions.read_predictions`, of segments of single channels.
    sessions : dict of str to str
        Session of each recording.
    labels : list of str
        The classes.

    Returns
    -------
    DataFrame
        With a session for each recording, as what joins channels predicts, and `segment` by time.
    """
    columns = [f"p_{label}" for label in labels]
    session = [sessions[recording_of(name)] for name in table["recording"]]
    own = by_time(table.assign(recording=session))
    rows = own.groupby(SAME, sort=False)[columns].mean().reset_index()
    rows["predicted"] = np.array(labels)[rows[columns].to_numpy().argmax(axis=1)]
    return rows


def by_time(table: pd.DataFrame) -> pd.DataFrame:
    """Number the segments of predictions by when they start: channels number theirs each."""
    return table.assign(segment=ticks(table["start_s"]))


def compare_tables(
    first: pd.DataFrame,
    second: pd.DataFrame,
    labels: list[str],
    *,
    cross_validated: bool = False,
    draws: int,
    seed: int,
) -> dict | None:
    """Compare two models on the segments that both answered.

    Parameters
    ----------
    first, second : DataFrame
        First and second of `biospectra.store.predictions.read_predictions`.
    labels : list of str
        The classes.
    cross_validated : bool
        As for `paired_difference`.
    draws, seed : int
        Draws and seed of the bootstrap over people.

    Returns
    -------
    dict or None
        With segments, people, difference (of `paired_difference`, by segment), by_recording (the
        same) and mcnemar (by recording), both None where a class has no recording of one class
        only; None where no segment is common to both.
    """
    both = first.merge(second, on=SAME, suffixes=("", " second"))
    if both.empty:
        return None
    keys = both[SAME]
    tables = []
    for table in (first, second):
        tables.append(keys.merge(table, on=SAME, how="left", validate="one_to_one"))
    settings = {"cross_validated": cross_validated, "draws": draws, "seed": seed}
    truth, people = keys["label"].to_numpy(), keys["subject"].to_numpy()
    said = [table["predicted"].to_numpy() for table in tables]
    result = {
        "segments": len(keys),
        "people": len(set(people)),
        "difference": paired_difference(truth, *said, people, labels, **settings),
        "by_recording": None,
        "mcnemar": None,
    }
    if why_not_by_recording(keys) is not None:
        return result
    recordings = [by_recording(table, labels) for table in tables]
    told = [table["predicted"].to_numpy() for table in recordings]
    whole = recordings[0]["label"].to_numpy()
    owner = recordings[0]["subject"].to_numpy()
    return result | {
        "by_recording": paired_difference(whole, *told, owner, labels, **settings),
        "mcnemar": mcnemar(whole, *told),
    }
