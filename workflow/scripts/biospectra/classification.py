"""Classifiers of scikit-learn on tables of features."""

import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.cost import ms_per_segment, write_cost
from biospectra.folds import fewest_people, folds_of, out_of_fold, outer_folds
from biospectra.predictions import write_predictions

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

    from biospectra.balanced_svm import BalancedSVC

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


def classify(
    features: list[str],
    *,
    model: str | Path,
    choice: str | Path,
    predictions: str | Path,
    cost: str | Path,
    labels: list[str],
    names: list[str],
    tune: bool,
    pooling: str | list[str],
    centred: bool,
    evaluation: str,
    folds: int,
    seed: int,
    threads: int,
) -> None:
    """Choose a classifier without looking at the people that it is judged on.

    Parameters
    ----------
    features : HDF5 files with `features` and the rows, which are joined
    model : written; the chosen classifier, for `joblib.load`, of one file's features as they are
        pooled, of several files' as they are joined
    choice : written; balanced accuracy of each candidate where the choice was made
    predictions : written; what the chosen one says of people it never met
    cost : written, by `biospectra.cost.write_cost`
    labels : the classes
    names, tune : the candidates, of `makers_of`; the first of equals is chosen
    pooling : of an encoder's maps, as for `biospectra.features.read_features`; of several, each
        is a candidate with each candidate
    centred : whether each person's own mean is taken off, as `biospectra.features.centre` does
    evaluation : "holdout": fitted on training people, chosen on validation people, judged on test
        people; else `cross_validated` with folds of `biospectra.folds.outer_folds`
    folds : of the cross-validation
    seed, threads : of the classifiers and folds
    """
    import joblib
    from sklearn.pipeline import make_pipeline

    from biospectra.features import centre, poolings_of, projection_of, read_joined

    tables, projections = {}, {}
    for name in poolings_of(features, pooling):
        projections[name] = [projection_of(path, name, seed) for path in features]
        values, rows = read_joined(features, pooling=name, projections=projections[name])
        tables[name] = centre(values, rows["subject"].to_numpy()) if centred else values
    code = rows["label"].map({label: i for i, label in enumerate(labels)}).to_numpy()
    makers = makers_of(names, tune=tune, seed=seed, threads=threads)
    begin = time.monotonic()
    if evaluation != "holdout":
        ((used, values),) = tables.items()
        fold = outer_folds(rows, evaluation, folds=folds, seed=seed)
        probability, chosen = cross_validated(
            makers, values, code, rows, len(labels), fold=fold, folds=folds, seed=seed
        )
        kept = list(chosen[chosen["chosen"]]["candidate"])
        best = max(makers, key=kept.count)
        fitted = makers[best]().fit(values, code)
        judged, rows = np.ones(len(rows), bool), rows.assign(split="test", fold=fold)
        chosen["pooling"] = used
    else:
        probability, chosen, (best, used), fitted = held_out(
            makers, tables, code, rows, len(labels)
        )
        judged = (rows["split"] == "test").to_numpy()
    training_s = time.monotonic() - begin
    print(chosen.to_string(index=False))
    chosen.to_csv(choice, sep="\t", index=False, float_format="%.6g")
    if len(features) == 1 and projections[used][0] is not None:
        joblib.dump(make_pipeline(projections[used][0], fitted), model)
    else:
        joblib.dump(fitted, model)
    write_predictions(rows[judged], probability, labels, predictions)
    write_cost(
        cost,
        model=best,
        pooling=used,
        file=model,
        columns=tables[used].shape[1],
        parameters=None,
        training_s=training_s,
        ms=ms_per_segment(fitted.predict_proba, tables[used][judged]),
    )


def held_out(
    makers: dict[str, Callable],
    tables: dict[str, np.ndarray],
    code: np.ndarray,
    rows: pd.DataFrame,
    k: int,
) -> tuple[np.ndarray, pd.DataFrame, tuple[str, str], object]:
    """Fit candidates on training rows, choose on validation rows, answer for test rows.

    Parameters
    ----------
    makers : gives a new classifier, for each candidate
    tables : (n, columns) by each pooling, which are candidates too
    code : (n,) classes from 0 to k - 1
    rows : of each entry, with split
    k : how many classes there are

    Returns
    -------
    probability (test rows, k), the table of the choice, the chosen candidate and pooling, and
    the classifier
    """
    from sklearn.metrics import balanced_accuracy_score

    side = {name: (rows["split"] == name).to_numpy() for name in ("training", "validation", "test")}
    fitted, validated = {}, {}
    for pair in product(makers, tables):
        values = tables[pair[1]]
        fitted[pair] = makers[pair[0]]().fit(values[side["training"]], code[side["training"]])
        # By what it is judged by: predict of some is another rule than the largest probability.
        likely = fitted[pair].predict_proba(values[side["validation"]]).argmax(axis=1)
        said = fitted[pair].classes_[likely]
        validated[pair] = balanced_accuracy_score(code[side["validation"]], said)
    best = max(validated, key=validated.get)
    values, chosen = tables[best[1]], fitted[best]
    probability = np.zeros((int(side["test"].sum()), k))
    probability[:, chosen.classes_] = chosen.predict_proba(values[side["test"]])
    choice = _choice(validated, best)
    choice[["candidate", "pooling"]] = choice["candidate"].tolist()
    return probability, choice, best, chosen


def cross_validated(
    makers: dict[str, Callable],
    values: np.ndarray,
    code: np.ndarray,
    rows: pd.DataFrame,
    k: int,
    *,
    fold: np.ndarray,
    folds: int,
    seed: int,
) -> tuple[np.ndarray, pd.DataFrame]:
    """Answer for every person by a model that was chosen and fitted on other people alone.

    Within the training people of each fold, the candidates are cross-validated again, by person,
    and the best is fitted on all of them (nested cross-validation; Varma and Simon 2006). Where a
    class has one training person left, nothing can be chosen, and the first candidate is taken.

    Parameters
    ----------
    makers : gives a new classifier, with all preprocessing that learns inside, for each candidate
    values : (n, columns)
    code, rows, k : as for `held_out`; rows with subject and label
    fold : (n,) of the outer cross-validation; people of one that is held out are so wholly
    folds : of the inner one
    seed : of the inner folds

    Returns
    -------
    probability (n, k), the table of the choices
    """
    from sklearn.metrics import balanced_accuracy_score

    tables = []

    def choose(training: np.ndarray):
        own = rows.iloc[training].reset_index(drop=True)
        validated = dict.fromkeys(makers, np.nan)
        best = next(iter(makers))
        if len(makers) > 1 and fewest_people(own)[1] > 1:
            inner = folds_of(own, folds=folds, seed=seed + 1)
            for name, make in makers.items():
                said = out_of_fold(
                    lambda _, m=make: m(), values[training], code[training], inner, k
                )
                validated[name] = balanced_accuracy_score(code[training], said.argmax(axis=1))
            best = max(validated, key=validated.get)
        tables.append(_choice(validated, best).assign(fold=len(tables)))
        return makers[best]()

    probability = out_of_fold(choose, values, code, fold, k, rows["subject"].to_numpy(dtype=str))
    return probability, pd.concat(tables, ignore_index=True)


def chosen_pooling(choice: str | Path) -> str:
    """Read the pooling that was chosen, from the table of a choice on validation people."""
    table = pd.read_csv(choice, sep="\t", keep_default_na=False)
    return str(table.loc[table["chosen"], "pooling"].iloc[0])


def _choice(validated: dict[str, float], best: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"candidate": n, "validation_balanced_accuracy": value, "chosen": n == best}
            for n, value in validated.items()
        ]
    )
