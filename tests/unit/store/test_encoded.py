"""What encoders make of segments: pooled of all, whole maps of some, and parts put together."""

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.models.embedding import chosen_points
from biospectra.models.projection import projection_of, projection_to_few, too_many
from biospectra.store.encoded import FeatureWriter, join_encoded
from biospectra.store.features import (
    feature_shape,
    has_whole_maps,
    read_features,
    read_latents,
)
from biospectra.store.rows import read_rows, write_table

SHAPE = (6, 10, 32)  # 1,920 numbers
WHOLE = np.array([1, 2, 5, 8])


@pytest.fixture
def maps():
    return np.random.default_rng(0).normal(size=(10, *SHAPE)).astype(np.float32)


def rows_of(maps, at=slice(None)):
    index = np.arange(len(maps))
    named = {"recording": [f"r{i % 3}" for i in index], "segment": index, "split": "test"}
    named["part"] = [f"of the user's, {i}" for i in index]
    return pd.DataFrame(named | {"label": np.where(index % 2, "a", "b")}).iloc[at]


def write(path, maps, rows, **kept):
    with h5py.File(path, "w") as file:
        writer = FeatureWriter(file, len(maps), SHAPE, **kept)
        for begin in range(0, len(maps), 3):
            writer.add(maps[begin : begin + 3])
        write_table(file, "rows", rows)
        known = pd.DataFrame({"recording": rows["recording"].unique()})
        write_table(file, "recordings", known)


@pytest.fixture
def path(tmp_path, maps):
    projection = projection_to_few(SHAPE, 7)
    write(tmp_path / "f.h5", maps, rows_of(maps), whole=WHOLE, projection=projection)
    return tmp_path / "f.h5"


def test_means_are_of_all_segments_and_whole_maps_of_some(path, maps):
    assert too_many(SHAPE) and feature_shape(path) == SHAPE
    for pooling, axes in (("time", 2), ("both", (1, 2))):
        values, rows = read_features(path, pooling=pooling)
        np.testing.assert_allclose(values, maps.mean(axis=axes).reshape(10, -1), atol=1e-6)
        assert list(rows["segment"]) == list(range(10))
    values, rows = read_features(path)
    np.testing.assert_array_equal(values, maps[WHOLE].reshape(4, -1))
    assert list(rows["segment"]) == list(WHOLE) == list(np.flatnonzero(has_whole_maps(path)))
    some = read_rows([path]).iloc[[5, 2]]
    np.testing.assert_array_equal(read_latents(some), maps[[5, 2]].reshape(2, -1))
    np.testing.assert_allclose(
        read_latents(some, "both"), maps[[5, 2]].mean(axis=(1, 2)), atol=1e-6
    )
    with pytest.raises(ArithmeticError, match="no maps of 1"):
        read_latents(read_rows([path]).iloc[[5, 3]])


def test_a_map_of_points_takes_the_segments_whose_maps_are_kept(path, maps):
    points, rows = chosen_points(path, "test", 2)
    assert list(rows["segment"]) == [1, 2, 5, 8]
    np.testing.assert_array_equal(points, maps[WHOLE].reshape(4, -1))


def test_flat_maps_of_all_segments_are_projected_by_the_seed_of_the_file(path, maps):
    projection = projection_of(path, "flat", 1)  # a repeat's seed is another one
    values, rows = read_features(path, projection=projection)
    expected = projection_to_few(SHAPE, 7).transform(maps.reshape(10, -1))
    np.testing.assert_allclose(values, expected, atol=1e-5)
    assert len(rows) == 10
    np.testing.assert_allclose(projection.transform(maps.reshape(10, -1)), expected, atol=1e-5)


def test_parts_together_are_as_if_made_at_once(tmp_path, path, maps):
    whole_rows, parts = rows_of(maps), []
    for k, at in enumerate(([0, 3, 4, 8], [1, 2, 5, 6, 7, 9], [])):
        parts.append(str(tmp_path / f"{k}.h5"))
        kept = np.flatnonzero(np.isin(at, WHOLE))
        of_part = {"whole": kept, "projection": projection_to_few(SHAPE, 7)}
        write(parts[-1], maps[at], whole_rows.iloc[at], **of_part)
    join_encoded(parts, whole_rows[["recording", "segment"]], tmp_path / "all.h5")
    with h5py.File(path) as one, h5py.File(tmp_path / "all.h5") as joined:
        names = ["features", "whole", "pooled/time", "pooled/both", "pooled/projected"]
        for name in names:
            np.testing.assert_array_equal(joined[name][()], one[name][()])
            assert joined[name].dtype == one[name].dtype
    assert projection_of(tmp_path / "all.h5", "flat", 1).random_state == 7
    pd.testing.assert_frame_equal(read_features(tmp_path / "all.h5")[1], read_features(path)[1])


def test_maps_of_a_network_of_short_floats_take_half_and_lose_nothing(tmp_path, maps):
    short = maps.view(np.uint32) & 0xFFFF0000  # bfloat16 has the first 16 bits of float32
    short = short.view(np.float32)
    write(tmp_path / "f.h5", short, rows_of(maps), whole=WHOLE, dtype="bfloat16")
    with h5py.File(tmp_path / "f.h5") as file:
        assert file["features"].dtype == np.float16
        assert file["pooled/time"].dtype == np.float32
    values, _ = read_features(tmp_path / "f.h5")
    assert values.dtype == np.float32
    np.testing.assert_allclose(values, short[WHOLE].reshape(4, -1), rtol=0, atol=1e-7)
    with pytest.raises(StudyError, match="65504"):
        write(tmp_path / "g.h5", 1e5 * short, rows_of(maps), whole=WHOLE, dtype="bfloat16")
