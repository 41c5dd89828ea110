"""The steps of `segments.py` that fit classifiers and score them."""

from pathlib import Path

from segment_data import LABELS, SEED, files


def classify(folder: Path, name: str, features: str = "features.h5") -> None:
    """Choose among one kind of classifier and predict the test segments."""
    from biospectra.steps.classify import classify as run

    run(
        [str(folder / features)],
        model=folder / "model.skops",
        choice=folder / "choice.tsv",
        predictions=folder / "predictions.tsv",
        validation=folder / "validation.tsv",
        cost=folder / "cost.json",
        labels=LABELS,
        names=[name],
        tune=False,
        pooling="flat",
        centred=False,
        evaluation="holdout",
        folds=5,
        seed=SEED,
        threads=1,
    )


def k_nearest_neighbours(folder: Path) -> None:
    """Classify by the nearest neighbours."""
    classify(folder, "k_nearest_neighbours")


def gradient_boosting(folder: Path) -> None:
    """Classify by boosted trees."""
    classify(folder, "gradient_boosting")


def random_forest(folder: Path) -> None:
    """Classify by a random forest."""
    classify(folder, "random_forest")


def wide_classifier(folder: Path) -> None:
    """Classify flat features of 1,024 columns by logistic regression."""
    classify(folder, "logistic_regression", "wide.h5")


def logistic_regression(folder: Path) -> None:
    """Classify by logistic regression."""
    classify(folder, "logistic_regression")


def confusion_matrix(folder: Path) -> None:
    """Score the predictions of the classifier before."""
    from biospectra.steps.confusion_matrix import evaluate

    evaluate(
        folder / "predictions.tsv",
        folder / "cost.json",
        picture=[folder / "confusion.png"],
        reliability=[folder / "reliability.png"],
        scores=folder / "scores.json",
        labels=LABELS,
        name="bench",
        validation=folder / "validation.tsv",
        uncertainty=folder / "uncertainty.json",
        evaluation="holdout",
        split_by="subject",
        by_label={},
        transductive=[],
        columns=["database"],
        draws=1000,
        calibration_bins=10,
        recalibration="temperature",
        coverage=0.9,
        coverage_within="all",
        seed=SEED,
    )


def compare(folder: Path) -> None:
    """Compare two classifiers."""
    from biospectra.steps.compare import compare as run

    names = ("one", "other")
    run(
        dict.fromkeys(names, folder / "predictions.tsv"),
        dict.fromkeys(names, folder / "scores.json"),
        dict.fromkeys(names, folder / "cost.json"),
        output=folder / "pairs.json",
        table=folder / "pairs.tsv",
        page=folder / "pairs.html",
        figures=[folder / "pairs.png"],
        labels=LABELS,
        joined=[],
        sessions=[],
        draws=1000,
        seed=SEED,
    )


def leakage(folder: Path) -> None:
    """Score random segments, recordings and people as units of splitting."""
    from biospectra.steps.leakage import leakage as run

    run(
        folder / "features.h5",
        scores=folder / "leakage.json",
        table=folder / "leakage.tsv",
        labels=LABELS,
        name="bench",
        classifier="random_forest",
        folds=5,
        draws=1000,
        seed=SEED,
    )


def audit(folder: Path) -> None:
    """Predict the class from what is not physiology."""
    from biospectra.steps.audit import audit as run

    run(
        files(folder, "segments"),
        folder / "split.tsv",
        files(folder, "recorders"),
        scores=folder / "audit.json",
        figures=[folder / "audit.png"],
        labels=LABELS,
        folds=5,
        draws=1000,
        seed=SEED,
        common_band=False,
        columns=[],
    )
