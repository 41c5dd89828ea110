"""Maps of features by several methods, and their scores."""

import numpy as np
import pandas as pd

from biospectra.evaluation.separation import separation
from biospectra.models.embedding import fit_umap, trustworthiness_of

GROUPS = {"label": "class", "database": "database", "subject": "person"}


def embed(
    points: np.ndarray, learnt: np.ndarray | None, *, seeds: list[int], **umap_settings
) -> dict[str, list[np.ndarray]]:
    """Place points on maps of two dimensions.

    Parameters
    ----------
    points : ndarray, (n, columns)
    learnt : ndarray or None, (m, columns)
        Learnt of other people, on which PCA and UMAP are fitted; None to fit them on the points
        themselves. t-SNE cannot place new points and is always fitted on them.
    seeds : list of int
        Seeds of UMAP, one map each.
    umap_settings : of `biospectra.models.embedding.fit_umap`

    Returns
    -------
    dict of str to list of ndarray
        The maps (n, 2) of PCA, t-SNE and UMAP, by name; UMAP has one for each seed.
    """
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    if points.shape[1] == 1:  # of one column, a map's second axis is empty
        points = np.pad(points, ((0, 0), (0, 1)))
        learnt = None if learnt is None else np.pad(learnt, ((0, 0), (0, 1)))
    kept = min(50, *points.shape)
    near = PCA(kept, random_state=seeds[0]).fit_transform(points)
    perplexity = min(30.0, (len(points) - 1) / 3)
    if np.ptp(points, axis=0).any():
        tsne = TSNE(perplexity=perplexity, init="pca", random_state=seeds[0]).fit_transform(near)
    else:  # all alike, as of an encoder whose training collapsed; scikit-learn would crash
        tsne = np.zeros((len(points), 2), np.float32)
    pca = PCA(2, random_state=seeds[0]).fit(points if learnt is None else learnt)
    umaps = []
    for seed in seeds:
        fitted = fit_umap(points if learnt is None else learnt, seed=seed, **umap_settings)
        umaps.append(fitted.embedding_ if learnt is None else fitted.transform(points))
    return {"PCA": [pca.transform(points)], "t-SNE": [tsne], "UMAP": umaps}


def group_spread(maps: list[np.ndarray]) -> float | None:
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
    points : ndarray, (n, columns)
    maps : dict of str to list of ndarray
        Maps of `place`.
    rows : DataFrame
        Rows of each point.
    k, window_s, draws, seed : int or float
        K, window s, draws and seed of `biospectra.evaluation.separation.separation`.

    Returns
    -------
    dict
        For "feature space" and each map: for each group the scores of `separation` (means over
        seeds; intervals and shuffled labels of the first; None where there is one group),
        silhouette_range over seeds; spread, and trustworthiness of each map (mean over seeds).
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
            "spread": group_spread(found),
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
