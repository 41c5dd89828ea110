"""Comparisons of models and of splits, on answers that are known."""

import json

import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.evaluation.bootstrap import shuffle_labels
from biospectra.evaluation.cross_validation import fewest_people, folds_of
from biospectra.evaluation.leakage import LEAKAGE_SHUFFLES, leakage_scores, shufflings
from biospectra.evaluation.paired import (
    by_time,
    compare_tables,
    mcnemar,
    over_channels,
    paired_difference,
)
from biospectra.report.leakage import draw_leakage

LABELS = ["a", "b"]


def test_mcnemar_is_the_exact_binomial():
    """Ten disagreements, of which the first model has nine: 2 * (1 + 10) / 2^10."""
    truth = np.array(["a"] * 30)
    first = np.array(["a"] * 9 + ["b"] * 1 + ["a"] * 20)
    second = np.array(["b"] * 9 + ["a"] * 1 + ["a"] * 20)
    found = mcnemar(truth, first, second)
    assert (found["only_first"], found["only_second"]) == (9, 1)
    assert found["p_value"] == pytest.approx(22 / 1024)
    assert mcnemar(truth, first, first)["p_value"] == 1


def test_a_difference_on_the_same_people_is_surer_than_two_intervals():
    """Both models fail on the same hard people, the second on about a tenth more of each."""
    random = np.random.default_rng(0)
    hard = random.uniform(0.2, 0.9, 24)
    people, truth = np.repeat(np.arange(24), 50), np.repeat(np.tile(LABELS, 12), 50)
    position = np.tile(np.arange(50) / 50, 24)
    other = np.where(truth == "a", "b", "a")
    first = np.where(position < np.repeat(hard, 50), truth, other)
    second = np.where(position < np.repeat(hard - random.uniform(0.05, 0.15, 24), 50), truth, other)
    found = paired_difference(truth, first, second, people, LABELS, draws=500, seed=0)
    assert found["accuracy"] == pytest.approx(0.1, abs=0.02)
    low, high = found["intervals"]["accuracy"]
    assert 0.08 < low < high < 0.12
    same = paired_difference(truth, first, first, people, LABELS, draws=500, seed=0)
    assert same["accuracy"] == 0
    assert same["intervals"]["accuracy"] is None


def test_models_are_compared_on_what_both_answered():
    n = 12
    table = pd.DataFrame(
        {
            "recording": [f"r{i // 2}" for i in range(n)],
            "segment": np.arange(n) % 2,
            "label": np.repeat(LABELS, n // 2),
            "subject": [f"p{i // 2}" for i in range(n)],
            "database": "d",
        }
    )
    table["p_a"] = (table["label"] == "a").astype(float)
    table["p_b"] = 1 - table["p_a"]
    table["predicted"] = table["label"]
    worse = table.assign(predicted="a", p_a=1.0, p_b=0.0)
    found = compare_tables(table, worse.iloc[2:], LABELS, draws=200, seed=0)
    assert (found["segments"], found["people"]) == (10, 5)
    assert found["difference"]["balanced_accuracy"] == pytest.approx(0.5)
    assert found["mcnemar"]["only_first"] == 3
    assert compare_tables(table.iloc[:2], worse.iloc[2:], LABELS, draws=200, seed=0) is None


@pytest.fixture
def fingerprints():
    """Segments that show who it is, and nothing of the class."""
    random = np.random.default_rng(2)
    person = np.repeat(np.arange(24), 10)
    half = np.tile(np.arange(10) // 5, 24)
    rows = pd.DataFrame(
        {
            "subject": [f"p{p}" for p in person],
            "recording": [f"r{p}_{k}" for p, k in zip(person, half, strict=True)],
            "label": np.array(LABELS)[person % 2],
        }
    )
    values = random.standard_normal((24, 6))[person] + 0.05 * random.standard_normal((240, 6))
    return values, rows


def test_a_planted_leak_is_found_and_shuffled_labels_give_chance(fingerprints, tmp_path):
    values, rows = fingerprints
    settings = {"classifier": "k_nearest_neighbours", "folds": 4, "draws": 400, "seed": 1}
    result = leakage_scores(values, rows, LABELS, **settings)
    splits = result["splits"]
    assert splits["segment"]["balanced_accuracy"] == 1
    assert splits["recording"]["balanced_accuracy"] > 0.95
    low, high = splits["person"]["intervals"]["balanced_accuracy"]
    assert low < 0.5 < high
    low, high = splits["shuffled"]["intervals"]["balanced_accuracy"]
    assert low < 0.5 < high
    assert [s["optimistic"] for s in splits.values()] == [True, True, False, False]
    assert result["gap"]["intervals"]["balanced_accuracy"][0] > 0.15
    scores = tmp_path / "leakage.json"
    scores.write_text(json.dumps(result | {"features": "fingerprints"}))
    draw_leakage(scores, [tmp_path / "leakage.png"], None)


def test_shuffled_labels_stay_with_people(fingerprints):
    _, rows = fingerprints
    mixed = rows.assign(label=shuffle_labels(rows, 3))
    assert (mixed.groupby("subject")["label"].nunique() == 1).all()
    assert sorted(mixed["label"]) == sorted(rows["label"])
    assert (mixed["label"] != rows["label"]).any()


def of_all_classes(people: int, labels: str) -> pd.DataFrame:
    """Rows of people who all have all classes."""
    lines = [(f"p{p}", f"r{p}{label}", label) for p in range(people) for label in labels]
    return pd.DataFrame(lines, columns=["subject", "recording", "label"])


def test_no_shuffling_leaves_a_class_to_one_person():
    rows, alone = of_all_classes(3, "abc"), 0
    for seed in range(60):
        mixed = shufflings(rows, seed)
        assert len(mixed) == LEAKAGE_SHUFFLES
        for one in mixed:
            assert sorted(one["label"]) == sorted(rows["label"])
            folds_of(one, folds=5, seed=0)  # refuses a class of one person
        alone += fewest_people(rows.assign(label=shuffle_labels(rows, seed)))[1] == 1
    assert alone > 0  # or this would test nothing


def test_people_too_few_to_shuffle_among_are_named():
    rows = of_all_classes(2, "ab").iloc[:3]  # b has one person, whatever the order
    with pytest.raises(StudyError, match=r"leakage\.features"):
        shufflings(rows, 0)


def test_single_channels_are_compared_with_what_joins_them_by_the_mean_of_each_time():
    """Two channels of four people's sessions; the second channel's first segment is missing."""
    entries = [(p, c, t) for p in range(4) for c in "xy" for t in range(3) if (c, t) != ("y", 0)]
    table = pd.DataFrame(entries, columns=["person", "channel", "time"])
    likely = {"x": 0.6, "y": 0.1}  # that it is "a"
    alone = pd.DataFrame(
        {
            "recording": [f"s{p}_{c}" for p, c, _ in entries],
            "segment": table["time"] - (table["channel"] == "y"),  # each numbers its own
            "start_s": table["time"] * 0.1,
            "label": np.array(LABELS)[table["person"] % 2],
            "subject": table["person"].map("p{}".format),
            "database": "d",
            "p_a": table["channel"].map(likely),
        }
    ).assign(p_b=lambda t: 1 - t["p_a"])
    sessions = {name: name[:2] for name in alone["recording"]}
    pooled = over_channels(alone, sessions, LABELS)
    assert len(pooled) == 12
    first = pooled.groupby("recording")["segment"].rank() == 1
    assert pooled.loc[first, "p_a"].tolist() == pytest.approx([0.6] * 4)
    assert pooled.loc[~first, "p_a"].tolist() == pytest.approx([0.35] * 8)
    assert set(pooled.loc[~first, "predicted"]) == {"b"}
    joined = pooled.assign(
        start_s=pooled["segment"] / 1e4, segment=0, p_a=1.0, p_b=0.0, predicted="a"
    )
    found = compare_tables(by_time(joined), pooled, LABELS, draws=50, seed=0)
    assert found["segments"] == 12
    # Always "a" against "a" at the first time of each and "b" at two: both have half.
    assert found["difference"]["balanced_accuracy"] == pytest.approx(0)
