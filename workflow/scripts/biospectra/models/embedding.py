"""UMAP of features."""

import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.errors import refused
from biospectra.store.arrays import read_arrays, write_arrays
from biospectra.store.features import holds_table, read_features
from biospectra.store.sampling import few_of_each_class, per_class

MOST_FITTED = 20_000  # segments, to which UMAP is fitted; it places all others as it does new ones
MOST_SCORED = 5_000  # of which each is compared with each other
FITTED_ON = {"training": "training segments, these placed on it", "test": "these segments"}


def import_umap():
    """Return the package umap, imported without TensorFlow, its compiled functions kept.

    Where TensorFlow is installed umap loads it, which takes seconds, for a part not used here. And
    it compiles most of its functions anew in each process, for eight seconds or more: Numba keeps
    them, where it finds a folder to (see `biospectra.transforms.kernels.compiled`).
    """
    if "tensorflow" not in sys.modules:
        sys.modules["tensorflow"] = None  # as where it is not installed
        try:
            import umap
        finally:
            del sys.modules["tensorflow"]
    import umap

    from biospectra.transforms.kernels.compiled import keep_apart

    for module in (umap.umap_, umap.utils):
        for function in vars(module).values():
            if hasattr(function, "enable_caching"):
                with suppress(RuntimeError):  # no folder to keep it in
                    function.enable_caching()
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("umap", "pynndescent"):  # which keep others themselves
            for function in vars(module).values():
                if hasattr(function, "enable_caching"):
                    keep_apart(function)
    return umap


def fit_umap(features: np.ndarray, *, n_neighbors: int, min_dist: float, metric: str, seed: int):
    """Return UMAP fitted to features (n, columns); `embedding_` has the positions, (n, 2)."""
    reducer = import_umap().UMAP(
        n_components=2,
        n_neighbors=min(n_neighbors, len(features) - 1),
        min_dist=min_dist,
        metric=metric,
        random_state=seed,
        n_jobs=1,
    )
    return reducer.fit(features)


def write_umap(fitted, features: np.ndarray, path: str | Path) -> None:
    """Write a UMAP as arrays, for `read_umap`.

    Parameters
    ----------
    fitted : umap.UMAP
        Fitted by `fit_umap`.
    features : ndarray, (n, columns)
        What it was fitted to.
    path : str or Path
        The npz file.
    """
    settings = {key: fitted.get_params()[key] for key in ("n_neighbors", "min_dist", "metric")}
    write_arrays(
        path,
        features=np.asarray(features, np.float32),  # as UMAP itself keeps them
        embedding=fitted.embedding_,
        curve=[fitted._a, fitted._b],
        exact=fitted._small_data,
        seed=fitted.random_state,
        **settings,
    )


def read_umap(path: str | Path):
    """Return the UMAP that `write_umap` wrote, which places new points as the fitted one did.

    `UMAP.transform` finds a new point's neighbours among the features that were fitted, starts it
    at the mean of their places, weighted by nearness, and lets them pull and the other places push
    it. The fitted graph has no part in that, and so is not stored. Up to 4,095 features UMAP
    looks at all distances, and what `transform` reads is set here as `fit` sets it, without
    fitting again. Of more it searches an index of near neighbours, which `fit` makes anew, the
    same by its seed. Either way UMAP's own code places the points: where one comes to lie depends
    on the last bit of its start, by which UMAP draws the places that push it, so that a copy of
    that code would place it elsewhere.

    Parameters
    ----------
    path : str or Path
        The npz file.

    Returns
    -------
    umap.UMAP

    Raises
    ------
    StudyError
        If the file is missing or damaged, or holds anything but such arrays.
    """
    settings = {"n_neighbors": "", "min_dist": "", "metric": "", "seed": ""}
    stored = read_arrays(path, features="nc", embedding="nd", curve="t", exact="", **settings)
    given = {name: stored[name].item() for name in settings}
    curve = dict(zip("ab", stored["curve"].tolist(), strict=False))
    if len(curve) != 2 or not 1 < given["n_neighbors"] < len(stored["features"]):
        raise refused(path, "is no UMAP's")
    reducer = import_umap().UMAP(
        n_components=stored["embedding"].shape[1],
        random_state=given.pop("seed"),
        n_jobs=1,
        transform_mode="graph",  # `fit` need not place the features again
        **given,
        **curve,
    )
    try:
        if stored["exact"]:
            reducer._raw_data, reducer._small_data = stored["features"], True
            reducer._n_neighbors, reducer._input_hash = reducer.n_neighbors, None
            reducer._a, reducer._b = reducer.a, reducer.b
            reducer._initial_alpha, reducer.knn_dists = reducer.learning_rate, None
            reducer._validate_parameters()
        else:
            reducer.fit(stored["features"])
    except (TypeError, ValueError) as problem:
        raise refused(path, problem) from problem
    reducer.embedding_, reducer.transform_mode = stored["embedding"], "embedding"
    return reducer


def trustworthiness_of(distance: np.ndarray, position: np.ndarray, k: int) -> float | None:
    """Return how far neighbours on a map are neighbours among the features.

    Parameters
    ----------
    distance : ndarray, (n, n)
        Between features.
    position : ndarray, (n, 2)
        On the map.
    k : int
        Neighbours looked at.

    Returns
    -------
    float or None
        0 to 1, where 1 says that no neighbour on the map is a stranger (Venna and Kaski 2001); None
        for fewer than 2 k + 2 points.
    """
    from sklearn.manifold import trustworthiness

    if len(position) < 2 * k + 2:
        return None
    return float(trustworthiness(distance, position, n_neighbors=k, metric="precomputed"))


def chosen_points(
    features: str | Path, split: str, max_per_class: int
) -> tuple[np.ndarray, pd.DataFrame]:
    """Read the features (n, columns) and rows of a split, at most so many of a class."""

    choose = partial(per_class, limit=max_per_class)
    return read_features(features, splits=[split], choose=choose)


def standardised(values: np.ndarray, learnt: np.ndarray) -> np.ndarray:
    """Return columns minus their mean, over their standard deviation, both taken from `learnt`.

    A column that is constant there becomes 0.
    """
    spread = learnt.std(axis=0, dtype=np.float64)
    moves = learnt.max(axis=0) > learnt.min(axis=0)
    offset = values - learnt.mean(axis=0, dtype=np.float64)
    return np.where(moves, offset / np.where(moves, spread, 1), 0).astype(np.float32)


def points_to_place(
    features: str | Path, fit_on: str, max_per_class: int
) -> tuple[np.ndarray, np.ndarray | None, pd.DataFrame]:
    """Read the points of a map and those that it is fitted on.

    A table's columns have units of their own, and the widest would be the only one that counts:
    they are standardised. What an encoder made is as it is.

    Parameters
    ----------
    features : path
        HDF5 file with `features` and the rows, and, of a table, `names` of its columns.
    fit_on : str
        Whose segments the map is fitted on, "test" or "training".
    max_per_class : int
        Most of a class; of those of training also `MOST_FITTED` of all.

    Returns
    -------
    tuple of ndarray, ndarray or None, DataFrame
        The test points (n, columns), those of training (m, columns) or None, and the points' rows.
    """
    points, rows = chosen_points(features, "test", max_per_class)
    learnt = None
    if fit_on != "test":
        learnt, of_learnt = chosen_points(features, fit_on, max_per_class)
        learnt = learnt[few_of_each_class(of_learnt, MOST_FITTED)]
    if holds_table(features):
        basis = points if learnt is None else learnt
        points = standardised(points, basis)
        learnt = None if learnt is None else standardised(learnt, basis)
    return points, learnt, rows
