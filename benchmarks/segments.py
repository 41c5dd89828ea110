"""What each step behind the images takes as segments grow: time, and memory at its peak.

    python benchmarks/segments.py 10000 100000 1000000
    python benchmarks/segments.py 1000000 --steps encode compare

The segments are noise of 64 Hz, images of 16x16 and a table of 16 features, drawn at random around
the class's own means; 100 segments a recording, five recordings a person, three classes, two
databases, and 10,000 segments in a file. Each step is a process of its own, its imports included,
on one core. `wide_classifier` reads flat features of 1,024 columns. 1,000,000 segments take 5 GB in
the temporary folder.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import segment_scores as scores
import segment_steps as steps
from segment_data import write_inputs, write_wide

ORDER = (steps.split, steps.feature_table, steps.encode, steps.umap, steps.maps, steps.map_page)
ORDER += (scores.k_nearest_neighbours, scores.gradient_boosting, scores.random_forest)
ORDER += (scores.wide_classifier, scores.logistic_regression, scores.confusion_matrix)
ORDER += (scores.compare, scores.leakage, scores.audit)
ORDER += (steps.novelty, steps.examples, steps.png, steps.summary)
STEPS: dict[str, Callable[[Path], None]] = {step.__name__: step for step in ORDER}
WRITERS = {"inputs": write_inputs, "wide": write_wide}


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
    if given.step in WRITERS:
        WRITERS[given.step](given.folder, *given.segments)
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
                measured("inputs", folder, segments)
            if "wide_classifier" in given.steps and not (folder / "wide.h5").exists():
                measured("wide", folder, segments)
            for step in given.steps:
                took = measured(step, folder)
                told = "failed" if took is None else "{:.1f} | {:.1f} | {:.0f}".format(*took)
                print(f"| {segments:,} | {step} | {told} |", flush=True)


if __name__ == "__main__":
    main()
