"""What each step behind the images takes as segments grow: time, and memory at its peak.

    python benchmarks/segments.py 10000 100000 1000000
    python benchmarks/segments.py 1000000 --steps encode classify

The segments are noise of 64 Hz, images of 16x16 and a table of 16 features, drawn at random around
the class's own means; 100 segments a recording, five recordings a person, three classes, two
databases, and 10,000 segments in a file. Each step is a process of its own, its imports included,
on one core. 1,000,000 segments take 3 GB in the temporary folder.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

LABELS = ["A", "B", "C"]
COLUMNS = 16
SEED = 0
A_RECORDING, A_PERSON, A_FILE = 100, 5, 10_000
RATE_HZ, WINDOW_S, SIDE = 64, 5, 16
LANDMARKS = 250  # of a recording; 500 s have about as many
NETWORK = {"kind": "convolutional", "filters": [8, 8], "precision": "float32", "batch_size": 256}


def all_rows(segments: int) -> pd.DataFrame:
    """Return the rows of so many segments, with their split."""
    recording = np.arange(segments) // A_RECORDING
    person = recording // A_PERSON
    splits = np.array(["training", "training", "training", "validation", "test"])
    return pd.DataFrame(
        {
            "recording": [f"r{i:06d}" for i in recording],
            "segment": np.arange(segments) % A_RECORDING,
            "start_s": float(WINDOW_S) * (np.arange(segments) % A_RECORDING),
            "label": np.array(LABELS)[person % 3],
            "subject": [f"p{i:06d}" for i in person],
            "database": [f"d{i % 2}" for i in recording],
            "quality": "ok",
            "split": splits[person // 3 % 5],
        }
    )


def recordings_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the attributes of the recordings of some rows."""
    return rows.drop_duplicates("recording")[["recording"]].assign(
        source="x",
        channel="0",
        units="mV",
        unit_size=1.0,
        rate_hz=float(RATE_HZ),
        native_rate_hz=float(RATE_HZ),
        bandwidth_hz=RATE_HZ / 2,
        remarks="",
    )


def write_shard(folder: Path, rows: pd.DataFrame, random: np.random.Generator) -> None:
    """Write the segments, images and landmarks of a shard's recordings, and of their recorders."""
    from biospectra.signals.fingerprint import Landmarks
    from biospectra.signals.recorder import recorder_facts
    from biospectra.store.fingerprints import write_fingerprints
    from biospectra.store.hdf5 import put_dataset, set_attributes
    from biospectra.store.images import append_images, create_images
    from biospectra.store.quarantine import write_rejected
    from biospectra.store.rows import write_table

    name, without = f"{int(rows.index[0]) // A_FILE:04d}", rows.drop(columns="split")
    recordings = recordings_of(rows)
    signals = random.standard_normal((len(rows), RATE_HZ * WINDOW_S), dtype=np.float32)
    with h5py.File(folder / f"segments/{name}.h5", "w") as file:
        put_dataset(file, "signal", signals)
        write_table(file, "rows", without)
        write_table(file, "recordings", recordings)
    with h5py.File(folder / f"images/{name}.h5", "w") as file:
        images = create_images(file, (SIDE, SIDE))
        append_images(images, random.integers(0, 255, (len(rows), SIDE, SIDE), np.uint8))
        set_attributes(images, {"kind": "spectrogram", "quantity": "dB", "limits_db": [-60, 0]})
        put_dataset(file, "frequency_hz", np.linspace(RATE_HZ / 2, 0, SIDE))
        put_dataset(file, "time_s", np.linspace(0, WINDOW_S, SIDE))
        write_table(file, "rows", without)
        write_table(file, "recordings", recordings)
    firsts = rows.drop_duplicates("recording").reset_index(drop=True)
    facts = [
        {"recording": row.recording, "units": "mV"}
        | recorder_facts(signals[k * A_RECORDING : (k + 1) * A_RECORDING].ravel(), RATE_HZ, "mV")
        for k, row in firsts.iterrows()
    ]
    pd.DataFrame(facts).to_csv(folder / f"recorders/{name}.tsv", sep="\t", index=False)
    told = [
        {key: row[key] for key in ("recording", "subject", "label", "database")}
        | {"content": row["recording"]}
        for _, row in firsts.iterrows()
    ]
    seconds = A_RECORDING * WINDOW_S
    found = [
        Landmarks(
            np.sort(random.uniform(0, seconds, LANDMARKS)),
            random.integers(0, 2**32, (LANDMARKS, 2), np.uint32),
            random.integers(-127, 127, (LANDMARKS, 74), np.int8),
        )
        for _ in told
    ]
    marks = [{"time": one, "count": one} for one in found]
    write_fingerprints(folder / f"fingerprints/{name}.h5", told, marks)
    write_rejected({}, folder / f"rejected/{name}.tsv")


def write_inputs(folder: Path, segments: int) -> None:
    """Write all that the steps read of so many segments."""
    from biospectra.store.hdf5 import put_dataset
    from biospectra.store.rows import write_table
    from biospectra.store.tables import write_tsv

    for part in ("segments", "images", "recorders", "fingerprints", "rejected"):
        (folder / part).mkdir()
    rows, random = all_rows(segments), np.random.default_rng(SEED)
    for first in range(0, segments, A_FILE):
        write_shard(folder, rows[first : first + A_FILE], random)
    write_tsv(rows, folder / "split.tsv")
    person = np.arange(segments) // A_RECORDING // A_PERSON
    means = random.standard_normal((3, COLUMNS))[person % 3]
    means += random.standard_normal((person.max() + 1, COLUMNS))[person]
    with h5py.File(folder / "features.h5", "w") as file:
        noise = random.standard_normal((segments, COLUMNS), dtype=np.float32)
        put_dataset(file, "features", noise + means.astype(np.float32))
        put_dataset(file, "names", [f"c{i}" for i in range(COLUMNS)])
        write_table(file, "rows", rows)
        write_table(file, "recordings", recordings_of(rows))


def files(folder: Path, part: str) -> list[str]:
    """Return the files of a folder in their order."""
    return sorted(map(str, (folder / part).iterdir()))


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


def classify(folder: Path, name: str) -> None:
    """Choose among one kind of classifier and predict the test segments."""
    from biospectra.steps.classify import classify as run

    run(
        [str(folder / "features.h5")],
        model=folder / "model.skops",
        choice=folder / "choice.tsv",
        predictions=folder / "predictions.tsv",
        validation=folder / "validation.tsv",
        cost=folder / "cost.json",
        labels=LABELS,
        names=[name],
        tune=False,
        pooling="flat",
        centred=False,
        evaluation="holdout",
        folds=5,
        seed=SEED,
        threads=1,
    )


def k_nearest_neighbours(folder: Path) -> None:
    """Classify by the nearest neighbours."""
    classify(folder, "k_nearest_neighbours")


def gradient_boosting(folder: Path) -> None:
    """Classify by boosted trees."""
    classify(folder, "gradient_boosting")


def logistic_regression(folder: Path) -> None:
    """Classify by logistic regression."""
    classify(folder, "logistic_regression")


def confusion_matrix(folder: Path) -> None:
    """Score the predictions of the classifier before."""
    from biospectra.steps.confusion_matrix import evaluate

    evaluate(
        folder / "predictions.tsv",
        folder / "cost.json",
        picture=[folder / "confusion.png"],
        reliability=[folder / "reliability.png"],
        scores=folder / "scores.json",
        labels=LABELS,
        name="bench",
        validation=folder / "validation.tsv",
        uncertainty=folder / "uncertainty.json",
        evaluation="holdout",
        split_by="subject",
        by_label={},
        transductive=[],
        columns=["database"],
        draws=1000,
        calibration_bins=10,
        recalibration="temperature",
        coverage=0.9,
        coverage_within="all",
        seed=SEED,
    )


def compare(folder: Path) -> None:
    """Compare two classifiers."""
    from biospectra.steps.compare import compare as run

    names = ("one", "other")
    run(
        dict.fromkeys(names, folder / "predictions.tsv"),
        dict.fromkeys(names, folder / "scores.json"),
        dict.fromkeys(names, folder / "cost.json"),
        output=folder / "pairs.json",
        table=folder / "pairs.tsv",
        page=folder / "pairs.html",
        figures=[folder / "pairs.png"],
        labels=LABELS,
        joined=[],
        sessions=[],
        draws=1000,
        seed=SEED,
    )


def leakage(folder: Path) -> None:
    """Score random segments, recordings and people as units of splitting."""
    from biospectra.steps.leakage import leakage as run

    run(
        folder / "features.h5",
        scores=folder / "leakage.json",
        table=folder / "leakage.tsv",
        labels=LABELS,
        name="bench",
        classifier="random_forest",
        folds=5,
        draws=1000,
        seed=SEED,
    )


def audit(folder: Path) -> None:
    """Predict the class from what is not physiology."""
    from biospectra.steps.audit import audit as run

    run(
        files(folder, "segments"),
        folder / "split.tsv",
        files(folder, "recorders"),
        scores=folder / "audit.json",
        figures=[folder / "audit.png"],
        labels=LABELS,
        folds=5,
        draws=1000,
        seed=SEED,
        common_band=False,
        columns=[],
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


ORDER = (split, feature_table, encode, umap, maps, map_page, k_nearest_neighbours)
ORDER += (gradient_boosting, logistic_regression, confusion_matrix, compare, leakage, audit)
ORDER += (novelty, examples, png, summary)
STEPS: dict[str, Callable[[Path], None]] = {step.__name__: step for step in ORDER}
INPUTS = "inputs"


def measured(step: str, folder: Path, *segments: int) -> tuple[float, float, float] | None:
    """Run a step in a process of its own; returns wall and processor seconds and its peak in MB.

    Inputs are written in one of their own, too: a new process begins with the peak of the old one.
    """
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, __file__, *map(str, segments), "--step", step, "--folder", str(folder)],
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        return None
    return time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Measure steps at the numbers of segments that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("segments", type=int, nargs="*")
    parser.add_argument("--steps", nargs="+", default=list(STEPS), choices=STEPS, metavar="STEP")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument(
        "--folder", type=Path, help="inputs of an earlier call, or where to leave them"
    )
    given = parser.parse_args()
    if given.step == INPUTS:
        write_inputs(given.folder, *given.segments)
        return
    if given.step:
        STEPS[given.step](given.folder)
        return
    print("| segments | step | wall, s | processor, s | peak, MB |\n|---|---|---|---|---|")
    for segments in given.segments:
        with tempfile.TemporaryDirectory(prefix="biospectra-") as name:
            folder = given.folder / str(segments) if given.folder else Path(name)
            if not (folder / "features.h5").exists():
                folder.mkdir(parents=True, exist_ok=True)
                measured(INPUTS, folder, segments)
            for step in given.steps:
                took = measured(step, folder)
                told = "failed" if took is None else "{:.1f} | {:.1f} | {:.0f}".format(*took)
                print(f"| {segments:,} | {step} | {told} |", flush=True)


if __name__ == "__main__":
    main()
