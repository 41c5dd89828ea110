"""Several labels at once and numbers, predicted for people who were not learnt from."""

import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.evaluation.ranking import (
    best_threshold,
    score_labels,
    score_numbers,
    weighted_ranking,
)
from biospectra.evaluation.target_groups import score_target_groups
from biospectra.evaluation.target_scores import score_target
from biospectra.evaluation.targets import indicators, predict_segments

OPTIONS = {"superclasses": {}, "learner_name": "linear", "folds": 4, "draws": 200, "seed": 0}
SPLITS = np.array(["training", "training", "validation", "test"])


def predict_target(values, rows, *, draws, **options):
    """Predict segments, and score what is said of recordings."""
    segments, _ = predict_segments(values, rows, **options)
    del options["learner_name"], options["folds"]
    return score_target(segments, **options, draws=draws)


def study(people=80, segments=3, seed=0):
    """People with labels A, B and C of their own, and an age, which columns of features hold."""
    rng = np.random.default_rng(seed)
    has = rng.random((people, 3)) < [0.5, 0.3, 0.15]
    age = rng.uniform(20, 80, people)
    person = np.repeat(np.arange(people), segments)
    own = np.c_[has * 2.0, age / 8, np.zeros((people, 2))]
    values = own[person] + 1.5 * rng.normal(size=(len(person), 6))
    cells = [";".join(np.array(["A", "B", "C"])[one]) or "none" for one in has]
    rows = pd.DataFrame(
        {"recording": [f"r{k}" for k in person], "subject": [f"p{k}" for k in person]}
    )
    rows["label"], rows["segment"], rows["start_s"] = "ECG", np.arange(len(rows)) % segments, 0.0
    rows["split"] = SPLITS[person % 4]
    rows["statements"] = np.array(cells)[person]
    rows["age"] = [f"{one:.1f}" for one in age[person]]
    return values, rows, has, age


def test_ranking_is_that_of_scikit_learn_with_weights_and_ties():
    from sklearn.metrics import average_precision_score, roc_auc_score

    rng = np.random.default_rng(0)
    score, positive = rng.normal(size=200).round(1), rng.random(200) < 0.3
    weights = rng.integers(0, 4, (6, 200))
    area, precision = weighted_ranking(score, positive, weights)
    for k, own in enumerate(weights):
        assert area[k] == pytest.approx(roc_auc_score(positive, score, sample_weight=own))
        expected = average_precision_score(positive, score, sample_weight=own)
        assert precision[k] == pytest.approx(expected)
    none = weighted_ranking(score, positive, (weights[:1] * ~positive))
    assert np.isnan(none[0]).all()


def test_a_draw_without_any_label_is_no_score():
    has = np.zeros((6, 1), bool)
    has[0] = True
    ranked = has * 0.9
    found = score_labels(ranked, has, has, np.arange(6), ["A"], draws=100, seed=0)
    assert found["macro_auroc"] == {"value": 1.0, "interval": None}  # all draws that have it agree


def test_draws_without_a_label_are_none_of_its_f1():
    """Where all is right, a draw of people of whom none has the label does not lower it."""
    has = np.arange(6)[:, None] < 3
    found = score_labels(has * 0.9, has, has, np.arange(6), ["A"], draws=300, seed=0)
    assert found["macro_f1"] == {"value": 1.0, "interval": None}  # all draws that have it agree


def test_the_threshold_has_the_largest_f1():
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(1)
    positive = rng.random(100) < 0.3
    score = np.clip(0.2 * rng.normal(size=100) + 0.3 * positive + 0.3, 0, 1)
    found = best_threshold(score, positive)
    best = max(f1_score(positive, score >= at) for at in np.unique(score))
    assert f1_score(positive, score >= found) == pytest.approx(best)
    assert best_threshold(np.array([0.9, 0.2]), np.array([True, False])) == pytest.approx(0.55)


def test_groups_are_scored_alone_and_small_ones_are_marked():
    from sklearn.metrics import f1_score, roc_auc_score

    values, rows, has, _ = study()
    options = OPTIONS | {"evaluation": "cross_validation", "draws": 100}
    group = pd.Series(np.where(np.arange(80) < 75, "f", "m"))
    what = {"column": "age", "kind": "number"}
    table, _ = predict_target(values, rows, **what, **options)
    person = table["recording"].str[1:].astype(int)
    scored = {"superclasses": {}, "draws": 100, "seed": 0}
    found = score_target_groups(table, group[person], **what, **scored)
    own = table[(person < 75).to_numpy()]
    error = (own["predicted"] - own["age"].astype(float)).abs().mean()
    assert found["f"]["mean_absolute_error"]["value"] == pytest.approx(error)
    assert (found["f"]["people"], found["f"]["too_few"]) == (75, None)
    assert found["m"]["too_few"] == "5 people, fewer than 10"
    what = {"column": "statements", "kind": "labels"}
    table, _ = predict_target(values, rows, **what, **options)
    found = score_target_groups(table, group[person], **what, **scored)["f"]
    own = table[(person < 75).to_numpy()]
    truth = np.c_[has, ~has.any(axis=1)][person[person < 75]]
    names = ["A", "B", "C", "none"]
    areas = [roc_auc_score(truth[:, k], own[f"p_{name}"]) for k, name in enumerate(names)]
    assert found["macro_auroc"]["value"] == pytest.approx(np.mean(areas))
    told = np.array([[name in cell.split(";") for name in names] for cell in own["predicted"]])
    f1 = f1_score(truth, told, average="macro")
    assert found["macro_f1"]["value"] == pytest.approx(f1) and "labels" not in found


def test_superclasses_gather_labels():
    cells = pd.Series(["AMI;IMI", "PAC", "MI", "LVH;AMI"])
    names, found = indicators(cells, {"MI": ["AMI", "IMI"], "HYP": ["LVH"]})
    assert names == ["HYP", "MI"]
    assert found.tolist() == [[False, True], [False, False], [False, True], [True, True]]


@pytest.mark.parametrize("learner", ["linear", "forest"])
@pytest.mark.parametrize("evaluation", ["holdout", "cross_validation"])
def test_labels_of_people_who_were_not_learnt_from(learner, evaluation):
    values, rows, has, _ = study()
    options = OPTIONS | {"learner_name": learner, "draws": 50}
    table, scores = predict_target(
        values, rows, column="statements", kind="labels", evaluation=evaluation, **options
    )
    count = 20 if evaluation == "holdout" else 80
    assert len(table) == scores["recordings"] == scores["people"] == count
    assert list(scores["labels"]) == ["A", "B", "C", "none"]
    assert scores["macro_auroc"]["value"] > 0.75
    low, high = scores["macro_auroc"]["interval"]
    assert low < scores["macro_auroc"]["value"] < high
    counts = scores["labels"]["A"]["counts"]
    assert sum(counts.values()) == count
    f1 = 2 * counts["true_positive"]
    f1 /= f1 + counts["false_positive"] + counts["false_negative"]
    assert scores["labels"]["A"]["f1"]["value"] == pytest.approx(f1)
    own = table["recording"].str[1:].astype(int).to_numpy()
    assert scores["labels"]["B"]["people"] == has[own, 1].sum()
    said = table["predicted"].str.split(";").map(lambda one: "A" in one).to_numpy()
    assert (said & has[own, 0]).sum() == counts["true_positive"]
    if evaluation == "holdout":
        assert (said == (table["p_A"] >= scores["labels"]["A"]["threshold"])).all()


@pytest.mark.parametrize("learner", ["linear", "forest"])
def test_one_label_alone(learner):
    values, rows, has, _ = study()
    options = OPTIONS | {"learner_name": learner, "superclasses": {"any": ["A", "B"]}}
    table, scores = predict_target(
        values, rows, column="statements", kind="labels", evaluation="cross_validation", **options
    )
    assert list(scores["labels"]) == ["any"]
    assert scores["labels"]["any"]["people"] == has[:, :2].any(axis=1).sum()
    assert scores["macro_auroc"] == scores["labels"]["any"]["auroc"]
    assert scores["macro_auroc"]["value"] > 0.7
    assert table["p_any"].between(0, 1).all()


def test_noise_ranks_nothing_whatever_the_thresholds():
    _, rows, *_ = study()
    noise = np.random.default_rng(3).normal(size=(len(rows), 6))
    _, scores = predict_target(
        noise, rows, column="statements", kind="labels", evaluation="cross_validation", **OPTIONS
    )
    low, high = scores["macro_auroc"]["interval"]
    assert low < 0.5 < high


def test_a_number_of_people_who_were_not_learnt_from():
    values, rows, _, age = study()
    rows.loc[rows["recording"] == "r3", "age"] = ""
    table, scores = predict_target(
        values, rows, column="age", kind="number", evaluation="holdout", **OPTIONS
    )
    assert len(table) == 19
    own = table["recording"].str[1:].astype(int).to_numpy()
    error = np.abs(table["predicted"].to_numpy() - age[own].round(1)).mean()
    assert scores["mean_absolute_error"]["value"] == pytest.approx(error)
    low, high = scores["mean_absolute_error"]["interval"]
    assert low < error < high < scores["baseline_error"]["value"]
    assert scores["r2"]["value"] > 0.2


def test_numbers_are_scored_as_scikit_learn_does():
    from sklearn.metrics import mean_absolute_error, r2_score

    rng = np.random.default_rng(4)
    truth = rng.normal(size=50)
    said = truth + rng.normal(size=50)
    found = score_numbers(truth, said, np.zeros(50), np.arange(50), draws=50, seed=0)
    assert found["r2"]["value"] == pytest.approx(r2_score(truth, said))
    assert found["mean_absolute_error"]["value"] == pytest.approx(mean_absolute_error(truth, said))
    assert found["correlation"]["value"] == pytest.approx(np.corrcoef(truth, said)[0, 1])


def test_numbers_that_are_all_alike_explain_nothing_and_have_no_correlation():
    truth = 1e6 + np.array([30.1, 40.2, 50.3])  # draws of one person alone are among these
    found = score_numbers(truth, truth + 1, truth, np.arange(3), draws=500, seed=0)
    assert found["r2"]["interval"][0] > 0.9
    assert found["correlation"]["value"] == pytest.approx(1)
    alike = score_numbers(truth, np.full(3, 55.1), truth, np.arange(3), draws=500, seed=0)
    assert alike["correlation"] == {"value": None, "interval": None}


def test_what_cannot_be_learnt_is_told():
    values, rows, *_ = study()
    given = {"evaluation": "holdout", **OPTIONS}
    with pytest.raises(StudyError, match="no numbers"):
        predict_target(values, rows, column="statements", kind="number", **given)
    same = rows.assign(statements="A")
    with pytest.raises(StudyError, match="no label that some"):
        predict_target(values, same, column="statements", kind="labels", **given)
    alone = rows.assign(split="test")
    with pytest.raises(StudyError, match="nobody of the training split"):
        predict_target(values, alone, column="age", kind="number", **given)
