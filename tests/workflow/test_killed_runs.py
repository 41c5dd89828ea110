"""A run that is killed again and again, or fills the disk, ends as an undisturbed one does."""

import json
import os
import random
import signal
import subprocess

import h5py
import hdf5plugin  # noqa: F401
import numpy as np
import pandas as pd
import pytest
import yaml

from support.harness import Workflow
from support.tiny import write_study

KILLS = 10


def study(folder) -> Workflow:
    folder.mkdir()
    write_study(folder)
    made = Workflow(folder)
    config = yaml.safe_load(made.config.read_text())
    config["classifiers"] = {"table": config["classifiers"]["table"]}
    config["images"] = {"spectrogram": config["images"]["spectrogram"]}
    config["encoders"]["small"]["epochs"] = 4
    made.config.write_text(yaml.safe_dump(config))
    return made


def plain(value):
    """Return all numbers of a summary, by where they stand."""
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    else:
        return {"": value}
    return {f"{key}.{at}": inner for key, part in items for at, inner in plain(part).items()}


@pytest.mark.slow
def test_a_run_killed_at_random_moments_gives_the_results_of_an_undisturbed_one(tmp_path):
    whole, killed = study(tmp_path / "whole"), study(tmp_path / "killed")
    targets = ["results/tiny/summary.json", "results/tiny/features/small.h5"]
    whole.run(*targets)
    moments = random.Random(7)
    done = 0
    for _ in range(KILLS):
        run = killed.begin(*targets)
        try:
            run.communicate(timeout=moments.uniform(3, 14))
            break  # it was ready before it was killed
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            run.communicate()
            done += 1
        killed.run("--unlock")  # as snakemake tells the user
    killed.run(*targets)
    print(f"killed {done} times")
    assert done >= 4
    results = [each.folder / "results/tiny" for each in (whole, killed)]
    summaries = [plain(json.loads((folder / "summary.json").read_text())) for folder in results]
    assert summaries[0].keys() == summaries[1].keys()
    for key, value in summaries[0].items():
        # UMAP's floats and those of several threads differ in their last digits.
        loose = 0.05 if ".map." in key else 1e-3
        expected = pytest.approx(value, rel=loose) if isinstance(value, float) else value
        assert summaries[1][key] == expected, key
    for name in ("split.tsv", "features/fourier.tsv"):
        assert (results[0] / name).read_bytes() == (results[1] / name).read_bytes()
    histories = [
        pd.read_csv(folder / "encoder/small/history.tsv", sep="\t").drop(columns="seconds")
        for folder in results
    ]
    np.testing.assert_allclose(histories[1], histories[0], rtol=1e-3)
    for shard in "01":
        images = []
        for folder in results:
            with h5py.File(folder / f"spectrogram/{shard}.h5") as file:
                images.append(file["images"][()])
        np.testing.assert_array_equal(*images)


@pytest.mark.slow
def test_a_run_that_fills_the_disk_goes_on_when_there_is_room(tmp_path, small_disk):
    full = study(tmp_path / "full")
    (full.folder / "results").symlink_to(small_disk)
    shards = [f"results/tiny/spectrogram/{shard}.h5" for shard in "01"]
    for size_kb in (250, 500):  # where resampling, and where the images fill it
        subprocess.run(["mount", "-o", f"remount,size={size_kb}k", small_disk], check=True)
        done = full.run(*shards, check=False)
        assert done.returncode != 0
        assert "Error: the disk is full" in done.stdout
        assert not all((full.folder / shard).exists() for shard in shards)  # each is whole, or none
    subprocess.run(["mount", "-o", "remount,size=20m", small_disk], check=True)
    full.run(*shards)
    whole = study(tmp_path / "whole")
    whole.run(*shards)
    for shard in shards:
        with h5py.File(full.folder / shard) as one, h5py.File(whole.folder / shard) as other:
            np.testing.assert_array_equal(one["images"][()], other["images"][()])
