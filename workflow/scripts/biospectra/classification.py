"""Classifiers of scikit-learn on tables of features."""

from pathlib import Path

import numpy as np
import pandas as pd

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
            300, class_weight="balanced", random_state=seed, n_jobs=-1
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
    features: str | Path,
    *,
    model: str | Path,
    choice: str | Path,
    predictions: str | Path,
    labels: list[str],
    names: list[str],
    pooling: str,
    seed: int,
) -> None:
    """Fit classifiers on training rows, choose one on validation rows, judge it on test rows.

    Parameters
    ----------
    features : HDF5 file with `features` and the rows
    model : written; the chosen classifier, for `joblib.load`
    choice : written; balanced accuracy of each candidate on the validation rows
    predictions : written; what the chosen one says of the test rows
    labels : the classes
    names : the candidates; the first of equals is chosen
    pooling : of an encoder's maps, as for `biospectra.features.read_features`
    seed : of the classifiers
    """
    import joblib
    from sklearn.metrics import balanced_accuracy_score

    from biospectra.features import read_features

    values, rows = read_features(features, pooling=pooling)
    side = {name: (rows["split"] == name).to_numpy() for name in ("training", "validation", "test")}
    code = rows["label"].map({label: i for i, label in enumerate(labels)}).to_numpy()
    fitted, validated = {}, {}
    for name in names:
        classifier = candidates(seed)[name]
        classifier.fit(values[side["training"]], code[side["training"]])
        said = classifier.predict(values[side["validation"]])
        fitted[name] = classifier
        validated[name] = balanced_accuracy_score(code[side["validation"]], said)
        print(f"{name}: balanced accuracy {validated[name]:.3f} on validation", flush=True)
    best = max(names, key=validated.get)
    pd.DataFrame(
        [
            {"candidate": n, "validation_balanced_accuracy": validated[n], "chosen": n == best}
            for n in names
        ]
    ).to_csv(choice, sep="\t", index=False, float_format="%.6g")
    joblib.dump(fitted[best], model)
    probability = np.zeros((int(side["test"].sum()), len(labels)))
    probability[:, fitted[best].classes_] = fitted[best].predict_proba(values[side["test"]])
    write_predictions(rows[side["test"]], probability, labels, predictions)
