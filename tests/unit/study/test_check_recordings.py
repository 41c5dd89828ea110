"""A study whose classes cannot be in every split is refused before any job."""

import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.study.check_recordings import check_people

FRACTIONS = {"training": 0.6, "validation": 0.2, "test": 0.2}


def check(people, by="subject", **fractions):
    """Check a table of (label, subject, split) of recordings."""
    table = pd.DataFrame(people, columns=["label", "subject", "split"], dtype=object)
    table["recording"] = [f"r{i}" for i in range(len(table))]
    check_people(table, {"by": by, "fractions": FRACTIONS | fractions}, "recordings.tsv")


def test_three_people_of_each_class_are_enough():
    people = [(label, name, None) for label in ("rest", "walk") for name in "abc"]
    check(people)
    given = dict(zip("abc", FRACTIONS, strict=True))
    check([(label, name, given[name]) for label, name, _ in people])


def test_two_people_of_a_class_are_not():
    people = [("rest", name, None) for name in "abc"] + [("walk", name, None) for name in "aab"]
    with pytest.raises(StudyError, match=r"recordings.tsv: class walk has no subject for test"):
        check(people)
    check(people, validation=0)  # nobody is needed there
    check(people, by="segment")
    check(people, by="recording")  # the second person has two
    with pytest.raises(StudyError, match=r"class walk has no recording for test: it has 2"):
        check([*people[:3], *people[4:]], by="recording")


def test_splits_given_in_the_table_count():
    with pytest.raises(StudyError, match=r"no subject for test: it has 4.*column `split`"):
        check([("rest", name, "training" if name < "c" else "validation") for name in "abcd"])
    check(
        [("rest", "a", "training"), ("rest", "b", "training"), *[("rest", c, None) for c in "cd"]]
    )


def test_the_column_split_goes_with_subjects_alone():
    people = [("rest", name, split) for name, split in zip("abc", FRACTIONS, strict=True)]
    with pytest.raises(StudyError, match=r"split.by is segment; empty the column"):
        check(people, by="segment")


def test_classes_from_annotations_are_left_to_the_split():
    check([("annotation", "a", None)])
