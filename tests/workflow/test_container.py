"""The Dockerfile, as far as it can be looked at without building it."""

import os
import re
import shutil
import string
import subprocess
import sys
from pathlib import Path

import pytest

from support.harness import ROOT
from support.tiny import write_study

DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_hadolint_finds_nothing():
    hadolint = shutil.which("hadolint") or shutil.which(
        "hadolint", path=Path(sys.executable).parent
    )
    if hadolint is None:
        pytest.skip("hadolint is not installed (requirements-test.txt)")
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_both_stages_are_there_and_processors_are_the_default():
    stages = re.findall(r"^FROM (\S+)(?: AS (\w+))?$", DOCKERFILE, re.M)
    assert [name for _, name in stages] == ["cpu", "gpu", ""]
    assert [of for of, _ in stages[1:]] == ["cpu", "cpu"]


def test_gpus_get_the_version_of_tensorflow_that_processors_have():
    assert "--requirement requirements-gpu.txt" in DOCKERFILE
    texts = [(ROOT / name).read_text() for name in ("requirements-gpu.txt", "requirements.txt")]
    versions = [set(re.findall(r"^tensorflow\S*==(\S+)", text, re.M)) for text in texts]
    assert versions[0] == versions[1] and len(versions[0]) == 1


def test_python_is_one_that_make_run_takes():
    (minor,) = re.findall(r"^FROM python:3\.(\d+)-", DOCKERFILE, re.M)
    bounds = re.findall(r"\(3, (\d+)\)", (ROOT / "Makefile").read_text())
    first, last = map(int, bounds)
    assert first <= int(minor) <= last


def steps_of(stage: str) -> list[tuple[str, str]]:
    """Return the instructions of a stage, each with what it is told."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.M).replace("\\\n", "")
    found, inside = [], False
    for line in filter(str.strip, text.splitlines()):
        word, _, told = line.partition(" ")
        if word == "FROM":
            inside = told.endswith(f" AS {stage}")
        elif inside:
            found.append((word, told.strip()))
    return found


def test_a_stage_is_read_as_docker_does():
    steps = steps_of("gpu")
    assert [word for word, _ in steps] == ["WORKDIR", "RUN", "WORKDIR"]
    assert steps[1][1].count("&&") == 1 and "uninstall" in steps[1][1]


@pytest.mark.slow
def test_what_the_image_runs_works_in_an_empty_folder(tmp_path):
    image, python = tmp_path / "image", tmp_path / "python"
    python.mkdir()
    (python / "python").symlink_to(Path(sys.base_prefix, "bin", "python3"))
    variables = {"PATH": f"{python}:/usr/bin:/bin", "HOME": str(tmp_path), "COMMIT": "0123abc"}
    variables |= {k: os.environ[k] for k in ("PIP_CONFIG_FILE", "SSL_CERT_FILE") if k in os.environ}
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folder = image
    for word, told in steps_of("cpu"):
        if word == "WORKDIR":
            folder = image / told.lstrip("/")
            folder.mkdir(parents=True, exist_ok=True)
        elif word == "COPY":
            source, _ = told.split()
            for name in files.split() if source == "." else [source]:
                if (ROOT / name).is_file():
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(ROOT / name, folder / name)
        elif word == "RUN" and "apt-get" not in told:
            command = ["bash", "-o", "pipefail", "-c", told]
            subprocess.run(command, cwd=folder, env=variables, check=True, timeout=900)
        elif word == "ENV":
            for name, value in re.findall(r"(\w+)=(\S+)", told):
                value = value.replace("/opt/", f"{image}/opt/")
                variables[name] = string.Template(value).safe_substitute(variables)
    write_study(folder)
    entry = image / "opt/biospectra/Snakefile"
    command = ["snakemake", "--snakefile", entry, "--cores", "1", "results/tiny/native_bands.tsv"]
    options = {"cwd": folder, "env": variables, "capture_output": True, "text": True}
    run = subprocess.run([*command, "--configfile", "config.yaml"], **options)
    assert run.returncode == 0, run.stderr[-4000:]
    asked = "from biospectra.steps import provenance as p; print(p.git_state(p.__file__)['commit'])"
    assert subprocess.run(["python", "-c", asked], **options).stdout.strip() == "0123abc"
