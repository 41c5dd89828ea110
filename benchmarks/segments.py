"""What each step behind the images takes as segments grow: time, and memory at its peak.

    python benchmarks/segments.py 10000 100000 1000000

The segments are rows alone and a table of 16 features, drawn at random around the class's own
means; 100 segments a recording, five recordings a person, three classes, three databases. Each step
is a process of its own, its imports included, on one core.
"""

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
A_RECORDING, A_PERSON = 100, 5


def write_inputs(folder: Path, segments: int) -> None:
    """Write segments' rows and a table of features of so many segments."""
    from biospectra.store.rows import write_table
    from biospectra.store.tables import write_tsv

    recording = np.arange(segments) // A_RECORDING
    person = recording // A_PERSON
    rows = pd.DataFrame(
        {
            "recording": [f"r{i:06d}" for i in recording],
            "segment": np.arange(segments) % A_RECORDING,
            "start_s": 5.0 * (np.arange(segments) % A_RECORDING),
            "label": np.array(LABELS)[person % 3],
            "subject": [f"p{i:06d}" for i in person],
            "database": [f"d{i % 2}" for i in recording],
            "quality": "ok",
        }
    )
    recordings = rows.drop_duplicates("recording")[["recording"]].assign(
        source="x", channel="0", units="mV", rate_hz=128.0, native_rate_hz=128.0, bandwidth_hz=64.0
    )
    with h5py.File(folder / "segments.h5", "w") as file:
        write_table(file, "rows", rows)
        write_table(file, "recordings", recordings)
    (folder / "rejected.tsv").write_text("recording\treason\tsubject\n")
    rows["split"] = np.array(["training", "training", "training", "validation", "test"])[
        person // 3 % 5
    ]
    write_tsv(rows, folder / "split.tsv")
    random = np.random.default_rng(SEED)
    means = random.standard_normal((3, COLUMNS))[person % 3]
    means += random.standard_normal((person.max() + 1, COLUMNS))[person]
    with h5py.File(folder / "features.h5", "w") as file:
        noise = random.standard_normal((segments, COLUMNS), dtype=np.float32)
        file.create_dataset("features", data=noise + means.astype(np.float32), chunks=(256, 16))
        file["names"] = [f"c{i}".encode() for i in range(COLUMNS)]
        write_table(file, "rows", rows)
        write_table(file, "recordings", recordings)


def split(folder: Path) -> None:
    """Share segments out by person."""
    from biospectra.evaluation.split import split_rows
    from biospectra.store.rows import read_rows
    from biospectra.store.tables import write_tsv

    rows = read_rows([folder / "segments.h5"]).drop(columns=["file", "index"])
    write_tsv(
        split_rows(
            rows,
            labels=LABELS,
            given={},
            seed=SEED,
            sessions=None,
            unlabelled=None,
            by="subject",
            fractions={"training": 0.6, "validation": 0.2, "test": 0.2},
            max_per_class={"training": None, "validation": None, "test": None},
            stratify=[],
        ),
        folder / "out.tsv",
    )


def umap(folder: Path) -> None:
    """Map 256 test segments of each class."""
    from biospectra.steps.umap import map_features

    map_features(
        folder / "features.h5",
        table=folder / "map.tsv",
        scores=folder / "map.json",
        reducer=folder / "umap.npz",
        labels=LABELS,
        max_per_class=256,
        k_neighbors=5,
        window_s=5,
        fit_on="training",
        draws=200,
        seed=SEED,
        n_neighbors=15,
        min_dist=0.1,
        metric="euclidean",
    )


def classify(folder: Path, name: str) -> None:
    """Choose among one kind of classifier and predict the test segments."""
    from biospectra.steps.classify import classify as run

    run(
        [str(folder / "features.h5")],
        model=folder / "model.skops",
        choice=folder / "choice.tsv",
        predictions=folder / "predictions.tsv",
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


def logistic_regression(folder: Path) -> None:
    """Classify by logistic regression."""
    classify(folder, "logistic_regression")


def k_nearest_neighbours(folder: Path) -> None:
    """Classify by the nearest neighbours."""
    classify(folder, "k_nearest_neighbours")


STEPS: dict[str, Callable[[Path], None]] = {
    step.__name__: step for step in (split, umap, logistic_regression, k_nearest_neighbours)
}


def measured(step: str, folder: Path) -> tuple[float, float, float]:
    """Run a step in a process of its own; returns wall and processor seconds and its peak in MB."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, __file__, "--step", step, str(folder)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{step} failed")
    return time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Measure all steps at the numbers of segments that the command line names."""
    if sys.argv[1] == "--step":
        STEPS[sys.argv[2]](Path(sys.argv[3]))
        return
    print("| segments | step | wall, s | processor, s | peak, MB |\n|---|---|---|---|---|")
    for segments in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory(prefix="biospectra-") as name:
            write_inputs(Path(name), segments)
            for step in STEPS:
                wall_s, cpu_s, peak_mb = measured(step, Path(name))
                print(
                    f"| {segments:,} | {step} | {wall_s:.1f} | {cpu_s:.1f} | {peak_mb:.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
