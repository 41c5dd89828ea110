"""Maps side by side: PCA, t-SNE and UMAP, each by class, database and person."""

import json
from pathlib import Path

from biospectra.evaluation.maps import embed, score_maps
from biospectra.models.embedding import points_to_place
from biospectra.report.maps import draw_maps


def draw_all_maps(
    features: str | Path,
    *,
    scores: str | Path,
    figures: list[str],
    labels: list[str],
    max_per_class: int,
    k_neighbors: int,
    window_s: float,
    fit_on: str,
    seeds: int,
    draws: int,
    seed: int,
    name: str,
    optimistic: str | None,
    **umap_settings,
) -> None:
    """Place test segments on all maps, score them and draw them.

    Parameters
    ----------
    features : path
        HDF5 file with `features` and the rows; a table's columns are standardised.
    scores : path
        Written: JSON of `score_maps`.
    figures : list of str
        Written, in several formats.
    labels : list of str
        The classes.
    max_per_class : int
        Segments of a class on the map, and to fit on.
    k_neighbors, window_s, draws : int or float
        K neighbors, window s and draws of `biospectra.evaluation.separation.separation`.
    fit_on : str
        "test" or "training" segments.
    seeds : int
        How many UMAPs.
    seed : int
        Seed of the first, and of the draws.
    name : str
        Name of the features, for the title.
    optimistic : str or None
        For the title, as of `draw_maps`.
    umap_settings : n_neighbors, min_dist and metric
    """
    points, learnt, rows = points_to_place(features, fit_on, max_per_class)
    maps = embed(points, learnt, seeds=[seed + i for i in range(seeds)], **umap_settings)
    result = score_maps(
        points, maps, rows, k=k_neighbors, window_s=window_s, draws=draws, seed=seed
    )
    Path(scores).write_text(json.dumps({"fit_on": fit_on, "spaces": result}, indent=2) + "\n")
    draw_maps(
        maps, result, rows, figures, labels=labels, name=name, fit_on=fit_on, optimistic=optimistic
    )
