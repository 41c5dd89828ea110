"""Intervals of few people reach far enough, and chance in a cross-validation is chance."""

import numpy as np
import pytest
from scipy.stats import norm, t

from biospectra.evaluation.bootstrap import (
    draw_people,
    drawn_sums,
    fewest_people_of_class,
    interval,
    tail_of,
)
from biospectra.evaluation.calibration import calibration
from biospectra.evaluation.paired import paired_difference
from biospectra.evaluation.scores import intervals, shuffled

LABELS = ["a", "b"]


def test_the_tail_is_that_of_the_expanded_percentile_interval():
    for people in (3, 5, 20, 400):
        expected = norm.cdf(-np.sqrt(people / (people - 1)) * t.ppf(0.975, people - 1))
        assert tail_of(people) == pytest.approx(expected)
    drawn = np.random.default_rng(0).normal(size=100_000)
    half = np.sqrt(10 / 9) * t.ppf(0.975, 9)
    assert interval(drawn, 10) == pytest.approx([-half, half], abs=0.05)


def test_draws_rest_on_the_class_of_fewest_people():
    people = np.array(["p", "p", "q", "r", "s", "s"])
    assert fewest_people_of_class(people, np.array([0, 0, 0, 1, 1, 1])) == 2
    assert fewest_people_of_class(people, np.array([0, 1, 0, 1, 1, 1])) == 4  # drawn from all


@pytest.mark.parametrize(("each", "least"), [(3, 0.86), (5, 0.91), (10, 0.92)])
def test_intervals_hold_what_new_people_would_score(each, least):
    """Of people whose shares of right answers differ much, 0.7 in the mean, in two classes."""
    rng, held, narrow = np.random.default_rng(each), [], []
    people = np.arange(2 * each)
    times = draw_people(people, people % 2, 1000, 0)
    for _ in range(400):
        share = rng.binomial(20, rng.beta(2.1, 0.9, 2 * each)) / 20
        drawn = drawn_sums(times, share) / (2 * each)
        for found, rests_on in ((held, each), (narrow, None)):
            low, high = interval(drawn, rests_on)
            found.append(low <= 0.7 <= high)
    assert least < np.mean(held) < 0.985
    assert np.mean(held) > np.mean(narrow)


def nearest_mean(rng, people: int, columns: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Say of each of some people, by the nearer mean of the others, what noise tells of them.

    Returns
    -------
    truth : ndarray, (people,)
    said : list of ndarray, (people,)
        By the first half of the columns, and by the second.
    """
    truth = rng.permutation(np.arange(people) % 2)
    values, fold = rng.normal(size=(people, columns)), np.empty(people, int)
    for k in (0, 1):
        fold[truth == k] = np.arange((truth == k).sum()) % 4
    said = []
    for part in (values[:, : columns // 2], values[:, columns // 2 :]):
        own = np.empty(people, int)
        for k in range(4):
            met = fold != k
            means = [part[met & (truth == c)].mean(axis=0) for c in (0, 1)]
            apart = [((part[~met] - mean) ** 2).sum(axis=1) for mean in means]
            own[~met] = np.argmin(apart, axis=0)
        said.append(own)
    return truth, said


def test_noise_is_called_significant_in_one_of_twenty_cross_validations():
    """People of whom others' models learnt are right in pairs: as of a holdout it would be more."""
    rng, found, plain = np.random.default_rng(0), [], []
    for seed in range(300):
        truth, said = nearest_mean(rng, 40, 8)
        # Of some segments each, so that scores are not few.
        people = np.repeat(np.arange(40), rng.integers(1, 6, 40))
        both = (truth[people], said[0][people], people)
        options = {"draws": 99, "seed": seed}
        found.append(shuffled(*both, cross_validated=True, **options)["p_value"])
        plain.append(shuffled(*both, **options)["p_value"])
    assert np.mean(np.array(found) <= 0.05) <= 0.05
    assert np.mean(np.array(plain) <= 0.05) > 0.07


def test_an_interval_of_a_cross_validation_holds_chance_nearly_as_often_as_it_says():
    """As docs/honest.md has it: 86 to 90 of 100 at chance, for which p-values are spread."""
    rng, held = np.random.default_rng(2), []
    for seed in range(300):
        truth, said = nearest_mean(rng, 40, 8)
        found = intervals(truth, said[0], np.arange(40), LABELS, draws=200, seed=seed)
        low, high = found["balanced_accuracy"]
        held.append(low <= 0.5 <= high)
    assert 0.82 < np.mean(held) < 0.95


def test_models_alike_differ_significantly_in_one_of_twenty_cross_validations():
    rng, found, plain, held = np.random.default_rng(1), [], [], []
    people = np.arange(40)
    for seed in range(200):
        truth, said = nearest_mean(rng, 40, 8)
        named = [np.array(LABELS)[of] for of in (truth, *said)]
        settings = {"draws": 99, "seed": seed}
        one = paired_difference(*named, people, LABELS, cross_validated=True, **settings)
        found.append(one["p_value"])
        plain.append(paired_difference(*named, people, LABELS, **settings)["p_value"])
        low, high = one["intervals"]["balanced_accuracy"]
        held.append(low <= 0 <= high)
    assert np.mean(np.array(found) <= 0.05) <= 0.05
    assert np.mean(np.array(plain) <= 0.05) > np.mean(np.array(found) <= 0.05)
    assert np.mean(held) > 0.93


def test_a_bin_of_two_people_has_no_interval():
    sure = np.r_[np.full(8, 0.95), np.full(2, 0.55)]
    truth = np.array([0, 0, 0, 0, 1, 1, 1, 1, 0, 1])
    probability = np.stack([sure, 1 - sure], axis=1)
    probability[truth == 1] = probability[truth == 1][:, ::-1]
    probability[[0, 4]] = probability[[0, 4]][:, ::-1]  # two are wrong
    found = calibration(probability, truth, np.arange(10), bins=5, draws=200, seed=0)
    assert [row["interval"] is None for row in found["bins"]] == [True, False]
