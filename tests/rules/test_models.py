"""The learning rules, each run by snakemake."""

import json
import re

import h5py
import hdf5plugin  # noqa: F401
import numpy as np
import pandas as pd
import pytest
import yaml

from biospectra.store.rows import read_table
from support.harness import Workflow
from support.tiny import CONFIG, TONE_HZ


def test_train_encoder_lowers_the_loss_and_saves_both_models(tiny):
    import keras

    model, encoder, history, curve = tiny.make(
        *(f"encoder/small/{n}" for n in ("model.keras", "encoder.keras", "history.tsv")),
        "encoder/small/learning_curve.png",
    )
    table = pd.read_csv(history, sep="\t")
    assert list(table) == ["epoch", "loss", "val_loss", "seconds"]
    assert table["loss"].iloc[-1] < table["loss"].iloc[0]
    assert keras.models.load_model(model).output_shape == (None, 32, 64, 1)
    assert keras.models.load_model(encoder).output_shape == (None, 8, 16, 8)
    assert curve.stat().st_size > 5000


def test_encode_gives_the_encoders_features_with_their_rows(tiny):
    import keras

    path, encoder = tiny.make("features/small.h5", "encoder/small/encoder.keras")
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
        *(f"encoder/small/reconstruction.{ending}" for ending in ("tsv", "json", "png"))
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
    html = re.sub(r"(<script[^>]*>).*?</script>", r"\1", html, flags=re.DOTALL)
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


@pytest.fixture(scope="module")
def tables(tiny):
    """The tables of features by name, also of kinds without maps in the tiny study."""
    kinds = {
        "wavelet": {"wavelet": "sym4", "levels": 4},
        "scattering": {"frequency_range_hz": [4, 60], "modulation_range_hz": [1, 4]},
    }
    more = {kind: {"kind": kind} | settings for kind, settings in kinds.items()}
    config = CONFIG | {"features": CONFIG["features"] | more}
    study = Workflow(tiny.folder)
    study.config = tiny.folder / "features.yaml"
    study.config.write_text(yaml.safe_dump(config, sort_keys=False))
    names = ("bands", *kinds)
    with tiny.alone():
        paths = study.make(*(f"features/{name}.tsv" for name in names))
    return {name: pd.read_csv(path, sep="\t") for name, path in zip(names, paths, strict=True)}


@pytest.mark.parametrize(
    ("name", "slow", "fast"),
    [
        ("wavelet", "d3_share", "d1_share"),  # 8 to 16, and 32 to 64 Hz
        ("bands", "band_7.34_11.3_db", "band_26.9_41.5_db"),
    ],
)
def test_wavelet_and_band_tables_show_where_the_tone_is(tables, name, slow, fast):
    rows = tables[name]
    assert len(rows) == 120
    for label, column in (("slow", slow), ("fast", fast)):
        means = rows.groupby("label")[column].mean()
        assert means[label] == means.max()


def test_scattering_is_strongest_at_the_tone(tables):
    rows = tables["scattering"]
    assert len(rows) == 120
    means = rows.groupby("label")[[name for name in rows if name.startswith("s1_")]].mean()
    for label, strongest in means.idxmax(axis=1).items():
        found_hz = float(strongest.removeprefix("s1_").removesuffix("hz"))
        assert found_hz == pytest.approx(TONE_HZ[label], rel=0.2)


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
    history, predictions, curve, cost = tiny.make(
        f"classifier/{name}/history.tsv",
        f"classifier/{name}/predictions.tsv",
        f"classifier/{name}/learning_curve.png",
        f"classifier/{name}/cost.json",
    )
    table = pd.read_csv(history, sep="\t")
    cost = json.loads(cost.read_text())
    if name == "cnn":  # filters of 3x3x3, the dense layer on 15x15 maps of 8, and their biases
        assert cost["parameters"] == (27 + 1) * 8 + (15 * 15 * 8 + 1) * 8 + (8 + 1) * 2
    assert cost["training_s"] == pytest.approx(table["seconds"].sum(), abs=0.01)
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
    from biospectra.report.terminal import table

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
    assert result["encoders"]["small"]["test"]["test_segments"] == 30
    text = table(path)
    for word in ("slow", "small", "encoder", "cnn", "pca"):
        assert word in text


TWIN = {
    "input": "samples",
    "filters": [8, 8],
    "latent": 1024,  # as many as the network of images has
    "epochs": 2,
    "precision": "float32",
    "corrupt": {"noise": 0.1, "mask": 0.2},
}


@pytest.mark.slow
def test_a_twin_of_samples_is_compared_with_the_network_of_images(tiny):
    """The twin goes through all rules of an autoencoder, up to features of new recordings."""
    from biospectra.steps.apply import features_of

    results = tiny.folder / "results/tiny"
    paths = [results / f"comparison/autoencoders.{e}" for e in ("json", "tsv", "png")]
    paths += [results / f"encoder/twin/reconstruction.{e}" for e in ("json", "png")]
    paths += [results / "encoder/twin/encoder.tflite", results / "model/twin"]
    both = Workflow(tiny.folder)
    both.config = tiny.folder / "twin.yaml"
    config = CONFIG | {"encoders": CONFIG["encoders"] | {"twin": TWIN}}
    both.config.write_text(yaml.safe_dump(config, sort_keys=False))
    with tiny.alone():
        read = [results / "features/twin.h5", results / "encoder/small/reconstruction.json"]
        both.run(*(path.relative_to(tiny.folder) for path in [*paths, *read]))
    scores, table, picture, restored, signals, lite, folder = paths
    result = json.loads(scores.read_text())
    methods = result["methods"]
    assert methods["small"]["latent"] == methods["twin"]["latent"] == 1024
    assert methods["twin"]["family"] == "denoising masked convolutional networks of samples"
    assert methods["pca_samples_59"]["capped"]  # of 60 training segments
    assert methods["small"]["balanced_accuracy"] > 0.9  # 8 Hz and 40 Hz
    assert methods["pca_samples_59"]["balanced_accuracy"] < 0.8  # of any phase: no linear matter
    assert result["snr_of_image_db"] > methods["small"]["snr_db"]
    own = json.loads(restored.read_text())["autoencoder"]
    assert methods["twin"]["snr_db"] == pytest.approx(own["snr_db"], rel=1e-3)
    other = json.loads((results / "encoder/small/reconstruction.json").read_text())
    assert methods["small"]["mse"] == pytest.approx(other["autoencoder"]["mse"], rel=1e-3)
    assert any(p["same_latent"] and p["second"] == "twin" for p in result["pairs"])
    assert set(pd.read_csv(table, sep="\t")["name"]) == set(methods)
    assert min(p.stat().st_size for p in (picture, signals, lite)) > 5000
    features, rows = features_of(tiny.folder / "slow_1.edf", "LEAD", folder)
    assert features.shape == (len(rows), 64, 16)
    with h5py.File(results / "features/twin.h5") as file:
        known = read_table(file, "rows")
        place = known.index[known["recording"] == "slow_1"]
        assert features == pytest.approx(file["features"][place[0] : place[-1] + 1], abs=1e-4)
