"""Where a network looked is where its class shows, and the parts add up to the whole."""

import h5py
import numpy as np
import pandas as pd
import pytest

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
        "augment": dict.fromkeys(
            ("time_shift_s", "gain_db", "tilt_db", "noise", "time_masks", "frequency_masks"), 0
        ),
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
