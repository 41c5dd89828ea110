"""The learning rules, each run by snakemake."""

import json
import re

import h5py
import hdf5plugin  # noqa: F401
import numpy as np
import pandas as pd
import pytest

from biospectra.rows import read_table


def test_train_autoencoder_lowers_the_loss_and_saves_both_models(tiny):
    import keras

    model, encoder, history, curve = tiny.make(
        *(f"autoencoder/small/{n}" for n in ("model.keras", "encoder.keras", "history.tsv")),
        "autoencoder/small/learning_curve.png",
    )
    table = pd.read_csv(history, sep="\t")
    assert list(table) == ["epoch", "loss", "val_loss"]
    assert table["loss"].iloc[-1] < table["loss"].iloc[0]
    assert keras.models.load_model(model).output_shape == (None, 32, 64, 1)
    assert keras.models.load_model(encoder).output_shape == (None, 8, 16, 8)
    assert curve.stat().st_size > 5000


def test_encode_gives_the_encoders_features_with_their_rows(tiny):
    import keras

    path, encoder = tiny.make("features/small.h5", "autoencoder/small/encoder.keras")
    with h5py.File(path) as file:
        features, rows = file["features"][()], read_table(file, "rows")
    assert features.shape == (len(rows), 8, 16, 8)
    assert features.dtype == np.float32
    assert set(rows["split"]) == {"training", "validation", "test"}
    row = rows.iloc[17]
    for shard in ("0", "1"):
        with h5py.File(tiny.folder / f"results/tiny/spectrogram/{shard}.h5") as file:
            there = read_table(file, "rows")
            there = there[(there["recording"] == row.recording) & (there["segment"] == row.segment)]
            if len(there):
                image = file["images"][int(there.index[0])]
    expected = keras.models.load_model(encoder)(image[None, ..., None].astype(np.float32) / 255)
    np.testing.assert_allclose(features[17], expected[0], atol=1e-5)


def test_reconstruct_scores_the_autoencoder_beside_its_baselines(tiny):
    table, scores, figure = tiny.make(
        *(f"autoencoder/small/reconstruction.{ending}" for ending in ("tsv", "json", "png"))
    )
    rows = pd.read_csv(table, sep="\t")
    result = json.loads(scores.read_text())
    assert len(rows) == 3 * 30
    for method in ("autoencoder", "mean_training_image", "pca"):
        own = rows[rows["method"] == method]
        assert result[method]["mse"] == pytest.approx(own["mse"].mean(), rel=1e-4)
        assert own["psnr_db"].to_numpy() == pytest.approx(-10 * np.log10(own["mse"]), rel=1e-3)
    assert result["pca"]["mse"] < result["mean_training_image"]["mse"]
    assert figure.stat().st_size > 5000


def test_umap_places_every_test_segment(tiny):
    names = ("map.tsv", "scores.json", "map.png", "map.svg", "map_by_database.png", "map.html")
    table, scores, *pictures, page = tiny.make(*(f"umap/small/{name}" for name in names))
    rows = pd.read_csv(table, sep="\t")
    assert len(rows) == 30
    assert np.isfinite(rows[["x", "y"]]).all(axis=None)
    result = json.loads(scores.read_text())
    assert result["segments_by_class"] == {"slow": 15, "fast": 15}
    for space in ("feature_space", "map"):
        assert result[space]["label"]["knn_accuracy"] > 0.9  # 8 Hz and 40 Hz are easy to tell
        assert result[space]["database"] is None  # the test people share one
    assert all(picture.stat().st_size > 3000 for picture in pictures)
    html = page.read_text()
    assert "slow_2" in html
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", html)  # opens without a network


def test_fourier_features_find_the_tone(tiny):
    path, table = tiny.make("features/fourier.h5", "features/fourier.tsv")
    with h5py.File(path) as file:
        names = [name.decode() for name in file["names"]]
        features = pd.DataFrame(file["features"][()], columns=names)
        rows = read_table(file, "rows")
    assert names[:4] == ["ft_peak_1_x", "ft_peak_1_y", "ft_peak_2_x", "ft_peak_2_y"]
    for label, tone_hz in (("slow", 8), ("fast", 40)):
        own = features[(rows["label"] == label).to_numpy()]
        assert own["ft_peak_1_x"].to_numpy() == pytest.approx(tone_hz)
    assert len(pd.read_csv(table, sep="\t")) == len(rows)


def test_wavelet_and_band_tables_show_where_the_tone_is(tiny):
    for name, of in (
        ("wavelet", {"slow": "d3_share", "fast": "d1_share"}),  # 8 to 16, and 32 to 64 Hz
        ("bands", {"slow": "band_7.34_11.3_db", "fast": "band_26.9_41.5_db"}),
    ):
        (table,) = tiny.make(f"features/{name}.tsv")
        rows = pd.read_csv(table, sep="\t")
        assert len(rows) == 120
        for label, column in of.items():
            means = rows.groupby("label")[column].mean()
            assert means[label] == means.max()


@pytest.mark.parametrize("name", ["table", "encoder"])
def test_classify_chooses_on_validation_and_judges_the_test(tiny, name):
    choice, predictions = tiny.make(
        f"classifier/{name}/choice.tsv", f"classifier/{name}/predictions.tsv"
    )
    chosen = pd.read_csv(choice, sep="\t")
    assert chosen["chosen"].sum() == 1
    table = pd.read_csv(predictions, sep="\t")
    assert set(table["split"]) == {"test"}
    assert len(table) == 30
    assert table[["p_slow", "p_fast"]].sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-4)
    assert (table["predicted"] == table["label"]).mean() > 0.9


@pytest.mark.parametrize("name", ["cnn", "samples_cnn", "fine_tuned"])
def test_a_network_keeps_its_history_and_predictions(tiny, name):
    history, predictions, curve = tiny.make(
        f"classifier/{name}/history.tsv",
        f"classifier/{name}/predictions.tsv",
        f"classifier/{name}/learning_curve.png",
    )
    table = pd.read_csv(history, sep="\t")
    assert {"loss", "accuracy", "val_loss", "val_accuracy"} < set(table)
    assert len(table) == 2
    assert len(pd.read_csv(predictions, sep="\t")) == 30
    assert curve.stat().st_size > 5000


def test_explain_shares_the_score_out_over_samples(tiny):
    arrays, *pictures = tiny.make(
        *(f"classifier/samples_cnn/explanation.{ending}" for ending in ("h5", "png", "svg"))
    )
    with h5py.File(arrays) as file:
        shared, segments, time_s = (file[k][()] for k in ("attribution", "segments", "time_s"))
        np.testing.assert_allclose(file["sum"], file["rise"], rtol=0.2, atol=1e-3)
    assert shared.shape == (2, 256)
    assert np.isfinite(shared).all(axis=1).tolist() == (segments > 0).tolist()
    assert time_s[:2].tolist() == [0, 1 / 128]
    assert all(picture.stat().st_size > 5000 for picture in pictures)


def test_confusion_matrix_counts_the_predictions(tiny):
    scores, picture, reliability, predictions = tiny.make(
        "classifier/table/scores.json",
        "classifier/table/confusion_matrix.png",
        "classifier/table/reliability.png",
        "classifier/table/predictions.tsv",
    )
    result = json.loads(scores.read_text())
    table = pd.read_csv(predictions, sep="\t")
    matrix = np.array(result["confusion_matrix"])
    for i, truth in enumerate(result["labels"]):
        for j, said in enumerate(result["labels"]):
            assert matrix[i, j] == ((table["label"] == truth) & (table["predicted"] == said)).sum()
    assert result["accuracy"] == pytest.approx((table["label"] == table["predicted"]).mean())
    assert picture.stat().st_size > 5000
    assert reliability.stat().st_size > 5000
    assert result["intervals"]["accuracy"] is None  # the test has one person of each class
    assert "has 1 person" in result["intervals"]["why_not"]
    assert result["by_recording"]["recordings"] == 2
    assert result["calibration"]["bins"]


def test_summary_has_the_figures_of_all_steps(tiny):
    from biospectra.summary import table

    (path,) = tiny.make("summary.json")
    result = json.loads(path.read_text())
    assert result["classes"]["slow"]["split"] == {"training": 30, "validation": 15, "test": 15}
    assert result["classes"]["slow"]["rejected"] == {}
    assert set(result["classifiers"]) == {
        "table",
        "folds",
        "encoder",
        "cnn",
        "samples_cnn",
        "fine_tuned",
    }
    assert result["autoencoders"]["small"]["test"]["test_images"] == 30
    text = table(path)
    for word in ("slow", "small", "encoder", "cnn", "pca"):
        assert word in text
