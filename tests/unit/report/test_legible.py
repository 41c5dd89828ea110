"""Every figure can be read: with short names and long, in each theme, none of its words collide."""

import json
from types import SimpleNamespace

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.evaluation.leakage import UNITS_OF_SPLITTING
from biospectra.report import style
from biospectra.store.hdf5 import set_attributes
from biospectra.store.rows import write_table
from support.drawn import faults_of, judged

LOOKS = {
    "print": {},
    "slides": {"theme": "dark", "font_size": 12, "column_cm": 14, "page_cm": 28, "dpi": 100},
}
NAMES = {
    "short": ["ECG", "EMG", "EEG"],
    "long": [f"class with a long name, number {k}" for k in range(7)],
}
LONG = "recording_of_a_person_with_a_long_name"
OPTIMISTIC = "optimistic: the same people are in training and test; and this is said at length"


@pytest.fixture(params=["print", pytest.param("slides", marks=pytest.mark.slow)])
def drawn(request, tmp_path, monkeypatch):
    """Give the folder for figures, and fail for any that cannot be read."""
    style.use_look(**LOOKS[request.param])
    with judged(monkeypatch) as faults:
        yield tmp_path
    style.use_look()
    assert faults
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.fixture(params=["long", pytest.param("short", marks=pytest.mark.slow)])
def labels(request):
    return NAMES[request.param]


def images_of(folder, count, of_samples=False):
    """Write images with an EEG's power, or samples, each with its row and what is restored."""
    rows = pd.DataFrame(
        {
            "recording": [f"{LONG}_{k}" for k in range(count)],
            "segment": 0,
            "start_s": 1234.5,
            "label": [NAMES["long"][k % 7] for k in range(count)],
        }
    )
    path = folder / "images.h5"
    with h5py.File(path, "w") as file:
        if of_samples:
            file["signal"] = np.random.default_rng(0).normal(size=(count, 400, 1))
            set_attributes(file["signal"], {"rate_hz": 100.0, "units": "robust"})
            file["restored"] = file["signal"][()] * 0.9
        else:
            level = np.linspace(0, 1, 48)[None, :, None, None] ** 8
            file["restored"] = np.broadcast_to(level, (count, 48, 40, 1)).astype(np.float32)
            file["images"] = np.rint(file["restored"][()] * 255).astype(np.uint8)
            about = {"quantity": "Amplitude (dB re 1)", "kind": "spectrogram"}
            set_attributes(file["images"], about | {"limits_db": (-70.0, 0.0)})
            file["frequency_hz"] = np.linspace(256, 0.5, 48)
            file["time_s"] = (np.arange(40) + 0.5) / 8
        write_table(file, "rows", rows)
    return path, rows


def scored(value, bounds=None, **more):
    bounds = bounds or [max(0, value - 0.2), min(1, value + 0.1)]
    names = ("accuracy", "balanced_accuracy", "macro_f1")
    return {
        **dict.fromkeys(names, value),
        "intervals": dict.fromkeys(names, bounds),
        "baselines": {"shuffled": {"p_value": 1e-4 if value > 0.8 else 0.5}},
        **more,
    }


def judged_classifier(labels, optimistic):
    counts = (1000 * np.eye(len(labels)) + 7).astype(int)
    own = {"labels": labels, "confusion_matrix": counts.tolist(), "segments": int(counts.sum())}
    own |= {"people": 40, "evaluation": "leave_one_database_out", "optimistic": optimistic}
    return scored(0.83, **own, by_recording=scored(0.9))


@pytest.mark.parametrize("optimistic", [None, OPTIMISTIC])
def test_scores(drawn, labels, optimistic):
    from biospectra.report.comparison import draw_comparison
    from biospectra.report.confusion_matrix import draw_matrix
    from biospectra.report.reliability import draw_reliability

    result = judged_classifier(labels, optimistic)
    draw_matrix(result, [drawn / "matrix.png"], "encoder_features_and_bands")
    of = {"a": result, "a_classifier_with_a_very_long_name": result, "cnn": result}
    pairs = [
        {"first": first, "second": second, "difference": scored(value, bounds), "p_value_holm": p}
        for first, second, value, bounds, p in (
            ("a", "a_classifier_with_a_very_long_name", 0.1, [0.05, 0.2], 0.01),
            ("a", "cnn", -0.1, [-0.2, 0.1], 0.4),
        )
    ]
    draw_comparison(of, pairs, [drawn / "comparison.png"])
    draw_comparison({"a": result}, [], [drawn / "one.png"])
    bins = [
        {"mean_probability": p, "accuracy": p, "interval": [p - 0.1, p + 0.1], "segments": 1000}
        | {"from": p - 0.05, "to": p + 0.05}
        for p in np.linspace(0.1, 0.9, 9)
    ]
    calibrated = {"bins": bins, "expected_calibration_error": 0.04, "interval": [0.02, 0.1]}
    draw_reliability(calibrated, [drawn / "reliability.png"], "encoder_features", optimistic)
    given = (calibrated, [drawn / "corrected.png"], "encoder_features", optimistic)
    draw_reliability(*given, corrected=calibrated)


def test_maps(drawn, labels):
    from biospectra.report.maps import draw_map, draw_maps
    from biospectra.report.new_recordings import draw_over

    random = np.random.default_rng(1)
    count = 30 * len(labels)
    rows = pd.DataFrame(
        {
            "recording": [f"{LONG}_{k % 20}" for k in range(count)],
            "label": [labels[k % len(labels)] for k in range(count)],
            "database": [f"database_number_{k % 5}" for k in range(count)],
            "subject": [f"p{k % 12}" for k in range(count)],
            "novelty": np.arange(count) / count * 2,
            "x": random.normal(size=count),
            "y": random.normal(size=count),
        }
    )
    rows.to_csv(drawn / "map.tsv", sep="\t", index=False)
    (drawn / "scores.json").write_text(json.dumps({"fit_on": "training"}))
    draw_map(
        drawn / "map.tsv",
        drawn / "scores.json",
        by_label=[drawn / "map.png"],
        by_database=[drawn / "database.png"],
        labels=labels,
        name="convolutional",
        split_by="segment",
        cleaned_by_label={},
        transductive=[],
    )
    among = {
        "silhouette": 0.43,
        "silhouette_range": [0.4, 0.5],
        "knn_accuracy": 0.9,
        "intervals": {"knn_accuracy": [0.8, 1.0]},
        "knn_accuracy_other_people": 0.4,
        "shuffled": {"knn_accuracy": {"mean": 0.5}},
    }
    methods = ("PCA", "t-SNE", "UMAP")
    space = {"label": among, "database": among, "subject": None, "trustworthiness": 0.98, "maps": 3}
    spaces = {"fit_on": "test", "spaces": dict.fromkeys(methods, space)}
    (drawn / "spaces.json").write_text(json.dumps(spaces))
    places = {f"{m} {k}": rows[axis] for m in methods for k, axis in ((1, "x"), (2, "y"))}
    many = rows.assign(subject=[f"{LONG}_{k}" for k in range(count)], **places)
    many.to_csv(drawn / "maps.tsv", sep="\t", index=False)
    draw_maps(
        drawn / "maps.tsv",
        drawn / "spaces.json",
        [drawn / "maps.png"],
        labels=labels,
        name="bands",
        split_by="segment",
        cleaned_by_label={},
        transductive=[],
    )
    draw_over(rows, rows, labels, [drawn / "new.png"], "convolutional", ("UMAP 1", "UMAP 2"))
    draw_over(None, rows, labels, [drawn / "none.png"], "cnn", None)


def test_the_recorders_and_leakage(drawn, labels):
    from biospectra.report.audit import draw_audit
    from biospectra.report.leakage import draw_leakage

    titles = ["native sampling rate", "power that only some recorders have", "database"]
    why = {"title": "mains hum left after cleaning", "why_not": "the study ends at 256 Hz, which "}
    why["why_not"] += "every recorder reaches, and there is nothing to be measured"
    told = {t: scored(v, title=t, tests=3) for t, v in zip(titles, (0.2, 0.99, 0.6), strict=True)}
    model = {"balanced_accuracy": 0.9, "interval": [0.8, 1.0]} | scored(0.9, tests=3)
    databases = {f"database_number_{k}": 12345 for k in range(5)}
    result = {
        "predictors": told | {"mains_left": why},
        "comparison": {"up_to_hz": 230.4, "whole": model, "common": model},
        "segments": dict.fromkeys(labels, databases),
    }
    draw_audit(result, [drawn / "audit.png"])
    splits = {
        name: scored(0.8, optimistic=k < 2, labels=labels)
        for k, name in enumerate(UNITS_OF_SPLITTING)
    }
    result = {"splits": splits, "gap": scored(0.3), "features": "bands"}
    result["classifier"] = "logistic_regression"
    (drawn / "leakage.json").write_text(json.dumps(result))
    draw_leakage(drawn / "leakage.json", [drawn / "leakage.png"], OPTIMISTIC)


def test_networks_side_by_side(drawn):
    from biospectra.report.autoencoders import draw_autoencoders
    from biospectra.report.encoders import draw_label_efficiency
    from biospectra.report.learning_curve import draw_learning_curve

    def method(family, latent, **more):
        values = {"mse": 0.004, "snr_db": 3.0, "balanced_accuracy": 0.8}
        return {
            "family": family,
            "latent": latent,
            "image": "spectrogram",
            "intervals": {key: [v * 0.9, v * 1.1] for key, v in values.items()},
            **values,
            **more,
        }

    network = {"architecture": "convolutional", "corrupted": False}
    methods = {
        "small": method("networks of spectrogram", 1200, input="spectrogram", **network),
        "large": method("networks of spectrogram", 76800, input="spectrogram", **network),
        "samples_network": method("networks of samples", 5120, input="samples", **network),
        "pca": method("PCA of spectrogram", 80, input="spectrogram", capped=True),
    }
    result = {"methods": methods, "image": "spectrogram", "snr_of_image_db": 14.0}
    result |= {"segments": 700, "people": 12, "chance": 0.33, "optimistic": OPTIMISTIC}
    (drawn / "autoencoders.json").write_text(json.dumps(result))
    draw_autoencoders(drawn / "autoencoders.json", [drawn / "autoencoders.png"])
    shares = [
        {"share": s, "balanced_accuracy": 0.5 + s / 3, "interval": [0.4, 0.9]}
        for s in (0.05, 0.1, 0.3, 1.0)
    ]
    kinds = {f"features_of_kind_{k}": ("encoder", "table")[k % 2] for k in range(9)}
    result = {
        "methods": {name: {"kind": kind, "shares": shares} for name, kind in kinds.items()},
        "twins": [["features_of_kind_0", "features_of_kind_2"]],
        "people": 24,
        "classifier": "logistic_regression",
        "tuned": True,
        "chance": 0.5,
        "why_no_interval": None,
    }
    (drawn / "encoders.json").write_text(json.dumps(result))
    draw_label_efficiency(drawn / "encoders.json", [drawn / "efficiency.png"])
    table = pd.DataFrame({"epoch": np.arange(1, 31), "loss": np.geomspace(2, 1e-5, 30)})
    table = table.assign(val_loss=table["loss"], accuracy=0.9, val_accuracy=0.8)
    for name, columns in (("both", list(table)), ("loss", ["epoch", "loss", "val_loss"])):
        table[columns].to_csv(drawn / f"{name}.tsv", sep="\t", index=False)
        title = "Training of a_network_with_a_long_name"
        path = [drawn / f"{name}.png"]
        draw_learning_curve(drawn / f"{name}.tsv", path, title=title, kind="vicreg")


def test_images(drawn):
    from biospectra.report.contact_sheet import draw_contact_sheet
    from biospectra.report.reconstruction import draw_restored
    from biospectra.store.images import axes_of

    path, rows = images_of(drawn, 9)
    rows = rows.assign(file=str(path), index=range(9))
    draw_contact_sheet(rows, axes_of(path), NAMES["long"][0], [drawn / "sheet.png"], "viridis")
    about = {"labels": NAMES["long"], "colour_map": "viridis"}
    draw_restored(path, [drawn / "restored.png"], **about)
    draw_restored(images_of(drawn, 3, True)[0], [drawn / "samples.png"], **about)


def test_attributions(drawn, labels):
    from biospectra.report.explanation import draw_images, draw_samples

    of = {"frequency_hz": np.geomspace(200, 1, 30), "time_s": (np.arange(40) + 0.5) / 8}
    of |= {"limits_db": (-60.0, 0.0), "quantity": "Amplitude (dB re 1)", "colour_map": None}
    random = np.random.default_rng(2)
    n = len(labels)
    means = {
        "labels": labels,
        "segments": np.array([0] + [12] * (n - 1)),
        "attribution": random.normal(size=(n, 30, 40)) * 1e-4,
        "mean": np.full((n, 30, 40), -30.0),
    }
    means["attribution"][0] = np.nan
    title = "Integrated gradients of a_network_with_a_long_name"
    draw_images(means, of, [drawn / "images.png"], title=title, colour_map="viridis")
    signals = random.normal(size=(4 * n, 200))
    codes = np.repeat(np.arange(n), 4)
    of = {"time_s": np.arange(200) / 100, "units": "robust"}
    draw_samples(signals, signals * 1e-5, codes, labels, of, [drawn / "signals.png"], title=title)


def test_wavelets_and_the_self_test(drawn):
    from biospectra.report.transform_checks import draw
    from biospectra.report.wavelets import draw_gallery

    draw_gallery(["cmor1.5-1.0", "morl"], [drawn / "wavelets.png"])
    plans = [
        SimpleNamespace(
            time_s=np.linspace(0, 5, 40),
            frequency_hz=np.geomspace(200, 1, 30),
            frequency_axis=axis,
            height=30,
        )
        for axis in ("log", "linear")
    ]
    panels = [
        SimpleNamespace(
            title=f"an_image_of_a_long_name: {name}",
            plan=plan,
            decibel=np.random.default_rng(3).normal(size=(30, 40)) * 20,
            time_s=plan.time_s,
            frequency_hz=np.linspace(10, 100, 40),
        )
        for name, plan in zip(("chirp", "impulse"), plans, strict=True)
    ]
    draw([*panels, panels[0]], [drawn / "checks.png"])


def test_words_that_collide_or_are_cut_off_are_found():
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(3, 2))
    drawing.text(0.5, 0.5, "one")
    drawing.text(0.52, 0.5, "two")
    drawing.text(0.99, 0.9, "three")
    drawing.text(0.1, 0.1, "four")
    first, second = faults_of(drawing)
    assert {first, second} <= {
        "'one' lies on 'two'",
        "'two' lies on 'one'",
        "'three' is cut off",
    }
