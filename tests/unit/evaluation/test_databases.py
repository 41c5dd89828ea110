"""Leaving databases out: what a database's fingerprint is worth where nobody has met it."""

import copy

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score

from biospectra.errors import StudyError
from biospectra.evaluation.cross_validation import (
    cross_validated,
    folds_of,
    folds_of_databases,
    out_of_fold,
    outer_folds,
)
from biospectra.evaluation.group_scores import of_groups
from biospectra.study.check_recordings import check_folds
from biospectra.study.config import complete_config
from biospectra.study.schema import load_config_schema
from support.harness import ROOT

DATABASES = ["one", "two", "three"]
MAKERS = {"logistic": LogisticRegression}


def fingerprinted(people: int = 10, each: int = 4):
    """Classes that each database marks in a column of its own, and nothing else tells."""
    random = np.random.default_rng(0)
    lines, values = [], []
    for d, database in enumerate(DATABASES):
        for person in range(people):
            label = "ab"[person % 2]
            for k in range(each):
                value = random.standard_normal(len(DATABASES))
                value[d] += 6 if label == "a" else -6
                values.append(value)
                lines.append((f"{database}{person}", k, label, f"{database}{person}", database))
    rows = pd.DataFrame(lines, columns=["recording", "segment", "label", "subject", "database"])
    return np.array(values), (rows["label"] == "b").to_numpy().astype(int), rows


def test_no_fold_holds_all_people_of_a_class_where_people_have_several():
    lines = [
        (f"r{p}", k, "b" if p in (1, 3) and k % 2 else "a", f"p{p}", "one")
        for p in range(9)
        for k in range(6)
    ]
    rows = pd.DataFrame(lines, columns=["recording", "segment", "label", "subject", "database"])
    for seed in range(20):
        fold = folds_of(rows, folds=5, seed=seed)
        assert (rows.assign(fold=fold).groupby("subject")["fold"].nunique() == 1).all()
        for k in np.unique(fold):
            assert set(rows["label"][fold != k]) == {"a", "b"}


@pytest.mark.parametrize("whole", ["segment", "person"])
def test_a_databases_fingerprint_looks_good_where_the_database_was_met(whole):
    values, code, rows = fingerprinted()
    fold = folds_of(rows, folds=5, seed=0, whole=whole)
    said = out_of_fold(lambda *_: LogisticRegression(), values, code, fold, 2).argmax(axis=1)
    assert balanced_accuracy_score(code, said) > 0.95


def test_a_databases_fingerprint_is_worth_nothing_where_the_database_is_left_out():
    values, code, rows = fingerprinted(people=40)
    fold = outer_folds(rows, "leave_one_database_out", folds=5, seed=0)
    probability, chosen = cross_validated(MAKERS, values, code, rows, 2, fold=fold, folds=5, seed=0)
    said = probability.argmax(axis=1)
    assert balanced_accuracy_score(code, said) == pytest.approx(0.5, abs=0.08)
    assert (rows.assign(fold=fold).groupby("database")["fold"].nunique() == 1).all()
    assert len(chosen) == 3
    table = rows.assign(predicted=np.array(["a", "b"])[said])
    each = of_groups(table, table["database"], ["a", "b"], draws=50, seed=0)
    assert set(each) == set(DATABASES)
    own = rows["database"] == "two"
    assert each["two"]["accuracy"] == pytest.approx((said[own] == code[own]).mean())


def test_a_person_in_two_databases_is_held_out_wholly():
    values, code, rows = fingerprinted()
    rows.loc[rows["subject"] == "two0", "subject"] = "one0"
    seen = []

    class Spy(LogisticRegression):
        def fit(self, given, classes):
            at = [int(np.flatnonzero((values == row).all(axis=1))[0]) for row in given]
            seen.append(rows.iloc[at])
            return super().fit(given, classes)

    people = rows["subject"].to_numpy()
    fold = folds_of_databases(rows)
    out_of_fold(lambda *_: Spy(), values, code, fold, 2, people)
    left = sorted(DATABASES)
    assert len(seen) == 3
    for database, training in zip(left, seen, strict=True):
        assert database not in set(training["database"])
        assert ("one0" in set(training["subject"])) == (database == "three")


def test_a_class_of_one_database_is_refused():
    rows = fingerprinted()[2]
    rows.loc[rows["label"] == "b", "database"] = "two"
    with pytest.raises(StudyError, match="class b has one database, two"):
        folds_of_databases(rows)


def test_people_who_stand_in_all_databases_leave_nobody_to_learn_from():
    rows = fingerprinted()[2]
    rows["subject"] = rows["subject"].str[-1]  # the same ten people in each database
    why = "class a has nobody to learn from while database one is held out"
    with pytest.raises(StudyError, match=why):
        folds_of_databases(rows)
    rows.loc[rows["label"] == "a", "subject"] += rows["database"]  # those of b alone
    with pytest.raises(StudyError, match=r"class b has nobody .* database one"):
        folds_of_databases(rows)
    rows["subject"] += rows["database"]
    assert set(folds_of_databases(rows)) == {0, 1, 2}


def test_a_study_with_a_class_of_one_database_is_refused_before_any_job():
    config = {
        "study": "s",
        "recordings": "r.tsv",
        "labels": ["a", "b"],
        "images": {},
        "features": {"bands": {"kind": "bands"}},
        "classifiers": {"t": {"kind": "table", "features": "bands"}},
    }
    left = copy.deepcopy(config)
    left["classifiers"]["t"]["evaluation"] = "leave_one_database_out"
    schema = load_config_schema(ROOT / "workflow/schemas")
    rows = fingerprinted()[2]
    check_folds(complete_config(left, schema, "c.yaml"), rows, "c.yaml")
    rows.loc[rows["label"] == "b", "database"] = "two"
    check_folds(complete_config(config, schema, "c.yaml"), rows, "c.yaml")
    with pytest.raises(StudyError, match=r"classifiers.t.evaluation: class b .* two"):
        check_folds(complete_config(left, schema, "c.yaml"), rows, "c.yaml")
    same = fingerprinted()[2].assign(subject=lambda rows: rows["subject"].str[-1])
    with pytest.raises(StudyError, match=r"classifiers.t.evaluation: class a has nobody .* one"):
        check_folds(complete_config(left, schema, "c.yaml"), same, "c.yaml")
    rows.loc[0, "label"] = "annotation"  # classes are known once the annotations are read
    check_folds(complete_config(left, schema, "c.yaml"), rows, "c.yaml")


def test_an_encoder_in_each_fold_wants_a_person_of_each_class_in_it():
    config = {
        "study": "s",
        "recordings": "r.tsv",
        "labels": ["a", "b"],
        "images": {"i": {"kind": "scaleogram"}},
        "encoders": {"views": {"kind": "vicreg", "input": "i"}},
        "classifiers": {
            "t": {"kind": "table", "features": "views", "evaluation": "cross_validation"}
        },
        "scores": {"folds": 4},
    }
    schema = load_config_schema(ROOT / "workflow/schemas")
    rows = pd.DataFrame({"label": list("aaaabbb"), "subject": list("uvwxyzz")}).assign(database="d")
    with pytest.raises(StudyError, match=r"scores.folds: it is 4, and class b has 2 .* take 2"):
        check_folds(complete_config(config, schema, "c.yaml"), rows, "c.yaml")
    config["scores"]["folds"] = 2
    check_folds(complete_config(config, schema, "c.yaml"), rows, "c.yaml")
