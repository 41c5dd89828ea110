"""The workflow taken up by another one, as snakemake's `module` does it."""

import subprocess
import sys

import pytest
import yaml

from biospectra.study.kept_rows import kept_study
from support.harness import ENVIRONMENT, ROOT, jobs_of
from support.tiny import write_study

SNAKEFILE = """
configfile: "config.yaml"

module biospectra:
    snakefile: {snakefile!r}
    config: config["biosignals"]

use rule * from biospectra as biosignals_*

rule own:
    default_target: True
    input:
        rules.biosignals_split.output.split,
    output:
        "own.txt",
    shell:
        "wc -l < {{input}} > {{output}}"
"""


@pytest.fixture
def importing(tmp_path):
    """A folder of another workflow, whose config holds the tiny study's."""
    write_study(tmp_path)
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump({"biosignals": yaml.safe_load(config.read_text())}))
    (tmp_path / "Snakefile").write_text(
        SNAKEFILE.format(snakefile=str(ROOT / "workflow" / "Snakefile"))
    )

    def run(*arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=ENVIRONMENT | {"PATH": "/usr/bin:/bin"},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    return run


def test_another_workflow_makes_its_own_result_from_a_module(importing, tmp_path):
    done = importing()
    assert done.returncode == 0, done.stdout[-4000:]
    assert int((tmp_path / "own.txt").read_text()) > 10
    assert "Nothing to be done" in importing("-n").stdout


def test_a_wrong_config_of_a_module_is_refused_by_name(importing, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text().replace("epochs: 2", "epochs: two"))
    done = importing("-n")
    assert done.returncode == 1
    assert "the module's config" in done.stdout
    assert "epochs" in done.stdout


@pytest.mark.slow
def test_files_of_a_module_are_looked_into_before_any_job(importing, tmp_path):
    table = tmp_path / "recordings.tsv"
    header, first, *others = table.read_text().splitlines()
    cells = dict(zip(header.split("\t"), first.split("\t"), strict=True))
    wrong = "\t".join((cells | {"channel": "nowhere"}).values())
    table.write_text("\n".join([header, wrong, *others]) + "\n")
    snakefile = tmp_path / "Snakefile"
    told = 'onstart:\n    print("own start")\n'
    snakefile.write_text(told + snakefile.read_text())
    done = importing()
    assert done.returncode == 1
    assert "own start" in done.stdout
    assert "1 problem in files, and nothing was run" in done.stdout
    assert "nowhere" in done.stdout
    assert not (tmp_path / "results/tiny/recordings").exists()


@pytest.mark.slow
def test_another_workflow_makes_the_whole_study(importing, tmp_path):
    done = importing("biosignals_all")
    assert done.returncode == 0, done.stdout[-4000:]
    assert (tmp_path / "results/tiny/study.html").is_file()


def test_the_whole_study_is_planned_from_a_module(importing, tmp_path):
    planned = jobs_of(importing("-n", "biosignals_all").stdout)
    assert planned["biosignals_summary"] == planned["biosignals_study_page"] == 1
    (kept,) = (tmp_path / ".snakemake" / "biospectra").glob("*.study")  # for its jobs
    table = (tmp_path / "recordings.tsv").read_text().splitlines()
    assert len(kept_study(kept).rows.everything()) == len(table) - 1


def test_snakemake_alone_plans_everything_in_a_clone(copy):
    command = [sys.executable, "-m", "snakemake", "-n"]
    plan = subprocess.run(command, cwd=copy.folder, capture_output=True, text=True).stdout
    assert jobs_of(plan)["summary"] == jobs_of(plan)["study_page"] == 1


def test_the_workflow_folder_suffices_without_the_root_snakefile(copy):
    (copy.folder / "Snakefile").unlink()
    copy.snakefile = copy.folder / "workflow" / "Snakefile"
    copy.config = "config/config.yaml"
    number = "segments={step_s: 2.5}"  # which snakemake takes for text
    assert jobs_of(copy.run("-n", "--config", number).stdout)["summary"] == 1


def test_the_workflow_catalog_finds_what_it_asks_for():
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert usage["software-stack-deployment"]["conda"] and usage["report"]
    assert (ROOT / "workflow/Snakefile").is_file()
    assert (ROOT / "config/README.md").is_file()
    assert {path.suffix for path in (ROOT / "workflow/rules").iterdir()} == {".smk"}
