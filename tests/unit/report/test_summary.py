"""What the summary and its page say of a study."""

import pytest

from biospectra.report.terminal import resting_on_one_person
from support.summaries import BARE, words_of

# What both read of a study without models.
APART = {
    "silhouette": 0.5,
    "knn_accuracy": 0.9,
    "knn_accuracy_other_people": None,
    "chance": 0.5,
    "intervals": {"knn_accuracy": None},
    "shuffled": {"knn_accuracy": {"mean": 0.4}},
}


@pytest.mark.parametrize(("apart", "lines"), [(APART, 1), (None, 0)])
def test_a_map_of_one_class_has_no_separation(tmp_path, apart, lines):
    places = {"label": apart, "database": None, "recording": None}
    embedding = {"fit_on": "test", "feature_space": places, "map": places}
    text, page = words_of(tmp_path, BARE | {"embeddings": {"net": embedding}})
    assert text.count("separation of classes") == lines
    assert text.count("net, feature space") == lines
    assert page.count("How well groups separate") == lines


@pytest.mark.parametrize(
    ("evaluation", "line"),
    [
        (
            "holdout",
            "net: the score of fast rests on one person; evaluation: leave_one_person_out tests "
            "everyone.",
        ),
        ("cross_validation", "net: the score of fast rests on one person."),
    ],
)
def test_a_score_that_rests_on_one_person_says_so(evaluation, line):
    classes = {"slow": {"people": 2}, "fast": {"people": 1}}
    scores = {"evaluation": evaluation, "classes": classes}
    assert resting_on_one_person({"net": scores}) == [line]
    both = {"net": scores, "table": scores}
    assert resting_on_one_person(both) == [line.replace("net:", "net, table:")]
    assert resting_on_one_person({"net": scores | {"classes": {"slow": {"people": 2}}}}) == []


def test_what_is_measured_of_transductive_encoders_is_marked(tmp_path):
    said = "measured of met alone is optimistic: transductive, as met learnt from samples of test"
    terminal, page = words_of(tmp_path, BARE | {"transductive": ["met"]})
    assert said in terminal.replace("\n  ", " ") and said in page
    terminal, page = words_of(tmp_path, BARE | {"transductive": []})
    assert "transductive" not in terminal + page
