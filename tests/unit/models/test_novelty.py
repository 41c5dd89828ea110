"""The distance that tells when a segment is unlike anyone that was learnt from."""

import numpy as np
import pytest

from biospectra.models.novelty import Novelty


def segments(random, people, *, each=40, columns=20, between=1.0, within=1.0, at=0.0):
    """Segments of people who differ: (people * each, columns), and the person of each."""
    centres = at + between * random.standard_normal((people, 1, columns))
    values = centres + within * random.standard_normal((people, each, columns))
    return values.reshape(-1, columns), np.repeat(np.arange(people), each)


def learnt(values, people, classes=None, recordings=None, **settings):
    classes = np.zeros(len(values)) if classes is None else classes
    return Novelty(
        values, classes, people, people if recordings is None else recordings, **settings
    )


def test_new_people_raise_it_about_as_rarely_as_it_states():
    random = np.random.default_rng(0)
    values, people = segments(random, 40)
    novelty = learnt(values, people, share=0.95)
    assert (novelty.held_out, novelty.count) == ("people", 40)
    new, who = segments(random, 200)  # whom nothing was learnt from
    raised = novelty(new) > 1
    assert 0.02 < raised.mean() < 0.09
    medians = np.array([np.median(novelty(new[who == k])) for k in range(200)])
    assert (medians > 1).mean() < 0.1
    # Measured on people who are known, it would be a distance that new ones exceed far more often.
    known = Novelty(values, np.zeros(len(values)), np.zeros(len(values)), np.arange(len(values)))
    assert known.held_out == "recordings"
    assert (known(new) > 1).mean() > 2 * 0.05


def test_people_whom_an_encoder_has_met_do_not_say_how_far_others_are():
    random = np.random.default_rng(7)
    met, people = segments(random, 30, between=0.3, within=0.5)  # it has learnt their own ways
    others, who = segments(random, 30)
    values, names = np.concatenate([met, others]), np.append(people, who + 30)
    unseen = names >= 30
    naive, novelty = learnt(values, names), learnt(values, names, unseen=unseen)
    assert (novelty.held_out, novelty.count) == ("people", 30)
    new, _ = segments(random, 300)
    assert (naive(new) > 1).mean() > 0.07
    assert 0.02 < (novelty(new) > 1).mean() < 0.07
    alone = learnt(met, people)
    assert (alone(new) > 1).mean() > 0.9
    alone.widen(alone(others), who)  # of those whom the encoders of folds have not met
    assert alone.count == 30
    assert 0.02 < (alone(new) > 1).mean() < 0.08
    before = alone.units.copy()
    alone.widen(np.full(30, 0.5), np.arange(30))  # nearer than those it has met: never taken
    np.testing.assert_array_equal(alone.units, before)


def test_what_is_too_far_or_in_a_direction_never_seen_is_unlike():
    random = np.random.default_rng(1)
    mix = random.standard_normal((3, 40))  # people and segments vary in three directions of forty
    inside, people = segments(random, 12, columns=3)
    values = inside @ mix + 0.05 * random.standard_normal((len(inside), 40))
    novelty = learnt(values, people)
    assert (novelty(values + 15 * mix[0]) > 1).all()
    assert (novelty(values + 5 * random.standard_normal(40)) > 1).all()
    assert (novelty(10 * random.standard_normal((50, 40))) > 1).all()
    assert (novelty(values) <= 1).mean() > 0.99


def test_a_column_that_never_varied_does_no_harm():
    random = np.random.default_rng(2)
    values, people = segments(random, 5, each=10, columns=4)
    values = np.hstack([values, np.ones((50, 1))])
    assert np.isfinite(learnt(values, people)(values)).all()


def test_far_is_by_the_class_that_is_near():
    random = np.random.default_rng(3)
    tight, who = segments(random, 8, between=0.1, within=0.1, columns=5)
    wide, others = segments(random, 8, between=5, within=5, at=50, columns=5)
    classes = np.repeat(["tight", "wide"], len(who))
    novelty = learnt(np.concatenate([tight, wide]), np.concatenate([who, others + 8]), classes)
    assert novelty.units[1] > 10 * novelty.units[0]
    assert (novelty(tight[:20] + 2) > 1).all()  # twenty times the tight class's own spread


def test_a_class_of_one_person_is_measured_by_the_others():
    random = np.random.default_rng(4)
    values, people = segments(random, 5, columns=6)
    alone, _ = segments(random, 1, columns=6, at=30)
    classes = np.repeat(["many", "one"], [len(values), len(alone)])
    novelty = learnt(np.concatenate([values, alone]), np.append(people, np.full(40, 9)), classes)
    assert novelty.count == 5
    assert novelty.units[1] == pytest.approx(novelty.units[0])


@pytest.mark.parametrize(("recordings", "held_out"), [([0, 1], "recordings"), ([0, 0], "parts")])
def test_of_one_person_recordings_or_parts_are_held_out(recordings, held_out):
    values = np.random.default_rng(5).standard_normal((60, 4))
    novelty = learnt(values, np.zeros(60), recordings=np.repeat(recordings, 30))
    assert novelty.held_out == held_out
    assert (novelty(values) <= 1).mean() > 0.9


@pytest.mark.parametrize("rows", [30, 300])
def test_components_are_those_of_a_singular_value_decomposition(rows):
    values, people = segments(np.random.default_rng(6), 6, each=rows // 6, columns=60)
    novelty = learnt(values, people, components=4)
    standard = (values - values.mean(axis=0)) / values.std(axis=0)
    expected = np.linalg.svd(standard, full_matrices=False)[2][:4]
    np.testing.assert_allclose(np.abs((novelty.directions * expected).sum(axis=1)), 1, atol=1e-6)


def test_what_was_learnt_comes_back_from_its_arrays(tmp_path):
    random = np.random.default_rng(7)
    values, people = segments(random, 6, each=10, columns=12)
    novelty = learnt(values, people, np.arange(60) % 3, k=4)
    novelty.save(tmp_path / "novelty.npz")
    again = Novelty.load(tmp_path / "novelty.npz")
    new = random.standard_normal((20, 12))
    np.testing.assert_array_equal(again(new), novelty(new))
    assert set(vars(again)) == set(vars(novelty))
    assert f"{again.count} {again.held_out}" == "6 people"


@pytest.mark.parametrize("people", [8, 20, 80])
def test_few_people_raise_it_about_as_often_as_many_would(people):
    rates = []
    for seed in range(20):
        random = np.random.default_rng(seed)
        novelty = learnt(*segments(random, people, each=10, columns=5))
        rates.append((novelty(segments(random, 60, each=10, columns=5)[0]) > 1).mean())
    assert 0.02 < np.mean(rates) < 0.12  # of 5 % that it states


def test_a_filter_that_was_silent_does_not_outweigh_all_others():
    random = np.random.default_rng(5)
    values, people = segments(random, 6)
    silent = 1e-4 * random.standard_normal((len(values), 4))
    silent[people == 5] += 1  # but for one person
    values = np.hstack([values, silent])
    strange = values + np.r_[np.full(20, 8.0), np.zeros(4)]
    by_unit = learnt(values, people, one_unit=True)
    assert (by_unit(strange) > 1).all()
    assert np.isfinite(learnt(values, people)(strange)).all()
