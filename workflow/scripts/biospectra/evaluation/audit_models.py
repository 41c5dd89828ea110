"""The audit's own model, and what it owes to the band that only some recorders have."""

from itertools import pairwise

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.evaluation.cross_validation import folds_of, out_of_fold
from biospectra.evaluation.paired import paired_difference
from biospectra.evaluation.scores import score
from biospectra.signals.resampling import TRANSITION, limit_band

FLOOR = 1e-7  # of a segment's power: 70 dB down, below what an image shows and a filter leaves
BANDS = 18  # of the whole spectrum, equal on a logarithmic axis


def relative_band_powers(signals: np.ndarray, rate_hz: float, edges_hz: np.ndarray) -> np.ndarray:
    """Return the share of each segment's power in some bands, as log10 and never below `FLOOR`.

    Parameters
    ----------
    signals : ndarray, (n, samples)
    rate_hz : float
        Sampling rate.
    edges_hz : ndarray
        (bands + 1,) ends of the bands, rising.

    Returns
    -------
    ndarray, (n, bands)
        The Blackman-Harris window keeps a strong low frequency out of the high bands.
    """
    from scipy.signal import periodogram

    frequency_hz, power = periodogram(signals, rate_hz, window="blackmanharris", axis=-1)
    total = np.maximum(power[:, 1:].sum(axis=1), 1e-300)
    inside = [(frequency_hz >= low) & (frequency_hz < high) for low, high in pairwise(edges_hz)]
    shares = np.stack([power[:, band].sum(axis=1) / total for band in inside], axis=1)
    return np.log10(np.maximum(shares, FLOOR))


def forest(seed: int):
    """Return the classifier of the audit and the leakage table: a small random forest."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        100, class_weight="balanced", min_samples_leaf=2, random_state=seed, n_jobs=1
    )


def answers(
    values: np.ndarray, rows: pd.DataFrame, labels: list[str], *, folds: int, seed: int
) -> np.ndarray:
    """Return the class (n,) that a forest tells of each row, of people held out."""
    code = rows["label"].map({label: i for i, label in enumerate(labels)}).to_numpy()
    fold = folds_of(rows, folds=folds, seed=seed)
    probability = out_of_fold(lambda *_: forest(seed), values, code, fold, len(labels))
    return np.array(labels)[probability.argmax(axis=1)]


def predict_class(
    values: np.ndarray,
    rows: pd.DataFrame,
    labels: list[str],
    *,
    unit: str,
    folds: int,
    draws: int,
    seed: int,
) -> dict:
    """Score how well some values predict the class of people held out.

    Parameters
    ----------
    values : ndarray, (n, columns)
    rows : DataFrame
        Rows of each entry, with label, subject and recording.
    labels : list of str
        The classes.
    unit : str
        What an entry is, segments or recordings.
    folds : int
        Folds of the cross-validation, by person.
    draws, seed : int
        As for `biospectra.evaluation.scores.score`, and of folds and forest.

    Returns
    -------
    dict
        Dict of `biospectra.evaluation.scores.score`.
    """
    said = answers(values, rows, labels, folds=folds, seed=seed)
    truth, people = rows["label"].to_numpy(), rows["subject"].to_numpy()
    settings = {"cross_validated": True, "draws": draws, "seed": seed}
    return score(truth, said, people, labels, unit=unit, **settings)


def silhouettes(values: np.ndarray, rows: pd.DataFrame) -> dict[str, float | None]:
    """Return the silhouettes of class, database and person among some values (n, columns).

    Columns are brought to one spread. None where there is one group, or each entry is its own.
    """
    from sklearn.metrics import silhouette_score

    spread = values.std(axis=0)
    even = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1)
    found = {}
    for name, column in (("class", "label"), ("database", "database"), ("person", "subject")):
        groups = rows[column].nunique()
        several = 2 <= groups < len(rows)
        found[name] = float(silhouette_score(even, rows[column])) if several else None
    return found


def band_comparison(
    rows: pd.DataFrame,
    signals: np.ndarray,
    labels: list[str],
    *,
    rate_hz: float,
    lowest_hz: float,
    folds: int,
    draws: int,
    seed: int,
) -> dict | None:
    """Compare one model on segments as they are and limited to the band that all recorders have.

    Parameters
    ----------
    rows : DataFrame
        Rows of the segments.
    signals : ndarray, (n, samples)
    labels : list of str
        The classes.
    rate_hz : float
        The study's sampling rate.
    lowest_hz : float
        The lowest native Nyquist frequency.
    folds, draws, seed : int
        As for `predict_class`.

    Returns
    -------
    dict or None
        With whole and common (balanced_accuracy and silhouettes of each), difference (of
        `paired_difference`, whole minus common) and up_to_hz; None where a class has too few
        people.
    """
    edges = np.geomspace(0.5, rate_hz / 2, BANDS + 1)
    # A recorder's own filter falls just below its Nyquist frequency, and must not be told either.
    limit_hz = (1 - TRANSITION) * lowest_hz
    limited = np.stack([limit_band(one, rate_hz, limit_hz) for one in signals])
    truth, people = rows["label"].to_numpy(), rows["subject"].to_numpy()
    result, said = {}, {}
    try:
        for name, these in (("whole", signals), ("common", limited)):
            values = relative_band_powers(these, rate_hz, edges)
            said[name] = answers(values, rows, labels, folds=folds, seed=seed)
            scored = score(truth, said[name], people, labels, draws=draws, seed=seed)
            result[name] = {
                "balanced_accuracy": scored["balanced_accuracy"],
                "interval": scored["intervals"]["balanced_accuracy"],
                "silhouettes": silhouettes(values, rows),
            }
    except StudyError:  # too few people, as the predictors say
        return None
    difference = paired_difference(
        truth,
        said["whole"],
        said["common"],
        people,
        labels,
        cross_validated=True,
        draws=draws,
        seed=seed,
    )
    return result | {"difference": difference, "up_to_hz": rate_hz / 2}
