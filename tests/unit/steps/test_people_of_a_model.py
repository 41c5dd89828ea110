"""What a trained model's folder knows of people is the same however much memory there is."""

import numpy as np
import pandas as pd
import pytest

from biospectra.steps import bundle
from biospectra.store.arrays import read_arrays
from biospectra.store.hdf5 import create, put_dataset
from biospectra.store.rows import write_table


@pytest.fixture
def features(tmp_path):
    """A file of features of 7 people, 30 segments each, who take turns, and what they are."""
    values = np.random.default_rng(0).normal(size=(210, 3)).astype(np.float32)
    rows = pd.DataFrame({"recording": "r", "segment": np.arange(210), "label": "A"})
    rows["subject"] = [f"p{k % 7}" for k in range(210)]
    rows["split"] = np.where(rows["subject"] == "p6", "test", "training")
    with create(tmp_path / "features.h5") as file:
        put_dataset(file, "features", values)
        put_dataset(file, "names", ["a", "b", "c"])
        write_table(file, "rows", rows)
    return tmp_path / "features.h5", values, rows


@pytest.mark.parametrize("at_once", [1 << 29, 1000, 1])
def test_means_of_people_do_not_depend_on_what_is_read_at_once(
    features, at_once, tmp_path, monkeypatch
):
    file, values, rows = features
    monkeypatch.setattr(bundle, "PEOPLE_BYTES", at_once)
    bundle.write_people(file, tmp_path / "people.npz", ["training", "validation"])
    found = read_arrays(tmp_path / "people.npz", means="pc", names="c")
    wanted = [values[rows["subject"] == f"p{k}"].mean(axis=0) for k in range(6)]
    assert np.allclose(found["means"], wanted, atol=1e-6)
    assert list(found["names"]) == ["a", "b", "c"]


def test_where_nobody_is_set_aside_everybody_counts(features, tmp_path):
    _, values, rows = features
    with create(tmp_path / "other.h5") as other:
        put_dataset(other, "features", values)
        put_dataset(other, "names", ["a", "b", "c"])
        write_table(other, "rows", rows.assign(split="left_out"))
    bundle.write_people(tmp_path / "other.h5", tmp_path / "people.npz", ["validation", "test"])
    assert len(read_arrays(tmp_path / "people.npz", means="pc", names="c")["means"]) == 7


def encoded(path, *, held_out):
    """A file of an encoder that has met most of 40 people, of whom it has pulled segments close."""
    random = np.random.default_rng(1)
    person = np.arange(800) % 40
    met = person >= held_out
    values = random.normal(size=(800, 4)) + 2 * random.normal(size=(40, 4))[person]
    values = np.where(met[:, None], 0.5 * values, values).astype(np.float32)
    rows = pd.DataFrame({"recording": person.astype(str), "segment": np.arange(800)})
    rows["label"], rows["subject"] = "A", person.astype(str)
    rows["split"] = np.where(met, "training", "validation" if path.stem == "all" else "test")
    with create(path) as file:
        put_dataset(file, "features", values)
        write_table(file, "rows", rows)
    return str(path)


def test_people_of_folds_alone_say_how_far_those_are_whom_no_encoder_has_met(tmp_path):
    every = encoded(tmp_path / "all.h5", held_out=10)
    fold = encoded(tmp_path / "fold.h5", held_out=10)
    met = bundle.learn_novelty(every)[0]
    by_validation = bundle.learn_novelty(every, [])[0]
    by_folds = bundle.learn_novelty(every, [fold])[0]
    of_fold, _ = bundle._distances_in_fold(fold)
    assert by_validation.units[0] > 1.2 * met.units[0]
    widened = np.quantile(of_fold, 0.95)  # each of the ten has as many segments
    assert widened > 1.2
    np.testing.assert_allclose(by_folds.units, met.units * widened, rtol=0.02)
