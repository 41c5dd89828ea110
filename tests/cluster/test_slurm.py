"""Runs on a real Slurm of one node, through the profile that users fill in."""

import json
import subprocess
import time

import pandas as pd
import pytest
import yaml

from support.harness import Workflow

HUNGRY = """

rule hungry:
    output:
        "results/tiny/hungry.txt",
    log:
        "results/tiny/logs/hungry.log",
    resources:
        mem_mb=grows(500),
        runtime=grows(5),
    shell:
        "python3 -c \\"import time; held = bytearray(600_000_000); time.sleep(4)\\" > {log} 2>&1"
        " && echo done > {output}"
"""


def new_jobs(slurm, before: int) -> list[dict[str, str]]:
    return [job for job in slurm.jobs() if int(job["JobId"]) > before]


def last_job(slurm) -> int:
    return max((int(job["JobId"]) for job in slurm.jobs()), default=0)


def change(study, **parts) -> None:
    """Change parts of the study's config."""
    study.config.write_text(yaml.safe_dump(yaml.safe_load(study.config.read_text()) | parts))


@pytest.mark.parametrize("deep", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_tiny_study_runs_from_end_to_end(slurm, study, deep):
    config = yaml.safe_load(study.config.read_text())
    classifiers, targets = config["classifiers"], ["all"]
    scores = "results/tiny/classifier/table/scores.json"
    if not deep:  # TensorFlow's start and Slurm's polls make the whole study take five minutes
        classifiers = {"table": classifiers["table"]}
        images = {"spectrogram": config["images"]["spectrogram"]}
        change(study, images=images, encoders={}, classifiers=classifiers)
        targets = [scores, *(f"results/tiny/spectrogram/{shard}.h5" for shard in "01")]
    before = last_job(slurm)
    study.run(*targets)
    assert json.loads((study.folder / scores).read_text())["accuracy"] > 0.9
    jobs = new_jobs(slurm, before)
    assert {job["JobState"] for job in jobs} == {"COMPLETED"}
    names = sorted(job["Comment"] for job in jobs)
    # One Slurm job a shard, not three or four.
    assert names.count("rule_shard_image_resample_segment") == 2
    assert sum(name.startswith("rule_classifier_") for name in names) == len(classifiers)
    assert not [name for name in names if name.startswith(("rule_resample", "rule_segment"))]
    assert "Nothing to be done" in study.run("-n", *targets).stdout


def test_a_failing_jobs_error_and_log_reach_the_user(slurm, study):
    broken = study.folder / "slow_1.edf"
    broken.write_bytes(broken.read_bytes()[:300])
    # Without the look into files with which a run begins, and which would have told it.
    options = ("--no-hooks", "--retries", "0")
    done = study.run(*options, "results/tiny/split.tsv", check=False)
    assert done.returncode != 0
    assert "Error in rule resample" in done.stdout or "Error in group" in done.stdout
    log = next((study.folder / "results/tiny/logs/resample").glob("*.log"))
    assert f"results/tiny/logs/resample/{log.name}" in done.stdout
    assert "recording slow_1" in done.stdout  # the log's text, or the job's own line
    assert not (study.folder / "results/tiny/split.tsv").exists()


def test_a_job_killed_for_memory_succeeds_with_more(slurm, study):
    before = last_job(slurm)
    snakefile = study.folder / "Snakefile"
    snakefile.write_text(snakefile.read_text() + HUNGRY)
    study.run("results/tiny/hungry.txt")
    jobs = new_jobs(slurm, before)
    assert [job["MinMemoryNode"] for job in jobs] == ["500M", "1000M"]
    assert [job["TimeLimit"] for job in jobs] == ["00:05:00", "00:10:00"]
    assert jobs[0]["JobState"] in ("OUT_OF_MEMORY", "FAILED", "CANCELLED")
    assert jobs[1]["JobState"] == "COMPLETED"


def test_training_that_is_requeued_goes_on_from_its_checkpoint(slurm, study):
    settings = yaml.safe_load(study.config.read_text())["encoders"]["small"]
    change(study, encoders={"small": settings | {"epochs": 40, "patience": 40}})
    images = [f"results/tiny/spectrogram/{shard}.h5" for shard in "01"]
    Workflow.run(study, "--executor", "local", "results/tiny/split.tsv", *images)
    before = last_job(slurm)
    log = study.folder / "results/tiny/logs/train_encoder/small.log"
    checkpoint = study.folder / "results/tiny/encoder/small/checkpoint.npz"
    with study.begin("results/tiny/encoder/small/history.tsv") as run:
        while not (checkpoint.exists() and "epoch 5/40" in log.read_text()):
            assert run.poll() is None
            time.sleep(0.1)
        (job,) = new_jobs(slurm, before)
        subprocess.run(["scontrol", "requeue", job["JobId"]], check=True)
        while slurm.jobs()[-1]["JobState"] != "PENDING":
            time.sleep(0.2)
        # Slurm lets a requeued job wait for two minutes.
        subprocess.run(["scontrol", "update", f"JobId={job['JobId']}", "StartTime=now"], check=True)
        assert run.wait(120) == 0
    (job,) = new_jobs(slurm, before)
    assert (job["JobState"], job["Restarts"]) == ("COMPLETED", "1")
    assert "Going on after epoch" in log.read_text()
    history = pd.read_csv(study.folder / "results/tiny/encoder/small/history.tsv", sep="\t")
    assert history["epoch"].tolist() == list(range(1, 41))
    assert not checkpoint.exists()
