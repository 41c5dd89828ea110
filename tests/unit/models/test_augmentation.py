"""Training segments are changed as the config says, alike for one seed, and no others are."""

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.models.augmentation import augment_images, augment_samples, augmentation, shifted
from biospectra.models.batch_order import balanced_order
from biospectra.models.feeding import input_batches
from biospectra.models.training import balanced_weights
from biospectra.store.rows import write_table
from biospectra.transforms.colour import colour, levels_of_colour

NOTHING = {
    "time_shift_s": 0,
    "gain_db": 0,
    "tilt_db": 0,
    "inverted_share": 0,
    "noise": 0,
    "time_masks": 0,
    "time_mask_s": 0.5,
    "frequency_masks": 0,
    "frequency_mask_share": 0.1,
}
RATE_HZ = 100


@pytest.fixture
def random():
    return np.random.default_rng(5)


@pytest.fixture
def signals(random):
    return random.standard_normal((200, 400, 1)).astype(np.float32)


@pytest.fixture
def images(random):
    return (random.integers(80, 120, (60, 20, 40, 1)) / np.float32(255)).astype(np.float32)


def of_samples(signals, random, **settings):
    return augment_samples(signals, random, settings=NOTHING | settings, rate_hz=RATE_HZ)


def of_images(images, random, colour_map=None, **settings):
    """Of images of 4 s, 40 columns, and 50 dB."""
    options = {"step_s": 0.1, "span_db": 50, "colour_map": colour_map}
    return augment_images(images, random, settings=NOTHING | settings, **options)


def test_a_shift_is_a_roll_of_at_most_so_much(signals, random):
    out = of_samples(signals, random, time_shift_s=0.05)
    found = []
    for before, after in zip(signals[..., 0], out[..., 0], strict=True):
        found += [by for by in range(-9, 10) if np.array_equal(np.roll(before, by), after)]
    assert len(found) == len(signals)
    assert set(found) == set(range(-5, 6))


def test_images_are_shifted_in_time_alone(images, random):
    out = of_images(images, random, time_shift_s=0.35)
    found = []
    for before, after in zip(images, out, strict=True):
        found += [by for by in range(-9, 10) if np.allclose(np.roll(before, by, axis=1), after)]
    assert len(found) == len(images)
    assert set(found) <= set(range(-4, 5))
    assert len(set(found)) > 4
    assert shifted(np.arange(6.0).reshape(1, 6), 0, random).tolist() == [[0, 1, 2, 3, 4, 5]]


def test_a_share_of_segments_changes_sign_and_no_image_does(signals, images, random):
    turned = (of_samples(signals, random, inverted_share=0.3) / signals)[..., 0]
    assert set(np.unique(turned)) == {-1, 1}
    assert (np.ptp(turned, axis=1) == 0).all()
    assert (turned[:, 0] < 0).mean() == pytest.approx(0.3, abs=0.1)
    np.testing.assert_array_equal(of_images(images, random, inverted_share=1), images)


def test_gain_is_a_level_in_db(signals, images, random):
    ratio = of_samples(signals, random, gain_db=6) / signals
    gain_db = 20 * np.log10(ratio[:, 0, 0])
    assert np.ptp(ratio, axis=1).max() < 1e-4
    assert -6 <= gain_db.min() < -5 < 5 < gain_db.max() <= 6
    more = (of_images(images, random, gain_db=5) - images) * 50
    assert np.ptp(more, axis=(1, 2)).max() < 1e-4
    assert -5 <= more.min() < -4 < 4 < more.max() <= 5


def test_noise_has_the_spread_that_was_asked_for(signals, images, random):
    noise = of_samples(20 * signals, random, noise=0.1) - 20 * signals
    assert noise.std() == pytest.approx(2, rel=0.02)
    assert np.corrcoef(noise.ravel(), signals.ravel())[0, 1] == pytest.approx(0, abs=0.02)
    noise = of_images(images, random, noise=0.02) - images
    assert noise.std() == pytest.approx(0.02, rel=0.02)


def test_masks_cover_stretches_no_longer_than_asked_for(signals, images, random):
    covered = of_samples(signals, random, time_masks=1, time_mask_s=0.2) == 0
    lengths = covered.sum(axis=(1, 2))
    assert lengths.max() == 20
    assert set(lengths) >= {0, 10, 19}
    assert (np.abs(np.diff(covered[..., 0].astype(int), axis=1)).sum(axis=1) <= 2).all()
    out = of_images(images, random, frequency_masks=1, frequency_mask_share=0.25)
    changed = out != images
    rows = changed[..., 0].any(axis=2).sum(axis=1)
    assert rows.max() == 5
    mean = images.mean(axis=(1, 2, 3))
    for image, where, level in zip(out, changed, mean, strict=True):
        np.testing.assert_allclose(image[where], level, rtol=1e-5)
    columns = (of_images(images, random, time_masks=2, time_mask_s=0.5) != images)[..., 0]
    assert 5 < columns.any(axis=1).sum(axis=1).max() <= 10


@pytest.mark.parametrize("name", ["viridis", "magma", "gray"])
def test_coloured_images_change_in_the_levels_beneath(images, name):
    grey = np.rint(images[..., 0] * 255).astype(np.uint8)
    coloured = colour(grey, name)
    found = levels_of_colour(coloured, name)
    assert np.array_equal(colour(found, name), coloured)
    assert np.abs(found.astype(int) - grey).max() <= 1  # viridis has one colour twice
    settings = {"gain_db": 5, "noise": 0.01, "time_masks": 1, "frequency_masks": 1}
    chance = [np.random.default_rng(1), np.random.default_rng(1)]
    plain = of_images(found[..., None] / np.float32(255), chance[0], **settings)
    shown = of_images(coloured.astype(np.float32) / 255, chance[1], name, **settings)
    expected = colour(np.rint(plain[..., 0] * 255), name)
    np.testing.assert_allclose(shown * 255, expected, atol=1e-3)


@pytest.fixture
def file(tmp_path, random):
    """Images of 4 columns a second, and their rows: 9 of one class, 3 of another."""
    rows = pd.DataFrame(
        {
            "recording": "r",
            "segment": range(12),
            "start_s": 0.0,
            "label": ["a"] * 9 + ["b"] * 3,
            "subject": "s",
            "database": "d",
            "quality": "ok",
        }
    )
    path = tmp_path / "images.h5"
    with h5py.File(path, "w") as store:
        store["images"] = random.integers(0, 255, (12, 8, 16)).astype(np.uint8)
        store["images"].attrs["limits_db"] = [-60, 0]
        store["images"].attrs["quantity"] = "Amplitude (dB re 1)"
        store["frequency_hz"] = np.arange(8.0)[::-1]
        store["time_s"] = np.arange(16) / 4
        write_table(store, "rows", rows)
    return rows.assign(file=str(path), index=range(12), code=[0] * 9 + [1] * 3)


def batches(rows, **options):
    return input_batches(rows, 5, target="code", seed=2, **options)


def test_chance_follows_from_the_seed_and_the_epoch(file):
    augment = augmentation(NOTHING | {"noise": 0.05, "gain_db": 3}, file["file"].iloc[0])
    whole, resumed = batches(file, change=augment), batches(file, change=augment)
    first = [whole[i][0] for i in range(3)]
    whole.on_epoch_end()
    second = [whole[i][0] for i in range(3)]
    resumed.start_at(1)
    for i in (2, 0, 1):  # in any order
        np.testing.assert_array_equal(resumed[i][0], second[i])
    whole.start_at(0)
    np.testing.assert_array_equal(whole[0][0], first[0])
    plain = batches(file)
    assert not np.allclose(plain[0][0], first[0])
    np.testing.assert_array_equal(plain[0][1], first_codes := whole[0][1])
    assert len(first_codes) == 5
    noise = whole[0][0] - plain[0][0], whole[1][0] - plain[1][0]
    assert not np.allclose(*noise)


def test_nothing_asked_for_is_no_augmentation(file):
    assert augmentation(NOTHING, file["file"].iloc[0]) is None


def test_a_tilt_raises_one_end_of_the_frequencies_as_much_as_it_lowers_the_other(random):
    grey = np.full((200, 21, 40, 1), 0.5, np.float32)
    change = (of_images(grey, random, tilt_db=10)[..., 0] - 0.5) * 50
    np.testing.assert_array_equal(change, change[:, :, :1].repeat(40, axis=2))
    np.testing.assert_allclose(change, -change[:, ::-1], atol=1e-4)
    np.testing.assert_allclose(np.diff(change[..., 0], 2, axis=1), 0, atol=1e-4)
    rise = change[:, 0, 0] - change[:, -1, 0]
    assert np.abs(rise).max() <= 10
    assert rise.max() > 9
    assert rise.min() < -9


def test_balanced_sampling_draws_classes_alike_and_entries_evenly(random):
    codes = np.repeat([0, 1, 2], [50, 9, 2])
    for _ in range(5):
        order = balanced_order(codes, random)
        counts = np.bincount(codes[order])
        assert len(order) == len(codes)
        assert np.ptp(counts) <= 1
        for label in range(3):
            times = np.bincount(order, minlength=len(codes))[codes == label]
            assert np.ptp(times) <= 1
    others = balanced_order(codes, random)
    assert not np.array_equal(order, others)


def test_weights_and_sampling_reach_the_batches(file):
    file["weight"] = balanced_weights(file["code"])
    assert file.groupby("code")["weight"].sum().tolist() == pytest.approx([6, 6])
    for _, codes, weights in (batches(file)[i] for i in range(3)):
        assert weights == pytest.approx(np.where(codes == 1, 2, 2 / 3))
    drawn = batches(file.drop(columns="weight"), balanced=True)
    codes = np.concatenate([drawn[i][1] for i in range(3)])
    assert np.bincount(codes).tolist() == [6, 6]
