"""An encoder that learns what tables say: what it is told, of whom, and by which loss."""

import copy
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.models import table_regression
from biospectra.models.augmentation import CHANGES
from biospectra.models.statistics_pooling import columns_of
from biospectra.steps.train_encoder import train_encoder
from biospectra.store.hdf5 import put_dataset
from biospectra.store.rows import write_table
from biospectra.study.config import SCHEMAS, complete_config
from biospectra.study.schema import load_config_schema
from support.people import segments_of

ENTRY = {
    "kind": "table_regression",
    "input": "small",
    "tables": ["wide", "one"],
    "filters": [8],
    "augment": dict.fromkeys(CHANGES, 0),
    "epochs": 1,
    "batch_size": 8,
    "learning_rate": 0.001,
    "patience": None,
    "precision": "float32",
}


def huber(error: float) -> float:
    """Quadratic to two standard deviations, and linear from there on with the same slope."""
    return error**2 / 2 if abs(error) < 2 else 2 * abs(error) - 2


def test_each_table_weighs_alike_and_what_is_missing_counts_for_nothing():
    random = np.random.default_rng(0)
    wanted = random.normal(size=(6, 4)).astype(np.float32)
    told = (wanted + random.normal(scale=3, size=wanted.shape)).astype(np.float32)
    wanted[1, 0] = wanted[2:, 2] = np.nan
    loss = table_regression.table_loss([3, 1])
    parts = []
    for own in (slice(0, 3), slice(3, 4)):
        errors = (told - wanted)[:, own].ravel()
        parts.append(np.mean([huber(error) for error in errors if not np.isnan(error)]))
    assert float(loss(wanted, told)) == pytest.approx(np.mean(parts), rel=1e-5)
    again = told.copy()
    again[np.isnan(wanted)] = 1e6
    assert float(loss(wanted, again)) == float(loss(wanted, told))
    wanted[:, 3] = np.nan  # nothing is known of this batch
    assert float(loss(wanted, told)) == pytest.approx(parts[0] / 2, rel=1e-5)


@pytest.mark.parametrize("shape", [(16, 24, 1), (96, 2)])  # of images, and of samples
def test_the_read_out_is_linear_in_normalised_features_of_one_encoder(shape):
    network, encoder = table_regression.build(shape, 5, filters=[8, 8])
    inputs = np.random.default_rng(0).random((40, *shape), np.float32)
    assert encoder.output_shape == (None, columns_of(shape[:-1], [8, 8]))
    features = encoder(inputs).numpy()
    scaled = (features - features.mean(axis=0)) / np.sqrt(features.var(axis=0) + 1e-3)
    weights, bias = network.get_layer("tables").get_weights()
    np.testing.assert_allclose(network(inputs, training=True), scaled @ weights + bias, atol=1e-3)


@pytest.fixture
def rows() -> pd.DataFrame:
    """Of 9 people, 4 segments each, in an order of their own; the last two people are held out."""
    table = segments_of(9).sample(frac=1, random_state=2).reset_index(drop=True)
    people = sorted(table["subject"].unique())
    sides = ["training"] * 5 + ["validation"] * 2 + ["test"] * 2
    return table.assign(split=table["subject"].map(dict(zip(people, sides, strict=True))))


@pytest.fixture
def said(rows) -> dict[str, np.ndarray]:
    random = np.random.default_rng(3)
    wide = random.normal(5, 2, (len(rows), 3)).astype(np.float32)
    wide[:, 1] = 0.1  # says nothing
    wide[[0, 5], 2] = np.nan
    return {"wide": wide, "one": random.normal(0, 1, (len(rows), 1)).astype(np.float32)}


def write(folder: Path, rows: pd.DataFrame, said: dict[str, np.ndarray]) -> list[str]:
    """Write tables of features as a step does, each in another order of rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for k, (name, values) in enumerate(said.items()):
        order = np.random.default_rng(k).permutation(len(rows))
        with h5py.File(folder / f"{name}.h5", "w") as file:
            put_dataset(file, "features", values[order])
            put_dataset(file, "names", [f"column_{i}" for i in range(values.shape[1])])
            write_table(file, "rows", rows.iloc[order].reset_index(drop=True))
    return [str(folder / f"{name}.h5") for name in said]


def sides_of(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {side: rows[rows["split"] == side] for side in ("training", "validation")}


def test_targets_are_standardised_by_training_people_alone(
    tmp_path, rows, said, capsys, monkeypatch
):
    training = (rows["split"] == "training").to_numpy()
    said["one"][np.flatnonzero(training)[0]] = 100  # 4.4 standard deviations from the mean of 20
    monkeypatch.setattr(table_regression, "READ_AT_ONCE", 12)  # a few rows at a time
    paths = write(tmp_path, rows, said)
    made, targets = table_regression.with_targets(sides_of(rows), ENTRY, paths)
    assert targets.widths == [2, 1]
    assert "wide: 2 columns to learn; 1 is the same throughout" in capsys.readouterr().out
    for side, own in made.items():
        mine = (rows["split"] == side).to_numpy()
        pd.testing.assert_frame_equal(own, rows[mine].reset_index(drop=True))
        assert targets.values[side].dtype == np.float32
        columns = (said["wide"][:, 0], said["wide"][:, 2], said["one"][:, 0])
        for found, values in zip(targets.values[side].T, columns, strict=True):
            known = values[training].astype(float)
            scaled = (values[mine] - np.nanmean(known)) / np.nanstd(known)
            np.testing.assert_allclose(found, scaled.clip(-4, 4), rtol=1e-4, atol=1e-5)
    assert targets.values["training"][:, 2].max() == 4  # the widest is clipped
    learnt = table_regression.objective(ENTRY, made, "", targets)
    assert learnt["target"] is targets.values


def test_segments_that_no_table_has_are_left_out(tmp_path, rows, said, capsys):
    training = np.flatnonzero(rows["split"] == "training")
    first = training[[0, 3]]
    fewer = rows.drop(first).reset_index(drop=True)
    kept = {name: np.delete(values, first, axis=0) for name, values in said.items()}
    paths = write(tmp_path, fewer, kept)
    made, targets = table_regression.with_targets(sides_of(rows), ENTRY, paths)
    assert len(made["training"]) == 18
    assert "training: 2 segments left out, which no table has" in capsys.readouterr().out
    left = np.setdiff1d(training, first)
    assert made["training"]["recording"].tolist() == rows.loc[left, "recording"].tolist()
    own = said["one"][left, 0].astype(float)
    expected = ((own - own.mean()) / own.std()).clip(-4, 4)
    np.testing.assert_allclose(targets.values["training"][:, 2], expected, rtol=1e-4, atol=1e-5)
    one = write(tmp_path / "other", rows, said)[1]  # which has all of them
    made, targets = table_regression.with_targets(sides_of(rows), ENTRY, [paths[0], one])
    assert len(made["training"]) == 20
    unknown = np.isnan(targets.values["training"][:, 0])
    assert unknown[[0, 3]].all() and unknown.sum() == 2


def test_a_table_that_says_the_same_of_everybody_is_refused(tmp_path, rows, said):
    said["one"][(rows["split"] == "training").to_numpy()] = 7
    with pytest.raises(StudyError, match="no column of one varies among training segments"):
        table_regression.with_targets(sides_of(rows), ENTRY, write(tmp_path, rows, said))


def weights_after(folder: Path, rows: pd.DataFrame, said: dict, **changes) -> list[np.ndarray]:
    import keras

    tables = write(folder, rows, said)
    images = np.random.default_rng(0).integers(0, 256, (len(rows), 8, 16), np.uint8)
    with h5py.File(folder / "images.h5", "w") as file:
        file["images"] = images
        write_table(file, "rows", rows.drop(columns="split").assign(quality="ok"))
    rows.to_csv(folder / "split.tsv", sep="\t", index=False)
    train_encoder(
        [str(folder / "images.h5")],
        folder / "split.tsv",
        tables=tables,
        model=folder / "model.keras",
        encoder=folder / "encoder.keras",
        history=folder / "history.tsv",
        settings=ENTRY | changes,
        seed=1,
        threads=1,
    )
    history = pd.read_csv(folder / "history.tsv", sep="\t")
    assert np.isfinite(history[["loss", "val_loss"]]).all(axis=None)
    return keras.models.load_model(folder / "encoder.keras").get_weights()


def test_what_tables_say_of_held_out_people_reaches_no_training(tmp_path, rows, said):
    first = weights_after(tmp_path / "first", rows, said)
    held_out = (rows["split"] == "test").to_numpy()
    other = {name: np.where(held_out[:, None], 1e9, values) for name, values in said.items()}
    again = weights_after(tmp_path / "again", rows, other)
    for own, its in zip(first, again, strict=True):
        np.testing.assert_array_equal(own, its)
    one = np.where((rows["split"] == "training").to_numpy()[:, None], said["one"] ** 2, said["one"])
    changed = weights_after(tmp_path / "changed", rows, said | {"one": one})
    assert any((own != its).any() for own, its in zip(first, changed, strict=True))
    unlabelled = rows.assign(split=rows["split"].where(rows["segment"] < 2, "unlabelled"))
    with pytest.raises(ArithmeticError, match="is held out and was learnt from"):
        weights_after(tmp_path / "leak", unlabelled, said)


STUDY = {
    "study": "s",
    "recordings": "r.tsv",
    "labels": ["a", "b"],
    "images": {"small": {"kind": "spectrogram", "height": 48, "width": 80}},
    "features": {"bands": {"kind": "bands"}, "joined": {"kind": "bands", "join_channels": True}},
    "encoders": {
        "told": {"kind": "table_regression", "input": "small", "tables": ["bands"]},
        "views": {"kind": "vicreg", "input": "small"},
    },
}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"tables": ["band"]}, "encoders.told.tables: there is no feature table 'band'; there are"),
        ({"tables": ["views"]}, "encoders.told.tables: views is an encoder, and an encoder learns"),
        ({"tables": []}, "encoders.told.tables: is empty; fill it in: The tables that it learns"),
        ({"tables": ["bands", "bands"]}, "encoders.told.tables: names 'bands' twice"),
        ({"tables": ["bands", "joined"]}, "encoders.told.tables: joined joins the channels of"),
        ({"tables": "bands"}, "encoders.told.tables: 'bands' is not of type 'array'"),
        ({"filters": [8] * 7}, "encoders.told.filters: 7 stages pool 6 times by 2"),
    ],
)
def test_what_cannot_be_is_refused_in_one_message(changed, words):
    study, schema = copy.deepcopy(STUDY), load_config_schema(SCHEMAS)
    assert complete_config(study, schema, "c")["encoders"]["told"]["augment"]["time_masks"] == 0
    study["encoders"]["told"] |= changed
    with pytest.raises(StudyError) as error:
        complete_config(study, schema, "c")
    assert len(error.value.problems) == 1
    assert words in str(error.value)


def test_an_encoder_without_tables_is_refused():
    study = copy.deepcopy(STUDY)
    del study["encoders"]["told"]["tables"]
    with pytest.raises(StudyError, match=r"encoders\.told: .tables. is missing"):
        complete_config(study, load_config_schema(SCHEMAS), "c")


def test_channels_together_make_one_row_of_a_table_and_of_an_image():
    study = copy.deepcopy(STUDY) | {"channels": "together"}
    study["encoders"]["told"]["tables"] = ["joined"]
    complete_config(study, load_config_schema(SCHEMAS), "c")


def test_by_default_nothing_changes_what_tables_say():
    study = {
        "study": "s",
        "recordings": "r.tsv",
        "labels": ["a", "b"],
        "resample": {"rate_hz": 256},
        "segments": {"window_s": 2},
        "features": {"bands": {"kind": "bands"}},
        "encoders": {"told": {"kind": "table_regression", "input": "samples", "tables": ["bands"]}},
    }
    entry = complete_config(study, load_config_schema(SCHEMAS), "c")["encoders"]["told"]
    changed = {key for key in CHANGES if entry["augment"][key]}
    assert changed == {"inverted_share", "noise"}
