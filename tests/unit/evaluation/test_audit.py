"""The recorder audit on recordings whose answer is known, and cross-validation that never peeks."""

import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.evaluation.audit import audit_rows, hum_alike
from biospectra.evaluation.audit_models import FLOOR, predict_class, relative_band_powers
from biospectra.evaluation.cross_validation import (
    cross_validated,
    folds_of,
    one_person_folds,
    out_of_fold,
)
from biospectra.report.audit import draw_audit, in_plain_words, tells
from biospectra.signals.cleaning import clean
from biospectra.signals.recorder import line_amplitudes, quantisation_step, recorder_facts
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
        sizes=dict.fromkeys(rows["recording"], 1.0),
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
    assert "limited to the band that every recorder has, with" in found["paragraph"]
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


def people(random, hum_mv, background_mv, *, rates=(500.0,), amplitude=1.0, each=6):
    """Two classes of six people: their rows, segments of 4 s and facts."""
    rows, signals, facts = [], [], []
    for label in "ab":
        for person in range(each):
            name, rate_hz = f"{label}{person}", rates[person % len(rates)]
            time_s = np.arange(int(24 * rate_hz)) / rate_hz
            slow = np.cumsum(random.standard_normal(time_s.size)) / np.sqrt(rate_hz)
            fast = random.standard_normal(time_s.size) * np.sqrt(rate_hz / 500)
            samples = background_mv[label] * (slow - slow.mean() + fast)
            samples += hum_mv[label] * np.sin(2 * np.pi * 50 * time_s + random.uniform(0, 6))
            facts.append({"recording": name} | recorder_facts(samples, rate_hz, "mV"))
            size = np.abs(samples).max()
            signal = resample(samples / size, rate_hz, RATE_HZ)
            for k in range(4):
                rows.append((name, k, label, name, "one"))
                signals.append(size * signal[k * 4 * RATE_HZ :][: 4 * RATE_HZ])
    columns = ["recording", "segment", "label", "subject", "database"]
    return pd.DataFrame(rows, columns=columns), np.stack(signals), pd.DataFrame(facts)


def test_hum_that_is_the_same_everywhere_is_no_evidence_beside_whatever_background():
    found = []
    for seed in range(6):
        random = np.random.default_rng(seed)
        rows, _, facts = people(random, {"a": 0.02, "b": 0.02}, {"a": 0.02, "b": 0.3})
        parts = rows.drop_duplicates("recording").merge(facts, on="recording")
        settings = {"folds": 4, "draws": 200, "seed": seed}
        found.append(
            predict_class(hum_alike(parts, seed), parts, ["a", "b"], unit="recordings", **settings)
        )
    assert not any(tells(one | {"tests": 1}) for one in found)
    assert np.mean([one["balanced_accuracy"] for one in found]) == pytest.approx(0.5, abs=0.15)


def test_amplitude_may_be_the_bodys():
    random = np.random.default_rng(0)
    found = audited(*people(random, {"a": 0.02, "b": 0.02}, {"a": 0.02, "b": 0.3}))
    assert found["predictors"]["amplitude"]["balanced_accuracy"] == 1
    assert "may come from the body or from the recorder" in found["paragraph"]
    assert "Without any physiology" not in found["paragraph"]


def test_hum_of_one_class_is_found_and_what_cleaning_leaves_of_it():
    rows, signals, facts = people(
        np.random.default_rng(3), {"a": 0.02, "b": 0.1}, {"a": 0.05, "b": 0.05}
    )
    found = audited(rows, signals, facts)
    assert found["predictors"]["mains"]["balanced_accuracy"] == 1
    assert found["predictors"]["mains_left"]["balanced_accuracy"] == 1
    assert "still in the segments that the models read" in found["paragraph"]
    cleaned = np.stack([clean(one, RATE_HZ, notch_hz=50) for one in signals])
    after = audited(rows, cleaned, facts)
    assert after["predictors"]["mains"]["balanced_accuracy"] == 1
    assert not tells(after["predictors"]["mains_left"])
    assert "leaves too little" in after["paragraph"]
    assert "no evidence" not in after["paragraph"]


def test_power_above_the_slowest_recorder_is_not_the_recorders_where_all_classes_have_all_of_them():
    """Both classes have recorders of 250 and 500 Hz, and differ in what is above 125 Hz."""
    random = np.random.default_rng(4)
    rows, signals, facts = people(
        random, {"a": 0, "b": 0}, {"a": 0.1, "b": 0.1}, rates=(250.0, 500.0), each=10
    )
    fast = facts.set_index("recording")["native_rate_hz"] == 500
    loud = (rows["label"] == "b").to_numpy() & fast[rows["recording"]].to_numpy()
    signals[loud] += 0.3 * random.standard_normal(signals[loud].shape)
    found = audited(rows, signals, facts)
    assert not tells(found["predictors"]["native_rate"])
    assert "Without any physiology" not in found["paragraph"]


def test_too_few_people_are_said_to_be_too_few():
    rows, signals, facts = study(people=1)
    result = audited(rows, signals, facts)
    assert "class a has only one person" in result["predictors"]["native_rate"]["why_not"]
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
    assert quantisation_step(signal) == 0  # no converter shows in what was computed
    hummed = signal + 0.2 * np.sin(2 * np.pi * 50 * time_s)
    found, noise = line_amplitudes(hummed, 500, 50)
    assert len(found) == 8
    assert found == pytest.approx(0.2, abs=3 * noise)
    # of white noise, the mean power of an amplitude is 4 sd^2 sum(w^2) / sum(w)^2
    assert noise == pytest.approx(0.1 * np.sqrt(4 * 1.5 / 1000), rel=0.2)
    found, noise = line_amplitudes(hummed, 500, 60)
    assert np.sqrt((found**2).mean()) == pytest.approx(noise, rel=0.6)
    assert len(line_amplitudes(hummed, 100, 50)[0]) == 0  # at this rate it cannot be seen


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
    with pytest.raises(StudyError, match="class a has only one person"):
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


def test_of_one_class_there_is_nothing_to_give_away():
    found = {"segments": {"ECG": 90}, "predictors": {}, "one_database": []}
    assert (
        in_plain_words(found) == "There is only one class, so a recorder has nothing to give away."
    )
