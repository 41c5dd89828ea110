"""The page that one opens first: the answer, who is not in it, and what else a summary holds."""

import copy
import json
import re

import pytest

from biospectra.report.html import decimals_of, html_of, html_table
from biospectra.report.study_answer import study_answer, who_was_left_out
from biospectra.report.study_page import write_page
from biospectra.report.style import figure
from support.summaries import BARE, ORIGIN

SCORES = {
    "evaluation": "cross_validation",
    "segments": 120,
    "people": 12,
    "accuracy": 0.9,
    "balanced_accuracy": 0.876543,
    "macro_f1": 0.85,
    "intervals": {
        "accuracy": [0.7, 1.0],
        "balanced_accuracy": [0.71234, 0.95],
        "macro_f1": [0.6, 0.9],
        "why_not": None,
    },
    "baselines": {
        "majority": {"accuracy": 0.5, "balanced_accuracy": 0.5},
        "shuffled": {"balanced_accuracy": 0.5, "interval": [0.4, 0.6], "p_value": 0.001},
    },
    "classes": {"a": {"precision": 0.9, "recall": 0.8, "f1": 0.85, "people": 6}},
    "by_recording": None,
    "why_not_by_recording": "no recording has one class",
    "optimistic": None,
}
SUMMARY = BARE | {
    "classes": {
        "a": {
            "recordings": 8,
            "subjects": 6,
            "segments": 100,
            "rejected": {"clipped": 7},
            "split": {"training": 60, "unused": 33},
        }
    },
    "classifiers": {"forest": SCORES, "worse": SCORES | {"balanced_accuracy": 0.6}},
    "rejected_recordings": {"r9": "holds <no> samples"},
    "audit": {"paragraph": "Nothing of 0.5 mV tells. And more of it."},
}


def changed(**scores):
    summary = copy.deepcopy(SUMMARY)
    summary["classifiers"]["forest"] |= scores
    return summary


def test_the_answer_is_three_sentences():
    material, result, doubt = study_answer(SUMMARY)
    assert material == (
        "8 recordings in 1 class (people in each: a 6) gave 100 segments, of which 7 were rejected."
    )
    assert result == (
        "forest does best on held-out people (12): balanced accuracy 0.88 [0.71, 0.95], where "
        "always predicting one class gives 0.50."
    )
    assert doubt == "Nothing of 0.5 mV tells."


def test_the_answer_says_what_the_score_is_worth():
    base = copy.deepcopy(SCORES["baselines"])
    base["shuffled"]["p_value"] = 0.17
    assert "shuffled labels do as well in 17 % of draws" in study_answer(changed(baselines=base))[1]
    base["shuffled"]["p_value"] = 0.03
    both = changed(baselines=base)
    both["classifiers"]["worse"]["baselines"] = base
    assert study_answer(both)[1].endswith(
        "; as the best of 2 it is not clearly better than chance (p = 0.060, corrected)."
    )
    assert study_answer(changed(optimistic="optimistic: the same people"))[1].endswith(
        "the score is optimistic: the same people."
    )
    assert "There is no classifier" in study_answer(SUMMARY | {"classifiers": {}})[1]
    apart = {"met": {"feature_space": {"label": {"silhouette": 0.5}}}}
    unscored = SUMMARY | {"classifiers": {}, "embeddings": apart}
    assert study_answer(unscored)[1].endswith("1: completely).")
    assert study_answer(unscored | {"transductive": ["met"]})[1].endswith(
        "1: completely), which is optimistic: transductive, as met learnt from samples of test "
        "people, without labels."
    )
    only = SUMMARY | {"classifiers": {"forest": SCORES}}
    assert study_answer(only)[1].startswith("forest is the only classifier")


def test_who_was_left_out_is_said_with_the_reason():
    assert who_was_left_out(SUMMARY) == [
        ["Recording r9", None, "holds <no> samples"],
        ["Segments of a", 7, "rejected: clipped"],
        [
            "Segments of a",
            33,
            "not chosen: the config limits the segments of a class and split (split.max_per_class)",
        ],
    ]
    assert who_was_left_out(BARE) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.123, 1.0, 0.5], 2),
        ([23.87, 17.1], 1),
        ([1234.5, 0.3], 0),
        ([0.0041, 0.0239], 4),
        ([1.6e-12, 0.0], 6),
        ([1, 2], 2),
        ([None, float("nan"), 0.0], 2),
    ],
)
def test_numbers_of_a_column_are_rounded_alike(values, expected):
    assert decimals_of(values) == expected
    rows = [[value] for value in values]
    shown = re.findall(r"<td[^>]*>([^<]*)", html_table(["x"], rows))
    decimals = {len(text.partition(".")[2]) for text in shown if "." in text}
    assert decimals <= {expected}


def test_whatever_else_a_summary_holds_is_shown_as_it_stands(tmp_path):
    calibrated = {"coverage": 0.9, "sizes": [1, 2], "by_class": {"a": {"share": 0.25, "n": 3}}}
    summary = changed(conformal_sets=calibrated) | {"paper_files": ["methods.md", "table.tex"]}
    (tmp_path / "summary.json").write_text(json.dumps(summary))
    (tmp_path / "provenance.json").write_text(json.dumps(ORIGIN))
    write_page(tmp_path / "summary.json", tmp_path / "provenance.json", tmp_path / "study.html")
    page = (tmp_path / "study.html").read_text()
    for words in (
        "Conformal sets",
        "Coverage",
        "0.90",
        "[1, 2]",
        "0.25",
        "Paper files",
        "table.tex",
    ):
        assert words in page
    assert "holds &lt;no&gt; samples" in page
    assert "0.88 [0.71, 0.95]" in page


def test_any_json_becomes_tables():
    many = html_of([{"name": "x", "value": 0.5}, {"name": "y", "deep": {"z": {"w": 1}}}])
    for words in ("<td>x</td>", "0.50", "Deep", "Z", "W"):
        assert words.lower() in many.lower()
    assert html_of(None) == "<p>None</p>"
    assert "&lt;b&gt;" in html_of({"<b>": "<b>"})


def test_the_page_holds_its_figures_and_leads_to_their_files(tmp_path):
    drawn = tmp_path / "classifier/my forest#1"
    drawn.mkdir(parents=True)
    paths = [drawn / f"confusion_matrix.{ending}" for ending in ("png", "svg")]
    with figure(paths, height_cm=3, columns=1) as drawing:
        drawing.subplots()
    (tmp_path / "summary.json").write_text(json.dumps(SUMMARY))
    (tmp_path / "provenance.json").write_text(json.dumps(ORIGIN))
    checks = (
        "check\texpected\tfound\ttolerance\tpassed\nchirp\t1\t2\t1\tTrue\ntone\t1\t9\t1\tFalse\n"
    )
    (tmp_path / "checks.tsv").write_text(checks)
    write_page(
        tmp_path / "summary.json",
        tmp_path / "provenance.json",
        tmp_path / "study.html",
        figures=[(str(paths[0]), "confusion_matrix")],
        captions={"confusion_matrix": "What was confused & how."},
        checks=tmp_path / "checks.tsv",
        files=[str(tmp_path / "summary.json")],
    )
    page = (tmp_path / "study.html").read_text()
    assert 'src="data:image/webp;base64,' in page
    assert re.search('width="33[23]"', page)  # 8.8 cm at 96 pixels an inch
    assert 'href="classifier/my%20forest%231/confusion_matrix.svg"' in page
    assert "confusion_matrix.pdf" not in page
    assert "my forest#1, confusion matrix" in page
    assert "What was confused &amp; how." in page
    assert "Self-test: 1 of 2 checks passed" in page
    assert 'href="summary.json"' in page
