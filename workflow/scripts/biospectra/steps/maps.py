"""Maps side by side: PCA, t-SNE and UMAP, and how well groups separate on each."""

import json
from pathlib import Path

from biospectra.evaluation.maps import embed, score_maps
from biospectra.models.embedding import MOST_SCORED, points_to_place
from biospectra.store.sampling import few_of_each_class
from biospectra.store.tables import write_tsv
from biospectra.words import number_of


def place_on_maps(
    features: str | Path,
    *,
    scores: str | Path,
    table: str | Path,
    max_per_class: int,
    k_neighbors: int,
    window_s: float,
    fit_on: str,
    seeds: int,
    draws: int,
    seed: int,
    **umap_settings,
) -> None:
    """Place test segments on all maps and score these.

    Parameters
    ----------
    features : path
        HDF5 file with `features` and the rows; a table's columns are standardised.
    scores : path
        Written: JSON of `score_maps`.
    table : path
        Written: the rows of the segments, with two columns for each method, such as `t-SNE 1` and
        `t-SNE 2`; of several UMAPs the first.
    max_per_class : int
        Segments of a class on the map, and to fit on; on the maps are `MOST_SCORED` at most.
    k_neighbors, window_s, draws : int or float
        K neighbors, window s and draws of `biospectra.evaluation.separation.separation`.
    fit_on : str
        "test" or "training" segments.
    seeds : int
        How many UMAPs.
    seed : int
        Seed of the first, and of the draws.
    umap_settings : n_neighbors, min_dist and metric
    """
    points, learnt, rows = points_to_place(features, fit_on, max_per_class)
    some = few_of_each_class(rows, MOST_SCORED)
    print(f"On the maps: {len(some)} of {number_of(len(rows), 'segment')}", flush=True)
    points, rows = points[some], rows.iloc[some].reset_index(drop=True)
    maps = embed(points, learnt, seeds=[seed + i for i in range(seeds)], **umap_settings)
    result = score_maps(
        points, maps, rows, k=k_neighbors, window_s=window_s, draws=draws, seed=seed
    )
    Path(scores).write_text(json.dumps({"fit_on": fit_on, "spaces": result}, indent=2) + "\n")
    places = {
        f"{method} {k + 1}": found[0][:, k] for method, found in maps.items() for k in range(2)
    }
    write_tsv(rows.drop(columns=["file", "index"], errors="ignore").assign(**places), table, "%.6g")
