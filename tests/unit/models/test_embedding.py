"""A UMAP read from its arrays places new points exactly as the fitted one does."""

import numpy as np
import pytest

from biospectra.errors import StudyError
from biospectra.models.embedding import fit_umap, read_umap, write_umap
from biospectra.store.arrays import read_arrays, write_arrays

SETTINGS = {"n_neighbors": 8, "min_dist": 0.1, "seed": 3}


def groups(n, columns, seed):
    """Positive features of three groups, float32."""
    random = np.random.default_rng(seed)
    near = random.integers(0, 3, (n, 1))
    return np.abs(random.standard_normal((n, columns)) + 4 * near).astype(np.float32)


def check(fitted, features, path, new):
    write_umap(fitted, features, path)
    again = read_umap(path)
    np.testing.assert_array_equal(again.embedding_, fitted.embedding_)
    placed = fitted.transform(new)
    assert np.isfinite(placed).all()
    np.testing.assert_allclose(again.transform(new), placed, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("metric", "n", "columns"),
    [
        ("euclidean", 120, 8),
        ("euclidean", 6, 8),  # fewer than there should be neighbours
        ("cosine", 90, 30),
        ("correlation", 90, 30),
        ("manhattan", 60, 1),
        ("canberra", 60, 5),
        ("hellinger", 60, 5),
    ],
)
def test_new_points_come_to_lie_where_the_fitted_map_places_them(tmp_path, metric, n, columns):
    features = groups(n, columns, 0)
    fitted = fit_umap(features, metric=metric, **SETTINGS)
    check(fitted, features, tmp_path / "umap.npz", groups(25, columns, 1))


@pytest.mark.slow
@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_so_they_do_among_too_many_for_all_distances(tmp_path, metric):
    features = groups(4200, 6, 0)
    fitted = fit_umap(features, metric=metric, **SETTINGS)
    assert not fitted._small_data
    check(fitted, features, tmp_path / "umap.npz", groups(50, 6, 1))


@pytest.mark.parametrize(
    "change",
    [
        {"curve": [1.0]},
        {"n_neighbors": 60},
        {"n_neighbors": 1},
        {"metric": "__import__"},
        {"min_dist": -1.0},
        {"embedding": np.zeros((59, 2))},
    ],
)
def test_arrays_of_no_umap_are_refused(tmp_path, change):
    arrays = {"features": groups(60, 3, 0), "embedding": np.zeros((60, 2)), "curve": [1.5, 0.9]}
    arrays |= {"exact": True, "seed": 1, "n_neighbors": 5, "min_dist": 0.1, "metric": "euclidean"}
    write_arrays(tmp_path / "umap.npz", **arrays)
    assert read_umap(tmp_path / "umap.npz").n_neighbors == 5
    write_arrays(tmp_path / "umap.npz", **arrays | change)
    with pytest.raises(StudyError, match="umap"):
        read_umap(tmp_path / "umap.npz")


def test_the_file_holds_what_was_fitted_and_no_more_than_is_read(tmp_path):
    features = groups(60, 3, 0)
    write_umap(fit_umap(features, metric="cosine", **SETTINGS), features, tmp_path / "umap.npz")
    with np.load(tmp_path / "umap.npz", allow_pickle=False) as file:
        assert set(file.files) == {
            *("features", "embedding", "curve", "exact"),
            *("n_neighbors", "min_dist", "metric", "seed"),
        }
    stored = read_arrays(tmp_path / "umap.npz", features="nc", n_neighbors="", seed="")
    np.testing.assert_array_equal(stored["features"], features)
    assert (stored["n_neighbors"], stored["seed"]) == (8, 3)
