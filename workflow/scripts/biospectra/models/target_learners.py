"""The scikit-learn models of a target: several labels at once, or a number, from features."""

import numpy as np

from biospectra.models.classifiers import tables_of
from biospectra.models.fitting import limit_trees, rows_to_learn
from biospectra.store.features import StoredFeatures, blocks_of

LEARNERS = ("linear", "forest")
TREES = 200
STRENGTHS_OF_RIDGE = np.logspace(-2, 4, 13)
CHOOSING_FOLDS = 5  # of people, in which the strength is chosen


def fit_learner(
    name: str,
    kind: str,
    values: np.ndarray | StoredFeatures,
    target: np.ndarray,
    people: np.ndarray,
    seed: int,
):
    """Return a scikit-learn model fitted to segments.

    The strength of ridge regression is that of the smallest squared error of people who were left
    out (folds of whole people): by segment it would be chosen for people who are known already.
    Of very many rows some are learnt from, as `biospectra.models.fitting.rows_to_learn` draws them.

    Parameters
    ----------
    name : str
        One of `LEARNERS`.
    kind : str
        "labels" or "number".
    values : ndarray or StoredFeatures, (n, columns)
    target : ndarray, (n, labels) or (n, 1)
        Which labels each has, or the number.
    people : ndarray, (n,)
        The person of each row.
    seed : int
        Of the forest.
    """
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    code = np.zeros(len(target), int)
    if kind == "labels":  # some of each combination, so that there is somebody with each label
        code = np.unique(target, axis=0, return_inverse=True)[1].ravel()
    rows = rows_to_learn(code, values.shape[1])
    values, target, people = np.asarray(values[rows]), target[rows], people[rows]
    given = target.astype(bool) if kind == "labels" else target.astype(float)
    given = given[:, 0] if given.shape[1] == 1 else given
    if name == "forest":
        made = RandomForestClassifier if kind == "labels" else RandomForestRegressor
        model = made(TREES, min_samples_leaf=2, random_state=seed, n_jobs=1)
        limit_trees(model, len(given))
    elif kind == "labels":
        each = LogisticRegression(max_iter=2000)
        model = make_pipeline(StandardScaler(), OneVsRestClassifier(each))
    else:
        return _ridge(values, given, people)
    return model.fit(values, given)


def _ridge(values: np.ndarray, given: np.ndarray, people: np.ndarray):
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import GridSearchCV, GroupKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), Ridge())
    folds = min(CHOOSING_FOLDS, len(np.unique(people)))
    if folds < 2:
        return model.fit(values, given)
    search = GridSearchCV(
        model,
        {"ridge__alpha": STRENGTHS_OF_RIDGE},
        scoring="neg_mean_squared_error",
        cv=GroupKFold(folds),
    )
    return search.fit(values, given, groups=people).best_estimator_


def said_by(model, values: np.ndarray | StoredFeatures, kind: str, outputs: int) -> np.ndarray:
    """Return what a fitted model says of segments.

    Parameters
    ----------
    model : of `fit_learner`
    values : ndarray or StoredFeatures, (n, columns)
    kind : str
        "labels" or "number".
    outputs : int
        How many labels; 1 of a number.

    Returns
    -------
    ndarray, (n, outputs), float64
        The probability of each label, or the number.
    """
    parts = [_said_by(model, np.asarray(values[rows]), kind, outputs) for rows in blocks_of(values)]
    return np.concatenate([np.zeros((0, outputs)), *parts])


def _said_by(model, values: np.ndarray, kind: str, outputs: int) -> np.ndarray:
    if kind == "number":
        return np.asarray(model.predict(values), float).reshape(-1, 1)
    found = model.predict_proba(values)
    if isinstance(found, list):  # of a forest: a table for each label
        pairs = zip(found, model.classes_, strict=True)
        found = np.stack([p[:, list(known).index(True)] for p, known in pairs], axis=1)
    elif outputs == 1:  # scikit-learn then gives those without it a column, too
        found = found[:, -1:]
    return np.asarray(found, float)


def model_of(entry: dict) -> str:
    """Say in a few words what predicts a target, of its entry in the config.

    Examples
    --------
    >>> model_of({"features": ["bands", "beats"], "learner": "linear"})
    'linear, bands + beats'
    >>> model_of({"network": {"kind": "cnn", "input": "samples"}})
    'cnn, samples'
    """
    if "network" in entry:
        network = entry["network"]
        return f"{network['kind']}, {network.get('input') or network['encoder']}"
    return f"{entry['learner']}, {' + '.join(tables_of(entry))}"
