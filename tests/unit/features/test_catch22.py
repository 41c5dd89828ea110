"""catch22 on signals whose features are known in closed form."""

import numpy as np
import pytest

from biospectra.features.catch22 import catch22_table


def test_what_is_known_of_a_tone():
    samples = np.arange(1000)
    tones = np.stack([3 + 2 * np.sin(2 * np.pi * samples / period) for period in (20, 50)])
    table = catch22_table(tones, 100)
    assert table["catch22_mean"].to_numpy() == pytest.approx([3, 3])
    assert table["catch22_std"].to_numpy() == pytest.approx([2**0.5] * 2, rel=1e-3)
    assert table["catch22_acf_first_min"].tolist() == [10, 25]  # half a period
    # The peak of the spectrum, in radians a sample, to the step of a spectrum of 1000 samples
    assert table["catch22_median_freq"].to_numpy() == pytest.approx(
        [2 * np.pi / 20, 2 * np.pi / 50], abs=2 * np.pi / 500
    )


def test_a_gain_changes_nothing_but_mean_and_spread():
    noise = np.random.default_rng(0).normal(size=(3, 500)).astype(np.float32)
    first, again = (catch22_table(x, 100, mean_and_spread=False) for x in (noise, 10 * noise + 5))
    assert first.shape == (3, 22)
    np.testing.assert_allclose(first, again, rtol=1e-3, atol=1e-3)
    assert list(catch22_table(noise, 100))[:22] == list(first)


def test_a_flat_segment_has_numbers_too():
    table = catch22_table(np.full((1, 200), 2.0), 100)
    assert np.isfinite(table).all(axis=None)
    assert table.loc[0, "catch22_mean"] == 2
