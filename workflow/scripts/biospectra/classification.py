"""Classifiers of scikit-learn on tables of features."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.folds import fewest_people, folds_of, one_person_folds, out_of_fold
from biospectra.predictions import write_predictions


def candidates(seed: int) -> dict:
    """Return the scikit-learn classifiers to choose from, by their name in the config."""
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    return {
        "logistic_regression": make_pipeline(
            StandardScaler(), LogisticRegression(max_iter=2000, class_weight="balanced")
        ),
        "random_forest": RandomForestClassifier(
            300, class_weight="balanced", random_state=seed, n_jobs=2
        ),
        "k_nearest_neighbours": make_pipeline(StandardScaler(), KNeighborsClassifier(5)),
        "support_vector_machine": make_pipeline(
            StandardScaler(), SVC(class_weight="balanced", probability=True, random_state=seed)
        ),
        "gradient_boosting": HistGradientBoostingClassifier(
            class_weight="balanced", random_state=seed
        ),
    }


def classify(
    features: list[str],
    *,
    model: str | Path,
    choice: str | Path,
    predictions: str | Path,
    labels: list[str],
    names: list[str],
    pooling: str,
    centred: bool,
    evaluation: str,
    folds: int,
    seed: int,
) -> None:
    """Choose a classifier without looking at the people that it is judged on.

    Parameters
    ----------
    features : HDF5 files with `features` and the rows, which are joined
    model : written; the chosen classifier, for `joblib.load`
    choice : written; balanced accuracy of each candidate where the choice was made
    predictions : written; what the chosen one says of people it never met
    labels : the classes
    names : the candidates; the first of equals is chosen
    pooling : of an encoder's maps, as for `biospectra.features.read_features`
    centred : whether each person's own mean is taken off, as `biospectra.features.centre` does
    evaluation : "holdout": fitted on training people, chosen on validation people, judged on test
        people; "cross_validation": each person is held out once, as `cross_validated`;
        "leave_one_person_out": each by himself
    folds : of the cross-validation
    seed : of the classifiers and folds
    """
    import joblib

    from biospectra.features import centre, read_joined

    values, rows = read_joined(features, pooling=pooling)
    if centred:
        values = centre(values, rows["subject"].to_numpy())
    code = rows["label"].map({label: i for i, label in enumerate(labels)}).to_numpy()
    makers = {name: lambda name=name: candidates(seed)[name] for name in names}
    if evaluation != "holdout":
        if evaluation == "cross_validation":
            fold = folds_of(rows, folds=folds, seed=seed)
        else:
            fold = one_person_folds(rows)
        probability, chosen = cross_validated(
            makers, values, code, rows, len(labels), fold=fold, folds=folds, seed=seed
        )
        kept = list(chosen[chosen["chosen"]]["candidate"])
        fitted = makers[max(names, key=kept.count)]().fit(values, code)
        rows = rows.assign(split="test", fold=fold)
    else:
        probability, chosen, fitted = held_out(makers, values, code, rows, len(labels))
        rows = rows[rows["split"] == "test"]
    print(chosen.to_string(index=False))
    chosen.to_csv(choice, sep="\t", index=False, float_format="%.6g")
    joblib.dump(fitted, model)
    write_predictions(rows, probability, labels, predictions)


def held_out(
    makers: dict[str, Callable], values: np.ndarray, code: np.ndarray, rows: pd.DataFrame, k: int
) -> tuple[np.ndarray, pd.DataFrame, object]:
    """Fit candidates on training rows, choose on validation rows, answer for test rows.

    Parameters
    ----------
    makers : gives a new classifier, for each candidate
    values : (n, columns)
    code : (n,) classes from 0 to k - 1
    rows : of each entry, with split
    k : how many classes there are

    Returns
    -------
    probability (test rows, k), the table of the choice, the chosen classifier
    """
    from sklearn.metrics import balanced_accuracy_score

    side = {name: (rows["split"] == name).to_numpy() for name in ("training", "validation", "test")}
    fitted, validated = {}, {}
    for name, make in makers.items():
        fitted[name] = make().fit(values[side["training"]], code[side["training"]])
        said = fitted[name].predict(values[side["validation"]])
        validated[name] = balanced_accuracy_score(code[side["validation"]], said)
    best = max(validated, key=validated.get)
    probability = np.zeros((int(side["test"].sum()), k))
    probability[:, fitted[best].classes_] = fitted[best].predict_proba(values[side["test"]])
    return probability, _choice(validated, best), fitted[best]


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
    values, code, rows, k : as for `held_out`; rows with subject and label
    fold : (n,) of the outer cross-validation
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

    probability = out_of_fold(choose, values, code, fold, k)
    return probability, pd.concat(tables, ignore_index=True)


def _choice(validated: dict[str, float], best: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"candidate": n, "validation_balanced_accuracy": value, "chosen": n == best}
            for n, value in validated.items()
        ]
    )
