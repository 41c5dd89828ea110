"""Two models of one target are compared on the recordings that both predicted."""

import numpy as np
import pandas as pd
import pytest

from biospectra.evaluation.target_pairs import compare_targets

LABELS = {"column": "statements", "kind": "labels", "superclasses": {}}
AGE = {"column": "age", "kind": "number", "superclasses": {}}
OPTIONS = {"draws": 300, "seed": 0}


def tables(noise):
    """Predictions of labels A and B, of 60 people, by models that err as much as `noise` says."""
    rng = np.random.default_rng(1)
    has = rng.random((60, 2)) < 0.4
    made = []
    for size in noise:
        likely = np.clip(0.5 * has + 0.25 + size * rng.normal(size=has.shape), 0, 1)
        table = pd.DataFrame({"recording": [f"r{k}" for k in range(60)]})
        table["subject"] = [f"p{k // 2}" for k in range(60)]
        for name, values in (("statements", has), ("predicted", likely > 0.5)):
            table[name] = [";".join(np.array(["A", "B"])[one]) for one in values]
        made.append(table.assign(p_A=likely[:, 0], p_B=likely[:, 1]))
    return made


def test_the_difference_is_that_of_the_scores_on_what_both_predicted():
    from sklearn.metrics import f1_score, roc_auc_score

    good, bad = tables((0.2, 0.9))
    found = compare_targets(good, bad.iloc[4:].assign(p_C=0.5), LABELS, **OPTIONS)
    assert (found["recordings"], found["people"]) == (56, 28)
    scores = []
    for table in (good.iloc[4:], bad.iloc[4:]):
        has = table["statements"].str.contains("A"), table["statements"].str.contains("B")
        said = table["predicted"].str.contains("A"), table["predicted"].str.contains("B")
        area = np.mean(
            [roc_auc_score(h, table[p]) for h, p in zip(has, ("p_A", "p_B"), strict=True)]
        )
        scores.append((area, np.mean([f1_score(h, s) for h, s in zip(has, said, strict=True)])))
    difference = found["differences"]
    assert difference["macro_auroc"]["value"] == pytest.approx(scores[0][0] - scores[1][0])
    assert difference["macro_f1"]["value"] == pytest.approx(scores[0][1] - scores[1][1])
    low, high = difference["macro_auroc"]["interval"]
    assert 0 < low < difference["macro_auroc"]["value"] < high


def test_a_model_does_not_differ_from_itself():
    table, _ = tables((0.5, 0.5))
    found = compare_targets(table, table, LABELS, **OPTIONS)["differences"]
    assert set(found) == {"macro_auroc", "macro_average_precision", "macro_f1"}
    assert all(one == {"value": 0.0, "interval": None} for one in found.values())


def test_a_number_and_nothing_in_common():
    age = np.linspace(20, 80, 30)
    table = pd.DataFrame({"recording": [f"r{k}" for k in range(30)], "age": age.astype(str)})
    table["subject"] = table["recording"]
    first, second = table.assign(predicted=age + 1), table.assign(predicted=age - 3)
    found = compare_targets(first, second, AGE, **OPTIONS)["differences"]
    assert found["mean_absolute_error"]["value"] == pytest.approx(-2)
    assert compare_targets(first.iloc[:10], second.iloc[10:], AGE, **OPTIONS) is None


def test_differences_of_folds_reach_further_but_no_further_than_scores_can_differ():
    good, bad = tables((0.05, 0.9))
    wrong = good.copy()
    wrong.loc[8:, ["p_A", "p_B"]] = 1 - wrong.loc[8:, ["p_A", "p_B"]]
    folded = LABELS | {"evaluation": "cross_validation"}
    bounds = [
        compare_targets(good, bad, entry, **OPTIONS)["differences"]["macro_auroc"]
        for entry in (LABELS, folded)
    ]
    middle = bounds[0]["value"]
    spread = [middle + 2**0.5 * (x - middle) for x in bounds[0]["interval"]]
    assert bounds[1]["interval"] == pytest.approx(spread)
    apart = compare_targets(good, wrong, folded, **OPTIONS)["differences"]["macro_auroc"]
    assert apart["value"] < 1 and apart["interval"][1] == 1
