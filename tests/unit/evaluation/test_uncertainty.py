"""Corrected probabilities and sets of classes are learnt by person, and hold what they promise."""

import json

import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.evaluation import uncertainty
from biospectra.evaluation.bootstrap import person_weights
from biospectra.evaluation.prediction_sets import (
    fewest_for_sets,
    learn_sets,
    prediction_sets,
    score_sets,
    set_p_values,
    share_of_people,
)
from biospectra.evaluation.recalibration import (
    fit_recalibration,
    log_loss,
    recalibrated,
)
from biospectra.evaluation.uncertainty import (
    LEARNT_FROM,
    judged_uncertainty,
    learn_uncertainty,
    read_uncertainty,
    units_of,
    with_uncertainty,
)

LABELS = ["a", "b", "c"]
OPTIONS = {"method": "temperature", "coverage": 0.9, "within": "people"}
JUDGED = OPTIONS | {"bins": 5, "draws": 200, "seed": 0}


def people_of(rng, people: int, segments: int = 8, sharp: float = 1.0, between: float = 1.5):
    """Make logits of segments of people, of whom some are unlike their class as a whole."""
    truth = np.repeat(np.arange(people) % 3, segments)
    person = np.repeat([f"s{k}" for k in range(people)], segments)
    logits = 2 * np.eye(3)[truth] + between * np.repeat(rng.normal(size=(people, 3)), segments, 0)
    raised = np.exp(sharp * (logits + 0.5 * rng.normal(size=logits.shape)))
    return raised / raised.sum(axis=1, keepdims=True), truth, person


def table_of(probability, truth, person, **columns) -> pd.DataFrame:
    rows = pd.DataFrame({"recording": person, "subject": person, "database": "d"})
    rows["label"] = np.array(LABELS)[truth]
    rows["predicted"] = np.array(LABELS)[probability.argmax(axis=1)]
    return rows.assign(
        **{f"p_{label}": p for label, p in zip(LABELS, probability.T, strict=True)}, **columns
    )


@pytest.mark.filterwarnings("ignore:Since FrozenEstimator")
def test_temperature_is_that_of_scikit_learn():
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(0)
    values, truth = rng.normal(size=(300, 2)), rng.integers(0, 3, 300)
    values[:, 0] += truth
    model = LogisticRegression(C=1e4).fit(values[:60], truth[:60])
    people = np.repeat(np.arange(30), 10)
    theirs = CalibratedClassifierCV(FrozenEstimator(model), method="temperature")
    theirs.fit(values, truth, sample_weight=person_weights(people))
    given = model.predict_proba(values)
    ours = recalibrated(fit_recalibration("temperature", given, truth, people), given)
    np.testing.assert_allclose(ours, theirs.predict_proba(values), atol=2e-3)


@pytest.mark.parametrize("method", ["temperature", "isotonic"])
def test_people_who_were_not_asked_are_told_better(method):
    rng = np.random.default_rng(1)
    learnt, new = people_of(rng, 200, sharp=3), people_of(rng, 300, sharp=3)
    fitted = json.loads(json.dumps(fit_recalibration(method, *learnt)))
    found = recalibrated(fitted, new[0])
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert log_loss(found, *new[1:]) < 0.7 * log_loss(*new)
    if method == "temperature":
        assert fitted["temperature"] > 2
        assert (found.argmax(axis=1) == new[0].argmax(axis=1)).all()


def test_a_person_of_many_segments_weighs_as_one_of_few():
    rng = np.random.default_rng(2)
    probability, truth, person = people_of(rng, 9, segments=4)
    more = np.r_[np.arange(36), np.tile(np.arange(4), 20)]  # the first person's, 21 times
    for method in ("temperature", "isotonic"):
        once = fit_recalibration(method, probability, truth, person)
        often = fit_recalibration(method, probability[more], truth[more], person[more])
        np.testing.assert_allclose(
            recalibrated(once, probability), recalibrated(often, probability), atol=1e-4
        )
    once = learn_sets(probability, truth, person, "people")
    often = learn_sets(probability[more], truth[more], person[more], "people")
    np.testing.assert_allclose(set_p_values(once, probability), set_p_values(often, probability))


def test_with_a_score_a_person_it_is_crepes():
    from crepes import ConformalClassifier

    rng = np.random.default_rng(3)
    probability, truth, person = people_of(rng, 60, segments=1)
    probability = probability.round(4)  # on the grid of nonconformity
    unlike = 1 - probability[np.arange(60), truth]
    new = people_of(rng, 40, segments=1)[0].round(4)
    theirs = (
        ConformalClassifier().fit(unlike.round(4)).predict_p((1 - new).round(4), smoothing=False)
    )
    ours = set_p_values(learn_sets(probability, truth, person, "people"), new)
    np.testing.assert_allclose(ours, theirs)
    within = set_p_values(learn_sets(probability, truth, person, "class"), new)
    for k in range(3):
        own = ConformalClassifier().fit(unlike[truth == k].round(4))
        theirs = own.predict_p((1 - new).round(4), smoothing=False)[:, k]
        np.testing.assert_allclose(within[:, k], theirs)


def test_with_several_a_person_it_is_the_mean_over_draws_of_one_each():
    from crepes import ConformalClassifier

    rng = np.random.default_rng(4)
    probability, truth, person = people_of(rng, 12, segments=5)
    probability = probability.round(4)
    unlike = (1 - probability[np.arange(60), truth]).round(4).reshape(12, 5)
    new = people_of(rng, 6, segments=1)[0].round(4)
    drawn = [
        ConformalClassifier()
        .fit(unlike[np.arange(12), rng.integers(0, 5, 12)])
        .predict_p((1 - new).round(4), smoothing=False)
        for _ in range(3000)
    ]
    ours = set_p_values(learn_sets(probability, truth, person, "people"), new)
    np.testing.assert_allclose(ours, np.mean(drawn, axis=0), atol=0.01)


@pytest.mark.parametrize("within", ["people", "class"])
@pytest.mark.parametrize("coverage", [0.8, 0.9])
def test_sets_hold_the_class_of_the_promised_share_of_new_people(within, coverage):
    """Over many studies; pooling segments as if they were people would fall short of it."""
    rng, found, classes = np.random.default_rng(5), [], []
    for _ in range(400):
        learnt = learn_sets(*people_of(rng, 45, between=2.5), within)
        probability, truth, person = people_of(rng, 30, between=2.5)
        held = prediction_sets(learnt, probability, coverage)
        scores = score_sets(held, truth, person, LABELS)
        found.append(scores["coverage"]["share"])
        classes.append([scores["classes"][label]["share"] for label in LABELS])
    assert np.mean(found) == pytest.approx(coverage + 0.02, abs=0.025)
    assert np.mean(found) > coverage - 0.006  # two standard errors of the mean over studies
    if within == "class":
        assert (np.mean(classes, axis=0) > coverage - 0.011).all()


def test_too_few_people_are_told_in_a_sentence():
    assert (fewest_for_sets(0.9), fewest_for_sets(0.95), fewest_for_sets(0.99)) == (9, 19, 99)
    rng = np.random.default_rng(6)
    few = table_of(*people_of(rng, 3))
    found = learn_uncertainty(few, LABELS, **OPTIONS)
    assert (found["recalibration"], found["sets"]) == (None, None)
    assert (
        found["why_not_recalibrated"] == "there are 3 people to fit it on, and temperature needs 5"
    )
    assert found["why_no_sets"] == (
        "there are 3 people to learn them from, and sets that hold the true class of 90 % of "
        "people need 9"
    )
    eight = learn_sets(*people_of(rng, 8), "people")
    assert prediction_sets(eight, np.eye(3), 0.9).all()  # nobody could be left out
    nine = learn_sets(np.eye(3).repeat(3, 0), np.arange(9) // 3, np.arange(9).astype(str), "people")
    assert prediction_sets(nine, np.eye(3), 0.9).tolist() == np.eye(3, dtype=bool).tolist()
    within = learn_uncertainty(
        table_of(*people_of(rng, 20)), LABELS, **OPTIONS | {"within": "class"}
    )
    assert within["why_no_sets"].startswith("class c has 6 people")
    alone = learn_uncertainty(table_of(*people_of(rng, 1)), LABELS, **OPTIONS)
    assert alone["why_not_recalibrated"].startswith("there is 1 person to fit it on")
    assert alone["why_no_sets"].startswith("there is 1 person to learn them from")
    one = table_of(*people_of(rng, 9))
    none = learn_uncertainty(one[one["label"] != "c"], LABELS, **OPTIONS)
    assert none["why_not_recalibrated"] == "class c has nobody to fit it on"


def test_nobody_who_is_tested_is_learnt_from():
    rng = np.random.default_rng(7)
    test, validation = table_of(*people_of(rng, 30)), table_of(*people_of(rng, 30))
    scores, learnt = judged_uncertainty(test, validation, LABELS, **JUDGED)
    assert learnt["segments"]["people"] == scores["segments"]["people"] == 0
    assert scores["segments"]["sets"] is None
    apart = validation.assign(subject="v" + validation["subject"])
    scores, learnt = judged_uncertainty(test, apart, LABELS, **JUDGED)
    assert learnt["recordings"]["people"] == 30
    assert scores["learnt_from"] == learnt["learnt_from"] == LEARNT_FROM["none"]
    assert scores["recordings"]["sets"]["coverage"]["people"] == 30
    assert scores["segments"]["log_loss"]["given"] == pytest.approx(
        log_loss(*people_of(np.random.default_rng(7), 30))
    )


def test_in_a_cross_validation_each_fold_learns_from_the_others():
    rng = np.random.default_rng(8)
    probability, truth, person = people_of(rng, 24)
    table = table_of(probability, truth, person, fold=np.repeat(np.arange(24) // 3, 8))
    before = judged_uncertainty(table, None, LABELS, **JUDGED)
    scores, learnt = before
    assert scores["segments"]["people"] == 21
    assert learnt["segments"]["people"] == 24
    # Whatever was said of the people of a fold, what they are told is learnt from the others.
    turned = np.where(
        (table["fold"] == 0).to_numpy()[:, None], probability[:, [1, 2, 0]], probability
    )
    other = table_of(turned, truth, person, fold=table["fold"].to_numpy())
    folds = table["fold"] == 0
    alone = learn_uncertainty(units_of(table[~folds], LABELS)["segments"], LABELS, **OPTIONS)
    held = prediction_sets(alone["sets"], turned[folds], 0.9)
    after = judged_uncertainty(other, None, LABELS, **JUDGED)[0]["segments"]["sets"]
    inside = score_sets(held, truth[folds], person[folds], LABELS)
    rest = [
        prediction_sets(
            learn_uncertainty(other[other["fold"] != k], LABELS, **OPTIONS)["sets"],
            turned[other["fold"] == k],
            0.9,
        )[np.arange(24), truth[other["fold"] == k]].mean()
        for k in range(1, 8)
    ]
    whole = (inside["coverage"]["share"] + sum(rest)) / 8
    assert after["coverage"]["share"] == pytest.approx(whole)


def test_recordings_of_several_classes_are_answered_by_segment_alone():
    rng = np.random.default_rng(9)
    table = table_of(*people_of(rng, 12)).assign(recording="one", fold=np.repeat(np.arange(12), 8))
    scores, learnt = judged_uncertainty(table, None, LABELS, **JUDGED)
    assert scores["recordings"]["why_no_sets"] == "no recording has one class only"
    assert learnt["recordings"]["sets"] is None
    assert scores["segments"]["sets"]["coverage"]["people"] == 12


def test_wilsons_interval():
    """Of 8 of 10 people: the values of the closed form, as statsmodels and R's binom give them."""
    found = share_of_people(np.r_[np.ones(8), np.zeros(2)], np.arange(10))
    assert found["share"] == 0.8
    assert found["interval"] == pytest.approx([0.4901625, 0.9433178], abs=1e-6)
    assert share_of_people(np.ones(5), np.arange(5))["interval"] == pytest.approx([0.5655175, 1])


def test_a_file_of_a_trained_model_is_read_with_care(tmp_path):
    rng = np.random.default_rng(10)
    _, learnt = judged_uncertainty(
        table_of(*people_of(rng, 12), fold=np.repeat(np.arange(12), 8)), None, LABELS, **JUDGED
    )
    path = tmp_path / "uncertainty.json"
    path.write_text(json.dumps(learnt))
    assert read_uncertainty(path, LABELS) == learnt
    for change in (
        {"labels": ["a", "b"]},
        {"segments": {}},
        {"segments": learnt["segments"] | {"sets": {"within": "class", "groups": []}}},
        {
            "recordings": learnt["recordings"]
            | {"recalibration": {"method": "isotonic", "curves": 3}}
        },
    ):
        path.write_text(json.dumps(learnt | change))
        with pytest.raises(StudyError, match=r"uncertainty\.json"):
            read_uncertainty(path, LABELS)


def test_new_recordings_are_told_with_their_sets():
    rng = np.random.default_rng(11)
    _, learnt = judged_uncertainty(
        table_of(*people_of(rng, 30), fold=np.repeat(np.arange(30), 8)), None, LABELS, **JUDGED
    )
    new = pd.DataFrame({"recording": ["sure", "torn", "flat"], "one": ["a", "a", ""]})
    new[["one_p_a", "one_p_b", "one_p_c"]] = [[0.98, 0.01, 0.01], [0.35, 0.33, 0.32], [np.nan] * 3]
    new["two"] = ""
    found = with_uncertainty(new, {"one": learnt, "two": None}, LABELS, "recordings")
    assert found["one_set"].tolist() == ["a", "a or b or c", ""]
    better = found[[f"one_calibrated_p_{label}" for label in LABELS]]
    expected = recalibrated(
        learnt["recordings"]["recalibration"], new.iloc[:2, 2:5].to_numpy(float)
    )
    np.testing.assert_allclose(better.iloc[:2], expected)
    assert better.iloc[2].isna().all()
    assert list(found)[:3] == ["recording", "one", "one_set"]
    assert not any(column.startswith("two_") for column in found)
    # With a class that nobody was ever like, the set may be empty, which is said.
    sharp = learnt["recordings"] | {
        "sets": learn_sets(np.eye(3), np.arange(3), np.arange(3), "people")
    }
    known = {"one": learnt | {"recordings": sharp, "coverage": 0.6}}
    odd = with_uncertainty(new, known, LABELS, "recordings")
    assert odd["one_set"].tolist() == ["(none)", "(none)", ""]


def test_very_many_folds_are_taken_together(monkeypatch):
    """What is learnt for a person never rests on that person, however many folds there are."""
    monkeypatch.setattr(uncertainty, "MOST_FITS", 4)
    test = pd.DataFrame({"subject": [f"p{k // 2}" for k in range(60)], "fold": np.arange(60) // 2})
    parts = uncertainty._folds(test, test)
    assert len(parts) == 4
    assert sorted(k for own, _ in parts for k in own.index) == list(range(60))
    for own, rest in parts:
        assert not set(own["subject"]) & set(rest["subject"])
        assert len(own) + len(rest) == 60
    few = test[test["fold"] < 4]
    assert [own["fold"].nunique() for own, _ in uncertainty._folds(few, few)] == [1] * 4
