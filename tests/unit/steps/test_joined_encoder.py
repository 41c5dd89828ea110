"""What an encoder makes of the channels of a session is joined where it is read alone."""

import json

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.evaluation.fold_splits import split_of_fold
from biospectra.evaluation.split import SPLITS
from biospectra.features.joined import read_joined
from biospectra.models.projection import MOST_COLUMNS, projection_of
from biospectra.models.saved_estimator import read_estimator
from biospectra.steps.apply_targets import read_given_tables
from biospectra.steps.benchmark_encoders import benchmark_encoders
from biospectra.steps.classify import classify
from biospectra.steps.predict_target import predict
from biospectra.store.features import read_features
from biospectra.store.rows import write_table

CHANNELS, FOLDS, TIMES = ("left", "right"), 3, 4
SESSIONS = [
    {"recording": f"s{person:02}_{channel}", "session": f"s{person:02}", "channel": channel}
    for person in range(18)
    for channel in CHANNELS
]
LARGE = (4, 32, 16)  # of these maps a classifier reads a projection


def rows_of_channels() -> pd.DataFrame:
    """Rows of 18 people of two classes, each with one session of two channels."""
    table = pd.DataFrame(SESSIONS).loc[lambda own: own.index.repeat(TIMES)].reset_index(drop=True)
    person, segment = np.arange(len(table)) // (2 * TIMES), np.arange(len(table)) % TIMES
    return pd.DataFrame(
        {
            "recording": table["recording"],
            "segment": segment,
            "start_s": segment * 0.1,
            "label": np.where(person % 2, "a", "b"),
            "subject": [f"p{i:02}" for i in person],
            "database": "one",
            "split": np.array(SPLITS)[person // 2 % 3],
            "age": (person % 2 + 20).astype(str),
        }
    )


def maps_of(rows: pd.DataFrame, seed: int, shape=(2, 3, 2)) -> np.ndarray:
    """Maps by whose difference between the channels a class is told, and by none of them alone."""
    random = np.random.default_rng(seed)
    level = np.repeat(random.normal(0, 20, len(rows) // 2).reshape(-1, TIMES), 2, axis=0).ravel()
    right = rows["recording"].str.endswith("right") & (rows["label"] == "a")
    level += 8 * right.to_numpy()
    return random.normal(0, 0.1, (len(rows), *shape)) + level[:, None, None, None]


def write(path, maps: np.ndarray, rows: pd.DataFrame) -> str:
    with h5py.File(path, "w") as file:
        file["features"] = maps.astype(np.float32)
        write_table(file, "rows", rows)
    return str(path)


@pytest.fixture(scope="module")
def folded(tmp_path_factory):
    """Files of a study's encoder and of those of its folds, and the splits of these."""
    folder, rows = tmp_path_factory.mktemp("folds"), rows_of_channels()
    whole = write(folder / "whole.h5", maps_of(rows, 0), rows)
    files, splits = [], []
    for k in range(FOLDS):
        split = split_of_fold(rows, k, folds=FOLDS, seed=1)
        split.to_csv(folder / f"{k}.tsv", sep="\t", index=False)
        splits.append(str(folder / f"{k}.tsv"))
        files.append(write(folder / f"{k}.h5", maps_of(rows, k + 1), split))
    return whole, files, splits


def classified(folder, features: list[str], folded=None, **changes) -> pd.DataFrame:
    settings = {
        "labels": ["a", "b"],
        "names": ["logistic_regression"],
        "tune": False,
        "pooling": "time",
        "centred": False,
        "evaluation": "cross_validation" if folded else "holdout",
        "folds": FOLDS,
        "seed": 1,
        "threads": 1,
    }
    paths = {key: folder / key for key in ("model", "choice", "predictions", "cost")}
    classify(features, folded, **paths, **settings | changes)
    return pd.read_csv(paths["predictions"], sep="\t")


@pytest.mark.parametrize("in_folds", [False, True])
def test_a_classifier_of_an_encoder_reads_the_channels_side_by_side(in_folds, folded, tmp_path):
    whole, files, _ = folded
    given = [[file] for file in files] if in_folds else None
    by_session = classified(tmp_path, [whole], given, sessions=SESSIONS)
    people = 18 if in_folds else 6
    assert len(by_session) == people * TIMES
    assert set(by_session["recording"]) <= {one["session"] for one in SESSIONS}
    assert (by_session["predicted"] == by_session["label"]).all()
    assert read_estimator(tmp_path / "model").n_features_in_ == 2 * 2 * 2  # of both channels
    by_channel = classified(tmp_path, [whole], given)
    assert len(by_channel) == 2 * people * TIMES
    assert (by_channel["predicted"] == by_channel["label"]).mean() < 0.75


@pytest.mark.parametrize("sessions", [None, SESSIONS])
def test_new_recordings_go_through_the_same_projection_of_large_maps(sessions, tmp_path):
    rows = rows_of_channels()
    (tmp_path / "features").mkdir()
    file = write(tmp_path / "features/net.h5", maps_of(rows, 0, LARGE), rows)
    said = classified(tmp_path, [file], sessions=sessions, pooling="flat")
    entry = {"features": "net", "pooling": "flat"}
    values, own = read_given_tables(tmp_path, entry, 1, sessions)
    assert values.shape[1] == (2 * MOST_COLUMNS if sessions else np.prod(LARGE))
    test = (own["split"] == "test").to_numpy()
    assert own[test]["recording"].tolist() == said["recording"].tolist()
    again = read_estimator(tmp_path / "model").predict_proba(values[test])
    np.testing.assert_allclose(again[:, 0], said["p_a"], atol=1e-4)


def test_each_channel_is_projected_before_it_is_joined(tmp_path):
    rows = rows_of_channels()
    file = write(tmp_path / "net.h5", maps_of(rows, 0, LARGE), rows)
    projection = projection_of(file, "flat", 1)
    values, own, widths = read_joined([file], projections=[projection], sessions=SESSIONS)
    assert (widths, len(values)) == ([2 * MOST_COLUMNS], 18 * TIMES)
    flat, _ = read_features(file)
    row = np.flatnonzero(own["recording"] == "s03")[2]
    at = [rows.query(f"recording == 's03_{c}' and segment == 2").index[0] for c in CHANNELS]
    both = projection.transform(flat[at]).ravel()
    np.testing.assert_allclose(values[row], both, rtol=1e-4, atol=1e-3)


def test_a_target_is_predicted_from_the_channels_side_by_side(folded, tmp_path):
    whole, files, _ = folded
    settings = {
        "column": "age",
        "kind": "number",
        "superclasses": {},
        "learner": "linear",
        "pooling": "time",
        "evaluation": "cross_validation",
    }

    def worst(sessions) -> float:
        predict(
            [whole],
            [[file] for file in files],
            model=tmp_path / "model",
            segments=tmp_path / "segments.tsv",
            settings=settings,
            sessions=sessions,
            folds=FOLDS,
            seed=1,
        )
        table = pd.read_csv(tmp_path / "segments.tsv", sep="\t")
        return float((table["predicted"] - table["age"]).abs().max())

    assert worst(SESSIONS) < 0.1 < 0.4 < worst([])


def test_encoders_alone_are_measured_with_their_channels_side_by_side(folded, tmp_path):
    _, files, splits = folded
    facts = pd.DataFrame(SESSIONS).assign(native_rate_hz=250.0, step=0.001)
    facts[["recording", "native_rate_hz", "step"]].to_csv(
        tmp_path / "facts.tsv", sep="\t", index=False
    )

    def measured(sessions) -> tuple[int, int, float]:
        benchmark_encoders(
            {"net": files},
            splits,
            [str(tmp_path / "facts.tsv")],
            scores=tmp_path / "scores.json",
            table=tmp_path / "scores.tsv",
            jobs={},
            twins=[],
            transductive=[],
            labels=["a", "b"],
            classifier="logistic_regression",
            tune=False,
            pooling="time",
            label_shares=[],
            label_draws=1,
            window_s=0.1,
            sessions=sessions,
            draws=50,
            seed=1,
            threads=1,
        )
        found = json.loads((tmp_path / "scores.json").read_text())
        net = found["methods"]["net"]
        return found["segments"], net["columns"], net["shares"][0]["balanced_accuracy"]

    assert measured(SESSIONS) == (18 * TIMES, 8, 1)
    segments, columns, accuracy = measured([])
    assert (segments, columns) == (36 * TIMES, 4)
    assert accuracy < 0.75
