"""A subject is on one side, shares are kept, caps are even, and all of it is repeatable."""

import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.evaluation.split import cap_sessions, split_rows
from biospectra.store.sampling import cap

FRACTIONS = {"training": 0.6, "validation": 0.2, "test": 0.2}
ALL = {"training": None, "validation": None, "test": None}


def rows(people=30, segments=20, labels=("a", "b")):
    table = [
        (f"r{p}_{label}", s, float(s), label, f"p{p}", "d", "ok")
        for p in range(people)
        for label in labels
        for s in range(segments)
    ]
    columns = ["recording", "segment", "start_s", "label", "subject", "database", "quality"]
    return pd.DataFrame(table, columns=columns)


def split(table, **changes):
    options = {
        "labels": ["a", "b"],
        "given": {},
        "fractions": FRACTIONS,
        "max_per_class": ALL,
        "by": "subject",
        "seed": 1,
    }
    return split_rows(table, **(options | changes))


def test_nobody_is_on_two_sides_and_the_shares_are_kept():
    done = split(rows())
    assert (done.groupby("subject")["split"].nunique() == 1).all()
    shares = done["split"].value_counts(normalize=True)
    for name, share in FRACTIONS.items():
        assert shares[name] == pytest.approx(share, abs=0.04)


def test_the_seed_decides_and_nothing_else():
    first, again, other = split(rows()), split(rows()), split(rows(), seed=2)
    assert first["split"].equals(again["split"])
    assert not first["split"].equals(other["split"])


@pytest.mark.parametrize("by", ["subject", "segment"])
def test_shards_decide_nothing(by):
    table = rows(people=12)
    parts = [own for _, own in table.groupby("recording")]
    order = np.random.default_rng(0).permutation(len(parts))
    mixed = pd.concat([parts[i] for i in order], ignore_index=True)
    options = {"by": by, "max_per_class": ALL | {"training": 37, "test": 7}}
    pd.testing.assert_frame_equal(split(table, **options), split(mixed, **options))


def test_the_tables_word_counts():
    done = split(rows(), given={"p3": "test", "p4": "validation"})
    assert set(done.loc[done["subject"] == "p3", "split"]) == {"test"}
    assert set(done.loc[done["subject"] == "p4", "split"]) == {"validation"}


def test_rejected_segments_are_not_used():
    table = rows()
    table.loc[::2, "quality"] = "flat"
    assert len(split(table)) == len(table) / 2


def test_caps_balance_classes_and_recordings():
    table = pd.concat([rows(), rows(3, 400, ("a",)).replace({"r": "long"}, regex=True)])
    done = split(table.reset_index(drop=True), max_per_class=ALL | {"training": 100})
    used = done[done["split"] == "training"]
    assert used["label"].value_counts().to_dict() == {"a": 100, "b": 100}
    counts = used[used["label"] == "a"].groupby("recording").size()
    assert counts.max() - counts.min() <= 1


def test_a_cap_takes_segments_from_the_whole_of_a_recording():
    chosen = cap(rows(1, 100, ("a",)), 5)
    np.testing.assert_array_equal(chosen, [0, 25, 50, 74, 99])


def channels(lost=()):
    """Two sessions of three channels each; `lost` (session, channel, time) are not there."""
    table = [
        (f"s{s}_{c}", k, 0.1 * k + (1e-9 if c == "y" else 0), "a", f"p{s}", "d", "ok")
        for s in range(2)
        for c in "xyz"
        for k in range(100)
        if (s, c, k) not in lost
    ]
    return pd.DataFrame(table, columns=rows(1).columns)


def test_a_cap_keeps_the_same_times_of_all_channels_that_are_joined():
    table = channels({(0, "x", k) for k in range(20)})
    sessions = {name: name.split("_")[0] for name in table["recording"]}
    chosen = table.loc[cap_sessions(table, 121, sessions)]
    assert len(chosen) == 121  # 40 times of three channels, and one to fill up
    times = chosen.groupby(["subject", chosen["start_s"].round(4)]).size()
    assert times.value_counts().to_dict() == {3: 40, 1: 1}
    assert chosen.groupby("subject").size().to_dict() == {"p0": 61, "p1": 60}
    assert chosen.loc[chosen["subject"] == "p1", "segment"].max() == 99
    assert len(cap_sessions(table, 2, sessions)) == 3
    assert len(cap_sessions(table, None, sessions)) == len(table)


def test_a_split_with_joined_channels_caps_by_time():
    table = pd.concat([channels(), channels().replace({"s": "t", "p": "q"}, regex=True)])
    table["label"] = np.repeat(["a", "b"], len(channels()))
    sessions = {name: name.split("_")[0] for name in table["recording"]}
    done = split(
        table.reset_index(drop=True),
        fractions={"training": 1, "validation": 0, "test": 0},
        max_per_class=ALL | {"training": 153},
        sessions=sessions,
    )
    used = done[done["split"] == "training"]
    assert len(used) == 2 * 153
    assert (used.groupby(["subject", used["start_s"].round(4)]).size() == 3).all()


def test_a_class_without_people_enough_is_refused_with_its_counts():
    with pytest.raises(StudyError, match=r"class b .* 2 people .* column `split`"):
        split(pd.concat([rows(9, labels=("a",)), rows(2, labels=("b",))], ignore_index=True))


@pytest.mark.parametrize("by", ["recording", "segment"])
def test_other_protocols_split_people(by):
    done = split(rows(), by=by)
    assert (done.groupby("subject")["split"].nunique() > 1).any()
    assert (done.groupby("recording")["split"].nunique() > 1).any() == (by == "segment")
    shares = done["split"].value_counts(normalize=True)
    for name, share in FRACTIONS.items():
        assert shares[name] == pytest.approx(share, abs=0.04)


def test_nothing_goes_where_nothing_is_wanted():
    done = split(rows(), fractions={"training": 0.5, "validation": 0.5, "test": 0.0})
    assert set(done["split"]) == {"training", "validation"}
    done = split(rows(), fractions={"training": 1, "validation": 0, "test": 0})
    assert set(done["split"]) == {"training"}


def test_the_tables_word_and_another_protocol_exclude_each_other():
    with pytest.raises(StudyError, match="use one of the two"):
        split(rows(), by="segment", given={"p3": "test"})


def test_rows_without_a_class_train_encoders_unless_their_person_is_held_out():
    table = rows(people=40)
    free = table["subject"].isin([f"p{i}" for i in range(10)])
    free |= table["subject"].isin([f"p{i}" for i in range(10, 20)]) & (table["segment"] < 10)
    table.loc[free, "label"] = "none"
    given = {"p0": "training", "p1": "test"}
    done = split(table, unlabelled="none", given=given).set_index("subject")
    by_person = done.groupby("subject")["split"].agg(set)
    assert by_person["p1"] == {"unused"}
    assert by_person["p2"] == {"unlabelled"}
    for i in range(10, 20):
        own = by_person[f"p{i}"]
        assert own in ({"training", "unlabelled"}, {"validation", "unused"}, {"test", "unused"})
    assert set(done.loc[done["label"] != "none", "split"]) == set(FRACTIONS)
    # Those that have a label are split as if there were no others.
    alone = split(table[~free], given=given).set_index(["recording", "segment"])["split"]
    both = done[done["label"] != "none"].set_index(["recording", "segment"])["split"]
    assert both.equals(alone)
    few = split(table, unlabelled="none", max_per_class=ALL | {"unlabelled": 25})
    assert (few["split"] == "unlabelled").sum() == 25
