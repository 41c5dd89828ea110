"""The linear probe of a latent finds what is there, and chooses without the test people."""

import json

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.evaluation.contenders import network_contender
from biospectra.evaluation.probe import probe
from biospectra.store.features import read_latents
from biospectra.store.rows import read_rows, write_table


@pytest.fixture
def latents(tmp_path):
    """Maps (n, time, filters) in which a pulse at any time tells the class by its filter."""
    random = np.random.default_rng(0)
    code = np.arange(90) % 2
    maps = 0.1 * random.standard_normal((90, 40, 4)).astype(np.float32)
    maps[np.arange(90), random.integers(0, 40, 90), code] += 5
    rows = pd.DataFrame({"recording": "a", "label": np.array(["x", "y"])[code]})
    rows["split"] = np.repeat(["training", "validation", "test"], 30)
    with h5py.File(tmp_path / "latents.h5", "w") as file:
        file["features"] = maps
        write_table(file, "rows", rows)
    return read_rows([tmp_path / "latents.h5"]), maps


def test_latents_are_read_in_the_rows_order(latents):
    rows, maps = latents
    some = rows.iloc[[7, 3, 50]]
    np.testing.assert_array_equal(read_latents(some), maps[[7, 3, 50]].reshape(3, -1))
    np.testing.assert_allclose(
        read_latents(some, "time"), maps[[7, 3, 50]].mean(axis=1), rtol=1e-5, atol=1e-7
    )


def test_the_reading_is_chosen_on_validation_people(latents):
    rows, _ = latents
    readers = {
        "flat": read_latents,
        "time": lambda some: read_latents(some, "time"),
    }
    way, said = probe(readers, rows, 1)
    test = rows["split"] == "test"
    assert way == "time"
    assert (said == rows.loc[test, "label"]).mean() == 1
    swapped = rows.copy()  # what test people are must not matter to what is said of them
    swapped.loc[test, "label"] = swapped.loc[test, "label"].map({"x": "y", "y": "x"})
    assert (probe(readers, swapped, 1)[1] == said).all()


def test_training_of_a_network_counts_the_epochs_before_it_was_resumed(latents, tmp_path):
    """The history has the epochs of all parts; a job's own clock would have the last part's."""
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    pd.DataFrame({"epoch": [1, 2, 3], "seconds": [40.0, 41.5, 2.0]}).to_csv(
        tmp_path / "history.tsv", sep="\t"
    )
    (tmp_path / "scores.json").write_text(json.dumps({"feature_space": {"label": None}}))
    corrupt = {"noise": 0, "mask": 0}
    files = {
        "settings": {"kind": "convolutional", "input": "samples", "corrupt": corrupt},
        "history": tmp_path / "history.tsv",
        "features": tmp_path / "latents.h5",
        "embedding": tmp_path / "scores.json",
    }
    about = network_contender(model, files, seed=1).about
    assert about["training_s"] == pytest.approx(83.5)
    assert about["knn_accuracy"] is None
