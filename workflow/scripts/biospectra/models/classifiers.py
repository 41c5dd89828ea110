"""The scikit-learn classifiers, and preparing features for them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from biospectra.store.features import feature_shape

# What `tune` tries of each, instead of 1, the default: C, the inverse of the regularisation.
STRENGTHS = {
    "logistic_regression": ("logisticregression__C", (0.001, 0.01, 0.1, 1.0, 10.0)),
    "support_vector_machine": ("balancedsvc__C", (0.1, 1.0, 10.0, 100.0)),
}


def candidates(seed: int, threads: int = 2) -> dict:
    """Return the scikit-learn classifiers to choose from, by their name in the config."""
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from biospectra.models.balanced_svm import BalancedSVC

    return {
        "logistic_regression": make_pipeline(
            StandardScaler(), LogisticRegression(max_iter=2000, class_weight="balanced")
        ),
        "random_forest": RandomForestClassifier(
            300, class_weight="balanced", random_state=seed, n_jobs=threads
        ),
        "k_nearest_neighbours": make_pipeline(StandardScaler(), KNeighborsClassifier(5)),
        "support_vector_machine": make_pipeline(
            StandardScaler(),
            BalancedSVC(class_weight="balanced", probability=True, random_state=seed),
        ),
        "gradient_boosting": HistGradientBoostingClassifier(
            class_weight="balanced", random_state=seed
        ),
    }


def makers_of(names: list[str], *, tune: bool, seed: int, threads: int) -> dict[str, Callable]:
    """Return a function for each candidate, that gives a new classifier.

    Parameters
    ----------
    names : of `candidates`
    tune : whether each of its `STRENGTHS` is a candidate by itself, called "NAME C=..."
    seed, threads : of the classifiers
    """
    makers = {}
    for name in names:
        key, strengths = STRENGTHS.get(name, (None, ())) if tune else (None, ())
        for value in strengths:
            makers[f"{name} C={value:g}"] = lambda name=name, options={key: value}: candidates(
                seed, threads
            )[name].set_params(**options)
        if not strengths:
            makers[name] = lambda name=name: candidates(seed, threads)[name]
    return makers


MOST_COLUMNS = 1024  # of "flat" for a classifier; see `projection_of`


def projection_of(path: str | Path, pooling: str, seed: int):
    """Return what makes an encoder's flat maps few enough for a classifier.

    A sparse random projection (Achlioptas 2003; Li, Hastie and Church 2006) to `MOST_COLUMNS`
    numbers. It learns nothing of any person, and keeps distances between segments to about 5 %.
    (The published maps are 76,800 numbers: 10,000 segments would be 3 GB, and are 41 MB.)

    Parameters
    ----------
    path : HDF5 file with `features`
    pooling : as for `read_features`
    seed : of the projection

    Returns
    -------
    a fitted sklearn.random_projection.SparseRandomProjection; None where nothing is too many
    """
    from sklearn.random_projection import SparseRandomProjection

    shape = feature_shape(path)
    columns = int(np.prod(shape))
    if pooling != "flat" or len(shape) == 1 or columns <= MOST_COLUMNS:
        return None
    return SparseRandomProjection(MOST_COLUMNS, random_state=seed).fit(np.zeros((1, columns)))


def centre(values: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Subtract each person's own mean, over all segments of this person, whatever their class.

    Parameters
    ----------
    values : (n, columns)
    people : (n,) the person of each row
    """
    names, person = np.unique(people, return_inverse=True)
    sums = np.zeros((len(names), values.shape[1]))
    np.add.at(sums, person, values)
    return (values - (sums / np.bincount(person)[:, None])[person]).astype(values.dtype)
