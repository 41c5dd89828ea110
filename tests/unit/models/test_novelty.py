"""The distance that tells when a segment is unlike anything seen in training."""

import numpy as np

from biospectra.models.novelty import Novelty


def test_what_is_like_the_training_stays_below_one_and_what_is_not_above():
    random = np.random.default_rng(0)
    mix = random.standard_normal((3, 40))  # the training varies in three directions of forty
    noise = 0.05
    training, validation, alike = (
        random.standard_normal((n, 3)) @ mix + noise * random.standard_normal((n, 40))
        for n in (300, 100, 200)
    )
    novelty = Novelty(training, validation, np.zeros(300))
    assert np.quantile(novelty(validation), 0.98) <= 1
    assert (novelty(alike) > 1).mean() < 0.05
    assert (novelty(alike + 8 * mix[0]) > 1).all()  # too far along a known direction
    aside = random.standard_normal(40) * 2
    assert (novelty(alike + aside) > 1).all()  # a direction never seen


def test_a_column_that_never_varied_does_no_harm():
    random = np.random.default_rng(1)
    training = np.hstack([random.standard_normal((50, 4)), np.ones((50, 1))])
    assert np.isfinite(Novelty(training[:30], training[30:], np.zeros(30))(training)).all()


def test_far_is_by_the_class_that_is_near():
    random = np.random.default_rng(2)
    tight, wide = (
        centre + spread * random.standard_normal((200, 5)) for centre, spread in ((0, 0.1), (50, 5))
    )
    training = np.concatenate([tight[:100], wide[:100]])
    validation = np.concatenate([tight[100:], wide[100:]])
    novelty = Novelty(training, validation, np.repeat(["tight", "wide"], 100), share=0.99)
    assert (novelty(validation) > 1).mean() < 0.05
    assert (novelty(tight[:20] + 2) > 1).all()  # twenty times the tight class's own spread


def test_what_was_learnt_comes_back_from_its_arrays(tmp_path):
    random = np.random.default_rng(3)
    training, validation, new = (random.standard_normal((n, 12)) for n in (60, 40, 20))
    novelty = Novelty(training, validation, np.arange(60) % 3, k=4)
    novelty.save(tmp_path / "novelty.npz")
    again = Novelty.load(tmp_path / "novelty.npz")
    np.testing.assert_array_equal(again(new), novelty(new))
    assert set(vars(again)) == set(vars(novelty))
