"""The Dockerfile, as far as it can be looked at without building it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.harness import ROOT

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
