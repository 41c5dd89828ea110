"""The steps of `segments.py` but for classifiers and their scores."""

import json
from pathlib import Path

from segment_data import COLUMNS, LABELS, SEED, SIDE, WINDOW_S, files

NETWORK = {"kind": "convolutional", "filters": [8, 8], "precision": "float32", "batch_size": 256}


def split(folder: Path) -> None:
    """Share segments out by person, and look for copies."""
    from biospectra.steps.split import split_study

    split_study(
        files(folder, "segments"),
        files(folder, "rejected"),
        files(folder, "fingerprints"),
        folder / "out.tsv",
        folder / "rejected.tsv",
        folder / "rejected_segments.tsv",
        labels=LABELS,
        given={},
        seed=SEED,
        sessions=None,
        unlabelled=None,
        on_copies="stop",
        together=False,
        on_missing_channel="refuse",
        by="subject",
        fractions={"training": 0.6, "validation": 0.2, "test": 0.2},
        max_per_class={"training": None, "validation": None, "test": None},
        stratify=[],
    )


def feature_table(folder: Path) -> None:
    """Compute the Fourier features of all segments."""
    from biospectra.steps.feature_table import feature_table as run

    run(
        files(folder, "segments"),
        folder / "split.tsv",
        folder / "fourier.h5",
        folder / "fourier.tsv",
        sessions=[],
        kind="fourier",
        join_channels=False,
        splits=["training", "validation", "test"],
        peaks=5,
    )


def encode(folder: Path) -> None:
    """Encode all images by a small network."""
    from biospectra.models import convolutional, network
    from biospectra.steps.encode import encode as run

    network.start(threads=1, seed=SEED, precision="float32")
    convolutional.build((SIDE, SIDE, 1), filters=NETWORK["filters"], latent=COLUMNS)[1].save(
        folder / "encoder.keras"
    )
    run(
        files(folder, "images"),
        folder / "split.tsv",
        folder / "encoder.keras",
        folder / "encoded.h5",
        settings=NETWORK,
        kept={"flat": False, "per_class": 256, "splits": ["test"], "probed": False, "seed": SEED},
        threads=1,
    )


MAP = {
    "max_per_class": 256,
    "k_neighbors": 5,
    "window_s": WINDOW_S,
    "fit_on": "training",
    "draws": 200,
    "seed": SEED,
    "n_neighbors": 15,
    "min_dist": 0.1,
    "metric": "euclidean",
}


def umap(folder: Path) -> None:
    """Map 256 test segments of each class."""
    from biospectra.steps.umap import map_features

    map_features(
        folder / "features.h5",
        table=folder / "map.tsv",
        scores=folder / "map.json",
        reducer=folder / "umap.npz",
        labels=LABELS,
        **MAP,
    )


def maps(folder: Path) -> None:
    """Map them by PCA, t-SNE and two UMAPs."""
    from biospectra.steps.maps import place_on_maps

    place_on_maps(
        folder / "features.h5",
        scores=folder / "maps.json",
        table=folder / "maps.tsv",
        seeds=2,
        **MAP,
    )


def map_page(folder: Path) -> None:
    """Draw the interactive map of `umap`."""
    from biospectra.report.map_page import write_map_page

    write_map_page(
        folder / "map.tsv",
        folder / "map.html",
        segments=files(folder, "segments"),
        inputs=files(folder, "images"),
        labels=LABELS,
        colour_map="viridis",
        fit_on="training",
        name="bench",
    )


def novelty(folder: Path) -> None:
    """Learn what is unlike all training people, as a trained model's folder holds it."""
    from biospectra.steps.bundle import learn_novelty, write_people

    learn_novelty(folder / "features.h5")
    write_people(folder / "features.h5", folder / "people.npz", ["training", "validation"])


def examples(folder: Path) -> None:
    """Draw a typical segment of each class."""
    from biospectra.report.examples import draw_examples

    draw_examples(
        files(folder, "segments"),
        {"spectrogram": files(folder, "images")},
        [folder / "examples.png"],
        labels=LABELS,
        colour_map="viridis",
    )


def png(folder: Path) -> None:
    """Draw contact sheets, and write five images of each class."""
    from biospectra.steps.png import write_pngs

    write_pngs(
        files(folder, "images"),
        folder / "png",
        {label: [folder / f"{label}.png"] for label in LABELS},
        per_class=5,
        colour_map="viridis",
        sheet_colour_map="viridis",
    )


def summary(folder: Path) -> None:
    """Collect the run's figures."""
    from biospectra.steps.summary import summarise

    (folder / "audit.json").touch()
    (folder / "empty.json").write_text(json.dumps({}))
    summarise(
        files(folder, "segments"),
        folder / "split.tsv",
        folder / "rejected/0000.tsv",
        folder / "summary.json",
        study="bench",
        split_by="subject",
        labels=LABELS,
        encoders={},
        embeddings={},
        classifiers={},
        maps={},
        audit=folder / "empty.json",
        comparison=None,
        leakage=None,
        side_by_side=None,
    )
