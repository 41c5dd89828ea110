"""Where a network looked is where its class shows, and the parts add up to the whole."""

import json

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.models.augmentation import CHANGES
from biospectra.store.rows import write_table

LABELS = ["low", "middle", "high"]
ROW = {"low": 13, "middle": 8, "high": 3}  # of 16, from the top
FREQUENCY_HZ = np.linspace(60, 0, 16)


def test_of_a_linear_model_each_part_is_its_weight_times_its_distance():
    import keras

    from biospectra.models.attribution import attributor

    random = np.random.default_rng(0)
    given = keras.Input((6, 5, 1))
    flat = keras.layers.Flatten()(given)
    model = keras.Model(given, keras.layers.Dense(3, activation="softmax")(flat))
    kernel = random.standard_normal((30, 3)).astype(np.float32)
    model.layers[-1].set_weights([kernel, random.standard_normal(3).astype(np.float32)])
    images, baseline = random.uniform(size=(4, 6, 5, 1)), random.uniform(size=(6, 5, 1))
    classes = np.array([0, 1, 2, 0], np.int32)
    shared, rise = attributor(model, baseline.astype(np.float32))(
        images.astype(np.float32), classes
    )
    weights = (kernel - kernel.mean(axis=1, keepdims=True)).T[classes].reshape(4, 6, 5, 1)
    np.testing.assert_allclose(shared, weights * (images - baseline), atol=1e-5)
    assert shared.sum(axis=(1, 2, 3)) == pytest.approx(rise, abs=1e-4)


@pytest.mark.parametrize("kind", ["labels", "number"])
def test_of_labels_and_numbers_a_part_is_its_weight_times_its_distance_as_they_are_given(kind):
    import keras

    from biospectra.models.attribution import attributor
    from biospectra.models.heads import Head, scaled_back

    random = np.random.default_rng(0)
    given, count = keras.Input((4, 1)), 2 if kind == "labels" else 1
    model = keras.Model(given, Head(count, kind).layer()(keras.layers.Flatten()(given)))
    kernel = random.standard_normal((4, count)).astype(np.float32)
    model.layers[-1].set_weights([kernel, random.standard_normal(count).astype(np.float32)])
    asked, spread = np.arange(3, dtype=np.int32) % count, 1.0
    if kind == "number":
        model, spread = scaled_back(model, 40.0, 12.0), 12.0
    values, baseline = random.uniform(size=(3, 4, 1)), random.uniform(size=(4, 1))
    shared, rise = attributor(model, baseline.astype(np.float32))(values.astype(np.float32), asked)
    weights = spread * kernel.T[asked][..., None]
    np.testing.assert_allclose(shared, weights * (values - baseline), rtol=1e-4, atol=1e-4)
    said = [np.asarray(model(at.astype(np.float32))) for at in (values, baseline[None])]
    if kind == "labels":
        said = [np.log(at / (1 - at)) for at in said]  # logits
    np.testing.assert_allclose(rise, (said[0] - said[1])[np.arange(3), asked], rtol=1e-3)


def target_explained(folder, model, cells, said, labels=None):
    """Explain a target of the study's images, of which something is said of each segment."""
    from biospectra.steps.explain_target import explain_target

    split = pd.read_csv(folder / "split.tsv", sep="\t").assign(cell=cells)
    split.to_csv(folder / "target.tsv", sep="\t", index=False)
    segments = split.join(pd.DataFrame(said))
    segments.to_csv(folder / "segments.tsv", sep="\t", index=False)
    (folder / "scores.json").write_text(json.dumps({"labels": labels}))
    model.save(folder / "target.keras")
    entry = {"column": "cell", "kind": "labels" if labels else "number", "superclasses": {}}
    explain_target(
        [str(folder / "images.h5")],
        *(folder / name for name in ("target.tsv", "target.keras", "segments.tsv", "scores.json")),
        output=folder / "target.h5",
        figures=[folder / "target.png"],
        settings=entry | {"network": {"batch_size": 7}},
        name="it",
        colour_map="viridis",
        threads=1,
    )
    with h5py.File(folder / "target.h5") as file:
        return {key: file[key][()] for key in file}


def rows_network(weights, kind):
    """Return a network whose outputs are sums over rows of an image, each with its weight."""
    import keras

    from biospectra.models.heads import Head

    given = keras.Input((16, 20, 1))
    outputs = len(weights)
    model = keras.Model(given, Head(outputs, kind).layer()(keras.layers.Flatten()(given)))
    model.layers[-1].set_weights([np.repeat(np.transpose(weights), 20, axis=0), np.zeros(outputs)])
    return model


def test_a_label_is_explained_by_segments_that_have_it_and_are_said_to(study):
    weights = np.zeros((3, 16), np.float32)
    weights[0, ROW["low"]], weights[1, ROW["high"]] = 1, 2
    bands = pd.read_csv(study / "split.tsv", sep="\t")["label"]
    cells = bands.map({"low": "one", "middle": "unseen", "high": "one;two"})
    said = {"p_one": (bands == "low") * 0.8, "p_two": (bands != "middle") * 0.3}
    about = {"one": {"people": 2, "threshold": 0.5}, "two": {"people": 1, "threshold": 0.3}}
    about["unseen"] = {"people": 1, "threshold": 0.2}
    said["p_unseen"] = np.full(90, 0.1)
    found = target_explained(study, rows_network(weights, "labels"), cells, said, about)
    assert [label.decode() for label in found["labels"]] == ["one", "two", "unseen"]
    assert (found["segments"][:2] > 5).all() and found["segments"][2] == 0
    for shared, mean, band in zip(
        found["attribution"][:2], found["mean"][:2], ("low", "high"), strict=True
    ):
        assert np.flatnonzero(shared.sum(axis=1)).tolist() == [ROW[band]]
        assert mean.mean(axis=1).argmax() == ROW[band]
    assert np.isnan(found["attribution"][2]).all()


def test_a_number_is_explained_by_segments_with_low_middle_and_high_ones(study):
    from biospectra.steps.explain_target import _by_number

    rows = pd.DataFrame({"recording": list("aabcdef"), "age": list("1123456")})
    grouped, names = _by_number(rows, "age")
    assert names == ["1 to 2", "3 to 4", "5 to 6"]
    assert grouped["group"].tolist() == [0, 0, 0, 1, 1, 2, 2] and not grouped["output"].any()
    weights = np.zeros((1, 16), np.float32)
    weights[0, ROW["high"]] = 3
    said = {"predicted": np.full(90, 30.0), "always": 30.0}
    found = target_explained(study, rows_network(weights, "number"), np.full(90, 31.5), said)
    assert [label.decode() for label in found["labels"]] == ["31.5"]
    assert np.flatnonzero(found["attribution"][0].sum(axis=1)).tolist() == [ROW["high"]]
    np.testing.assert_allclose(found["sum"], found["rise"], rtol=1e-3, atol=1e-3)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Images with a bright band whose frequency is the class, and a CNN trained on them."""
    from biospectra.steps.train_classifier import train_classifier

    folder = tmp_path_factory.mktemp("explanation")
    random = np.random.default_rng(1)
    rows = pd.DataFrame(
        {
            "recording": [f"r{i % 3}" for i in range(90)],
            "segment": [i // 3 for i in range(90)],
            "start_s": 0.0,
            "label": [LABELS[i // 3 % 3] for i in range(90)],
            "subject": [f"s{i % 3}" for i in range(90)],
            "database": "one",
            "quality": "ok",
        }
    )
    images = random.integers(0, 100, (90, 16, 20)).astype(np.uint8)
    for image, label in zip(images, rows["label"], strict=True):
        image[ROW[label]] += 120
    with h5py.File(folder / "images.h5", "w") as file:
        file["images"] = images
        file["images"].attrs.update(
            {"limits_db": [-60, 0], "kind": "spectrogram", "quantity": "dB"}
        )
        file["frequency_hz"], file["time_s"] = FREQUENCY_HZ, np.arange(20) / 4 + 0.125
        write_table(file, "rows", rows)
    rows["split"] = [["training", "validation", "test"][i % 3] for i in range(90)]
    rows.to_csv(folder / "split.tsv", sep="\t", index=False)
    settings = {
        "kind": "cnn",
        "filters": [8],
        "dense": 16,
        "epochs": 15,
        "batch_size": 8,
        "learning_rate": 0.05,
        "momentum": 0.9,
        "class_weight": "none",
        "sampling": "all",
        "augment": dict.fromkeys(CHANGES, 0),
    }
    train_classifier(
        inputs=[str(folder / "images.h5")],
        split=folder / "split.tsv",
        model=folder / "model.keras",
        history=folder / "history.tsv",
        predictions=folder / "predictions.tsv",
        cost=folder / "cost.json",
        start=None,
        labels=LABELS,
        settings=settings,
        precision="float32",
        seed=1,
        threads=1,
    )
    return folder


def explained(folder, predictions):
    from biospectra.steps.explain import explain

    explain(
        [str(folder / "images.h5")],
        folder / "split.tsv",
        folder / "model.keras",
        predictions,
        output=folder / "explanation.h5",
        figures=[folder / "explanation.png"],
        labels=LABELS,
        settings={"batch_size": 7},
        name="cnn",
        colour_map="viridis",
        threads=1,
    )
    with h5py.File(folder / "explanation.h5") as file:
        return {key: file[key][()] for key in file}


def test_it_looked_at_the_band_that_is_the_class(study):
    table = pd.read_csv(study / "predictions.tsv", sep="\t")
    assert (table["predicted"] == table["label"]).mean() > 0.9
    found = explained(study, study / "predictions.tsv")
    assert (found["segments"] > 5).all()
    for label, shared, mean in zip(LABELS, found["attribution"], found["mean"], strict=True):
        rows = shared.sum(axis=1)
        assert found["frequency_hz"][rows.argmax()] == FREQUENCY_HZ[ROW[label]]
        # The others' bands count too: that there is nothing in them.
        assert set(np.argsort(rows)[-3:]) == set(ROW.values())
        assert rows.max() > 5 * np.sort(rows)[-4]
        assert mean.mean(axis=1).argmax() == ROW[label]
        assert mean[ROW[label]].mean() == pytest.approx(-60 + (120 + 49.5) * 60 / 255, abs=1)
    np.testing.assert_allclose(found["sum"], found["rise"], rtol=0.1)
    assert (study / "explanation.png").stat().st_size > 5000


def test_a_class_of_which_none_was_right_is_left_empty(study):
    table = pd.read_csv(study / "predictions.tsv", sep="\t")
    table.loc[table["label"] == "high", "predicted"] = "low"
    table.to_csv(study / "wrong.tsv", sep="\t", index=False)
    found = explained(study, study / "wrong.tsv")
    assert (found["segments"] > 0).tolist() == [True, True, False]
    assert np.isnan(found["attribution"][2]).all()
    table.assign(predicted="neither").to_csv(study / "none.tsv", sep="\t", index=False)
    assert np.isnan(explained(study, study / "none.tsv")["mean"]).all()
