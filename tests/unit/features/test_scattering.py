"""The scattering table against float64 convolutions, a modulated tone and a shift."""

import numpy as np
import pytest

from biospectra.errors import StudyError
from biospectra.features.kinds import KINDS
from biospectra.features.scattering import scattering_table

RATE_HZ = 256
SAMPLES = 1280
FILTERS = {
    "wavelet": "cmor1.5-1.0",
    "frequency_range_hz": [2, 80],
    "per_octave": 3,
    "modulation_range_hz": [0.5, 32],
    "modulations_per_octave": 1,
}


def scattered(signals, **changes):
    settings = FILTERS | {"windows": 1, "log": False} | changes
    return scattering_table(np.atleast_2d(signals).astype(np.float32), RATE_HZ, **settings)


def modulus(signal, frequency_hz):
    """|x * psi| in float64, a sinusoid at its amplitude; psi is cmor1.5-1.0 by its formula."""
    axis_hz = np.fft.fftfreq(signal.size, 1 / RATE_HZ)
    response = 2 * np.exp(-(np.pi**2) * 1.5 * (axis_hz / frequency_hz - 1) ** 2)
    return np.abs(np.fft.ifft(np.fft.fft(signal) * response))


def numbers(column):
    return [float(part.removesuffix("hz")) for part in column.split("_")[1:3]]


@pytest.mark.parametrize(("windows", "rel"), [(1, 0.01), (4, 0.04)])
def test_agrees_with_convolutions_in_float64(windows, rel):
    random = np.random.default_rng(0)
    signal = np.convolve(random.standard_normal(SAMPLES + 40), np.hanning(7), "same")[20:-20]
    signal *= 1 + 0.8 * np.sin(2 * np.pi * 1.7 * np.arange(SAMPLES) / RATE_HZ)
    found = scattered(signal, windows=windows).iloc[0]
    margin = 40 * RATE_HZ
    mirrored = np.pad(signal, margin, mode="reflect")
    inside = slice(margin, margin + SAMPLES)
    carriers_hz = 80 * 2.0 ** (-np.arange(16) / 3)
    slow_hz = 32 * 2.0 ** -np.arange(7.0)
    expected = {}
    for carrier in carriers_hz[carriers_hz >= 2]:
        first = modulus(mirrored, carrier)
        parts = {f"s1_{carrier:.3g}hz": first}
        for slow in slow_hz[slow_hz <= carrier / 2]:
            parts[f"s2_{carrier:.3g}hz_{slow:.3g}hz"] = modulus(first, slow)
        for name, line in parts.items():
            for i, mean in enumerate(line[inside].reshape(windows, -1).mean(axis=1), 1):
                expected[f"{name}_w{i}" if windows > 1 else name] = mean
    assert set(found.index) == set(expected)
    wanted = np.array([expected[name] for name in found.index])
    assert found.to_numpy() == pytest.approx(wanted, rel=rel, abs=1e-3 * wanted.max())


@pytest.mark.parametrize("modulation_hz", [1, 4])
def test_a_modulated_tone_stands_at_its_carrier_and_its_modulation(modulation_hz):
    time_s = np.arange(SAMPLES) / RATE_HZ
    envelope = 2 * (1 + 0.5 * np.cos(2 * np.pi * modulation_hz * time_s))
    row = scattered(envelope * np.cos(2 * np.pi * 40 * time_s)).iloc[0]
    first, second = row.filter(like="s1_"), row.filter(like="s2_")
    assert numbers(first.idxmax()) == [40]
    assert first.max() == pytest.approx(2, rel=0.02)
    assert numbers(second.idxmax()) == pytest.approx([40, modulation_hz], rel=0.01)
    # The side bands pass psi_1 a little off its peak: exp(-1.5 (pi f_m / f_c)^2).
    passed = np.exp(-1.5 * (np.pi * modulation_hz / 40) ** 2)
    assert second.max() == pytest.approx(2 * 0.5 * passed, rel=0.03)


def test_a_shift_hardly_changes_it_but_where_a_segment_holds_few_periods():
    noise = np.random.default_rng(1).standard_normal(SAMPLES + 16)
    here, there = noise[:SAMPLES], noise[16:]
    assert abs(np.corrcoef(here, there)[0, 1]) < 0.1
    table = scattered(np.stack([here, there]), log=True)
    lowest_hz = np.array([min(numbers(name)) for name in table])
    change_db = (table.iloc[0] - table.iloc[1]).abs()[lowest_hz >= 4]
    assert len(change_db) > 30
    assert change_db.mean() < 0.5
    assert change_db.max() < 2


def test_silence_is_finite_and_db_are_of_the_amplitude():
    table = scattered(np.zeros(SAMPLES), log=True)
    assert table.to_numpy() == pytest.approx(-120)
    tone = np.sin(2 * np.pi * 40 * np.arange(SAMPLES) / RATE_HZ)
    settings = FILTERS | {"windows": 1, "log": True}
    row = KINDS["scattering"].table(10 * tone[None], RATE_HZ, **settings).iloc[0]
    assert row["s1_40hz"] == pytest.approx(20, abs=0.2)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"wavelet": "mexh"}, r"mexh is real.*cmor1\.5-1\.0"),
        ({"wavelet": "db4"}, r"scattering.wavelet: no continuous family is called 'db4'"),
        ({"frequency_range_hz": [2, 128]}, r"128 Hz, must be below half the sampling rate; lower"),
        ({"modulation_range_hz": [9, 3]}, r"modulation_range_hz: is \[9, 3\]"),
    ],
)
def test_settings_that_cannot_be_are_refused(changes, words):
    with pytest.raises(StudyError, match=words):
        scattered(np.zeros(SAMPLES), **changes)
