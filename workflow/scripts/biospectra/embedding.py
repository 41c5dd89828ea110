"""The map: UMAP of features in two dimensions."""

import json
import sys
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from biospectra.features import read_features
from biospectra.figures import class_colours, class_markers, figure
from biospectra.separation import separation
from biospectra.split import cap

FITTED_ON = {"training": "training segments, these placed on it", "test": "these segments"}


def import_umap():
    """Return the package umap, imported without TensorFlow.

    Where TensorFlow is installed umap loads it, which takes seconds, for a part not used here.
    """
    if "tensorflow" not in sys.modules:
        sys.modules["tensorflow"] = None  # as where it is not installed
        try:
            import umap
        finally:
            del sys.modules["tensorflow"]
    import umap

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


def trustworthiness_of(distance: np.ndarray, position: np.ndarray, k: int) -> float | None:
    """Return how far neighbours on a map are neighbours among the features.

    Parameters
    ----------
    distance : (n, n) between features
    position : (n, 2) on the map
    k : neighbours looked at

    Returns
    -------
    0 to 1, where 1 says that no neighbour on the map is a stranger (Venna and Kaski 2001); None for
    fewer than 2 k + 2 points
    """
    from sklearn.manifold import trustworthiness

    if len(position) < 2 * k + 2:
        return None
    return float(trustworthiness(distance, position, n_neighbors=k, metric="precomputed"))


def chosen_points(
    features: str | Path, split: str, max_per_class: int
) -> tuple[np.ndarray, pd.DataFrame]:
    """Read the features (n, columns) and rows of a split, at most so many of a class."""
    values, rows = read_features(features, splits=[split])
    keep = np.sort(np.concatenate([cap(g, max_per_class) for _, g in rows.groupby("label")]))
    return values[keep], rows.loc[keep].reset_index(drop=True)


def standardised(values: np.ndarray, learnt: np.ndarray) -> np.ndarray:
    """Return columns less their mean, over their standard deviation, both taken from `learnt`.

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
    features : HDF5 file with `features` and the rows, and, of a table, `names` of its columns
    fit_on : whose segments the map is fitted on, "test" or "training"
    max_per_class : most of a class

    Returns
    -------
    the test points (n, columns), those of training (m, columns) or None, and the points' rows
    """
    points, rows = chosen_points(features, "test", max_per_class)
    learnt = chosen_points(features, fit_on, max_per_class)[0] if fit_on != "test" else None
    with h5py.File(features) as file:
        is_table = "names" in file
    if is_table:
        basis = points if learnt is None else learnt
        points = standardised(points, basis)
        learnt = None if learnt is None else standardised(learnt, basis)
    return points, learnt, rows


def map_features(
    features: str | Path,
    *,
    table: str | Path,
    scores: str | Path,
    by_label: list[str],
    by_database: list[str],
    reducer: str | Path,
    labels: list[str],
    max_per_class: int,
    k_neighbors: int,
    window_s: float,
    fit_on: str,
    draws: int,
    seed: int,
    name: str,
    optimistic: str | None,
    **umap_settings,
) -> None:
    """Place the features of test segments on a map, draw it and score it.

    Parameters
    ----------
    features : HDF5 file with `features` and the rows
    table : written; recording, segment and so on, with x and y
    scores : written; JSON with the separation in feature space and on the map
    by_label, by_database : figures written, in several formats
    reducer : written; the fitted UMAP, for `joblib.load`, which places other features on the map
    labels : the classes
    max_per_class : test segments of a class on the map
    k_neighbors : of the k-nearest-neighbour accuracy
    window_s : length of a segment
    fit_on : whose segments UMAP is fitted on, "test" or "training"
    draws : of the bootstrap over people
    seed : of UMAP and the draws
    name : of the features, for titles
    optimistic : for titles: why classes lie further apart than in people never met, or None
    umap_settings : n_neighbors, min_dist and metric
    """
    import joblib
    from sklearn.metrics import pairwise_distances

    values, learnt, rows = points_to_place(features, fit_on, max_per_class)
    print(f"UMAP of {len(rows)} segments with {values.shape[1]} features each", flush=True)
    fitted = fit_umap(values if learnt is None else learnt, seed=seed, **umap_settings)
    joblib.dump(fitted, reducer, compress=3)
    position = fitted.embedding_ if learnt is None else fitted.transform(values)
    rows["x"], rows["y"] = position[:, 0], position[:, 1]
    rows.to_csv(table, sep="\t", index=False, float_format="%.6g")
    result = {
        "fit_on": fit_on,
        "segments": len(rows),
        "segments_by_class": rows["label"].value_counts().reindex(labels, fill_value=0).to_dict(),
    }
    settings = {"k": k_neighbors, "window_s": window_s, "draws": draws, "seed": seed}
    distances = {"feature_space": pairwise_distances(values), "map": pairwise_distances(position)}
    for space, distance in distances.items():
        result[space] = {
            by: separation(distance, rows, by, **settings)
            for by in ("label", "database", "recording")
        }
    result["trustworthiness"] = trustworthiness_of(
        distances["feature_space"], position, k_neighbors
    )
    Path(scores).write_text(json.dumps(result, indent=2) + "\n")
    databases = sorted(rows["database"].unique())
    title = f"{len(rows)} test segments of {name}; UMAP fitted on {FITTED_ON[fit_on]}"
    title += f"\n{optimistic}" if optimistic else ""
    _draw(rows, "label", labels, by_label, "Class", title)
    _draw(rows, "database", databases, by_database, "Database", title)


def _draw(rows, by: str, names: list[str], paths: list[str], legend: str, title: str) -> None:
    colours, markers = class_colours(names), class_markers(names)
    with figure(paths, figsize=(7.6, 5.2)) as drawing:
        axis = drawing.subplots()
        for group in names:
            own = rows[rows[by] == group]
            axis.scatter(
                own["x"],
                own["y"],
                s=14,
                color=colours[group],
                marker=markers[group],
                alpha=0.7,
                linewidths=0,
                label=f"{group} ({len(own)})",
            )
        axis.set(xlabel="UMAP 1", ylabel="UMAP 2", aspect="equal")
        drawing.suptitle(title, fontsize=10)
        axis.set(xticks=[], yticks=[])
        drawing.legend(loc="outside right center", title=legend)
