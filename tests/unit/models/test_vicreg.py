"""VICReg: its loss against the published formula, pairs, batches, and what the encoder gives."""

import copy

import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.models import vicreg
from biospectra.models.batch_order import batches_of
from biospectra.models.statistics_pooling import build_encoder, columns_of
from biospectra.models.views import partners_of
from biospectra.study.config import SCHEMAS, complete_config
from biospectra.study.schema import load_config_schema


def published(first: np.ndarray, second: np.ndarray) -> float:
    """The loss of Bardes et al. 2022, equations 1 to 6, written out with NumPy's own statistics."""
    d = first.shape[1]
    invariance = ((first - second) ** 2).sum(axis=1).mean() / d
    variance = covariance = 0.0
    for z in (first, second):
        variance += np.maximum(0, 1 - np.sqrt(z.var(axis=0, ddof=1) + 1e-4)).mean()
        c = np.cov(z.T)
        covariance += sum(c[i, j] ** 2 for i in range(d) for j in range(d) if i != j) / d
    return 25 * invariance + 25 * variance / 2 + covariance


def test_the_loss_is_the_published_one():
    random = np.random.default_rng(1)
    for scale in (0.3, 2):
        z = (scale * random.standard_normal((12, 2, 5))).astype(np.float32)
        found = float(vicreg.vicreg_loss(None, z))
        assert found == pytest.approx(published(z[:, 0], z[:, 1]), rel=1e-4)


def test_the_loss_of_one_answer_for_everything_is_that_of_no_variance():
    same = np.ones((8, 2, 4), np.float32)
    assert float(vicreg.vicreg_loss(None, same)) == pytest.approx(25 * (1 - 0.01), rel=1e-5)


@pytest.fixture
def rows() -> pd.DataFrame:
    """Of recordings of 5, 1 and 4 segments, in no order."""
    table = pd.DataFrame(
        [
            (name, k)
            for name, count in (("b", 5), ("a", 1), ("c", 4))
            for k in range(0, 3 * count, 3)
        ],
        columns=["recording", "segment"],
    )
    return table.sample(frac=1, random_state=4).reset_index(drop=True)


@pytest.mark.parametrize(
    ("views", "steps"),
    [("segment", {0}), ("neighbours", {-3, 3}), ("recording", {-12, -9, -6, -3, 3, 6, 9, 12})],
)
def test_partners_are_of_the_same_recording(rows, views, steps):
    random = np.random.default_rng(0)
    found, partners = set(), partners_of(rows, views)
    places = np.tile(np.arange(len(rows)), 60)
    for place, other in zip(places, partners(places, random=random), strict=True):
        own, its = rows.iloc[place], rows.iloc[other]
        assert own["recording"] == its["recording"]
        if own["recording"] == "a":
            assert place == other  # there is no other
        else:
            found.add(int(its["segment"] - own["segment"]))
    assert found == steps


def test_partners_of_a_person_are_by_the_same_channel():
    rows = pd.DataFrame(
        [
            (person, f"{person}{k}{channel}", channel)
            for person in "pq"
            for k in range(3)
            for channel in "xy"
        ],
        columns=["subject", "recording", "channel"],
    ).assign(segment=0)
    random = np.random.default_rng(0)
    places = np.tile(np.arange(12), 40)
    partners = partners_of(rows, "subject")(places, random=random)
    own, its = rows.iloc[places].reset_index(), rows.iloc[partners].reset_index()
    for column in ("subject", "channel"):
        assert (own[column] == its[column]).all()
    assert (own["recording"] != its["recording"]).all()
    assert set(zip(places, partners, strict=True)) == {
        (i, j)
        for i in range(12)
        for j in range(12)
        if i // 6 == j // 6 and i % 2 == j % 2 and i != j
    }


def test_batches_of_groups_hold_one_group_each_and_are_even():
    groups = np.array(list("aaaaaaabbbb"))
    order = np.random.default_rng(0).permutation(11)
    parts = batches_of(order, 3, groups, np.random.default_rng(1))
    assert sorted(np.concatenate(parts)) == list(range(11))
    assert sorted(map(len, parts)) == [3, 4, 4]
    assert all(len(set(groups[part])) == 1 for part in parts)
    assert [list(part) for part in batches_of(order, 4)] == [
        list(order[:4]),
        list(order[4:8]),
        list(order[8:]),
    ]


@pytest.fixture(scope="module")
def encoder():
    import keras

    keras.utils.set_random_seed(3)
    return build_encoder((20, 36, 1), [8, 16])


def test_features_are_the_mean_and_the_spread_over_time(encoder):
    import keras

    images = np.random.default_rng(0).random((3, 20, 36, 1), np.float32)
    maps = keras.Model(encoder.input, encoder.get_layer("maps").output)(images).numpy()
    assert maps.shape == (3, 10, 18, 16)
    both = np.concatenate([maps.mean(axis=2), maps.std(axis=2)], axis=-1)
    found = encoder(images).numpy()
    assert found.shape == (3, columns_of((20, 36), [8, 16]))
    np.testing.assert_allclose(found, both.reshape(3, -1), atol=1e-4)


def test_features_of_samples_are_those_over_all_times():
    import keras

    encoder = build_encoder((50, 2), [8, 16], stride=2)
    samples = np.random.default_rng(0).standard_normal((3, 50, 2), np.float32)
    maps = keras.Model(encoder.input, encoder.get_layer("maps").output)(samples).numpy()
    assert maps.shape == (3, 13, 16)  # a place for two samples, and for four after the block
    both = np.concatenate([maps.mean(axis=1), maps.std(axis=1)], axis=-1)
    found = encoder(samples).numpy()
    assert found.shape == (3, columns_of((50,), [8, 16], 2))
    np.testing.assert_allclose(found, both, atol=1e-4)


@pytest.mark.parametrize("shape", [(20, 36, 2), (50, 2)])
def test_the_level_is_a_feature_where_it_is_asked_for(shape):
    inputs = np.random.default_rng(0).standard_normal((3, *shape), np.float32)
    encoder = build_encoder(shape, [8, 16], stride=2, level=True)
    louder = inputs * np.float32([1, 2])  # one channel
    before, after = encoder(inputs).numpy(), encoder(louder).numpy()
    assert before.shape == (3, columns_of(shape[:-1], [8, 16], 2) + 2)
    spread = inputs.std(axis=1) if len(shape) == 2 else inputs.mean(axis=(1, 2))
    np.testing.assert_allclose(
        before[:, -2:], np.log(spread) if len(shape) == 2 else spread, atol=1e-4
    )
    assert np.abs(after[:, -2] - before[:, -2]).max() < 1e-5
    assert np.abs(after[:, -1] - before[:, -1]).min() > 1e-4


def test_a_block_adds_to_what_it_was_given():
    """With weights of 0 in its last normalisation, a residual block gives what stands beside it."""
    import keras

    encoder = build_encoder((64, 1), [8, 16], stride=4)
    encoder.get_layer("normalisation_2b").set_weights([np.zeros(16), np.zeros(16)])
    parts = [encoder.get_layer(name).output for name in ("gelu_1", "gelu_2")]
    samples = np.random.default_rng(0).standard_normal((2, 64, 1), np.float32)
    before, after = (part.numpy() for part in keras.Model(encoder.input, parts)(samples))
    (weights,) = encoder.get_layer("beside_2").get_weights()
    beside = before[:, ::2] @ weights[0]
    np.testing.assert_allclose(after, keras.activations.gelu(beside), atol=1e-5)


def test_features_do_not_depend_on_an_images_level_and_contrast(encoder):
    images = np.random.default_rng(0).random((3, 20, 36, 1), np.float32)
    np.testing.assert_allclose(encoder(images), encoder(0.4 * images + 0.3), atol=2e-3)
    assert np.abs(encoder(images) - encoder(images[::-1])).max() > 0.05


def test_both_views_go_through_one_encoder():
    pairs, encoder = vicreg.build((16, 24, 1), filters=[8, 8], projection=6)
    images = np.random.default_rng(0).random((5, 2, 16, 24, 1), np.float32)
    said = pairs(images, training=False).numpy()
    assert said.shape == (5, 2, 6)
    np.testing.assert_allclose(pairs(images[:, ::-1]).numpy(), said[:, ::-1], atol=1e-5)
    head = pairs.get_layer("projection")
    np.testing.assert_allclose(head(encoder(images[:, 0])), said[:, 0], atol=1e-5)


STUDY = {
    "study": "s",
    "recordings": "r.tsv",
    "labels": ["a", "b"],
    "images": {"small": {"kind": "spectrogram", "height": 48, "width": 80}},
    "encoders": {"views": {"kind": "vicreg", "input": "small"}},
}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"input": "samples", "filters": [8] * 11},
            ["views.filters", "2560 samples", "stride of 4"],
        ),
        (
            {"input": "samples", "augment": {"tilt_db": 6}},
            ["views.augment", "nothing changes", "time_shift_s, gain_db, inverted_share, noise"],
        ),
        ({"filters": [8] * 7}, ["views.filters", "48x80", "take fewer"]),
        ({"filters": [32, 20]}, ["views.filters", "20 is no multiple of 8", "take 16"]),
        ({"augment": {}}, ["views.augment", "nothing changes"]),
        ({"corrupt": {"noise": 1}}, ["views", "unknown key 'corrupt'"]),
    ],
)
def test_what_cannot_be_is_refused(changed, words):
    study = copy.deepcopy(STUDY)
    schema = load_config_schema(SCHEMAS)
    entry = complete_config(study, schema, "c")["encoders"]["views"]
    assert entry["augment"]["tilt_db"] == 6
    study["encoders"]["views"] |= changed
    with pytest.raises(StudyError) as error:
        complete_config(study, schema, "c")
    for word in words:
        assert word in str(error.value)


def test_what_is_given_of_augment_takes_the_place_of_the_default():
    study = copy.deepcopy(STUDY)
    study["encoders"]["views"]["augment"] = {"gain_db": 2}
    entry = complete_config(study, load_config_schema(SCHEMAS), "c")["encoders"]["views"]
    assert entry["augment"]["gain_db"] == 2
    assert entry["augment"]["tilt_db"] == entry["augment"]["time_masks"] == 0
