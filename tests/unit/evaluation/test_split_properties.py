"""Splits of any people: nobody on two sides, shares kept as far as whole people allow."""

import pandas as pd
from hypothesis import given, reject
from hypothesis import strategies as st

from biospectra.errors import StudyError
from biospectra.evaluation.split import SPLITS, UNUSED, assign, split_rows

CLASSES = ("a", "b", "c")
# Segments of each person, of one class or several.
one_class = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.integers(1, 30)), min_size=1, max_size=40
).map(lambda people: [{label: count} for label, count in people])
of_a_or_b = st.dictionaries(st.sampled_from("ab"), st.integers(1, 30), min_size=1)
several = st.lists(
    st.dictionaries(st.sampled_from(CLASSES), st.integers(1, 30), min_size=1),
    min_size=1,
    max_size=25,
)
fractions = (
    st.lists(st.integers(0, 8), min_size=3, max_size=3)
    .filter(any)
    .map(
        lambda parts: {split: part / sum(parts) for split, part in zip(SPLITS, parts, strict=True)}
    )
)


def segments_of(people: list[dict[str, int]]) -> pd.DataFrame:
    """Return a row for each segment of some people."""
    rows = [
        (f"person {number}", label)
        for number, own in enumerate(people)
        for label, count in own.items()
        for _ in range(count)
    ]
    return pd.DataFrame(rows, columns=["subject", "label"])


@given(people=one_class, fractions=fractions, seed=st.integers(0, 9))
def test_no_split_gets_a_person_more_than_its_share(people, fractions, seed):
    """Each goes where most is missing, so that what a split has too much is less than a person."""
    rows = segments_of(people)
    side = rows["subject"].map(assign(rows["subject"], rows["label"], {}, fractions, seed))
    assert side.isin(SPLITS).all()
    for label, own in rows.groupby("label"):
        largest = own["subject"].value_counts().max()
        counts = side[own.index].value_counts()
        for split in SPLITS:
            wanted = fractions[split] * len(own)
            assert counts.get(split, 0) < wanted + largest or wanted == counts.get(split, 0) == 0
            assert counts.get(split, 0) > wanted - 2 * largest, label


@given(people=several, fractions=fractions, seed=st.integers(0, 9), data=st.data())
def test_a_given_split_is_kept_and_a_share_of_nothing_gets_nobody_else(
    people, fractions, seed, data
):
    rows = segments_of(people)
    names = sorted(set(rows["subject"]))
    given_to = data.draw(st.dictionaries(st.sampled_from(names), st.sampled_from(SPLITS)))
    done = assign(rows["subject"], rows["label"], given_to, fractions, seed)
    assert set(done) == set(names)
    assert {name: done[name] for name in given_to} == given_to
    for name in set(names) - set(given_to):
        assert fractions[done[name]] > 0
    mixed = rows.sample(frac=1, random_state=seed)
    assert assign(mixed["subject"], mixed["label"], given_to, fractions, seed) == done


@given(
    people=st.lists(
        st.dictionaries(st.sampled_from("ab"), st.integers(1, 30), min_size=1),
        min_size=9,
        max_size=25,
    ),
    limits=st.dictionaries(st.sampled_from(SPLITS), st.integers(1, 20)),
    recordings=st.integers(1, 3),
    seed=st.integers(0, 9),
)
def test_nobody_is_on_two_sides_and_limits_hold(people, limits, recordings, seed):
    rows = segments_of(people)
    number = rows.groupby("subject").cumcount()
    rows["recording"] = rows["subject"] + " " + (number % recordings).astype(str)
    rows = rows.assign(segment=number, start_s=number.astype(float), database="d", quality="ok")
    try:
        done = split_rows(
            rows,
            labels=["a", "b"],
            given={},
            fractions={"training": 0.6, "validation": 0.2, "test": 0.2},
            max_per_class=dict.fromkeys(SPLITS) | limits,
            by="subject",
            seed=seed,
        )
    except StudyError:  # a class has too few people for three splits
        reject()
    assert len(done) == len(rows)
    used = done[done["split"] != UNUSED]
    assert (used.groupby("subject")["split"].nunique() == 1).all()
    for (split, label), own in used.groupby(["split", "label"]):
        limit = limits.get(split)
        assert limit is None or len(own) <= limit, label
