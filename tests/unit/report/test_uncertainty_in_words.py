"""What summary, study page and the page of new recordings say of how sure a model may be."""

import json

import pandas as pd

from biospectra.evaluation.prediction_sets import LEARNT_FROM
from biospectra.report.terminal import drift_line
from biospectra.report.uncertainty import (
    answer,
    drift_in_words,
    promises,
    uncertainty_lines,
    uncertainty_table,
)
from support.summaries import BARE

EVALUATIONS = ("holdout", "cross_validation")


def share(value, people=40):
    return {"people": people, "share": value, "interval": [value - 0.1, min(value + 0.1, 1)]}


def scores(sets, why=None, **known):
    """Uncertainty of a classifier judged with or without sets."""
    judged = {"people": 20, "calibration": None, "log_loss": None, "sets": sets}
    judged |= {"why_no_sets": why, "why_not_recalibrated": "the study asks for none"}
    return {"uncertainty": {"coverage": 0.975, "segments": judged, "recordings": judged} | known}


SETS = {
    "coverage": share(0.92),
    "classes": {"a": share(0.7, 10), "b": share(0.99, 30)},
    "decided": share(0.75),
    "right": share(0.9, 30),
    "empty": share(0.1),
    "mean_size": 1.2,
}


def test_coverage_decisions_and_reasons_are_told():
    of = {"one": scores(SETS), "two": scores(None, "few"), "three": scores(None, "few"), "old": {}}
    lines = uncertainty_lines(of)
    assert lines == [
        "one, sets of classes for 97.5 % of people, by recording: they contain the true class for "
        "0.92 [0.82, 1.00] of 40 people; a single class in 0.75 [0.65, 0.85], correct in 0.90 "
        "[0.80, 1.00]; otherwise undecided. Learnt from 20 people whom the classifier did not "
        "learn from.",
        "No sets of classes of two, three: few.",
    ]
    page = uncertainty_table({"one": of["one"]})
    assert "<td>recordings</td>" in page
    assert "contain the true one for 97.5 % of people" in page
    assert "0.70 [0.60, 0.80]" in page  # of class a
    assert uncertainty_table({"two": of["two"], "old": {}}) == ""
    assert uncertainty_lines(BARE["classifiers"]) == []


def test_whom_sets_rest_on_and_what_follows_are_told():
    stopping, choice = (LEARNT_FROM[say] for say in ("stopping", "choice"))
    of = {"net": scores(SETS, learnt_from=stopping), "table": scores(SETS, learnt_from=choice)}
    lines = uncertainty_lines(of)
    assert lines[0].endswith(
        "Learnt from 20 validation people, who also stopped its training, so that they may hold "
        "the class of fewer than stated."
    )
    assert lines[1].endswith(
        "Learnt from 20 validation people, each predicted by the candidate that the others choose."
    )
    page = uncertainty_table(of)
    assert "net: validation people, who also stopped" in page
    assert page.count("fewer than stated") == 1
    few = "there are 4 people to learn them from, and ..."
    held = {name: scores(None, few) | {"evaluation": name} for name in EVALUATIONS}
    assert uncertainty_lines(held) == [
        f"No sets of classes of holdout: {few}; evaluation: cross_validation learns them from "
        "everybody.",
        f"No sets of classes of cross_validation: {few}.",
    ]


def test_a_recording_is_one_class_or_undecided():
    line = pd.Series({"one": "a", "one_set": "a", "two": "", "two_set": "", "three": "b"})
    assert [answer(line, name) for name in ("one", "two", "three")] == ["a", "–", "b"]


def test_what_is_not_one_class_is_undecided():
    assert answer({"one": "a", "one_set": "a or b"}, "one") == "undecided: a or b"
    assert answer({"one": "a", "one_set": "(none)"}, "one") == "undecided: no class"


def test_the_page_of_new_recordings_tells_what_is_promised_or_why_not():
    own = {"people": 20, "recalibration": None, "why_no_sets": None}
    known = {"coverage": 0.975, "within": "class", "recordings": own}
    without = known | {"recordings": own | {"why_no_sets": "there are 3 people"}}
    found = promises({"one": known, "two": without, "old": None})
    assert found[0] == (
        "one: sets for 97.5 % of people of each class, learnt from 20 people whom the classifier "
        "did not learn from."
    )
    assert "undecided" in found[1]
    assert found[2:] == [
        "No sets of classes of two: there are 3 people.",
        "No sets of classes of old: the model was made before they were learnt.",
    ]
    assert promises({"two": without})[0].startswith("No sets")


def test_a_group_that_does_not_differ_is_not_spoken_of(tmp_path):
    known = {"people": 12, "known_people": 68, "why_not": None, "p_value": 0.001, "differs": True}
    text = drift_in_words(known | {"columns": [["band_2_3_db", 8.11]]})
    assert text.startswith("As a group, the 12 new people differ from the 68 people of the study")
    assert "most in band_2_3_db (+8.1 SD)" in text
    assert "most in" not in drift_in_words(known | {"columns": []})
    assert drift_in_words({"why_not": "there are 2 new people"}) == ""
    (tmp_path / "drift.json").write_text(json.dumps(known | {"differs": False, "columns": []}))
    assert drift_line(tmp_path / "drift.json") == ""
