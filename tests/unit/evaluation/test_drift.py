"""New people who differ as a group are told; those who do not are left in peace."""

import numpy as np
import pytest

from biospectra.evaluation import drift
from biospectra.evaluation.drift import ALARM_LEVEL, drift_of, energy_distances, means_of_people

COLUMNS = 12


def people(rng, count: int, shift: float = 0.0, segments: int = 10) -> np.ndarray:
    """Mean features of people of two classes, whose columns belong together, some of them moved."""
    mixing = np.random.default_rng(99).normal(size=(COLUMNS, COLUMNS))
    own = rng.normal(size=(count, COLUMNS)) @ mixing
    own[::2, :4] += 3  # the other class
    own[:, 2] += shift * 4
    values = np.repeat(own, segments, axis=0) + rng.normal(size=(count * segments, COLUMNS))
    return means_of_people(values, np.repeat(np.arange(count), segments))


def test_the_energy_distance_is_that_of_scipy():
    from scipy.stats import energy_distance

    rng = np.random.default_rng(0)
    new, known = rng.normal(0.5, 1, 12), rng.normal(size=30)
    both = np.r_[new, known]
    group = np.r_[np.ones(12), np.zeros(30)][None]
    found = energy_distances(group, np.abs(both[:, None] - both))
    assert found == pytest.approx(energy_distance(new, known) ** 2)


def test_means_are_of_people():
    values = np.array([[1.0], [3.0], [10.0]])
    assert means_of_people(values, np.array(["b", "b", "a"])).tolist() == [[10], [2]]


def test_people_who_do_not_differ_raise_no_alarm(monkeypatch):
    """Over seeds at most as often as the test's level, and never near one in twenty."""
    monkeypatch.setattr(drift, "PERMUTATIONS", 199)
    rng = np.random.default_rng(1)
    found = [
        drift_of(people(rng, new), people(rng, 40), [], seed=seed)
        for seed, new in enumerate([5, 10, 20, 40] * 25)
    ]
    assert np.mean([one["differs"] for one in found]) <= 0.03
    p_values = [one["p_value"] for one in found]
    assert np.mean(np.array(p_values) <= 0.05) == pytest.approx(0.05, abs=0.045)
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize(("new", "shift", "least"), [(12, 2.0, 0.9), (40, 1.0, 0.9)])
def test_a_group_that_differs_is_found(new, shift, least):
    rng = np.random.default_rng(2)
    names = [f"c{k}" for k in range(COLUMNS)]
    found = [
        drift_of(people(rng, new, shift), people(rng, 40), names, seed=seed) for seed in range(10)
    ]
    assert np.mean([one["differs"] for one in found]) >= least
    assert all(one["columns"][0][0] == "c2" for one in found if one["differs"])


def test_scale_and_constant_columns_do_not_matter():
    rng = np.random.default_rng(3)
    new, known = people(rng, 10, 1.0), people(rng, 30)
    more = [np.c_[part * 1e6, np.full(len(part), 7.0)] for part in (new, known)]
    first, second = drift_of(new, known, [], seed=0), drift_of(*more, [], seed=0)
    assert first["p_value"] == second["p_value"]


def test_few_people_are_told_in_a_sentence():
    rng = np.random.default_rng(4)
    found = drift_of(people(rng, 4), people(rng, 40), [], seed=0)
    assert (found["p_value"], found["differs"]) == (None, None)
    assert found["why_not"].startswith("there are 4 new people and 40 of the study")
    assert drift_of(people(rng, 5), people(rng, 9), [], seed=0)["differs"] is None
    # The fewest that are tested can be found to differ.
    assert drift_of(people(rng, 5, 20.0), people(rng, 10), [], seed=0)["p_value"] <= ALARM_LEVEL
