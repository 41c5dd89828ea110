"""Which segments the page about new recordings shows, and what it says of them."""

import numpy as np
import pandas as pd

from biospectra.report.new_recordings_page import deciding_segments


def said(first, second=None):
    """Segments with the probability of "a" by one classifier or two."""
    table = pd.DataFrame({"segment": range(len(first)), "one_p_a": first})
    table["start_s"] = 2.0 * table["segment"]
    table["one_p_b"] = 1 - table["one_p_a"]
    if second is not None:
        table["two_p_a"] = second
        table["two_p_b"] = 1 - table["two_p_a"]
    return table


def test_those_that_speak_most_for_the_class_and_the_one_most_against_it():
    label, chosen = deciding_segments(said([0.6, 0.9, 0.1, 0.8, 0.45, 0.7]), ["one"], ["a", "b"])
    assert label == "a"
    assert chosen["segment"].tolist() == [1, 3, 5, 2]
    assert chosen["against"].tolist() == [False, False, False, True]
    np.testing.assert_allclose(chosen["share"], [0.9, 0.8, 0.7, 0.1])


def test_classifiers_count_alike_and_segments_without_an_answer_are_passed_over():
    table = said([0.9, 0.2, np.nan], [0.3, 0.2, np.nan])
    label, chosen = deciding_segments(table, ["one", "two"], ["a", "b"])
    assert label == "b"  # 0.6 and 0.2 for a
    assert chosen["segment"].tolist() == [1, 0]
    assert chosen["against"].tolist() == [False, True]


def test_channels_of_which_one_thing_is_said_are_shown_once():
    table = said([0.9, 0.9, 0.9, 0.7, 0.7, 0.7]).assign(start_s=[0, 0, 0, 2, 2, 2])
    assert deciding_segments(table, ["one"], ["a", "b"])[1]["segment"].tolist() == [0, 3]


def test_without_classifiers_or_answers_nothing_decides():
    assert deciding_segments(said([0.5]), [], ["a", "b"])[0] == ""
    label, chosen = deciding_segments(said([np.nan]), ["one"], ["a", "b"])
    assert (label, len(chosen)) == ("", 0)
