"""How few labelled people suffice: scores by the share of training people that have labels."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from biospectra.evaluation.bootstrap import (
    by_person,
    draw_people,
    drawn_sums,
    fewest_people_of_class,
    why_no_interval,
)
from biospectra.evaluation.cross_validation import choose_candidate
from biospectra.evaluation.scores import classification_scores, confusion_counts
from biospectra.models.fitting import fitted_probability

ALL = 1.0  # the share of all people


def people_of_share(rows: pd.DataFrame, share: float, random: np.random.Generator) -> list[str]:
    """Draw a share of the people of each class, one at least.

    Parameters
    ----------
    rows : DataFrame
        With subject and label; a person of several classes counts in each.
    share : float
        Up to 1, for all.
    random : numpy.random.Generator
        Of the draw.

    Returns
    -------
    list of str
        The people, sorted.
    """
    order = list(random.permutation(np.unique(rows["subject"].to_numpy(str))))
    chosen: set[str] = set()
    for _, own in rows.groupby("label"):
        people = set(own["subject"])
        wanted = max(1, round(share * len(people)))
        more = [person for person in order if person in people and person not in chosen]
        chosen.update(more[: max(0, wanted - len(chosen & people))])
    return sorted(chosen)


def labelled_people(
    rows: pd.DataFrame, fold: np.ndarray, shares: list[float], *, draws: int, seed: int
) -> dict[tuple[float, int], list[np.ndarray]]:
    """Draw whose labels each classifier learns from, the same for all features.

    Parameters
    ----------
    rows : DataFrame
        With subject and label.
    fold : ndarray, (n,)
        In which each row is held out, from 0.
    shares : list of float
        Of the training people of each fold.
    draws, seed : int
        Draws of each share but that of all, which there is one of; and their seed.

    Returns
    -------
    dict of tuple to list of ndarray
        By share and draw: for each fold which rows (n,) are learnt from.
    """
    people = rows["subject"].to_numpy(str)
    found = {}
    for place, share in enumerate(shares):
        for draw in range(1 if share == ALL else draws):
            own = []
            for k in range(int(fold.max()) + 1):
                random = np.random.default_rng([seed, place, draw, k])
                left = (fold != k) & ~np.isin(people, people[fold == k])
                own.append(left & np.isin(people, people_of_share(rows[left], share, random)))
            found[share, draw] = own
    return found


class Answered(NamedTuple):
    """What classifiers say that learnt from a share of the labels.

    Parameters
    ----------
    said : list of ndarray, (n,)
        For each draw the class of each row, from 0.
    chosen : list of str or None
        For each fold of each draw the candidate that was chosen; None where too few people were
        left to choose among several, and the first was taken.
    """

    said: list[np.ndarray]
    chosen: list[str | None]


def answers_by_share(
    makers: dict[str, Callable[[], object]],
    values: Callable[[int], np.ndarray],
    rows: pd.DataFrame,
    code: np.ndarray,
    fold: np.ndarray,
    labelled: dict[tuple[float, int], list[np.ndarray]],
    *,
    folds: int,
    seed: int,
) -> dict[float, Answered]:
    """Predict each row, held out, by classifiers that learn from some people's labels.

    Parameters
    ----------
    makers : dict of str to callable
        Gives a new classifier, for each candidate; of several, one is chosen by `choose_candidate`
        among those alone whose labels are learnt from.
    values : callable
        Gives the features (n, columns) of a fold.
    rows : DataFrame, (n, ...)
        With label, subject and recording.
    code, fold : ndarray, (n,)
        Classes from 0, and in which fold each row is held out.
    labelled : dict
        Of `labelled_people`.
    folds, seed : int
        Of a choice.

    Returns
    -------
    dict of float to Answered
        By share.
    """
    said = {key: np.empty(len(code), int) for key in labelled}
    found = {share: Answered([], []) for share, _ in labelled}
    options = {"folds": folds, "seed": seed}
    classes = int(code.max()) + 1
    for k in range(int(fold.max()) + 1):
        given, test = values(k), fold == k
        for (share, draw), by_fold in labelled.items():
            learnt = by_fold[k]
            own, truth, who = given[learnt], code[learnt], rows[learnt].reset_index(drop=True)
            best, validated = choose_candidate(makers, own, truth, who, classes, **options)
            found[share].chosen.append(None if np.isnan(validated[best]) else best)
            likely, known = fitted_probability(makers[best], own, truth, given[test])
            said[share, draw][test] = known[likely.argmax(axis=1)]
    for (share, _), answers in said.items():
        found[share].said.append(answers)
    return found


class Drawn:
    """People drawn with replacement, once for all that is compared.

    Parameters
    ----------
    truth, people : ndarray, (n,)
        Class, from 0, and person of each row.
    labels : list of str
        The classes.
    draws, seed : int
        Of `biospectra.evaluation.bootstrap.draw_people`.
    """

    def __init__(
        self, truth: np.ndarray, people: np.ndarray, labels: list[str], *, draws: int, seed: int
    ):
        self.truth, self.people, self.classes = truth, people, len(labels)
        self.why_not = why_no_interval(people, np.array(labels)[truth])
        self.fewest = fewest_people_of_class(people, truth)  # for `interval`
        self._times = draw_people(people, truth, draws, seed) if self.why_not is None else None

    def scores(self, answers: list[np.ndarray]) -> tuple[list[float], np.ndarray | None]:
        """Return the balanced accuracy of each of several answers, and of people drawn their mean.

        Parameters
        ----------
        answers : list of ndarray
            The class (n,) of each row, from 0.

        Returns
        -------
        tuple of list of float, ndarray
            Of all people; (draws,), None where there can be no interval.
        """
        counts = [confusion_counts(self.truth, own, self.classes) for own in answers]
        own = [float(_balanced(one.sum(axis=0))) for one in counts]
        if self._times is None:
            return own, None
        drawn = [_balanced(drawn_sums(self._times, by_person(c, self.people))) for c in counts]
        return own, np.mean(drawn, axis=0)


def _balanced(matrix: np.ndarray) -> np.ndarray:
    return classification_scores(matrix)["balanced_accuracy"]
