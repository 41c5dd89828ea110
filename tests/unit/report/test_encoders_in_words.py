"""What is said of encoders and tables side by side follows from the numbers."""

import copy
import json

import pytest

from biospectra.report.encoder_advice import advice, difference
from biospectra.report.encoders import draw_label_efficiency
from support.summaries import BARE, words_of

READ = {"accuracy": 0.9, "chance": 0.25, "segments": 40, "p_value_holm": 0.0004}
NONE = {"why_not": "there are no two databases of two people each"}


def method(kind: str, few: float, all_: float) -> dict:
    return {
        "kind": kind,
        "columns": 12,
        "seconds": 3.5,
        "shares": [
            {
                "share": share,
                "people": people,
                "balanced_accuracy": value,
                "interval": [value - 0.1, value + 0.1],
                "standard_deviation": None,
                "tuned_share": tuned,
            }
            for share, people, value, tuned in (
                (0.05, 2.0, 0.4, 0.0),
                (0.3, 6.0, few, 0.84),
                (1.0, 20.0, all_, 1.0),
            )
        ],
        "person": READ,
        "recorder": NONE,
        "database": NONE,
    }


def result(bounds: dict) -> dict:
    methods = {
        "views": method("encoder", 0.6, 0.7),
        "drawn": method("encoder", 0.5, 0.65),
        "bands": method("table", 0.55, 0.6),
    }
    pairs = [
        {"first": a, "second": b, "share": share, "balanced_accuracy": value, "interval": i}
        for (a, b), (value, i) in bounds.items()
        for share in (0.05, 0.3, 1.0)
    ]
    return {
        "classifier": "logistic_regression",
        "tuned": False,
        "people": 24,
        "segments": 240,
        "why_no_interval": None,
        "chance": 0.5,
        "methods": methods,
        "pairs": pairs,
        "twins": [["views", "drawn"]],
    }


AHEAD = {
    ("views", "drawn"): (0.05, [0.01, 0.09]),
    ("views", "bands"): (0.1, [0.02, 0.18]),
    ("drawn", "bands"): (0.05, [-0.03, 0.12]),
}


def test_the_advice_is_what_the_intervals_show():
    said = advice(result(AHEAD))
    for words in (
        "views predicts the class best: balanced accuracy 0.70 [0.60, 0.80] on 24 people",
        "views minus bands, is 0.10 [0.02, 0.18]",
        "views minus the same untrained is 0.05 [0.01, 0.09]: training helps",
        "With the labels of 30 % of the training people (6.0 on average), views is best",
        "Predicted from views as well: the person, 0.90 (chance 0.25, p < 0.001).",
        "Use views here.",
    ):
        assert words in said
    unsure = AHEAD | {("views", "bands"): (0.1, [-0.02, 0.2])}
    assert "do not show which of views and bands is better: use bands" in advice(result(unsure))
    behind = AHEAD | {("views", "bands"): (-0.1, [-0.2, -0.02])}
    assert "Use bands here, which needs no training." in advice(result(behind))
    untold = AHEAD | {("views", "drawn"): (0.01, None)}
    assert "0.01: no gain by training is shown" in advice(result(untold))
    drawn = copy.deepcopy(result(AHEAD | {("drawn", "bands"): (0.2, [0.1, 0.3])}))
    drawn["methods"]["drawn"] = method("encoder", 0.6, 0.8)
    assert "Use drawn here (untrained: nothing has to be trained)." in advice(drawn)
    alone = result(AHEAD)
    alone["twins"] = []
    del alone["methods"]["bands"]
    assert advice(alone).endswith("Use views here.")
    alone["pairs"] = result(AHEAD | {("views", "drawn"): (0.05, [-0.1, 0.2])})["pairs"]
    assert advice(alone).endswith("do not show that views is better than drawn.")


def test_a_difference_may_be_asked_for_either_way_round():
    found = difference(result(AHEAD), "bands", "views", 1.0)
    assert found["balanced_accuracy"] == -0.1
    assert found["interval"] == [-0.18, -0.02]
    with pytest.raises(KeyError):
        difference(result(AHEAD), "bands", "beats", 1.0)


def test_the_summary_and_the_page_have_it_and_the_figure_is_drawn(tmp_path):
    made = result(AHEAD)
    summary = BARE | {"encoder_benchmark": made | {"paragraph": advice(made)}}
    text, page = words_of(tmp_path, summary)
    for said in (text, page):
        assert "Use views here." in " ".join(said.split())
        assert "0.70 [0.60, 0.80]" in said
    (tmp_path / "scores.json").write_text(json.dumps(made))
    draw_label_efficiency(tmp_path / "scores.json", [tmp_path / "made.png", tmp_path / "made.svg"])
    drawn = (tmp_path / "made.svg").read_text()
    for words in ("views", "drawn (untrained)", "bands (table)", "24 people", "30 %"):
        assert words in drawn


def test_a_tuned_classifier_is_called_so_wherever_its_scores_are(tmp_path):
    made = result(AHEAD) | {"tuned": True}
    said = advice(made)
    assert "each alone under tuned logistic regression, views" in said
    assert (
        "where a class has one labelled person it is C = 1: with 5 % of the labels in 100 % of the "
        "folds, with 30 % in 16 %." in said
    )
    text, page = words_of(tmp_path, BARE | {"encoder_benchmark": made | {"paragraph": said}})
    assert "features alone, tuned logistic regression" in text
    assert "can be read out by logistic regression, not tuned" in page
    (tmp_path / "scores.json").write_text(json.dumps(made))
    draw_label_efficiency(tmp_path / "scores.json", [tmp_path / "made.svg"])
    assert "24 people, tuned logistic regression" in (tmp_path / "made.svg").read_text()
    assert "tuned" not in advice(result(AHEAD))


def test_a_share_of_labels_is_stated_as_it_was_chosen(tmp_path):
    made = json.loads(json.dumps(result(AHEAD)).replace('"share": 0.05', '"share": 0.025'))
    text, page = words_of(tmp_path, BARE | {"encoder_benchmark": made | {"paragraph": ""}})
    assert " 2.5 % " in text and "2.5 % labelled" in page


def test_a_name_that_says_untrained_does_not_say_it_twice(tmp_path):
    made = json.loads(json.dumps(result(AHEAD)).replace("drawn", "views_untrained"))
    (tmp_path / "scores.json").write_text(json.dumps(made))
    draw_label_efficiency(tmp_path / "scores.json", [tmp_path / "made.svg"])
    drawn = (tmp_path / "made.svg").read_text()
    assert "views_untrained" in drawn
    assert "(untrained)" not in drawn


def test_a_transductive_encoder_is_shown_and_never_the_best(tmp_path):
    found = result(AHEAD)
    found["methods"]["met"] = method("transductive encoder", 0.9, 0.95)
    said = advice(found)
    assert said.startswith("Of 3 sets of features, each alone under logistic regression, views")
    assert "views is best" in said and "Use views here." in said
    assert "met alone is optimistic: transductive" in said and said.endswith("It is left out here.")
    text, _ = words_of(tmp_path, BARE | {"encoder_benchmark": found | {"paragraph": said}})
    assert "\nmet (transductive) " in text
    only = found | {"methods": {"met": found["methods"]["met"]}, "twins": []}
    assert advice(only).startswith(
        "Under logistic regression, met predicts the class with a balanced accuracy of 0.95 "
    )
    assert "set of features" not in advice(only) and "left out" not in advice(only)
