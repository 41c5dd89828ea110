"""Scores against values counted by hand."""

import numpy as np
import pandas as pd
import pytest

from biospectra.evaluation.bootstrap import draw_people
from biospectra.evaluation.by_recording import by_recording
from biospectra.evaluation.calibration import bin_sums, calibration, expected_error
from biospectra.evaluation.caveats import caveat, map_caveat, transductive_encoders
from biospectra.evaluation.scores import (
    classification_scores,
    confusion_counts,
    intervals,
    score,
    score_table,
    shuffled,
)
from biospectra.report.confusion_matrix import KIND_NAMES, draw_matrix
from biospectra.study.schema import load_schema
from support.harness import ROOT


def test_scores_by_hand():
    truth = np.array(["a"] * 4 + ["b"] * 2)
    said = np.array(["a", "a", "a", "b", "b", "a"])
    people = np.array(["1", "2", "3", "4", "5", "6"])
    result = score(truth, said, people, ["a", "b"], draws=200, seed=0)
    assert result["confusion_matrix"] == [[3, 1], [1, 1]]
    assert result["accuracy"] == pytest.approx(4 / 6)
    assert result["balanced_accuracy"] == pytest.approx((3 / 4 + 1 / 2) / 2)
    assert result["macro_f1"] == pytest.approx((3 / 4 + 1 / 2) / 2)
    majority = result["baselines"]["majority"]
    assert majority["accuracy"] == pytest.approx(4 / 6)
    assert majority["balanced_accuracy"] == pytest.approx(1 / 2)
    assert majority["macro_f1"] == pytest.approx((0.8 + 0) / 2)
    b = {"precision": 0.5, "recall": 0.5, "f1": 0.5, "segments": 2, "people": 2}
    assert result["classes"]["b"] == pytest.approx(b)
    assert result["intervals"]["accuracy"] is None
    assert result["intervals"]["why_not"].startswith("class b has 2 people")


def test_measures_are_those_of_scikit_learn():
    from sklearn import metrics

    random = np.random.default_rng(3)
    truth = random.choice([0, 1, 2, 2], 200)
    said = np.where(random.random(200) < 0.6, truth, random.integers(0, 4, 200))
    found = classification_scores(confusion_counts(truth, said, 4).sum(axis=0))
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(truth, said))
    recall = metrics.recall_score(truth, said, labels=[0, 1, 2], average="macro")
    assert found["balanced_accuracy"] == pytest.approx(recall)
    f1 = metrics.f1_score(truth, said, labels=[0, 1, 2], average="macro")
    assert found["macro_f1"] == pytest.approx(f1)


def test_the_interval_over_people_is_that_of_their_means_and_not_of_their_segments():
    """With one class, accuracy is the mean over people: its spread has a closed form."""
    random = np.random.default_rng(5)
    share = random.uniform(0.2, 0.9, 40)
    people = np.repeat(np.arange(40), 100)
    said = np.concatenate([np.arange(100) >= round(100 * s) for s in share]).astype(int)
    bounds = intervals(np.zeros(4000, int), said, people, ["a", "b"], draws=4000, seed=0)[
        "accuracy"
    ]
    means = np.round(share * 100) / 100
    error = means.std() / np.sqrt(40)
    assert bounds[0] == pytest.approx(means.mean() - 1.96 * error, abs=0.01)
    assert bounds[1] == pytest.approx(means.mean() + 1.96 * error, abs=0.01)
    alone = intervals(np.zeros(4000, int), said, np.arange(4000), ["a", "b"], draws=500, seed=0)[
        "accuracy"
    ]
    assert np.diff(bounds) > 3 * np.diff(alone)


def test_people_of_one_class_keep_their_number_and_no_draw_lacks_a_class():
    people = np.array(["a", "a", "b", "c", "d", "e"])
    one = draw_people(people, np.array([0, 0, 0, 0, 1, 1]), 300, 0)
    assert (one[:, :3].sum(axis=1) == 3).all() and (one[:, 3:].sum(axis=1) == 2).all()
    several = draw_people(people, np.array([0, 1, 0, 0, 0, 0]), 300, 0)
    assert (several.sum(axis=1) == 5).all() and (several[:, 0] > 0).all()


def test_alike_people_give_no_interval_but_a_reason():
    truth = np.repeat([0, 1], 4)
    found = intervals(truth, truth, np.arange(8), ["a", "b"], draws=200, seed=0)
    assert found["accuracy"] is None
    assert found["why_not"] == "all people are predicted equally well"


def test_shuffled_labels_give_chance_and_a_real_answer_stands_out():
    people = np.repeat(np.arange(30), 5)
    truth = np.repeat(np.arange(30) % 3, 5)
    right = shuffled(truth, truth, people, draws=500, seed=0)
    assert right["balanced_accuracy"] == pytest.approx(1 / 3, abs=0.02)
    assert right["p_value"] == pytest.approx(1 / 501)
    guess = np.repeat(np.random.default_rng(1).integers(0, 3, 30), 5)
    assert shuffled(truth, guess, people, draws=500, seed=0)["p_value"] > 0.05


def test_a_recording_is_answered_by_the_mean_probability_of_its_segments():
    table = pd.DataFrame(
        {
            "recording": ["r", "r", "r", "s"],
            "label": ["a", "a", "a", "b"],
            "subject": ["1", "1", "1", "2"],
            "database": "d",
            "p_a": [0.9, 0.4, 0.4, 0.2],
            "p_b": [0.1, 0.6, 0.6, 0.8],
        }
    )
    rows = by_recording(table, ["a", "b"])
    assert list(rows["predicted"]) == ["a", "b"]  # most segments of r say b, but less surely
    assert rows["p_a"].iloc[0] == pytest.approx(1.7 / 3)


def answered(labels: list[str], recordings: list[str] | None = None) -> pd.DataFrame:
    """Segments of one person each, and of a recording each if not said otherwise, all right."""
    n = len(labels)
    table = pd.DataFrame(
        {
            "recording": recordings or [f"r{i}" for i in range(n)],
            "segment": range(n),
            "start_s": 0.0,
            "label": labels,
            "subject": recordings or [f"p{i}" for i in range(n)],
            "database": "d",
            "split": "test",
            "predicted": labels,
        }
    )
    return table.assign(**{f"p_{x}": (table["label"] == x).astype(float) for x in ("a", "b")})


def test_calibration_error_by_hand_and_of_honest_probabilities():
    probability = np.array([[0.95, 0.05]] * 4 + [[0.65, 0.35]] * 4)
    truth = np.array([0, 0, 0, 1, 0, 0, 1, 1])
    result = calibration(probability, truth, np.arange(8), bins=10, draws=200, seed=0)
    expected = (abs(0.75 - 0.95) + abs(0.5 - 0.65)) / 2
    assert result["expected_calibration_error"] == pytest.approx(expected)
    assert [row["segments"] for row in result["bins"]] == [4, 4]
    random = np.random.default_rng(0)
    sure = random.uniform(0, 1, 20_000)
    truth = (random.uniform(size=20_000) < sure).astype(int)
    each = bin_sums(np.stack([1 - sure, sure], axis=1), truth, 10)
    assert expected_error(each.sum(axis=0)) < 0.02


def test_each_evaluation_of_the_schema_is_drawn(tmp_path):
    schema = load_schema(ROOT / "workflow/schemas/classifiers/table.yaml")
    assert list(KIND_NAMES) == schema["properties"]["evaluation"]["enum"]
    result = score_table(answered(["a", "b"] * 4), ["a", "b"], draws=50, seed=0)
    for evaluation in KIND_NAMES:
        drawn = tmp_path / f"{evaluation}.png"
        draw_matrix(result | {"evaluation": evaluation, "optimistic": None}, [drawn], "forest")
        assert drawn.stat().st_size > 0


STUDY = {"encoders": {"met": {"transductive": True}, "other": {"transductive": False}}}


@pytest.mark.parametrize("evaluation", KIND_NAMES)
@pytest.mark.parametrize("split_by", ["subject", "recording", "segment"])
def test_scores_are_marked_as_optimistic_where_people_stand_on_both_sides(evaluation, split_by):
    said = caveat(evaluation, split_by, {})
    assert (said is not None) == (evaluation == "holdout" and split_by != "subject")
    assert said is None or said.startswith(f"optimistic: split by {split_by}")
    cleaned = caveat(evaluation, split_by, {"a": {"highpass_hz": 1}})
    assert cleaned.startswith(said or "optimistic: cleaned by class")
    assert cleaned.endswith("cleaned by class (resample.by_label)")
    met = caveat(evaluation, split_by, {}, transductive_encoders(STUDY, ["met", "other", "table"]))
    assert met.startswith(said or "optimistic: transductive, as met learnt from samples of test")
    assert "transductive, as met learnt" in met
    assert "transductive" in map_caveat("test", split_by, {}, ["met"])
