"""p-values keep their promise on people who know nothing, and are small for those who do."""

from itertools import permutations

import numpy as np
import pytest

from biospectra.evaluation.paired import paired_difference
from biospectra.evaluation.scores import score, shuffled
from biospectra.evaluation.significance import (
    above_chance,
    detectable_score,
    exchanged,
    holm,
    label_blocks,
    smallest_p_value,
    what_is_exchanged,
)

LABELS = ["a", "b"]


def test_holm_is_that_of_r():
    """p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") and with equals, of R 4."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.5]) == [1, 1]
    assert holm([]) == []
    of = {
        name: {"baselines": {"shuffled": {"p_value": p}}} for name, p in (("x", 0.02), ("y", 0.03))
    }
    found = above_chance(of)
    assert found["y"] == {"p_value": 0.03, "p_value_holm": pytest.approx(0.04)}


def test_p_is_the_share_of_all_exchanges_of_people():
    """With people few enough to go through all of them."""
    people = np.repeat(np.arange(6), [3, 1, 2, 4, 1, 2])
    own = np.array([0, 0, 0, 1, 1, 1])
    truth, said = own[people], np.array([0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0, 1])

    def balanced(labels):
        return np.mean([(said[labels[people] == k] == k).mean() for k in (0, 1)])

    every = [balanced(np.array(order)) for order in set(permutations(own.tolist()))]
    share = np.mean(np.array(every) >= balanced(own) - 1e-12)
    found = shuffled(truth, said, people, draws=20_000, seed=0)
    assert found["p_value"] == pytest.approx(share, abs=0.01)
    assert found["exchanged"] == "people"
    assert found["smallest_p_value"] == pytest.approx(1 / 20)
    assert found["detectable"] == pytest.approx(detectable_score(np.array(every), 4), abs=0.01)


def test_people_of_several_classes_exchange_within_themselves():
    people = np.array(["p", "p", "p", "q", "q", "r", "s"])
    truth = np.array([0, 1, 1, 0, 1, 0, 1])
    part, label, block = label_blocks(truth, people)
    assert label[part].tolist() == truth.tolist()
    drawn = exchanged(label, block, 500, 0)
    for one in np.unique(block):
        own = np.sort(drawn[:, block == one], axis=1)
        assert (own == np.sort(label[block == one])).all()
    assert len(np.unique(drawn, axis=0)) == 8  # two ways each of p, of q, and of r with s
    assert smallest_p_value(label, block, 500) == pytest.approx(1 / 8)
    assert what_is_exchanged(block) == "both"
    assert what_is_exchanged(label_blocks(truth[:5], people[:5])[2]) == "within"
    assert what_is_exchanged(label_blocks(truth[5:], people[5:])[2]) == "people"


def test_knowing_the_person_alone_is_no_evidence_within_people():
    """Each has both classes, and what is said differs by person alone; then, rightly, by class."""
    people, truth = np.repeat(np.arange(20), 6), np.tile([0, 0, 0, 1, 1, 1], 20)
    said = np.random.default_rng(0).integers(0, 2, 20)[people]
    assert shuffled(truth, said, people, draws=500, seed=0)["p_value"] == 1
    better = np.where(np.random.default_rng(1).random(120) < 0.2, truth, said)
    assert shuffled(truth, better, people, draws=500, seed=0)["p_value"] < 0.01


@pytest.mark.parametrize("within", [False, True])
def test_chance_is_called_significant_in_one_of_twenty(within):
    rng, found = np.random.default_rng(2), []
    for seed in range(300):
        people = np.repeat(np.arange(16), 4)
        truth = np.tile([0, 0, 1, 1], 16) if within else (people % 2)
        own = rng.normal(size=16)[people] + rng.normal(size=64) * 0.7  # alike within a person
        said = (own > 0).astype(int)
        found.append(shuffled(truth, said, people, draws=99, seed=seed)["p_value"])
    assert np.mean(np.array(found) <= 0.05) < 0.08


def test_two_models_that_are_alike_do_not_differ_and_others_do():
    rng, found = np.random.default_rng(3), []
    people = np.repeat(np.arange(20), 3)
    truth = np.array(LABELS)[people % 2]
    other = {"a": "b", "b": "a"}

    def said(right):
        hit = (rng.random(20) < right)[people] & (rng.random(60) < 0.9)
        return np.where(hit, truth, [other[label] for label in truth])

    for seed in range(200):
        both = [said(0.7) for _ in range(2)]
        found.append(paired_difference(truth, *both, people, LABELS, draws=99, seed=seed))
    assert np.mean([one["p_value"] <= 0.05 for one in found]) < 0.09
    apart = paired_difference(truth, said(1.0), said(0.3), people, LABELS, draws=500, seed=0)
    assert apart["p_value"] < 0.01 and apart["balanced_accuracy"] > apart["detectable"] > 0
    same = said(0.7)
    assert paired_difference(truth, same, same, people, LABELS, draws=99, seed=0)["p_value"] == 1


def test_what_could_be_seen_is_seen_in_four_of_five():
    """People of whom so many are right as would be found: simulated, it is found that often."""
    rng = np.random.default_rng(4)
    people = np.repeat(np.arange(40), 2)
    truth = people % 2

    def scored(right):
        hit = (rng.random(40) < right)[people]
        return score(
            *(np.array(LABELS)[x] for x in (truth, np.where(hit, truth, 1 - truth))),
            people,
            LABELS,
            draws=199,
            seed=0,
        )["baselines"]["shuffled"]

    level = np.mean([scored(0.5)["detectable"] for _ in range(20)])
    assert 0.65 < level < 0.75
    power = np.mean([scored(level)["p_value"] <= 0.05 for _ in range(150)])
    assert power == pytest.approx(0.8, abs=0.1)
