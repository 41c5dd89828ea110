"""Maps side by side: PCA, t-SNE and UMAP, each by class, database and person."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.embedding import FITTED_ON, fit_umap, points_to_place, trustworthiness_of
from biospectra.figures import class_colours, figure
from biospectra.people import counted, in_words
from biospectra.separation import separation

GROUPS = {"label": "class", "database": "database", "subject": "person"}


def place(
    points: np.ndarray, learnt: np.ndarray | None, *, seeds: list[int], **umap_settings
) -> dict[str, list[np.ndarray]]:
    """Place points on maps of two dimensions.

    Parameters
    ----------
    points : (n, columns)
    learnt : (m, columns) of other people, on which PCA and UMAP are fitted; None to fit them on
        the points themselves. t-SNE cannot place new points and is always fitted on them
    seeds : of UMAP, one map each
    umap_settings : of `biospectra.embedding.fit_umap`

    Returns
    -------
    the maps (n, 2) of PCA, t-SNE and UMAP, by name; UMAP has one for each seed
    """
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    if points.shape[1] == 1:  # of one column, a map's second axis is empty
        points = np.pad(points, ((0, 0), (0, 1)))
        learnt = None if learnt is None else np.pad(learnt, ((0, 0), (0, 1)))
    kept = min(50, *points.shape)
    near = PCA(kept, random_state=seeds[0]).fit_transform(points)
    perplexity = min(30.0, (len(points) - 1) / 3)
    tsne = TSNE(perplexity=perplexity, init="pca", random_state=seeds[0]).fit_transform(near)
    pca = PCA(2, random_state=seeds[0]).fit(points if learnt is None else learnt)
    umaps = []
    for seed in seeds:
        fitted = fit_umap(points if learnt is None else learnt, seed=seed, **umap_settings)
        umaps.append(fitted.embedding_ if learnt is None else fitted.transform(points))
    return {"PCA": [pca.transform(points)], "t-SNE": [tsne], "UMAP": umaps}


def spread(maps: list[np.ndarray]) -> float | None:
    """Return how much maps of the same points differ: the mean Procrustes disparity of pairs.

    0 for maps alike but for shift, turn, mirror and scale; 1 for unlike ones (Gower 1975). None
    for one map.
    """
    from itertools import combinations

    from scipy.spatial import procrustes

    found = [procrustes(a, b)[2] for a, b in combinations(maps, 2)]
    return float(np.mean(found)) if found else None


def score_maps(
    points: np.ndarray,
    maps: dict[str, list[np.ndarray]],
    rows: pd.DataFrame,
    *,
    k: int,
    window_s: float,
    draws: int,
    seed: int,
) -> dict:
    """Score how well classes, databases and people separate among the features and on each map.

    Parameters
    ----------
    points : (n, columns)
    maps : of `place`
    rows : of each point
    k, window_s, draws, seed : of `biospectra.separation.separation`

    Returns
    -------
    for "feature space" and each map: for each group the scores of `separation` (means over seeds;
    intervals and shuffled labels of the first; None where there is one group), silhouette_range
    over seeds; spread, and trustworthiness of each map (mean over seeds)
    """
    from sklearn.metrics import pairwise_distances

    settings = {"k": k, "window_s": window_s, "draws": draws, "seed": seed}
    result = {}
    among = pairwise_distances(points)
    for name, found in {"feature space": [points], **maps}.items():
        distances = [pairwise_distances(one) for one in found]
        trusted = [trustworthiness_of(among, one, k) for one in found]
        result[name] = {
            "maps": len(found),
            "spread": spread(found),
            "trustworthiness": None if None in trusted else float(np.mean(trusted)),
        }
        for by in GROUPS:
            each = [separation(d, rows, by, **settings) for d in distances]
            if each[0] is None:
                result[name][by] = None
                continue
            means = {
                key: float(np.mean([one[key] for one in each]))
                for key, value in each[0].items()
                if isinstance(value, float)
            }
            silhouettes = [one["silhouette"] for one in each]
            ends = [min(silhouettes), max(silhouettes)] if len(each) > 1 else None
            result[name][by] = each[0] | means | {"silhouette_range": ends}
    return result


def draw_maps(
    maps: dict[str, list[np.ndarray]],
    scores: dict,
    rows: pd.DataFrame,
    paths: list[str],
    *,
    labels: list[str],
    name: str,
    fit_on: str,
    optimistic: str | None,
) -> None:
    """Draw each map by class, by database and by person, with its silhouettes.

    Parameters
    ----------
    maps, scores : of `place` and `score_maps`
    rows : of each point
    paths : the figure, in several formats
    labels : the classes
    name : of the features, for the title
    fit_on : whose segments PCA and UMAP were fitted on, "test" or "training"
    optimistic : why classes lie further apart than they do in people never met, or None
    """
    import matplotlib

    with figure(paths, figsize=(10.5, 3.3 * len(maps))) as drawing:
        axes = drawing.subplots(len(maps), 3, squeeze=False)
        for line, (method, found) in zip(axes, maps.items(), strict=True):
            for axis, (by, title) in zip(line, GROUPS.items(), strict=True):
                groups = labels if by == "label" else sorted(rows[by].unique())
                colours = class_colours(groups)
                if by == "subject":
                    wheel = matplotlib.colormaps["hsv"]
                    colours = {g: wheel(i / len(groups)) for i, g in enumerate(groups)}
                for group in groups:
                    own = found[0][(rows[by] == group).to_numpy()]
                    axis.scatter(*own.T, s=7, alpha=0.7, linewidths=0, color=colours[group])
                    if by != "subject":
                        axis.scatter([], [], s=14, color=colours[group], label=group)
                scored = scores[method][by]
                said = "none, one only"
                if scored is not None:
                    said = in_words(scored["silhouette"], scored["silhouette_range"])
                lines = [f"{method} by {title}: silhouette {said}"]
                if by == "label":
                    lines += _neighbours_in_words(scored, scores[method]["trustworthiness"])
                axis.set_title("\n".join(lines), fontsize=8)
                axis.set(xticks=[], yticks=[])
                if by != "subject" and method == "PCA":
                    axis.legend(fontsize=7, loc="best", handletextpad=0.1)
        drawing.suptitle(
            f"{name}: {len(rows)} test segments of {counted(rows['subject'].nunique())}; "
            f"PCA and UMAP fitted on {FITTED_ON[fit_on]}\n"
            f"in brackets: silhouette over {len(maps['UMAP'])} seeds, neighbours 95 % by people"
            + (f"\n{optimistic}" if optimistic else ""),
            fontsize=10,
        )


def _neighbours_in_words(scored: dict | None, trusted: float | None) -> list[str]:
    """Return how often a point's neighbours tell its class, and whether they are its neighbours."""
    lines = []
    if scored is not None:
        said = in_words(scored["knn_accuracy"], scored["intervals"]["knn_accuracy"])
        mixed = scored["shuffled"]["knn_accuracy"]
        lines.append(f"neighbours right {said}, labels shuffled {mixed['mean']:.2f}")
    if trusted is not None:
        lines.append(f"trustworthiness {trusted:.2f}")
    return lines


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
    features : HDF5 file with `features` and the rows; a table's columns are standardised
    scores : written; JSON of `score_maps`
    figures : written, in several formats
    labels : the classes
    max_per_class : segments of a class on the map, and to fit on
    k_neighbors, window_s, draws : of `biospectra.separation.separation`
    fit_on : "test" or "training" segments
    seeds : how many UMAPs
    seed : of the first, and of the draws
    name : of the features, for the title
    optimistic : for the title, as of `draw_maps`
    umap_settings : n_neighbors, min_dist and metric
    """
    points, learnt, rows = points_to_place(features, fit_on, max_per_class)
    maps = place(points, learnt, seeds=[seed + i for i in range(seeds)], **umap_settings)
    result = score_maps(
        points, maps, rows, k=k_neighbors, window_s=window_s, draws=draws, seed=seed
    )
    Path(scores).write_text(json.dumps({"fit_on": fit_on, "spaces": result}, indent=2) + "\n")
    draw_maps(
        maps, result, rows, figures, labels=labels, name=name, fit_on=fit_on, optimistic=optimistic
    )
