"""Heart beats are found where they were put, and described by closed forms."""

import numpy as np
import pytest
from scipy.stats import chi2

from biospectra.features.beats import (
    INTERVALS,
    SHAPES,
    beat_table,
    describe_intervals,
    find_beats,
    interval_entropy,
    likeness,
    qrs_widths,
)

RATE_HZ = 360


def ecg(times_s, *, width_s=0.012, wide=(), seconds=12, noise=0.003, p_wave=0.15, rate_hz=RATE_HZ):
    """Return an ECG of P waves and QRS complexes (Gaussians) at some times."""
    time_s = np.arange(seconds * rate_hz) / rate_hz
    signal = noise * np.random.default_rng(0).standard_normal(time_s.size)
    for k, at_s in enumerate(times_s):
        width, height = (2 * width_s, 2) if k in wide else (width_s, 1)
        signal += height * np.exp(-0.5 * ((time_s - at_s) / width) ** 2)
        if k not in wide:
            signal += p_wave * np.exp(-0.5 * ((time_s - at_s + 0.16) / 0.025) ** 2)
    return signal


REGULAR_S = np.arange(0.5, 11.8, 0.8)


@pytest.mark.parametrize("sign", [1, -1])
def test_beats_are_found_where_they_are(sign):
    found = find_beats(sign * ecg(REGULAR_S), RATE_HZ)
    inner = REGULAR_S[1:-1]
    for at_s in inner:
        assert np.abs(found / RATE_HZ - at_s).min() < 0.01
    assert len(found) <= len(REGULAR_S)


@pytest.mark.parametrize("rate_hz", [128, 250, 512, 1000, 2000])
@pytest.mark.parametrize("unit", [0.05, 1, 1000])
def test_beats_are_found_in_any_unit_and_at_any_rate(rate_hz, unit):
    found = find_beats(unit * ecg(REGULAR_S, rate_hz=rate_hz), rate_hz)
    inner = REGULAR_S[1:-1]
    for at_s in inner:
        assert np.abs(found / rate_hz - at_s).min() < 0.01
    assert len(found) <= len(REGULAR_S)


def test_a_flat_segment_and_a_short_one_have_no_description():
    table = beat_table(np.zeros((2, 12 * RATE_HZ)), RATE_HZ)
    assert list(table) == ["beats", *INTERVALS, *SHAPES]
    assert (table == 0).all(axis=None)


def test_intervals_have_the_values_of_closed_forms():
    steady = describe_intervals(np.full(12, 0.8))
    assert steady["rate_bpm"] == pytest.approx(75)
    for name in ("rr_sd", "rr_rmssd", "rr_pnn50", "rr_early", "rr_late", "rr_turning"):
        assert steady[name] == pytest.approx(0, abs=1e-9)
    turns = describe_intervals(np.tile([0.6, 1.0], 8))  # every beat early, then late: bigeminy
    assert turns["rr_sd"] == pytest.approx(0.25)
    assert turns["rr_rmssd"] == pytest.approx(0.5)
    assert turns["rr_turning"] == turns["rr_pnn50"] == 1
    assert turns["rr_early"] == turns["rr_late"] == pytest.approx(0.5)
    assert turns["rr_early_late"] == pytest.approx(8 / 15)
    # All change is from one to the next, so that the long axis of the Poincaré plot has none.
    assert turns["rr_sd1_share"] > 0.9


def test_entropy_of_independent_intervals_is_that_of_their_distribution():
    low, width = 0.5, 0.5
    drawn = np.random.default_rng(0).uniform(low, low + width, 3000)
    tolerance = 0.03  # of two uniform numbers a share of 2 t/w - (t/w)^2 is so near
    share = 2 * tolerance / width - (tolerance / width) ** 2
    expected = -np.log(share) + np.log(2 * tolerance) - np.log(low + width / 2)
    assert interval_entropy(drawn) == pytest.approx(expected, abs=0.02)
    assert interval_entropy(np.tile([0.6, 1.0], 20)) < interval_entropy(drawn)


def test_width_is_that_of_a_gaussian_and_likeness_a_correlation():
    time_s = np.arange(-0.12, 0.12, 1 / 2000)
    widths = [0.01, 0.02]
    pieces = np.exp(-0.5 * (time_s / np.array(widths)[:, None]) ** 2)
    # Twice the square of t/w in the squared slope, t^2 exp(-t^2/w^2), is chi-square with 3 degrees.
    reach = np.sqrt(chi2.ppf(0.9, 3) / 2)
    np.testing.assert_allclose(qrs_widths(pieces, 2000), 2 * reach * np.array(widths), rtol=0.03)
    same = likeness(np.stack([pieces[0], 3 * pieces[0] + 1, -pieces[0]]))
    np.testing.assert_allclose(same, [1, 1, -1], atol=1e-9)


def test_early_wide_beats_and_missing_p_waves_show():
    random = np.random.default_rng(1)
    early = REGULAR_S.copy()
    early[[4, 9]] -= 0.3
    irregular = 0.5 + np.cumsum(random.uniform(0.4, 1.1, 13))
    table = beat_table(
        np.stack(
            [
                ecg(REGULAR_S),
                ecg(early, wide=(4, 9)),
                ecg(irregular[irregular < 11.8], p_wave=0, noise=0.03),
            ]
        ),
        RATE_HZ,
    )
    normal, ventricular, fibrillation = (table.loc[k] for k in range(3))
    assert normal["rate_bpm"] == pytest.approx(75, abs=1)
    assert normal["qrs_likeness_least"] > 0.95
    assert ventricular["rr_early_late"] > normal["rr_early_late"]
    assert ventricular["qrs_width_largest_s"] > 1.5 * normal["qrs_width_largest_s"]
    assert fibrillation["rr_entropy"] > normal["rr_entropy"] + 1
    assert fibrillation["p_likeness"] < 0.5 < normal["p_likeness"]
