"""Features are read many at a time, and only those that are asked for."""

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.store import features
from biospectra.store.rows import write_table

SPLITS = ["training", "test", "test", "validation"]


@pytest.fixture(params=[(), (4, 5, 3)], ids=["table", "maps"])
def written(request, tmp_path, monkeypatch):
    """Features of 40 segments in a file, more than are read at once."""
    values = np.random.default_rng(0).standard_normal((40, *(request.param or (7,)))).astype("f4")
    monkeypatch.setattr(features, "_BLOCK_BYTES", 8 * values[0].nbytes)
    rows = pd.DataFrame({"recording": [f"r{i}" for i in range(40)], "split": SPLITS * 10})
    with h5py.File(tmp_path / "f.h5", "w") as file:
        file.create_dataset("features", data=values, chunks=(3, *values.shape[1:]))
        write_table(file, "rows", rows)
    return tmp_path / "f.h5", values


@pytest.mark.parametrize("pooling", ["flat", "time", "both"])
def test_all_are_as_they_were_written(written, pooling):
    path, values = written
    axes = {"flat": (), "time": (2,), "both": (1, 2)}[pooling] if values.ndim == 4 else ()
    wanted = (values.mean(axis=axes) if axes else values).reshape(40, -1)
    read, rows = features.read_features(path, pooling=pooling)
    np.testing.assert_allclose(read, wanted, rtol=1e-6)
    assert list(rows["recording"]) == [f"r{i}" for i in range(40)]


@pytest.mark.parametrize("places", [[0], [19, 2, 5], list(range(20)), []])
def test_some_of_a_split_are_read_in_order(written, places):
    path, values = written
    of_split = np.flatnonzero(np.array(SPLITS * 10) == "test")[np.sort(np.array(places, int))]
    read, rows = features.read_features(
        path, splits=["test"], choose=lambda rows: np.array(places, int)
    )
    np.testing.assert_array_equal(read, values[of_split].reshape(len(places), values[0].size))
    assert list(rows["recording"]) == [f"r{i}" for i in of_split]
    assert list(rows.index) == list(range(len(places)))
