"""The scikit-learn classifiers of kind `table`, and preparing features for them."""

from collections.abc import Callable
from functools import partial

import numpy as np

from biospectra.errors import StudyError

TABLE_WEIGHT = 10  # standardised columns that a table counts as where each counts the same
SCORED_FOLDS = 5  # of training segments, so that a support vector machine scores those left out


def _logistic_regression(seed: int, threads: int):
    from sklearn.linear_model import LogisticRegression

    return _standardised(LogisticRegression(max_iter=2000, class_weight="balanced"))


def _random_forest(seed: int, threads: int):
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(300, class_weight="balanced", random_state=seed, n_jobs=threads)


def _k_nearest_neighbours(seed: int, threads: int):
    from sklearn.neighbors import KNeighborsClassifier

    return _standardised(KNeighborsClassifier(5, algorithm="brute"))  # no tree to be stored


def _support_vector_machine(seed: int, threads: int):
    from sklearn.ensemble import StackingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold
    from sklearn.svm import SVC

    # A machine gives no probabilities: a logistic regression of its scores for each pair of classes
    # does, fitted to scores of segments that it did not learn from (Platt 1999). Balanced as well,
    # it counts each class alike. Its strong regularisation allows for people who were not seen.
    return _standardised(
        StackingClassifier(
            [("svc", SVC(class_weight="balanced", decision_function_shape="ovo"))],
            LogisticRegression(C=0.1, max_iter=2000, class_weight="balanced"),
            cv=StratifiedKFold(SCORED_FOLDS, shuffle=True, random_state=seed),
            stack_method="decision_function",
        )
    )


def _gradient_boosting(seed: int, threads: int):
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(class_weight="balanced", random_state=seed)


def _standardised(classifier):
    """Return a pipeline that brings each column to mean 0 and standard deviation 1 first."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), classifier)


# By their names in the config: each makes a new classifier, with a seed and processor threads.
CANDIDATES: dict[str, Callable] = {
    "logistic_regression": _logistic_regression,
    "random_forest": _random_forest,
    "k_nearest_neighbours": _k_nearest_neighbours,
    "support_vector_machine": _support_vector_machine,
    "gradient_boosting": _gradient_boosting,
}
# What `tune` tries of each: C, the inverse of the regularisation, the default of 1 first, which is
# taken where nothing can be chosen. The smallest are for thousands of columns of few people, where
# little but the means of classes can be learnt.
STRENGTHS = {
    "logistic_regression": ("logisticregression__C", (1.0, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 10.0)),
    "support_vector_machine": ("stackingclassifier__svc__C", (1.0, 0.1, 10.0, 100.0)),
}


def _each_alike(widths: list[int]):
    """Return the scaler in which each table of several counts as `TABLE_WEIGHT` columns would.

    Its columns are brought to mean 0 and standard deviation 1, and then divided alike.

    Parameters
    ----------
    widths : list of int
        How many of the columns, in order, are of each table.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.preprocessing import StandardScaler

    ends = np.cumsum(widths).tolist()
    parts = [
        (f"table_{i}", StandardScaler(), list(range(end - width, end)))
        for i, (width, end) in enumerate(zip(widths, ends, strict=True), 1)
    ]
    weights = {
        name: float(np.sqrt(TABLE_WEIGHT / max(1, len(columns)))) for name, _, columns in parts
    }
    return ColumnTransformer(parts, transformer_weights=weights)


def makers_of(
    names: list[str],
    *,
    tune: bool,
    seed: int,
    threads: int,
    widths: list[int] | None = None,
) -> dict[str, Callable]:
    """Return a function for each candidate, that gives a new classifier.

    Parameters
    ----------
    names : list of str
        Names of `CANDIDATES`.
    tune : bool
        Whether each of its `STRENGTHS` is a candidate by itself, called "NAME C=...".
    seed, threads : int
        Seed and threads of the classifiers.
    widths : list of int or None
        How many of the columns are of each table, for each table to count the same in a candidate
        that scales columns (trees split each by itself); None where each column counts the same.
    """

    def make(name, **options):
        made = CANDIDATES[name](seed, threads).set_params(**options)
        if widths and "standardscaler" in getattr(made, "named_steps", ()):
            made.set_params(standardscaler=_each_alike(widths))
        return made

    makers = {}
    for name in names:
        key, strengths = STRENGTHS.get(name, (None, ())) if tune else (None, ())
        for value in strengths:
            makers[f"{name} C={value:g}"] = partial(make, name, **{key: value})
        if not strengths:
            makers[name] = partial(make, name)
    return makers


def tables_of(entry: dict) -> list[str]:
    """Name the features that a classifier reads, which its entry in the config names."""
    named = entry.get("features", [])
    return named if isinstance(named, list) else [named]


def check(name: str, entry: dict, study: dict) -> None:
    """Refuse a classifier of kind `table` whose features do not go with what is asked of it.

    Parameters
    ----------
    name : str
        The entry's name under the config's `classifiers`.
    entry : dict
        The entry.
    study : dict
        The config, with all defaults.
    """
    where, tables = f"classifiers.{name}", tables_of(entry)
    if entry["balance_tables"] and len(tables) == 1:
        raise StudyError(
            f"{where}.balance_tables: it reads one, {tables[0]}, which counts alone; name several "
            "features, or leave balance_tables out."
        )
    if set(tables) & set(study["encoders"]):
        if entry["evaluation"] != "holdout" and not isinstance(entry["pooling"], str):
            raise StudyError(
                f"{where}.pooling: which of several is best is chosen on validation people, and "
                f"{entry['evaluation']} has none; take one, or holdout."
            )
        if entry["centre"] == "subject":
            raise StudyError(
                f"{where}.centre: a classifier of an encoder's features judges new recordings one "
                "by one, where a person's mean is not known; take none, or a table of features."
            )
