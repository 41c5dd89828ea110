"""What a trained model says of new recordings beside the class, and in words on their page."""

import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.evaluation.applied_targets import (
    pooled_targets,
    read_thresholds,
    with_labels,
    write_thresholds,
)
from biospectra.models.saved_estimator import read_estimator, write_estimator
from biospectra.models.target_learners import fit_learner, said_by
from biospectra.report.new_targets import target_answer, targets_table

RHYTHM = {"AFIB": 0.3, "LVH": 0.6}
TARGETS = {"rhythm": RHYTHM, "age": None}


def segments() -> pd.DataFrame:
    table = pd.DataFrame({"recording": ["r", "r", "r", "s", "t"]})
    table["quality"] = ["ok", "ok", "flat", "ok", "flat"]
    table["predicted_rhythm_p_AFIB"] = [0.2, 0.6, np.nan, 0.1, np.nan]
    table["predicted_rhythm_p_LVH"] = [0.9, 0.5, np.nan, 0.5, np.nan]
    table["predicted_age"] = [40.0, 50.0, np.nan, 61.5, np.nan]
    return table


def test_a_recording_has_the_labels_whose_mean_reaches_the_threshold():
    table = with_labels(segments(), "rhythm", RHYTHM)
    assert table["predicted_rhythm"].tolist() == ["LVH", "AFIB", "", "none", ""]
    pooled = pooled_targets(table, ["s", "r", "t"], TARGETS).set_index("recording")
    assert pooled["predicted_rhythm"].to_dict() == {"s": "none", "r": "AFIB;LVH", "t": ""}
    assert pooled.loc["r", "predicted_rhythm_p_AFIB"] == pytest.approx(0.4)
    assert pooled.loc["r", ["predicted_age", "predicted_age_sd"]].tolist() == [45, 5]
    assert pooled.loc["t"].drop("predicted_rhythm").isna().all()


def test_the_page_says_it():
    pooled = pooled_targets(segments(), ["r", "s", "t"], TARGETS)
    pooled = pooled.assign(segments=[3, 1, 1], rejected=[1, 0, 1]).to_dict("records")
    assert [target_answer(line, "age", None) for line in pooled] == ["45 ± 5", "61.5", "–"]
    assert [target_answer(line, "rhythm", RHYTHM) for line in pooled] == ["AFIB;LVH", "none", "–"]
    page = targets_table(pooled[0], TARGETS)
    assert "<td>LVH</td><td>yes</td><td>0.7</td><td>0.6</td>" in page
    assert targets_table(pooled[0], {}) == ""


def test_of_many_labels_all_that_are_predicted_are_shown():
    limits = {f"L{k}": 0.5 for k in range(20)}
    line = {f"predicted_many_p_L{k}": 0.9 if k < 15 else 0.1 for k in range(20)}
    page = targets_table(line | {"predicted_many": "L0;L1"}, {"many": limits})
    assert page.count("<td>yes</td>") == 15 and "<td>5 others</td><td>no</td>" in page


def test_thresholds_are_read_as_they_were_written(tmp_path):
    path = tmp_path / "thresholds.json"
    write_thresholds({"labels": {name: {"threshold": at} for name, at in RHYTHM.items()}}, path)
    assert read_thresholds(path) == RHYTHM
    write_thresholds({"kind": "number"}, path)
    assert read_thresholds(path) is None
    for bad in ("{", "[]", '{"thresholds": {}}', '{"thresholds": {"A": "x"}}', "{}"):
        path.write_text(bad)
        with pytest.raises(StudyError, match=r"thresholds\.json"):
            read_thresholds(path)


@pytest.mark.parametrize("kind", ["labels", "number"])
@pytest.mark.parametrize("name", ["linear", "forest"])
@pytest.mark.parametrize("outputs", [1, 3])
def test_a_model_says_the_same_from_its_file(tmp_path, monkeypatch, kind, name, outputs):
    monkeypatch.setattr("biospectra.models.target_learners.TREES", 5)
    rng = np.random.default_rng(0)
    values, people = rng.normal(size=(60, 5)), np.arange(60) // 3
    target = values[:, :outputs] + 0.3 * rng.normal(size=(60, outputs))
    target = target[:, :1] if kind == "number" else target > 0
    model = fit_learner(name, kind, values, target, people, seed=0)
    write_estimator(model, tmp_path / "model.skops")
    again = read_estimator(
        tmp_path / "model.skops", "predict" if kind == "number" else "predict_proba"
    )
    said = [said_by(one, values, kind, target.shape[1]) for one in (model, again)]
    assert said[0].shape == target.shape
    np.testing.assert_allclose(*said)
    own = np.corrcoef(said[0].ravel(), target.ravel().astype(float))[0, 1]
    assert own > 0.5


def test_the_strength_of_ridge_regression_is_chosen_by_person():
    """Columns that name the person say nothing of another person's number."""
    rng = np.random.default_rng(0)
    people = np.repeat(np.arange(40), 5)
    number = rng.normal(size=40)[people]
    names = np.eye(40)[people] + 0.01 * rng.normal(size=(200, 40))
    model = fit_learner("linear", "number", names, number[:, None], people, seed=0)
    assert model[-1].alpha == pytest.approx(1e4)  # the strongest: by segment it is the weakest
