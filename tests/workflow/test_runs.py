"""Whole runs: dry, from end to end, again, and after an edit."""

import re
import shutil
from pathlib import Path

import pytest
from harness import ROOT, Workflow

STUDIES = sorted(path.parent for path in (ROOT / "config").glob("**/config.yaml"))


def jobs_of(plan: str) -> dict[str, int]:
    """Return how many jobs of each rule a dry run plans."""
    rows = re.findall(r"^(\w+) +(\d+)$", plan, re.M)
    return {rule: int(count) for rule, count in rows if rule != "total"}


@pytest.mark.parametrize("study", STUDIES, ids=lambda path: path.name)
def test_every_study_dry_runs(study, tmp_path):
    for part in ("Snakefile", "workflow", "config", "envs", "profiles"):
        (tmp_path / part).symlink_to(ROOT / part)
    workflow = Workflow(tmp_path)
    workflow.config = study / "config.yaml"
    assert "This was a dry-run" in workflow.run("-n").stdout


def test_the_tiny_study_runs_from_end_to_end_and_again_does_nothing(tiny):
    done = tiny.run()
    assert "classifier, on test" in done.stdout  # the summary stands at the end
    for path in ("summary.json", "png/examples.png", "umap/small/map.html"):
        assert (tiny.folder / "results/tiny" / path).is_file()
    again = tiny.run()
    assert "Nothing to be done" in again.stdout


def test_editing_a_module_reruns_the_rules_that_use_it(fresh, tmp_path_factory):
    copy = tmp_path_factory.mktemp("copy")
    for part in ("workflow", "envs", "profiles"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Snakefile", copy)
    study = Workflow(fresh.folder, copy / "Snakefile")
    targets = ("results/tiny/split.tsv", "results/tiny/segments/0.h5")
    study.run(*targets)
    assert "Nothing to be done" in study.run("-n", *targets).stdout
    module = Path(copy, "workflow/scripts/biospectra/split.py")
    module.write_text(module.read_text() + "\n# edited\n")
    plan = study.run("-n", *targets).stdout
    assert "split.py" in plan
    assert jobs_of(plan) == {"split": 1}


def test_adding_a_recording_redoes_one_shard(fresh):
    segments = [f"results/tiny/segments/{shard}.h5" for shard in "01"]
    fresh.run(*segments)
    table = fresh.folder / "recordings.tsv"
    line = table.read_text().splitlines()[1].replace("slow_0\t", "slow_new\t")
    table.write_text(table.read_text() + line + "\n")
    jobs = jobs_of(fresh.run("-n", *segments).stdout)
    assert jobs == {"download": 1, "resample": 1, "segment": 1}


def test_a_run_resumes_at_the_job_that_failed(fresh):
    broken = fresh.folder / "fast_1.edf"
    whole = broken.read_bytes()
    broken.write_bytes(whole[:400])
    assert fresh.run("results/tiny/split.tsv", "--keep-going", check=False).returncode != 0
    broken.write_bytes(whole)
    done = fresh.run("results/tiny/split.tsv").stdout
    assert "Finished jobid" in done
    assert (fresh.folder / "results/tiny/split.tsv").is_file()
