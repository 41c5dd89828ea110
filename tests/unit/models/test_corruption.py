"""Denoising and masked autoencoders: what they are given, and that the clean input is wanted."""

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.models.augmentation import corrupt
from biospectra.store.rows import write_table


def test_noise_has_its_standard_deviation():
    inputs = np.full((4, 64, 64, 1), 0.5, np.float32)
    given = corrupt(inputs, noise=0.1, mask=0, block=4, random=np.random.default_rng(0))
    assert given.dtype == np.float32
    assert given.std() == pytest.approx(0.1, rel=0.03)
    assert given.mean() == pytest.approx(0.5, abs=0.003)
    assert (inputs == 0.5).all()


@pytest.mark.parametrize("shape", [(5, 32, 64, 3), (5, 160, 1)])
def test_masked_blocks_are_whole_and_as_many_as_asked_for(shape):
    inputs = np.ones(shape, np.float32)
    given = corrupt(inputs, noise=0, mask=0.25, block=8, random=np.random.default_rng(0))
    assert set(np.unique(given)) == {0, 1}
    assert (given.reshape(5, -1) == 0).mean(axis=1) == pytest.approx([0.25] * 5)
    blocks = given[:, ::8, ::8] if len(shape) == 4 else given[:, ::8]
    for axis in range(1, len(shape) - 1):
        blocks = blocks.repeat(8, axis=axis)
    np.testing.assert_array_equal(blocks, given)
    assert not np.array_equal(given[0], given[1])  # each input loses its own


def test_batches_are_corrupted_anew_in_each_epoch_and_alike_in_a_resumed_one(tmp_path):
    from functools import partial

    from biospectra.models.feeding import input_batches
    from biospectra.store.dataset import read_inputs

    random = np.random.default_rng(0)
    with h5py.File(tmp_path / "0.h5", "w") as file:
        file["signal"] = random.normal(size=(12, 64)).astype(np.float32)
        write_table(file, "rows", pd.DataFrame({"recording": ["a"] * 12, "segment": range(12)}))
    rows = pd.DataFrame({"file": str(tmp_path / "0.h5"), "index": range(12)})
    change = partial(corrupt, noise=0.3, mask=0.5, block=8)

    def batches(epoch):
        data = input_batches(rows, 4, target="input", seed=3, change=change)
        data.start_at(epoch)
        return np.concatenate(data.parts), [data[i] for i in range(len(data))]

    (order, first), (_, again), (_, other) = batches(2), batches(2), batches(3)
    for number, (given, wanted) in enumerate(first):
        np.testing.assert_array_equal(given, again[number][0])
        assert not np.array_equal(given, other[number][0])
        clean = read_inputs(rows.iloc[order[4 * number : 4 * number + 4]])
        np.testing.assert_array_equal(wanted, clean)
        assert (given == 0).mean() == pytest.approx(0.5)
