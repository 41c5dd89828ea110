"""The recorder audit on recordings whose answer is known, and cross-validation that never peeks."""

import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.evaluation.audit import audit_rows
from biospectra.evaluation.audit_models import FLOOR, relative_band_powers
from biospectra.evaluation.cross_validation import (
    cross_validated,
    folds_of,
    one_person_folds,
    out_of_fold,
)
from biospectra.report.audit import draw_audit, in_plain_words, tells
from biospectra.signals.recorder import hum_db, quantisation_step, recorder_facts
from biospectra.signals.resampling import limit_band, resample

RATE_HZ = 512
NATIVE_HZ = {"a": 250.0, "b": 500.0}


def study(limit_hz=None, native=NATIVE_HZ, people=8, each=4):
    """The same pink noise for both classes, by recorders of different rates."""
    random = np.random.default_rng(0)
    rows, signals, facts = [], [], []
    for label, rate_hz in native.items():
        for person in range(people):
            name = f"{label}{person}"
            samples = np.cumsum(random.standard_normal(each * 4000 + 1600)) / 20
            samples += random.standard_normal(samples.size) - samples.mean()
            samples = resample(samples, 1000, rate_hz)  # as a recorder takes it
            if limit_hz:
                samples = limit_band(samples, rate_hz, limit_hz)
            signal = resample(samples, rate_hz, RATE_HZ)[200:]
            for k in range(each):
                rows.append((name, k, label, name, f"database {label}"))
                signals.append(signal[k * 4 * RATE_HZ :][: 4 * RATE_HZ])
            facts.append({"recording": name} | recorder_facts(samples, rate_hz, "mV"))
    columns = ["recording", "segment", "label", "subject", "database"]
    return pd.DataFrame(rows, columns=columns), np.stack(signals), pd.DataFrame(facts)


def audited(rows, signals, facts, common_band=False):
    found = audit_rows(
        rows,
        signals,
        facts,
        ["a", "b"],
        rate_hz=RATE_HZ,
        folds=4,
        draws=300,
        seed=1,
        common_band=common_band,
    )
    return found | {"paragraph": in_plain_words(found)}


def test_a_recorders_fingerprint_is_found_and_vanishes_under_a_common_band(tmp_path):
    found = audited(*study())
    assert found["lowest_nyquist_hz"] == 125
    assert found["predictors"]["band_above"]["balanced_accuracy"] == 1
    assert "power above 125 Hz (1.00)" in found["paragraph"]
    assert "a and b each come from one database" in found["paragraph"]
    compared = found["comparison"]
    assert compared["whole"]["balanced_accuracy"] == 1
    assert compared["common"]["balanced_accuracy"] == pytest.approx(0.5, abs=0.2)
    low, high = compared["difference"]["intervals"]["balanced_accuracy"]
    assert 0 < low < compared["difference"]["balanced_accuracy"] < high
    assert compared["whole"]["silhouettes"]["database"] > 0.1
    assert compared["common"]["silhouettes"]["database"] < 0.05
    assert "limited to the common band at" in found["paragraph"]
    gone = audited(*study(limit_hz=125), common_band=True)["predictors"]["band_above"]
    assert gone["balanced_accuracy"] == pytest.approx(0.5, abs=0.1)
    assert not tells(gone)
    draw_audit(found, [tmp_path / "audit.png"])
    assert (tmp_path / "audit.png").stat().st_size > 10_000


def test_one_recorder_for_both_classes_tells_nothing():
    rows, signals, facts = study(native={"a": 400.0, "b": 400.0})
    rows["database"] = "one"
    result = audited(rows, signals, facts)
    told = [n for n, p in result["predictors"].items() if "why_not" not in p and tells(p)]
    assert told == []
    assert result["one_database"] == []
    assert "Without any physiology" not in result["paragraph"]
    assert "no evidence" not in result["paragraph"]


def test_too_few_people_are_said_to_be_too_few():
    rows, signals, facts = study(people=1)
    result = audited(rows, signals, facts)
    assert "class a has one person" in result["predictors"]["native_rate"]["why_not"]
    assert "could not be tested" in result["paragraph"]


def test_band_powers_are_shares_of_the_whole():
    time_s = np.arange(2048) / RATE_HZ
    tones = np.sin(2 * np.pi * 20 * time_s) + 0.1 * np.sin(2 * np.pi * 150 * time_s)
    share = 10 ** relative_band_powers(tones[None], RATE_HZ, np.array([10, 100, 200, 256]))[0]
    assert share == pytest.approx([1 / 1.01, 0.01 / 1.01, FLOOR], rel=1e-3)


def test_a_recorders_step_amplitude_and_hum():
    random = np.random.default_rng(0)
    time_s = np.arange(10_000) / 500
    signal = np.sin(2 * np.pi * 5 * time_s) + 0.1 * random.standard_normal(time_s.size)
    counts = np.round(signal / 0.005) * 0.005
    assert quantisation_step(counts) == pytest.approx(0.005)
    assert quantisation_step(np.full(10, 3.0)) == 0
    facts = recorder_facts(counts * 1000, 500, "uV")
    assert facts["step"] == pytest.approx(0.005)
    assert facts["amplitude"] == pytest.approx(1.1, abs=0.06)
    assert facts["native_rate_hz"] == 500
    hummed = signal + 0.2 * np.sin(2 * np.pi * 50 * time_s)
    assert hum_db(hummed, 500, 50) > 15
    assert abs(hum_db(hummed, 500, 60)) < 6
    assert hum_db(hummed, 100, 50) == 0


@pytest.fixture
def rows():
    """Sixty segments of twenty people with three recordings each."""
    person = np.repeat(np.arange(20), 6)
    recording = np.repeat(np.arange(40), 3)
    return pd.DataFrame(
        {
            "subject": [f"p{p}" for p in person],
            "recording": [f"r{r}" for r in recording],
            "label": np.where(person % 2, "a", "b"),
        }
    )


@pytest.mark.parametrize(("whole", "column"), [("person", "subject"), ("recording", "recording")])
def test_what_is_whole_stays_in_one_fold(rows, whole, column):
    fold = folds_of(rows, folds=5, seed=0, whole=whole)
    assert sorted(set(fold)) == [0, 1, 2, 3, 4]
    assert (rows.assign(fold=fold).groupby(column)["fold"].nunique() == 1).all()
    shares = pd.crosstab(fold, rows["label"])
    assert (shares > 0).all(axis=None)


def test_segments_of_a_person_fall_into_several_folds_where_only_segments_are_whole(rows):
    fold = folds_of(rows, folds=5, seed=0, whole="segment")
    assert (rows.assign(fold=fold).groupby("subject")["fold"].nunique() > 1).all()


def test_folds_are_fewer_where_people_are_and_refused_for_one(rows):
    few = rows[rows["subject"].isin(["p0", "p1", "p2", "p3"])]
    assert set(folds_of(few, folds=5, seed=0)) == {0, 1}
    with pytest.raises(StudyError, match="class a has one person"):
        folds_of(rows[rows["subject"].isin(["p0", "p1", "p2"])], folds=5, seed=0)


class Spy:
    """A classifier that remembers what it was fitted on."""

    seen = None

    def fit(self, values, code):
        self.seen, self.classes_ = set(values[:, 0].astype(int)), np.unique(code)
        return self

    def predict_proba(self, values):
        asked = set(values[:, 0].astype(int))
        assert not asked & self.seen, "a test row reached a fit"
        return np.full((len(values), len(self.classes_)), 1 / len(self.classes_))


def test_no_test_row_reaches_a_fit(rows):
    person = rows["subject"].str[1:].astype(int).to_numpy()
    code = (rows["label"] == "a").to_numpy().astype(int)
    fold = folds_of(rows, folds=5, seed=0)
    out_of_fold(lambda *_: Spy(), person[:, None], code, fold, 2)
    with pytest.raises(AssertionError, match="reached a fit"):  # the spy does notice
        wrong = folds_of(rows, folds=5, seed=0, whole="segment")
        out_of_fold(lambda *_: Spy(), person[:, None], code, wrong, 2)


def test_the_nested_choice_is_made_without_the_people_held_out(rows):
    class Two(Spy):
        def predict_proba(self, values):
            super().predict_proba(values)
            return np.eye(2)[np.zeros(len(values), int)]

    person = rows["subject"].str[1:].astype(int).to_numpy()
    code = (rows["label"] == "a").to_numpy().astype(int)
    makers = {"one": Spy, "two": Two}
    fold = folds_of(rows, folds=5, seed=0)
    probability, choice = cross_validated(
        makers, person[:, None], code, rows, 2, fold=fold, folds=5, seed=0
    )
    assert probability.shape == (120, 2)
    assert (choice.groupby("fold")["chosen"].sum() == 1).all()
    assert len(choice) == 2 * len(set(fold))


def test_each_person_can_be_held_out_alone_where_a_class_has_two(rows):
    fold = one_person_folds(rows)
    assert len(set(fold)) == rows["subject"].nunique()
    assert (pd.Series(fold).groupby(rows["subject"].to_numpy()).nunique() == 1).all()
    alone = rows.loc[rows["label"] == "b", "subject"].iloc[0]
    few = rows[(rows["label"] == "a") | (rows["subject"] == alone)]
    with pytest.raises(StudyError, match="one person"):
        one_person_folds(few)
