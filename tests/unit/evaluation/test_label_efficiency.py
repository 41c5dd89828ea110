"""Shares of labelled people: whole, of each class, the same for all; scores that are known."""

import numpy as np
import pandas as pd
import pytest

from biospectra.evaluation.bootstrap import interval
from biospectra.evaluation.label_efficiency import (
    Drawn,
    answers_by_share,
    labelled_people,
    people_of_share,
)
from biospectra.evaluation.paired import paired_difference

LABELS = ["a", "b"]


@pytest.fixture
def rows() -> pd.DataFrame:
    """Forty people of one class each, four segments a person."""
    person = np.repeat(np.arange(40), 4)
    return pd.DataFrame(
        {"subject": [f"p{i:02}" for i in person], "label": np.array(LABELS)[person % 2]}
    )


def test_a_share_is_of_whole_people_of_each_class(rows):
    random = np.random.default_rng(0)
    by_person = rows.drop_duplicates("subject").set_index("subject")["label"]
    for share, each in ((0.01, 1), (0.1, 2), (0.3, 6), (1.0, 20)):
        people = people_of_share(rows, share, random)
        assert by_person.loc[people].value_counts().to_dict() == {"a": each, "b": each}
    both = pd.concat([rows, rows.assign(label="c")])  # everybody has two classes
    chosen = people_of_share(both, 0.1, random)
    assert set(both[both["subject"].isin(chosen)]["label"]) == {"a", "b", "c"}
    assert 4 <= len(chosen) <= 5


def test_nobody_of_a_fold_is_learnt_from_in_it(rows):
    fold = rows["subject"].str[1:].astype(int).to_numpy() % 5
    found = labelled_people(rows, fold, [0.1, 1.0], draws=3, seed=1)
    assert sorted(found) == [(0.1, 0), (0.1, 1), (0.1, 2), (1.0, 0)]
    for (share, _), folds in found.items():
        for k, own in enumerate(folds):
            assert not (own & (fold == k)).any()
            assert share < 1 or own.sum() == (fold != k).sum()
    draws = [np.stack(found[0.1, draw]) for draw in range(3)]
    assert any((draws[0] != other).any() for other in draws[1:])
    again = labelled_people(rows, fold, [0.1, 1.0], draws=3, seed=1)
    assert all((a == b).all() for key in found for a, b in zip(found[key], again[key], strict=True))


def test_each_fold_answers_by_its_own_features(rows):
    """What tells the class stands in another column in each fold."""
    from sklearn.linear_model import LogisticRegression

    code = (rows["label"] == "b").to_numpy().astype(int)
    fold = rows["subject"].str[1:].astype(int).to_numpy() % 4
    tables = np.random.default_rng(0).normal(size=(4, len(rows), 4))
    for k in range(4):
        tables[k, :, k] += 8 * (code - 0.5)
    labelled = labelled_people(rows, fold, [0.3, 1.0], draws=2, seed=0)
    makers = {"probe": LogisticRegression}
    options = (rows, code, fold, labelled)
    found = answers_by_share(makers, lambda k: tables[k], *options, folds=4, seed=0)
    assert [len(found[share].said) for share in (0.3, 1.0)] == [2, 1]
    assert (found[1.0].said[0] == code).all()
    wrong = answers_by_share(makers, lambda k: tables[(k + 1) % 4], *options, folds=4, seed=0)
    assert (wrong[1.0].said[0] == code).mean() > 0.99  # consistent, too: a fold reads one table
    with pytest.raises(AssertionError):  # of two tables at once none fits
        assert (tables[0][:, 0] > 0).astype(int).tolist() == (tables[1][:, 0] > 0).tolist()


def test_a_strength_is_chosen_among_labelled_people_alone(rows):
    from biospectra.models.classifiers import makers_of

    rows = rows.assign(recording=rows["subject"])
    code = (rows["label"] == "b").to_numpy().astype(int)
    fold = rows["subject"].str[1:].astype(int).to_numpy() % 4
    random = np.random.default_rng(1)
    table = random.normal(size=(len(rows), 40)) + 0.4 * code[:, None]
    makers = makers_of(["logistic_regression"], tune=True, seed=0, threads=1)
    labelled = labelled_people(rows, fold, [0.05, 0.4], draws=1, seed=0)
    noise = random.normal(size=table.shape)

    def values(k: int) -> np.ndarray:
        kept = (fold == k) | labelled[0.4, 0][k] | labelled[0.05, 0][k]
        return np.where(kept[:, None], table, noise)

    options = (rows, code, fold, labelled)
    found = answers_by_share(makers, lambda _: table, *options, folds=4, seed=0)
    others_changed = answers_by_share(makers, values, *options, folds=4, seed=0)
    assert set(found[0.4].chosen) == {"logistic_regression C=1e-05"}  # as the signal is everywhere
    assert others_changed[0.4].chosen == found[0.4].chosen
    assert (others_changed[0.4].said[0] == found[0.4].said[0]).all()
    assert found[0.05].chosen == [None] * 4  # one person of each class
    untuned = makers_of(["logistic_regression"], tune=False, seed=0, threads=1)
    plain = answers_by_share(untuned, lambda _: table, *options, folds=4, seed=0)
    assert (plain[0.05].said[0] == found[0.05].said[0]).all()
    assert (plain[0.4].said[0] != found[0.4].said[0]).any()


def test_the_intervals_are_those_of_the_paired_bootstrap(rows):
    random = np.random.default_rng(0)
    truth = (rows["label"] == "b").to_numpy().astype(int)
    people = rows["subject"].to_numpy(str)
    first, second = (np.where(random.random(160) < p, truth, 1 - truth) for p in (0.9, 0.7))
    drawn = Drawn(truth, people, LABELS, draws=400, seed=3)
    (own, sampled), (other, again) = drawn.scores([first]), drawn.scores([second])
    names = [np.array(LABELS)[codes] for codes in (truth, first, second)]
    known = paired_difference(*names, people, LABELS, draws=400, seed=3)
    assert own[0] - other[0] == pytest.approx(known["balanced_accuracy"])
    bounds = interval(sampled - again, 20)
    assert drawn.fewest == 20
    assert bounds == pytest.approx(known["intervals"]["balanced_accuracy"])
    both, mean = drawn.scores([first, second])
    assert both == pytest.approx([own[0], other[0]])
    np.testing.assert_allclose(mean, (sampled + again) / 2)
    few = Drawn(truth[:8], people[:8], LABELS, draws=50, seed=0)
    assert few.scores([first[:8]])[1] is None
    assert "1 person" in few.why_not
