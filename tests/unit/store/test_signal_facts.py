"""Amplitude before scaling and polarity, which neither images nor scaled segments show."""

import h5py
import numpy as np
import pandas as pd
import pytest
from scipy.stats import skew

from biospectra.models.novelty import Novelty
from biospectra.steps.bundle import learn_signal_novelty
from biospectra.store.rows import write_table
from biospectra.store.signal_facts import amplitude_and_polarity, read_signal_facts


def beats(random, count, mv):
    """Pulses on noise, scaled to about 1, and what 1 stands for."""
    at = (np.arange(500) % random.integers(90, 130)) / 100
    pulses = np.exp(-0.5 * ((at - 0.5) / 0.03) ** 2)
    return (pulses + 0.05 * random.standard_normal((count, 500))).astype(np.float32), mv


def test_facts_are_those_of_other_tools():
    signals = np.random.default_rng(0).gamma(1, size=(4, 300))
    found = amplitude_and_polarity(signals, np.array([1, 1, 10, 0.1]))
    expected = np.log10(signals.std(axis=1)) + np.array([0, 0, 1, -1])
    np.testing.assert_allclose(found[:, 0], expected)
    np.testing.assert_allclose(found[:, 1], skew(signals, axis=1))
    np.testing.assert_allclose(amplitude_and_polarity(-signals, np.ones(4))[:, 1], -found[:, 1])
    assert np.isfinite(amplitude_and_polarity(np.zeros((2, 10)), np.ones(2))).all()


@pytest.fixture
def study(tmp_path):
    random, parts, rows = np.random.default_rng(1), [], []
    for person in range(20):
        signals, size = beats(random, 6, 10 ** random.normal(0, 0.1))
        parts.append(signals)
        rows += [(f"r{person}", k, f"p{person}", size) for k in range(6)]
    table = pd.DataFrame(rows, columns=["recording", "segment", "subject", "unit_size"])
    table = table.assign(start_s=5.0 * table["segment"], label="a", database="d", quality="ok")
    with h5py.File(tmp_path / "segments.h5", "w") as file:
        file["signal"] = np.concatenate(parts)
        write_table(file, "rows", table.drop(columns="unit_size"))
        write_table(
            file, "recordings", table.drop_duplicates("recording")[["recording", "unit_size"]]
        )
    split = np.where(table["subject"].isin(["p18", "p19"]), "test", "training")
    table.assign(split=split).to_csv(tmp_path / "split.tsv", sep="\t", index=False)
    return tmp_path, np.concatenate(parts), table


def test_other_amplitudes_and_a_signal_upside_down_are_unlike_the_training(study):
    folder, signals, table = study
    novelty = learn_signal_novelty([str(folder / "segments.h5")], folder / "split.tsv")
    assert isinstance(novelty, Novelty) and novelty.count == 18
    facts, rows = read_signal_facts([str(folder / "segments.h5")], table)
    assert list(rows["recording"]) == list(table["recording"])
    size = table["unit_size"].to_numpy()
    np.testing.assert_allclose(facts, amplitude_and_polarity(signals, size))
    assert (novelty(facts) > 1).mean() < 0.2
    assert (novelty(amplitude_and_polarity(-signals, size)) > 1).mean() > 0.95
    assert (novelty(amplitude_and_polarity(signals, 1000 * size)) > 1).all()  # mV taken for V
