"""What a comparison of sets of features measures of each: scores by labels, and what it holds."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from biospectra.evaluation.bootstrap import interval
from biospectra.evaluation.label_efficiency import Answered, Drawn, answers_by_share
from biospectra.evaluation.readout import group_readout, person_readout
from biospectra.evaluation.significance import READOUTS, holm, spread_of_folds
from biospectra.store.features import StoredFeatures


class Benchmarked(NamedTuple):
    """What all features are measured by.

    Parameters
    ----------
    rows : DataFrame, (n, ...)
    fold, code : ndarray, (n,)
        In which each row is held out, and its class.
    labelled : dict
        Of `labelled_people`.
    groups : dict of str to ndarray, (n,)
        What is read out of held-out people.
    makers : dict of str to callable
        By candidate, of which one is chosen.
    probe : callable
        Gives the classifier that reads out.
    window_s : float
    folds, draws, seed : int
    """

    rows: pd.DataFrame
    fold: np.ndarray
    code: np.ndarray
    labelled: dict[tuple[float, int], list[np.ndarray]]
    groups: dict[str, np.ndarray]
    makers: dict[str, Callable]
    probe: Callable
    window_s: float
    folds: int
    draws: int
    seed: int


def scores_by_share(
    values: Callable[[int], np.ndarray | StoredFeatures], common: Benchmarked, drawn: Drawn
) -> tuple[list[dict], dict[float, tuple]]:
    """Return what is told of each share of labelled people, and the scores for `pairs_by_share`."""
    people = common.rows["subject"].to_numpy(str)
    taken: dict[float, list[int]] = {}
    for (share, _), folds in common.labelled.items():
        taken.setdefault(share, []).extend(len(set(people[learnt])) for learnt in folds)
    options = {"folds": common.folds, "seed": common.seed}
    rows, code, fold, labelled = common.rows, common.code, common.fold, common.labelled
    found, samples = [], {}
    answered = answers_by_share(common.makers, values, rows, code, fold, labelled, **options)
    for share, answers in answered.items():
        own, sampled = drawn.scores(answers.said)
        samples[share] = float(np.mean(own)), sampled
        found.append(
            {
                "share": share,
                "people": float(np.mean(taken[share])),
                "balanced_accuracy": float(np.mean(own)),
                "interval": None if sampled is None else interval(sampled, drawn.fewest),
                "standard_deviation": float(np.std(own, ddof=1)) if len(own) > 1 else None,
                **_choices(answers),
            }
        )
    return found, samples


def _choices(answers: Answered) -> dict:
    """Return in which share of the folds of all draws a strength was chosen, and which."""
    chosen = Counter(name.split()[-1] for name in answers.chosen if name is not None)
    return {
        "tuned_share": chosen.total() / len(answers.chosen),
        "strengths": dict(chosen.most_common()),
    }


def read_out(values: Callable[[int], np.ndarray | StoredFeatures], common: Benchmarked) -> dict:
    """Return how well person, recorder and database can be read out."""
    people, rows, fold = common.rows["subject"].to_numpy(str), common.rows, common.fold
    options = {"draws": common.draws, "seed": common.seed}
    found = {"person": person_readout(common.probe, values, rows, fold, common.window_s, **options)}
    for what, groups in common.groups.items():
        found[what] = group_readout(
            common.probe, values, groups, people, fold, what=what, **options
        )
    return found


def correct_readouts(methods: dict[str, dict]) -> None:
    """Give each p-value of what was read out its corrected one (Holm)."""
    read = [about[what] for about in methods.values() for what in READOUTS]
    read = [one for one in read if "why_not" not in one]
    for one, p_value in zip(read, holm([one["p_value"] for one in read]), strict=True):
        one["p_value_holm"] = p_value


def pairs_by_share(names: list[str], shares: list[float], samples: dict, fewest: int) -> list[dict]:
    """Return the paired differences of all methods, at each share of labelled people."""
    found = []
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            for share in shares:
                (own, drawn), (other, again) = samples[first][share], samples[second][share]
                bounds = None
                if drawn is not None and again is not None:
                    apart = spread_of_folds(drawn - again, own - other, (-1, 1))
                    bounds = interval(apart, fewest)
                found.append(
                    {
                        "first": first,
                        "second": second,
                        "share": share,
                        "balanced_accuracy": own - other,
                        "interval": bounds,
                    }
                )
    return found
