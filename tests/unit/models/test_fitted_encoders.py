"""Encoders that are not trained epoch by epoch: MiniRocket, principal components, a given file."""

from itertools import combinations

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.models import minirocket, pca, pretrained
from biospectra.store.rows import read_rows, write_table


def stored(folder, entries: np.ndarray, name: str = "signal") -> pd.DataFrame:
    """Write entries as a step does, and return their rows."""
    path = folder / f"{name}.h5"
    with h5py.File(path, "w") as file:
        file[name] = entries
        write_table(file, "rows", pd.DataFrame({"recording": "r", "segment": range(len(entries))}))
    return read_rows([path])


def published(signal: np.ndarray, other: np.ndarray, features: int) -> np.ndarray:
    """MiniRocket of a segment after its authors' own code, with biases from one training segment.

    Filters are -1 everywhere but for 2 = 3 - 1 at three of nine places.
    """
    samples = len(signal)
    each = features // 84
    several = min(each, 32)
    highest = np.log2((samples - 1) / 8)
    dilations, counts = np.unique(
        np.logspace(0, highest, several, base=2).astype(np.int32), return_counts=True
    )
    counts = (counts * (each / several)).astype(np.int32)
    rest, at = each - counts.sum(), 0
    while rest > 0:
        counts[at] += 1
        rest, at = rest - 1, (at + 1) % len(counts)
    quantiles = np.array([(n * ((np.sqrt(5) + 1) / 2)) % 1 for n in range(1, 84 * each + 1)])

    def filtered(x, dilation, places):
        total = np.zeros(samples)
        for tap in range(9):
            weight = 2 if tap in places else -1
            shift = (tap - 4) * dilation
            for t in range(max(0, -shift), min(samples, samples - shift)):
                total[t] += weight * x[t + shift]
        return total

    found, used = [], 0
    for i, (dilation, count) in enumerate(zip(dilations, counts, strict=True)):
        for k, places in enumerate(combinations(range(9), 3)):
            biases = np.quantile(filtered(other, dilation, places), quantiles[used : used + count])
            used += count
            own = filtered(signal, dilation, places)
            if (i % 2 + k) % 2:
                own = own[4 * dilation : -4 * dilation]
            found.append([(own > bias).mean() for bias in biases])
    return np.concatenate(found)


def test_minirocket_is_that_of_its_authors(tmp_path):
    random = np.random.default_rng(0)
    signals = random.normal(size=(3, 64)).astype(np.float32)
    rows = stored(tmp_path, signals)
    _, encoder = minirocket.fit_encoder(rows.iloc[:1], seed=0, columns=300, max_dilations=32)
    found = encoder.predict(signals[..., None], verbose=0)
    assert found.shape == (3, 252)
    for own, signal in zip(found, signals, strict=True):
        expected = published(signal, signals[0], 300)
        # The network has filters in another order, and float32 may turn a near tie.
        assert np.sort(own) == pytest.approx(np.sort(expected), abs=2 / 64)
        assert np.abs(np.sort(own) - np.sort(expected)).mean() < 1e-3


def test_all_segments_may_give_biases_and_channels_are_drawn(tmp_path):
    random = np.random.default_rng(0)
    rows = stored(tmp_path, random.normal(size=(40, 128)).astype(np.float32))
    seeds = [
        minirocket.fit_encoder(rows, seed=seed, columns=84 * 4, max_dilations=4)[1].get_weights()
        for seed in (1, 1, 2)
    ]
    for first, again in zip(*seeds[:2], strict=True):
        np.testing.assert_array_equal(first, again)
    assert any((a != b).any() for a, b in zip(seeds[0], seeds[2], strict=True))
    masks = minirocket.channel_masks(4, np.random.default_rng(0))
    assert set(masks.sum(axis=1)) == {1, 2, 3, 4}
    assert (minirocket.channel_masks(1, random) == 1).all()
    for samples in (20, 500, 5000):
        dilations, counts = minirocket.dilations_of(samples, 9996, 32)
        assert counts.sum() == 119
        assert dilations[0] == 1
        assert 8 * dilations[-1] <= samples - 1


def test_principal_components_are_those_of_the_training_segments(tmp_path):
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (30, 4, 6), np.uint8)
    rows = stored(tmp_path, images, "images")
    _, encoder = pca.fit_encoder(rows.iloc[:20], seed=0, components=5, segments=100)
    found = encoder.predict(images[..., None] / 255.0, verbose=0)
    flat = images.reshape(30, -1) / 255
    mean = flat[:20].mean(axis=0)
    _, _, axes = np.linalg.svd(flat[:20] - mean, full_matrices=False)
    expected = (flat - mean) @ axes[:5].T
    np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=1e-4)


def given_network(path, shape):
    import keras
    from keras import layers

    given = keras.Input(shape)
    maps = layers.Conv1D(3, 5, name="maps")(given)
    network = keras.Model(given, layers.GlobalAveragePooling1D(name="mean")(maps))
    network.save(path)
    return network


def test_a_given_network_gives_what_it_gives_of_segments_as_it_wants_them(tmp_path):
    signals = np.random.default_rng(0).normal(3, 2, size=(4, 50)).astype(np.float32)
    rows, path = stored(tmp_path, signals), str(tmp_path / "given.keras")
    known = given_network(path, (None, 1))
    options = {"seed": 0, "file": path, "channels": "last"}
    _, plain = pretrained.fit_encoder(rows, **options, standardise="none", gain=1000, layer=None)
    inputs = signals[..., None]
    expected = known.predict(1000 * inputs, verbose=0)
    np.testing.assert_allclose(plain.predict(inputs, verbose=0), expected, rtol=1e-4)
    _, scaled = pretrained.fit_encoder(rows, **options, standardise="segment", gain=1, layer="maps")
    one = (inputs - inputs.mean(axis=1, keepdims=True)) / inputs.std(axis=1, keepdims=True)
    found = scaled.predict(inputs, verbose=0)
    assert found.shape == (4, 46, 3)
    np.testing.assert_allclose(
        found.mean(axis=1), known.predict(one, verbose=0), rtol=1e-3, atol=1e-5
    )
    assert not scaled.trainable_weights
    with pytest.raises(StudyError, match=r"has no layer 'last'; there are: .*maps, mean"):
        pretrained.fit_encoder(rows, **options, standardise="none", gain=1, layer="last")
    given_network(path, (64, 1))
    with pytest.raises(StudyError, match=r"shape \(None, 64, 1\).*gives \(None, 50, 1\)"):
        pretrained.fit_encoder(rows, **options, standardise="none", gain=1, layer=None)


@pytest.mark.parametrize("kind", ["minirocket", "pca", "pretrained"])
def test_what_is_made_opens_in_safe_mode_and_gives_the_same(tmp_path, kind):
    from biospectra.models.saved_network import load_network

    signals = np.random.default_rng(0).normal(size=(20, 64)).astype(np.float32)
    rows, file = stored(tmp_path, signals), str(tmp_path / "given.keras")
    given_network(file, (64, 1))
    settings = {
        "minirocket": {"columns": 84, "max_dilations": 4},
        "pca": {"components": 3, "segments": 20},
        "pretrained": {"file": file, "standardise": "segment", "gain": 2.0}
        | {"channels": "last", "layer": None},
    }[kind]
    module = {"minirocket": minirocket, "pca": pca, "pretrained": pretrained}[kind]
    _, encoder = module.fit_encoder(rows, seed=0, **settings)
    encoder.save(tmp_path / "encoder.keras")
    again = load_network(tmp_path / "encoder.keras")
    inputs = signals[..., None]
    expected = encoder.predict(inputs, verbose=0)
    np.testing.assert_allclose(again.predict(inputs, verbose=0), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("module", "entry", "words"),
    [
        (minirocket, {"input": "image"}, "input: MiniRocket reads samples"),
        (pca, {"input": "samples", "components": 30, "segments": 20}, "at most 19, not 30"),
        (pca, {"input": "image", "components": 30, "segments": 200}, "at most 24, not 30"),
        (pretrained, {"file": "no.keras"}, "there is no 'no.keras'"),
        (pretrained, {"file": __file__, "input": "samples", "rate_hz": None}, "must be said"),
        (pretrained, {"file": __file__, "input": "samples", "rate_hz": 200}, "trained at 200 Hz"),
    ],
)
def test_what_cannot_be_is_refused_before_any_job(module, entry, words):
    study = {
        "images": {"image": {"height": 4, "width": 6}},
        "segments": {"window_s": 1},
        "resample": {"rate_hz": 100},
    }
    with pytest.raises(StudyError, match=words):
        module.check("new", entry, study)
