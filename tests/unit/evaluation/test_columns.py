"""Further columns of the table: groups, splits that share them evenly, scores and the audit."""

import re

import numpy as np
import pandas as pd
import pytest

from biospectra.evaluation.audit import audit_rows
from biospectra.evaluation.group_scores import of_groups
from biospectra.evaluation.groups import columns_as_numbers, groups_of
from biospectra.evaluation.split import split_rows
from biospectra.report.audit import in_plain_words
from biospectra.report.significance import group_lines
from biospectra.store.predictions import read_predictions, write_predictions


def test_groups_are_values_or_quarters():
    assert groups_of(pd.Series(["f", "", "m"])).tolist() == ["f", "not given", "m"]
    assert groups_of(pd.Series(["1", "2", "1"])).tolist() == ["1", "2", "1"]
    ages = pd.Series([str(age) for age in range(20, 60)] + [""])
    groups = groups_of(ages)
    assert groups.iloc[-1] == "not given"
    assert groups[:-1].value_counts().tolist() == [10, 10, 10, 10]
    for group, own in ages[:-1].astype(float).groupby(groups[:-1]):
        low, high = map(float, group.split(" to "))
        assert low <= own.min() and own.max() <= high


def test_a_column_is_one_of_numbers_or_one_for_each_value():
    np.testing.assert_array_equal(columns_as_numbers(pd.Series(["3", "", "5"])), [[3], [2], [5]])
    found = columns_as_numbers(pd.Series(["b", "a", "b"]))
    np.testing.assert_array_equal(found, [[0, 1], [1, 0], [0, 1]])


def people(n: int = 48, segments: int = 4) -> pd.DataFrame:
    random = np.random.default_rng(3)
    sexes = random.permutation(["f", "m", "m"] * (n // 3))
    lines = [
        (f"r{k}", s, 5.0 * s, "ab"[k % 2], f"p{k}", "d", "ok", sexes[k])
        for k in range(n)
        for s in range(segments)
    ]
    columns = ["recording", "segment", "start_s", "label", "subject", "database", "quality", "sex"]
    return pd.DataFrame(lines, columns=columns)


def test_each_split_has_the_same_share_of_a_column():
    def shares(seed, **stratify):
        rows = split_rows(
            people(),
            labels=["a", "b"],
            given={},
            fractions={"training": 0.5, "validation": 0.25, "test": 0.25},
            max_per_class={"training": None, "validation": None, "test": None},
            by="subject",
            seed=seed,
            **stratify,
        )
        return rows.groupby("split")["sex"].agg(lambda sex: (sex == "f").mean())

    whole = (people()["sex"] == "f").mean()
    even = np.array([shares(seed, stratify=["sex"]) for seed in range(6)])
    free = np.array([shares(seed) for seed in range(6)])
    assert np.abs(even - whole).max() < 0.1
    assert np.abs(free - whole).max() > 0.1


def test_scores_of_groups_are_those_of_their_segments(tmp_path):
    rows = people().assign(split="test", file="x.h5", index=0, code=0)
    right = (rows["sex"] == "f").to_numpy() | (rows["segment"] == 0).to_numpy()
    truth = (rows["label"] == "b").to_numpy()
    probability = np.where(truth == right, 0.9, 0.1)
    write_predictions(
        rows, np.stack([1 - probability, probability], 1), ["a", "b"], tmp_path / "p.tsv"
    )
    table = read_predictions(tmp_path / "p.tsv")
    assert table["sex"].tolist() == rows["sex"].tolist()
    assert not {"file", "index", "code", "quality"} & set(table)
    found = of_groups(table, groups_of(table["sex"]), ["a", "b"], draws=200, seed=0)
    assert found["f"]["accuracy"] == 1 and found["m"]["accuracy"] == 0.25
    assert found["f"]["people"] == 16 and found["m"]["segments"] == 128
    (line,) = group_lines({"net": {"by_column": {"sex": found}}})
    assert line.startswith("net, balanced accuracy by sex: f: 1.00")
    assert re.search(r"m: 0\.\d\d.* of 32 people", line)


@pytest.mark.parametrize("told", [True, False])
def test_the_audit_says_what_a_column_gives_away(told):
    rows = people(18, 2)
    random = np.random.default_rng(0)
    ages = {name: 40 + 20 * random.random() for name in rows["subject"].unique()}
    rows["age"] = rows["subject"].map(ages) + 30 * told * (rows["label"] == "b")
    facts = pd.DataFrame({"recording": rows["recording"].unique()})
    for name in ("amplitude", "step", "native_rate_hz"):
        facts[name] = 100.0
    for hz in (50, 60):
        facts[f"hum_{hz}"], facts[f"hum_{hz}_noise"] = "", np.nan
    result = audit_rows(
        rows,
        random.normal(size=(len(rows), 200)),
        facts,
        ["a", "b"],
        rate_hz=100.0,
        sizes=dict.fromkeys(rows["recording"], 1.0),
        folds=3,
        draws=400,
        seed=0,
        common_band=False,
        columns=["age"],
    )
    assert result["predictors"]["column age"]["tests"] == 9
    words = in_plain_words(result)
    assert ("can be predicted from age (" in words) is told
