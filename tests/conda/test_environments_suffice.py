"""Every rule's own test, run in the environment that its env file describes and nothing more."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from biospectra.imports import third_party
from support.conda import install_conda
from support.harness import ROOT, Workflow
from support.tiny import write_study

pytestmark = pytest.mark.slow

OLDEST_CONDA = (24, 7)


def real_conda() -> bool:
    """Whether a conda that snakemake accepts is on this machine."""
    if not shutil.which("conda"):
        return False
    said = subprocess.run(["conda", "--version"], capture_output=True, text=True).stdout
    version = re.search(r"(\d+)\.(\d+)", said)
    return bool(version) and tuple(map(int, version.groups())) >= OLDEST_CONDA


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Make all environments; return the environment variables and arguments that use them."""
    folder = Path(os.environ.get("BIOSPECTRA_CONDA") or tmp_path_factory.mktemp("conda"))
    variables = dict(os.environ)
    if not real_conda():
        print("There is no conda 24.7 or later: the stand-in makes the environments.")
        variables["PATH"] = f"{install_conda(folder / 'conda')}{os.pathsep}{variables['PATH']}"
    arguments = ["--use-conda", "--conda-prefix", str(folder / "envs")]
    study = tmp_path_factory.mktemp("study")
    write_study(study)
    command = [*Workflow(study).command(*arguments), "--conda-create-envs-only"]
    done = subprocess.run(command, cwd=study, env=variables, text=True, capture_output=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    for site in folder.glob("envs/*/lib/python3*/site-packages"):
        shutil.copy(ROOT / "tests/conda/origins.py", site / "biospectra_origins.py")
        (site / "biospectra_origins.pth").write_text("import biospectra_origins\n")
    origins = tmp_path_factory.mktemp("origins")
    variables["BIOSPECTRA_ORIGINS"] = str(origins)
    variables["BIOSPECTRA_ARGUMENTS"] = " ".join(arguments)
    return variables, origins


def scripts_run(origins: Path) -> dict[str, list[dict]]:
    """Return what was noted of each script, by its name."""
    noted: dict[str, list[dict]] = {}
    for path in origins.glob("*.json"):
        said = json.loads(path.read_text())
        name = re.search(r"\.(\w+)\.py$", said["script"])
        if name:
            noted.setdefault(name[1], []).append(said)
    return noted


def test_each_rules_test_passes_with_what_its_environment_lists(made):
    variables, origins = made
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/rules"]
    done = subprocess.run(tests, cwd=ROOT, env=variables, text=True, capture_output=True)
    print(done.stdout[-3000:])
    noted = scripts_run(origins)
    every = {path.stem for path in (ROOT / "workflow/scripts").glob("*.py")}
    assert set(noted) >= every, f"no rule test runs {sorted(every - set(noted))}"
    wrong = [
        f"{name}: {module} came from {said['origins'][module]}"
        for name, runs in noted.items()
        for said in runs
        for module in third_party(ROOT / f"workflow/scripts/{name}.py")
        if not said["origins"].get(module, said["prefix"]).startswith(said["prefix"])
    ]
    assert not wrong, "\n".join(sorted(set(wrong)))
    assert done.returncode == 0


def test_an_import_that_an_environment_lacks_is_found_out(made, tmp_path):
    """The check itself: jsonschema is snakemake's, and no environment has it."""
    variables, origins = made
    for part in ("workflow", "envs"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Snakefile", tmp_path)
    module = tmp_path / "workflow/scripts/biospectra/evaluation/split.py"
    module.write_text(
        module.read_text().replace("import hashlib\n", "import hashlib\nimport jsonschema\n", 1)
    )
    write_study(tmp_path)
    study = Workflow(tmp_path, tmp_path / "Snakefile")
    for path in origins.glob("*.json"):
        path.unlink()
    command = study.command("results/tiny/split.tsv", *variables["BIOSPECTRA_ARGUMENTS"].split())
    subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True)
    (said,) = scripts_run(origins)["split"]
    assert not said["origins"]["jsonschema"].startswith(said["prefix"])
