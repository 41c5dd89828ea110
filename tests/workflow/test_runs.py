"""Whole runs: dry, from end to end, again, and after an edit."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support.harness import ROOT, Workflow, jobs_of


@pytest.mark.parametrize(
    "study", ["", "ecg_rhythm/", "biosignals_125k/", "local_example/", "latent_sizes/"]
)
def test_every_study_dry_runs(study, copy):
    copy.config = Path(f"config/{study}config.yaml")
    if study == "biosignals_125k/":
        make_table(copy.folder)
    if study == "local_example/":
        (copy.folder / "my_recordings").mkdir()
        for line in (copy.folder / "config/local_example/recordings.tsv").read_text().splitlines():
            if "/" in line:
                (copy.folder / "my_recordings" / Path(line.split("\t")[1]).name).touch()
    assert jobs_of(copy.run("-n").stdout)["summary"] == 1


def make_table(folder: Path) -> None:
    """Make the large study's table from lists of records such as PhysioNet has."""
    from support.record_lists import write_record_lists

    lists = write_record_lists(folder / "lists")
    script = folder / "config/biosignals_125k/make_table.py"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "workflow/scripts")}
    subprocess.run([sys.executable, script, lists], check=True, cwd=folder, env=environment)


def test_the_published_protocol_splits_by_segment(copy):
    copy.config = Path("config/ecg_rhythm/config.yaml")
    done = copy.run("-n", "--configfile", copy.config, "config/ecg_rhythm/published.yaml")
    assert "results/ecg_rhythm_published/summary.json" in done.stdout


SMALL_IMAGES = {
    "ecg_rhythm": {"scaleogram": {"height": 32, "width": 32}},
    "biosignals_125k": {"spectrogram": {"height": 48, "width": 64}},
}


@pytest.mark.slow
@pytest.mark.parametrize("study", list(SMALL_IMAGES))
def test_a_published_study_cut_down_runs_on_real_recordings(study, real, tmp_path):
    from support import small_studies

    config = yaml.safe_load((ROOT / "config" / study / "config.yaml").read_text())
    rows = {
        "ecg_rhythm": small_studies.ecg_rhythm_rows,
        "biosignals_125k": small_studies.biosignals_rows,
    }[study]()
    rows = [row for k, row in enumerate(rows) if k % 12 == 0 or row["database"] in FEW]
    rows = [row | {"duration_s": row["duration_s"] and min(60, row["duration_s"])} for row in rows]
    small_studies.write_small_study(tmp_path / "recordings.tsv", rows)
    mirror = small_studies.write_mirror(tmp_path / "mirror")
    config |= {
        "recordings": "recordings.tsv",
        "physionet_mirror": str(mirror),
        "shards": 2,
        "on_bad_recording": "stop",
    }
    config["split"] = {
        "fractions": {"training": 0.4, "validation": 0.3, "test": 0.3},
        "max_per_class": {"training": 40, "validation": 20, "test": 20},
    }
    if study == "ecg_rhythm":  # two people of a class cannot be shared out to three splits
        config["split"]["by"] = "recording"
    for name, size in SMALL_IMAGES[study].items():
        config["images"][name] |= size
    for entry in config.get("encoders", {}).values():
        entry |= {"filters": [8, 8], "epochs": 1}
    for entry in config["classifiers"].values():
        if entry["kind"] == "cnn":
            entry |= {"epochs": 1, "explain": False}
    config |= {"leakage": {"features": None}, "umap": {"seeds": 0}, "scores": {"draws": 200}}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    workflow = Workflow(tmp_path)
    target = Path("results", study, "summary.json")  # the figures are the tiny study's matter
    workflow.run(target)
    summary = json.loads((tmp_path / target).read_text())
    for counts in summary["classes"].values():
        assert counts["split"]["test"] > 0
    assert summary["classifiers"]


FEW = ("chfdb", "nsrdb", "emgdb")


def test_the_tiny_study_runs_from_end_to_end_and_again_does_nothing(tiny):
    done = tiny.run("--forcerun", "study_page")  # other tests may have made all
    assert "classifier, held-out people" in done.stdout  # the summary stands at the end
    for path in ("summary.json", "png/examples.png", "umap/small/map.html"):
        assert (tiny.folder / "results/tiny" / path).is_file()
    again = tiny.run()
    assert "Nothing to be done" in again.stdout


def test_adding_a_recording_redoes_one_shard(finished):
    shards = [f"segments/{shard}.h5" for shard in "01"]
    study = finished(*shards)
    table = study.folder / "recordings.tsv"
    line = table.read_text().splitlines()[1].replace("slow_0\t", "slow_new\t")
    table.write_text(table.read_text() + line + "\n")
    jobs = jobs_of(study.run("-n", *(f"results/tiny/{shard}" for shard in shards)).stdout)
    assert jobs == {"download": 1, "resample": 1, "segment": 1}


def test_a_run_resumes_at_the_job_that_failed(fresh):
    shards = [f"results/tiny/resampled/{shard}.h5" for shard in "01"]
    broken = fresh.folder / "fast_1.edf"
    whole = broken.read_bytes()
    broken.write_bytes(whole[:400])
    # Without a look into the files before the run, which finds it.
    assert fresh.run(*shards, "--keep-going", "--no-hooks", check=False).returncode != 0
    broken.write_bytes(whole)
    again = jobs_of(fresh.run(*shards).stdout)
    assert again == {"download": 1, "resample": 1}  # the file is another one
    assert all((fresh.folder / shard).is_file() for shard in shards)
