"""What the summary and the study's page say of several labels at once and of numbers."""

from biospectra.report.study_answer import study_answer
from biospectra.report.targets import pair_lines, target_group_lines, target_lines, target_tables
from support.summaries import BARE, words_of


def value(number, bounds=None):
    return {"value": number, "interval": bounds}


LABELS = {
    "kind": "labels",
    "column": "statements",
    "evaluation": "holdout",
    "people": 20,
    "left_out": 2,
    "macro_auroc": value(0.91, [0.85, 0.95]),
    "macro_average_precision": value(0.7),
    "macro_f1": value(0.6),
    "labels": {
        "AFIB": {
            "people": 5,
            "auroc": value(0.9),
            "average_precision": value(0.8),
            "f1": value(0.75),
            "threshold": 0.31,
            "counts": {
                "true_negative": 14,
                "false_positive": 1,
                "false_negative": 2,
                "true_positive": 3,
            },
        },
    },
}
AGE = {
    "kind": "number",
    "column": "age",
    "evaluation": "cross_validation",
    "people": 80,
    "left_out": 0,
    "mean_absolute_error": value(7.12, [6, 8]),
    "chance": {"score": "mean_absolute_error", "mean": 13.41, "p_value": 0.0005},
    "baseline_error": value(13.3),
    "r2": value(0.5),
    "correlation": value(None),
}
TARGETS = {"rhythm": LABELS, "age": AGE}


def test_scores_of_targets_are_told(tmp_path):
    first, second = target_lines(TARGETS)
    assert first == (
        "rhythm (statements, 1 label), by recording, of 20 held-out people (holdout): "
        "macro AUROC 0.91 [0.85, 0.95], average precision 0.70, F1 0.60; 2 recordings without a "
        "value."
    )
    assert "mean absolute error 7.12 [6.00, 8.00], that of the median 13.30" in second
    assert second.endswith("; by chance mean absolute error 13.41, p < 0.001.")
    both = {"age": AGE, "again": AGE | {"chance": AGE["chance"] | {"p_value": 0.03}}}
    assert "p = 0.030 (0.030 for 2 targets, Holm)." in target_lines(both)[1]
    assert "<td>13.41</td><td>&lt; 0.001</td><td>0.001</td>" in target_tables(both)
    text, page = words_of(tmp_path, BARE | {"targets": TARGETS})
    assert first in page and "nothing is known" not in page
    assert "1 more target below." in study_answer(BARE | {"targets": TARGETS | {"b": AGE}})[1]
    assert "<h2>Targets</h2>" in page and "\ntargets\n" in text
    assert '<td>AFIB</td><td class="n">5</td>' in page
    assert target_tables({}) == ""


def test_groups_of_people_have_scores_of_their_own(tmp_path):
    groups = {
        "f": {"people": 41, "mean_absolute_error": value(6.5, [5, 8]), "too_few": None},
        "m": {"people": 3, "mean_absolute_error": value(9.0), "too_few": "3 people, fewer than 10"},
    }
    targets = {"age": AGE | {"by_column": {"sex": groups}}}
    (line,) = target_group_lines(targets)
    assert line == (
        "age, mean absolute error by sex: f: 6.50 [5.00, 8.00] of 41 people; m: 9.00 of 3 people "
        "(too few to say)."
    )
    text, page = words_of(tmp_path, BARE | {"targets": targets})
    assert "age, mean absolute error by sex: f: 6.50" in text
    assert "too few to say: 3 people, fewer than 10" in page


def test_models_of_the_same_target_stand_in_one_table(tmp_path):
    cnn = LABELS | {"model": "cnn, samples", "macro_auroc": value(0.93, [0.9, 0.96])}
    pair = {"first": "rhythm", "second": "rhythm_cnn", "people": 20, "recordings": 20}
    pair["differences"] = {"macro_auroc": value(-0.02, [-0.05, 0.01]), "macro_f1": value(None)}
    page = target_tables({"rhythm": LABELS, "rhythm_cnn": cnn, "age": AGE}, [pair])
    assert page.count("<h4>statements, 1 label</h4>") == page.count("<h4>age</h4>") == 1
    first = page[: page.index("<h4>age</h4>")]
    assert "rhythm</td>" in first and "<td>cnn, samples</td>" in first
    assert pair_lines([pair]) == [
        "rhythm minus rhythm_cnn, on the same 20 people (in brackets 95 %): "
        "macro AUROC -0.02 [-0.05, +0.01], F1 –."
    ]
    assert pair_lines([pair])[0] in page
    text, _ = words_of(tmp_path, BARE | {"targets": TARGETS, "target_pairs": [pair]})
    assert "\nrhythm minus rhythm_cnn, on the same 20 people" in text
