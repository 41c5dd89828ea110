"""Could the score of a target be chance? Permutations of whole people.

As in `biospectra.evaluation.significance`, what is permuted is the truth, never the predictions.
"""

import numpy as np
from scipy.stats import rankdata

from biospectra.evaluation.significance import holm, spread_of_folds

TESTED = {"labels": "macro_auroc", "number": "mean_absolute_error"}


def chance_of_target(
    truth: np.ndarray,
    said: np.ndarray,
    people: np.ndarray,
    *,
    kind: str,
    cross_validated: bool,
    draws: int,
    seed: int,
) -> dict | None:
    """Score the same predictions against what people exchanged.

    Parameters
    ----------
    truth : ndarray, (n, labels), bool, or (n,)
        Which labels each recording has, or its number.
    said : ndarray, (n, labels) or (n,)
        Probability of each label, or the number.
    people : ndarray, (n,)
        People exchange what their recordings have, all of it, with others of as many recordings.
    kind : str
        "labels" or "number".
    cross_validated : bool
        Whether the people are also learnt from by models of other folds.
    draws, seed : int
        Of the exchanges.

    Returns
    -------
    dict or None
        With score, one of `TESTED`, mean, that of exchanges, p_value (the share of exchanges at
        least as good as the truth, which counts as one; Phipson and Smyth 2010), and exchanged, how
        many people have somebody to exchange with. None where nobody has, or no label varies.
    """
    blocks = _blocks(people)
    exchanged = sum(len(block) for block in blocks if len(block) > 1)
    score = _macro_auroc(said) if kind == "labels" else _error(said)
    if kind == "labels":
        vary = truth.any(axis=0) & ~truth.all(axis=0)
        truth, score = truth[:, vary], _macro_auroc(said[:, vary])
        exchanged *= bool(vary.any())
    if not exchanged:
        return None
    random, values = np.random.default_rng(seed), np.empty(draws)
    order = np.arange(len(people))
    for draw in range(draws):
        for block in blocks:
            order[block] = block[random.permutation(len(block))]
        values[draw] = score(truth[order])
    own, mean = score(truth), float(values.mean())
    if cross_validated:
        values = spread_of_folds(values, mean)
    better = values >= own - 1e-12 if kind == "labels" else values <= own + 1e-12
    return {
        "score": TESTED[kind],
        "mean": mean,
        "p_value": float((1 + better.sum()) / (1 + draws)),
        "exchanged": int(exchanged),
    }


def _blocks(people: np.ndarray) -> list[np.ndarray]:
    """Return the entries (people, recordings) of people who have as many recordings."""
    order = np.argsort(people, kind="stable")
    _, counts = np.unique(people, return_counts=True)
    own = np.split(order, np.cumsum(counts)[:-1])
    return [np.stack([one for one in own if len(one) == n]) for n in np.unique(counts)]


def _macro_auroc(said: np.ndarray):
    """Return the function that gives the mean area under the ROC curve of labels (n, labels)."""
    ranks = rankdata(said, axis=0)

    def score(truth: np.ndarray) -> float:
        having = truth.sum(axis=0)
        above = (ranks * truth).sum(axis=0) - having * (having + 1) / 2
        return float(np.mean(above / (having * (len(truth) - having))))

    return score


def _error(said: np.ndarray):
    """Return the function that gives the mean absolute error of numbers (n,)."""
    return lambda truth: float(np.abs(truth - said).mean())


def holm_of_targets(targets: dict[str, dict]) -> dict[str, float]:
    """Return the p-values of targets, corrected for how many there are.

    Parameters
    ----------
    targets : dict of str to dict
        Scores of each, with `chance`, of `chance_of_target`.
    """
    found = {name: own["chance"]["p_value"] for name, own in targets.items() if own.get("chance")}
    return dict(zip(found, holm(list(found.values())), strict=True))
