"""Each row of the audit finds what is planted for it alone, and nothing where nothing differs.

Recorders, databases, amplitudes, steps, hum and sites differ between people all the time; what is
planted is that they differ with the class.
"""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier

from biospectra.evaluation import audit_models
from biospectra.evaluation.audit import audit_rows
from biospectra.report.audit import tells
from biospectra.signals.recorder import hum_facts

RATE_HZ, SEGMENT_S, SEGMENTS, PEOPLE = 256, 2, 2, 20
# Property of the recordings, and the rows that it may show in.
PLANTED = {
    "rate": {"native_rate", "band_above"},
    "database": {"database"},
    "amplitude": {"amplitude"},
    "step": {"quantisation"},
    "site": {"column site"},
    "hum": {"mains"},
    "hum_left": {"mains_left"},
    "spectrum": {"band_below"},
}
# Rows in which it is seen as well: hum is a part of the spectrum, and a steep one ends early.
SEEN_IN = {"hum_left": {"band_below"}, "spectrum": {"band_above"}}
SLOWEST_HZ = 200.0  # of two recorders; the other's samples reach beyond it


def study(planted: set[str], seed: int):
    """People of two classes with each property planted, or the same for both classes."""
    random = np.random.default_rng(seed)
    rows, signals, facts = [], [], []

    def of(name: str, label: str) -> bool:
        """Whether a recording is of the second kind: by its class if planted, else by chance."""
        return label == "b" if name in planted else bool(random.integers(2))

    for k in range(2 * PEOPLE):
        label = "ab"[k % 2]
        fast_recorder = of("rate", label)
        steep = 2.0 if of("spectrum", label) else 0.5
        samples = RATE_HZ * SEGMENT_S * SEGMENTS
        frequency_hz = np.fft.rfftfreq(samples, 1 / RATE_HZ)
        shape = 1 / np.sqrt(1 + (frequency_hz / 8) ** steep)
        noise = random.normal(size=(2, frequency_hz.size)) * shape
        if not fast_recorder:
            noise[:, frequency_hz > SLOWEST_HZ / 2] *= 1e-4
        signal = np.fft.irfft(noise[0] + 1j * noise[1], samples)
        signal *= np.exp(random.normal(scale=0.2)) / signal.std()
        time_s = np.arange(samples) / RATE_HZ
        size_mv = 0.01 * np.exp(random.normal(scale=0.2))
        hum = {
            name: size_mv
            * (8 if of(name, label) else 1)
            * np.sin(2 * np.pi * 50 * time_s + random.uniform(0, 6))
            for name in ("hum", "hum_left")
        }
        database = f"d{int(of('database', label))}"
        site = ["north", "south"][of("site", label)]
        for s, part in enumerate(np.split(signal + 10 * hum["hum_left"], SEGMENTS)):
            rows.append((f"r{k}", s, label, f"p{k}", database, site))
            signals.append(part)
        facts.append(
            {
                "recording": f"r{k}",
                "native_rate_hz": 500.0 if fast_recorder else SLOWEST_HZ,
                "amplitude": np.exp(random.normal(scale=0.3) + 2.0 * of("amplitude", label)),
                "step": 0.005 if of("step", label) else 0.0012,
            }
            | hum_facts(0.05 * signal + hum["hum"], RATE_HZ, 1.0)
        )
    columns = ["recording", "segment", "label", "subject", "database", "site"]
    return pd.DataFrame(rows, columns=columns), np.stack(signals), pd.DataFrame(facts)


def telling(planted: set[str], seed: int) -> set[str]:
    """Return the rows that the audit finds to predict the class."""
    rows, signals, facts = study(planted, seed)
    found = audit_rows(
        rows,
        signals,
        facts,
        ["a", "b"],
        rate_hz=RATE_HZ,
        sizes=dict.fromkeys(rows["recording"], 0.1),
        folds=4,
        draws=400,
        seed=seed,
        common_band=True,
        columns=["site"],
    )["predictors"]
    assert set(found) == set.union(*PLANTED.values())
    assert not any("why_not" in one for one in found.values())
    return {name for name, one in found.items() if tells(one)}


@pytest.fixture(autouse=True)
def small_forest(monkeypatch):
    """Fit as few trees as find what is planted: the test is tried, not the forest."""
    options = {"class_weight": "balanced", "min_samples_leaf": 2, "n_jobs": 1}
    make = partial(RandomForestClassifier, 15, **options)
    monkeypatch.setattr(audit_models, "forest", lambda seed: make(random_state=seed))


def test_all_that_is_planted_is_found_and_nothing_where_nothing_differs():
    assert telling(set(PLANTED), 0) == set.union(*PLANTED.values())
    assert telling(set(), 0) == set()


@pytest.mark.slow
def test_false_alarms_of_the_whole_audit_are_rare():
    """All rows together have 5 %: of 40 studies at most the 4 that chance may give."""
    alarms = [telling(set(), seed) for seed in range(100, 140)]
    assert sum(map(bool, alarms)) <= 4
    assert max(sum(name in one for one in alarms) for name in set.union(*PLANTED.values())) <= 2


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTED)
def test_what_is_planted_alone_is_found_in_its_row(name):
    found = [telling({name}, seed) for seed in range(200, 205)]
    for row in PLANTED[name]:
        assert sum(row in one for one in found) >= 4
    elsewhere = [one - PLANTED[name] - SEEN_IN.get(name, set()) for one in found]
    assert sum(map(bool, elsewhere)) <= 2
