"""What all tests share."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings

from support.data import DATA
from support.harness import ROOT, SharedWorkflow, Workflow
from support.tiny import write_study

# The same examples in every run, and none kept: a failure is one that everybody sees.
settings.register_profile(
    "same", derandomize=True, database=None, deadline=None, max_examples=60, print_blob=False
)
settings.load_profile("same")


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real recordings; the test skips where it is absent."""
    if not DATA.is_dir():
        pytest.skip(f"the real recordings are not there ({DATA})")
    return DATA


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> SharedWorkflow:
    """A folder with the tiny study, whose results all tests of all workers share."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "tiny"
    folder.mkdir(exist_ok=True)
    study = SharedWorkflow(folder)
    with study.alone():
        if not study.config.exists():
            write_study(folder)
    return study


@pytest.fixture
def fresh(tmp_path) -> Workflow:
    """A folder with the tiny study, nothing made yet."""
    write_study(tmp_path)
    return Workflow(tmp_path)


@pytest.fixture
def copy(tmp_path) -> Workflow:
    """A folder that looks like a checkout, with a copy of the configs."""
    for part in ("Snakefile", "workflow", "envs", "profiles"):
        (tmp_path / part).symlink_to(ROOT / part)
    shutil.copytree(ROOT / "config", tmp_path / "config")
    return Workflow(tmp_path)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 64 kB; the test skips where none may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no tmpfs may be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)
