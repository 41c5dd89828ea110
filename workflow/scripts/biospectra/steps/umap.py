"""The map: UMAP of features in two dimensions."""

import json
from pathlib import Path

from biospectra.evaluation.separation import separation
from biospectra.models.embedding import (
    MOST_FITTED,
    MOST_SCORED,
    fit_umap,
    points_to_place,
    trustworthiness_of,
    write_umap,
)
from biospectra.store.rows import of_whole_recordings
from biospectra.store.sampling import few_of_each_class
from biospectra.store.tables import write_tsv
from biospectra.words import number_of


def map_features(
    features: str | Path,
    *,
    table: str | Path,
    scores: str | Path,
    reducer: str | Path,
    labels: list[str],
    max_per_class: int,
    k_neighbors: int,
    window_s: float,
    fit_on: str,
    draws: int,
    seed: int,
    **umap_settings,
) -> None:
    """Place the features of test segments on a map, and score it.

    Parameters
    ----------
    features : path
        HDF5 file with `features` and the rows.
    table : path
        Written: recording, segment and so on, with x and y.
    scores : path
        Written: JSON with the separation in feature space and on the map.
    reducer : path
        Written: the fitted UMAP, for `read_umap`, which places other features on the map.
    labels : list of str
        The classes.
    max_per_class : int
        Test segments of a class on the map. UMAP is fitted to `MOST_FITTED` segments at most, and
        places all others by its transform; scores are of `MOST_SCORED`.
    k_neighbors : int
        K neighbors of the k-nearest-neighbour accuracy.
    window_s : float
        Length of a segment.
    fit_on : str
        Whose segments UMAP is fitted on, "test" or "training".
    draws : int
        Draws of the bootstrap over people.
    seed : int
        Seed of UMAP and the draws.
    umap_settings : n_neighbors, min_dist and metric
    """
    from sklearn.metrics import pairwise_distances

    values, learnt, rows = points_to_place(features, fit_on, max_per_class)
    print(
        f"UMAP of {number_of(len(rows), 'segment')} with {number_of(values.shape[1], 'feature')} "
        "each",
        flush=True,
    )
    some = few_of_each_class(rows, MOST_FITTED)
    basis = values[some] if learnt is None else learnt
    fitted = fit_umap(basis, seed=seed, **umap_settings)
    write_umap(fitted, basis, reducer)
    placed = learnt is not None or len(some) < len(rows)
    position = fitted.transform(values) if placed else fitted.embedding_
    rows["x"], rows["y"] = position[:, 0], position[:, 1]
    write_tsv(rows, table, "%.6g")
    result = {
        "fit_on": fit_on,
        "segments": len(rows),
        "segments_by_class": rows["label"].value_counts().reindex(labels, fill_value=0).to_dict(),
    }
    settings = {"k": k_neighbors, "window_s": window_s, "draws": draws, "seed": seed}
    some = few_of_each_class(rows, MOST_SCORED)
    scored = of_whole_recordings(rows.iloc[some]).reset_index(drop=True)
    print(f"Fitted to: {number_of(len(basis), 'segment')}; scored: {len(some)} of {len(rows)}")
    spaces = {"feature_space": values[some], "map": position[some]}
    distances = {space: pairwise_distances(points) for space, points in spaces.items()}
    for space, distance in distances.items():
        result[space] = {
            by: separation(distance, scored, by, **settings)
            for by in ("label", "database", "recording")
        }
    result["trustworthiness"] = trustworthiness_of(
        distances["feature_space"], spaces["map"], k_neighbors
    )
    Path(scores).write_text(json.dumps(result, indent=2) + "\n")
