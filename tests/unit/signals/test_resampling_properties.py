"""Ratios of rates, and signals at other rates, whatever the rates."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from biospectra.signals.resampling import MAX_TERM, ratio, resample

RATES = st.sampled_from(
    [50, 100, 125, 128, 160, 173.61, 200, 250, 256, 257, 300, 360, 500, 512, 1000]
)


@given(rate=st.integers(1, 50_000), target=st.integers(1, 50_000))
def test_the_ratio_of_whole_rates_is_exact_where_its_terms_are_small(rate, target):
    exact = Fraction(target, rate)
    assume(max(exact.numerator, exact.denominator) <= MAX_TERM)
    assert ratio(rate, target) == exact
    assert ratio(target, rate) == 1 / exact


@given(
    up=st.integers(1, 400),
    down=st.integers(1, 400),
    rate=st.floats(0.01, 1e5, allow_subnormal=False),
)
def test_the_ratio_of_any_rate_is_near_enough(up, down, rate):
    target = rate * up / down
    assert ratio(rate, target) == Fraction(up, down)


@given(rate=st.floats(1, 1e5), target=st.floats(1, 1e5))
def test_a_ratio_is_near_or_refused(rate, target):
    try:
        found = ratio(rate, target)
    except ValueError as refused:
        assert "ratio of integers" in str(refused)
    else:
        assert max(found.numerator, found.denominator) <= MAX_TERM
        assert float(found) == pytest.approx(target / rate, rel=1.1e-6)


@given(rate=RATES, target=RATES, size=st.integers(1, 400), level=st.floats(-1e3, 1e3))
def test_a_constant_stays_and_the_length_follows_the_rates(rate, target, size, level):
    found = resample(np.full(size, level), rate, target)
    assert found.size == -(-size * ratio(rate, target).numerator // ratio(rate, target).denominator)
    np.testing.assert_allclose(found, level, rtol=1e-9, atol=1e-9)


@given(rate=RATES, target=RATES, share=st.floats(0.02, 0.85), phase=st.floats(0, 6.28))
def test_a_tone_below_both_nyquist_frequencies_stays_what_it_is(rate, target, share, phase):
    lower = min(rate, target)
    tone_hz = share * lower / 2
    time_s = np.arange(round(300 * rate / lower)) / rate
    found = resample(np.sin(2 * np.pi * tone_hz * time_s + phase), rate, target)
    at_s = np.arange(found.size) / target
    inside = (at_s > 60 / lower) & (at_s < time_s[-1] - 60 / lower)  # the filter's reach
    expected = np.sin(2 * np.pi * tone_hz * at_s + phase)
    np.testing.assert_allclose(found[inside], expected[inside], atol=3e-4)


@given(
    rate=RATES,
    target=RATES,
    missing=st.sets(st.integers(0, 149), min_size=1, max_size=10),
)
def test_a_missing_sample_stays_missing_and_takes_no_other_along(rate, target, missing):
    samples = np.random.default_rng(0).normal(size=150)
    samples[list(missing)] = np.nan
    found = np.isnan(resample(samples, rate, target))
    nearest = np.round(np.arange(found.size) * rate / target).astype(int).clip(max=149)
    off = np.abs(np.arange(found.size) * rate / target % 1 - 0.5) < 1e-6  # between two samples
    np.testing.assert_array_equal(found[~off], np.isnan(samples)[nearest][~off])
