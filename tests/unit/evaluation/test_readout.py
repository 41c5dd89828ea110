"""What features hold besides the class, on features that hold it or do not."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from biospectra.evaluation.readout import group_readout, halves, person_readout
from biospectra.models.classifiers import makers_of

(MAKE,) = makers_of(["logistic_regression"], tune=False, seed=0, threads=1).values()


@pytest.fixture
def rows() -> pd.DataFrame:
    """Twelve people of two databases, ten segments each that overlap by half."""
    person, segment = np.divmod(np.arange(120), 10)
    return pd.DataFrame(
        {
            "recording": [f"r{i}" for i in person],
            "start_s": segment * 5.0,
            "subject": [f"p{i}" for i in person],
            "database": np.where(person < 6, "one", "two"),
        }
    )


@pytest.fixture
def fold(rows) -> np.ndarray:
    return rows["subject"].str[1:].astype(int).to_numpy() % 3


def test_the_halves_of_a_recording_have_no_sample_in_common(rows):
    first, later = halves(rows, 10.0)
    assert first.sum() == 5 * 12
    assert later.sum() == 4 * 12  # the sixth overlaps the fifth
    for _, own in rows.groupby("recording"):
        assert own.loc[first[own.index], "start_s"].max() + 10 <= own.loc[
            later[own.index], "start_s"
        ].min()  # fmt: skip
    mixed = rows.sample(frac=1, random_state=0)
    again, _ = halves(mixed.reset_index(drop=True), 10.0)
    assert set(mixed.index[again]) == set(rows.index[first])
    assert not halves(rows[:1], 10.0)[0].any()


def test_a_person_is_told_from_what_is_of_the_person(rows, fold):
    random = np.random.default_rng(0)
    code = pd.factorize(rows["subject"])[0]
    noise = random.normal(size=(120, 12))
    own = noise + 8 * np.eye(12)[code]
    given = {"draws": 999, "seed": 0}
    told = person_readout(MAKE, lambda k: own, rows, fold, 10.0, **given)
    assert told == {"accuracy": 1.0, "chance": 0.25, "segments": 48, "p_value": 0.001}
    untold = person_readout(MAKE, lambda k: noise, rows, fold, 10.0, **given)
    assert untold["accuracy"] < 0.5
    assert untold["p_value"] > 0.05
    alone = person_readout(MAKE, lambda k: own, rows, np.arange(12).repeat(10), 10.0, **given)
    assert "two people" in alone["why_not"]


def test_a_database_is_told_of_people_held_out(rows, fold):
    random = np.random.default_rng(1)
    groups, people = rows["database"].to_numpy(), rows["subject"].to_numpy()
    noise = random.normal(size=(120, 3))
    own = noise + 6 * (groups == "one")[:, None]
    measure = partial(
        group_readout,
        MAKE,
        people=people,
        fold=fold,
        what="database",
        draws=200,
        seed=0,
    )
    told = measure(lambda k: own, groups)
    assert told["balanced_accuracy"] == 1
    assert told["groups"] == 2
    assert told["chance"] == 0.5
    assert told["p_value"] < 0.02
    untold = measure(lambda k: noise, groups)
    low, high = untold["interval"]
    assert low < 0.55 and high > 0.4
    alone = np.where(people == "p0", "three", groups)  # whom nothing could be learnt of
    assert measure(lambda k: own, alone)["groups"] == 2
    why = measure(lambda k: own, np.full(120, "one"))["why_not"]
    assert why == "there are no two databases of two people each"
