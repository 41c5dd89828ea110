"""Choosing among classifiers, strengths and poolings: on validation people, whatever test says."""

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.evaluation.holdout import chosen_pooling
from biospectra.features import joined
from biospectra.models import fitting
from biospectra.models.classifiers import STRENGTHS, TABLE_WEIGHT, makers_of
from biospectra.models.fitting import centre, fit_classifier, fitted_probability
from biospectra.models.projection import MOST_COLUMNS, projection_of
from biospectra.models.saved_estimator import read_estimator
from biospectra.steps.classify import classify
from biospectra.store import features
from biospectra.store.cost import read_cost
from biospectra.store.features import read_features
from biospectra.store.rows import write_table

LABELS = ["a", "b"]
SPLITS = ["training", "validation", "test"]


def write_features(path, maps, code, split):
    rows = pd.DataFrame(
        {
            "recording": [f"r{i}" for i in range(len(maps))],
            "segment": 0,
            "start_s": 0.0,
            "label": np.array(LABELS)[code],
            "subject": [f"p{i}" for i in range(len(maps))],
            "database": "one",
            "split": split,
        }
    )
    with h5py.File(path, "w") as file:
        file["features"] = maps.astype(np.float32)
        write_table(file, "rows", rows)


def run(folder, more=(), **changes):
    paths = {k: folder / k for k in ("model", "choice", "predictions", "cost")}
    settings = {
        "labels": LABELS,
        "names": ["logistic_regression"],
        "tune": False,
        "pooling": ["time", "both"],
        "centred": False,
        "evaluation": "holdout",
        "folds": 3,
        "seed": 1,
        "threads": 1,
    }
    files = [folder / name for name in ("features.h5", *more)]
    classify(files, **paths, **settings | changes)
    return paths


def maps_and_code(seed, n=90):
    """Maps (n, frequency, time, filters) whose class is told only by which frequency is on."""
    random = np.random.default_rng(seed)
    code = np.arange(n) % 2
    maps = random.normal(0, 0.3, (n, 4, 6, 2))
    maps[np.arange(n), code] += 1
    return maps, code, np.repeat(SPLITS, n // 3)


def test_the_pooling_that_validation_people_want_is_chosen_named_and_used(tmp_path):
    maps, code, split = maps_and_code(0)
    write_features(tmp_path / "features.h5", maps, code, split)
    paths = run(tmp_path, pooling=["both", "time"])
    choice = pd.read_csv(paths["choice"], sep="\t")
    assert choice["pooling"].tolist() == ["both", "time"]  # a mean over frequency tells nothing
    assert choice["chosen"].tolist() == [False, True]
    assert choice["validation_balanced_accuracy"][1] == 1
    assert chosen_pooling(paths["choice"]) == "time"
    assert read_cost(paths["cost"])["pooling"] == "time"
    values, _ = read_features(tmp_path / "features.h5", pooling="time")
    assert (read_estimator(paths["model"]).predict(values) == code).all()


def test_a_support_vector_machine_answers_for_a_rare_class():
    random = np.random.default_rng(0)
    code = np.repeat([0, 1], [540, 60])
    values = random.standard_normal((600, 2)) + 1.2 * code[:, None]
    machine = makers_of(["support_vector_machine"], tune=False, seed=1, threads=1)
    fitted = machine["support_vector_machine"]().fit(values[::2], code[::2])
    probability = fitted.predict_proba(values[1::2])
    np.testing.assert_allclose(probability.sum(axis=1), 1)
    said, truth = probability.argmax(axis=1), code[1::2]
    assert (said[truth == 1] == 1).mean() > 0.6  # most segments are of the other class
    assert (said[truth == 0] == 0).mean() > 0.6


def test_test_people_have_no_part_in_the_choice(tmp_path):
    maps, code, split = maps_and_code(1)
    test = split == "test"
    write_features(tmp_path / "features.h5", maps, code, split)
    whole = pd.read_csv(run(tmp_path, tune=True)["choice"], sep="\t")
    maps[test] = np.random.default_rng(2).normal(0, 9, maps[test].shape)
    spoilt = np.where(test, 1 - code, code)
    write_features(tmp_path / "features.h5", maps, spoilt, split)
    pd.testing.assert_frame_equal(pd.read_csv(run(tmp_path, tune=True)["choice"], sep="\t"), whole)


def test_flat_maps_go_through_a_projection_that_keeps_distances_and_is_stored(tmp_path):
    random = np.random.default_rng(0)
    code = np.arange(60) % 2
    maps = random.normal(0, 1, (60, 8, 40, 16))
    maps[code == 1, 2, :, 3] += 3
    write_features(tmp_path / "features.h5", maps, code, np.repeat(SPLITS, 20))
    projection = projection_of(tmp_path / "features.h5", "flat", 1)
    few, _ = read_features(tmp_path / "features.h5", projection=projection)
    assert few.shape == (60, MOST_COLUMNS)
    flat, _ = read_features(tmp_path / "features.h5")
    far = np.linalg.norm(flat[:30] - flat[30:], axis=1)
    assert np.linalg.norm(few[:30] - few[30:], axis=1) == pytest.approx(far, rel=0.15)
    paths = run(tmp_path, pooling="flat")
    # New recordings come as flat maps: what is stored takes them as they are.
    table = pd.read_csv(paths["predictions"], sep="\t")
    again = read_estimator(paths["model"]).predict_proba(flat[-20:])[:, 1]
    assert again == pytest.approx(table["p_b"].to_numpy(), abs=1e-4)
    assert projection_of(tmp_path / "features.h5", "time", 1) is None


def test_strengths_are_candidates_and_a_table_has_no_pooling(tmp_path):
    random = np.random.default_rng(0)
    code = np.arange(60) % 2
    table = random.normal(0, 1, (60, 30)) + code[:, None]
    write_features(tmp_path / "features.h5", table, code, np.repeat(SPLITS, 20))
    names = ["logistic_regression", "random_forest"]
    assert len(makers_of(names, tune=False, seed=0, threads=1)) == 2
    makers = makers_of(names, tune=True, seed=0, threads=1)
    key, strengths = STRENGTHS["logistic_regression"]
    # Where nothing can be chosen the first is taken, which then is the default.
    assert [tried[0] for _, tried in STRENGTHS.values()] == [1, 1]
    assert len(makers) == len(strengths) + 1
    assert [makers[name]().get_params()[key] for name in list(makers)[:-1]] == list(strengths)
    paths = run(tmp_path, names=names, tune=True, evaluation="cross_validation", folds=2)
    choice = pd.read_csv(paths["choice"], sep="\t")
    assert set(choice["pooling"]) == {"none"}
    assert choice.groupby("fold")["chosen"].sum().tolist() == [1, 1]
    cost = read_cost(paths["cost"])
    assert cost["model"] in makers
    assert cost["columns"] == 30
    assert cost["size_mb"] == pytest.approx(paths["model"].stat().st_size / 1e6, abs=1e-4)
    assert cost["training_s"] > 0
    assert cost["ms_per_segment"] > 0


@pytest.mark.parametrize("columns", [30, 500])
@pytest.mark.parametrize("name", ["logistic_regression", "random_forest"])
def test_in_the_space_of_the_rows_a_classifier_answers_as_it_does_of_all_columns(columns, name):
    random = np.random.default_rng(0)
    code = np.arange(60) % 3
    values = random.normal(size=(90, columns)) @ random.normal(size=(columns, columns))
    values[:60, :3] += 9 * np.eye(3)[code]
    (make,) = makers_of([name], tune=False, seed=1, threads=1).values()
    learnt, asked = values[:60], values[60:]
    probability, classes = fitted_probability(make, learnt, code, asked)
    known = fit_classifier(make(), learnt, code)
    np.testing.assert_array_equal(classes, known.classes_)
    np.testing.assert_allclose(probability, known.predict_proba(asked), atol=2e-3)


class ReadInParts:
    """Features of which no more rows are read at a time than fit into memory."""

    MOST = 7

    def __init__(self, values: np.ndarray) -> None:
        self.values, self.shape = values, values.shape

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, rows: slice) -> "ReadInParts":
        return ReadInParts(self.values[rows])

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        assert len(self) <= self.MOST
        return self.values


def test_more_columns_than_rows_are_asked_for_part_by_part(monkeypatch):
    random = np.random.default_rng(0)
    code, values = np.arange(20) % 2, random.normal(size=(50, 40))
    values[:20, 0] += 9 * code
    (make,) = makers_of(["logistic_regression"], tune=False, seed=1, threads=1).values()
    whole, _ = fitted_probability(make, values[:20], code, values[20:])
    monkeypatch.setattr(features, "BLOCK_NUMBERS", ReadInParts.MOST * 40)
    parts, _ = fitted_probability(make, values[:20], code, ReadInParts(values[20:]))
    np.testing.assert_allclose(parts, whole, rtol=1e-9)


def test_tables_count_the_same_however_many_columns_they_have():
    random = np.random.default_rng(0)
    values = random.normal(3, [1, 5, *[2] * 30], (200, 32)).astype(np.float32)
    options = {"tune": True, "seed": 0, "threads": 1, "widths": [2, 30]}
    makers = makers_of(["logistic_regression", "random_forest"], **options)
    make = next(iter(makers.values()))
    scaled = make()[0].fit_transform(values)
    power = scaled.var(axis=0)
    np.testing.assert_allclose([power[:2].sum(), power[2:].sum()], TABLE_WEIGHT, rtol=1e-5)
    np.testing.assert_allclose(power[2:], power[2:].mean(), rtol=1e-5)
    alone = (values[:, 1] - values[:, 1].mean()) / values[:, 1].std()
    np.testing.assert_allclose(scaled[:, 1] / np.sqrt(TABLE_WEIGHT / 2), alone, atol=1e-5)
    assert not hasattr(makers["random_forest"](), "steps")  # trees look at columns one by one


def test_a_table_of_few_columns_is_not_drowned_by_one_of_many(tmp_path):
    random = np.random.default_rng(0)
    code = np.arange(60) % 2
    split = np.repeat(SPLITS, 20)
    table = random.normal(0, 1, (60, 2)) + 3 * code[:, None]
    write_features(tmp_path / "features.h5", table, code, split)
    write_features(tmp_path / "noise.h5", random.normal(0, 1, (60, 800)), code, split)

    def said(**changes):
        paths = run(tmp_path, more=["noise.h5"], pooling="time", **changes)
        table = pd.read_csv(paths["predictions"], sep="\t")
        return (table["predicted"] == table["label"]).mean()

    assert said(balanced=True) > 0.9 > said(balanced=False)


@pytest.mark.parametrize("pooling", [["time", "both"], ["both", "time"]])
def test_tables_count_the_same_by_each_pooling(tmp_path, pooling):
    maps, code, split = maps_and_code(0)
    write_features(tmp_path / "features.h5", np.zeros((len(code), 2)), code, split)
    write_features(tmp_path / "maps.h5", maps, code, split)
    paths = run(tmp_path, more=["maps.h5"], pooling=pooling, balanced=True)
    assert chosen_pooling(paths["choice"]) == "time"  # a mean over frequency tells nothing
    assert read_estimator(paths["model"]).n_features_in_ == 2 + 4 * 2
    assert pd.read_csv(paths["choice"], sep="\t")["validation_balanced_accuracy"].max() == 1


@pytest.mark.parametrize("evaluation", ["holdout", "cross_validation"])
def test_features_that_stay_in_their_files_are_classified_alike(evaluation, tmp_path, monkeypatch):
    maps, code, split = maps_and_code(3)
    write_features(tmp_path / "features.h5", maps, code, split)
    further = np.random.default_rng(1).standard_normal((80, 3))
    write_features(tmp_path / "more.h5", further, code[:80], split[:80])
    given = {"more": ["more.h5"], "pooling": "time", "evaluation": evaluation}
    given |= {"names": ["logistic_regression", "random_forest"]}
    held = pd.read_csv(run(tmp_path, **given)["predictions"], sep="\t")
    monkeypatch.setattr(joined, "MOST_HELD", 0)
    monkeypatch.setattr(features, "BLOCK_NUMBERS", 64)
    stored = pd.read_csv(run(tmp_path, **given)["predictions"], sep="\t")
    pd.testing.assert_frame_equal(held, stored, rtol=1e-5)
    assert len(held) == (20 if evaluation == "holdout" else 80)


def test_people_are_centred_as_well_where_features_stay_in_their_files(tmp_path, monkeypatch):
    values = np.random.default_rng(2).standard_normal((40, 3)) + 5
    write_features(tmp_path / "features.h5", values, np.zeros(40, int), ["test"] * 40)
    stored, _, _ = joined.read_joined([tmp_path / "features.h5"], most=0)
    people = np.repeat(["a", "b"], 20)[np.random.default_rng(0).permutation(40)]
    monkeypatch.setattr(features, "BLOCK_NUMBERS", 15)
    found = centre(stored, people)[np.arange(39, 0, -1)]
    mean = pd.DataFrame(values.astype("f4")).groupby(people).transform("mean")
    np.testing.assert_allclose(np.asarray(found), (values - mean)[:0:-1], atol=1e-5)
    np.testing.assert_allclose(centre(np.asarray(stored), people), values - mean, atol=1e-5)


def test_of_wide_features_a_sample_is_learnt_from(tmp_path, monkeypatch, capsys):
    maps, code, split = maps_and_code(3, 180)
    write_features(tmp_path / "features.h5", maps.reshape(180, -1), code, split)
    monkeypatch.setattr(fitting, "MOST_LEARNT", 24 * 48)
    monkeypatch.setattr(fitting, "MOST_OF_A_TREE", 10)
    names = ["logistic_regression", "random_forest"]
    paths = run(tmp_path, names=names, pooling="flat", validation=tmp_path / "validation")
    assert len(pd.read_csv(tmp_path / "validation", sep="\t")) == 60  # all are answered for
    assert len(pd.read_csv(paths["predictions"], sep="\t")) == 60
    said = capsys.readouterr().out
    assert said.count("Learnt from: 24 of 60 rows, evenly drawn") == 2
    assert "Each tree: 10 of 24 rows, drawn at random" in said
