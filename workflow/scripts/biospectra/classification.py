"""Classifiers: scikit-learn's on tables of features, and a small CNN on images."""

from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.scores import write_predictions


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
        [{"candidate": n, "validation_balanced_accuracy": validated[n], "chosen": n == best}
         for n in names]
    ).to_csv(choice, sep="\t", index=False, float_format="%.6g")
    joblib.dump(fitted[best], model)
    probability = np.zeros((int(side["test"].sum()), len(labels)))
    probability[:, fitted[best].classes_] = fitted[best].predict_proba(values[side["test"]])
    write_predictions(rows[side["test"]], probability, labels, predictions)


def build_cnn(shape: tuple[int, int, int], classes: int, filters: list[int], dense: int):
    """Build system B's small CNN.

    Parameters
    ----------
    shape : (height, width, channels) of an image
    classes : how many
    filters : of each 3x3 convolution, followed by 2x2 max pooling
    dense : units of the hidden layer

    Returns
    -------
    keras.Model whose output is the probability of each class, (classes,) float32
    """
    import keras
    from keras import layers

    image = keras.Input(shape, name="image")
    maps = image
    for count in filters:
        maps = layers.Conv2D(count, 3, activation="relu")(maps)
        maps = layers.MaxPooling2D(2)(maps)
    hidden = layers.Dense(dense, activation="relu")(layers.Flatten()(maps))
    probability = layers.Dense(classes, activation="softmax", dtype="float32")(hidden)
    return keras.Model(image, probability, name="cnn")


def train_cnn(
    images: list[str],
    split: str | Path,
    *,
    model: str | Path,
    history: str | Path,
    predictions: str | Path,
    labels: list[str],
    settings: dict,
    seed: int,
    threads: int,
) -> None:
    """Train the CNN on training images, watch the validation images, judge the test images.

    Parameters
    ----------
    images : HDF5 files of the images
    split : split.tsv
    model, history : written; the model after the last epoch
    predictions : written; what it says of the test rows
    labels : the classes
    settings : an entry of the config's `classifiers`
    seed, threads : of training
    """
    from functools import partial

    from biospectra import network
    from biospectra.checkpoint import checkpoint_beside, fingerprint, fit
    from biospectra.chosen import chosen_rows, shape_of

    network.start(threads=threads, seed=seed, precision=settings["precision"])
    import keras

    code = {label: i for i, label in enumerate(labels)}
    rows = {
        name: chosen_rows(images, split, [name]).assign(code=lambda t: t["label"].map(code))
        for name in ("training", "validation", "test")
    }
    shape = (*shape_of(rows["training"]), 1)[:3]
    with network.strategy().scope():
        cnn = build_cnn(shape, len(labels), settings["filters"], settings["dense"])
        cnn.compile(
            keras.optimizers.SGD(settings["learning_rate"], momentum=settings["momentum"]),
            "sparse_categorical_crossentropy",
            metrics=["accuracy"],
        )
    cnn.summary(print_fn=print)
    size, epochs = settings["batch_size"], settings["epochs"]
    training = network.image_batches(rows["training"], size, target="code", seed=seed)
    measured = fit(
        cnn,
        training,
        network.image_batches(rows["validation"], size, target="code", seed=None),
        epochs=epochs,
        patience=None,
        path=checkpoint_beside(model),
        stamp=fingerprint([*images, split], **settings | {"epochs": None}, seed=seed),
        report=partial(network.report_batches, epochs=epochs, steps=len(training), batch_size=size),
    )
    network.write_history(measured, history)
    cnn.save(model)
    # Loaded anew, on one device: a model spread over several answers a batch once on each.
    judged = keras.models.load_model(model)
    parts = [said for _, _, said in network.predictions(judged, rows["test"], size)]
    write_predictions(rows["test"], np.concatenate(parts), labels, predictions)
