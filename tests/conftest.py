"""What all tests share."""

import os
import shutil
import subprocess
from collections.abc import Callable
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


MANY = 5  # tests of the tiny study, from which on it is cheaper to make all of it at once


# Two workers take files from the front: one makes the tiny study, whose folder only one snakemake
# at a time may use, while Slurm's tests run; then come the longest.
FIRST = ("rules/test_apply.py", "cluster", "rules", "workflow")


def pytest_collection_modifyitems(items):
    """Put the tests into an order in which workers need not wait for one another."""
    here = Path(__file__).parent

    def place(item) -> int:
        path = item.path.relative_to(here).as_posix()
        return next((k for k, start in enumerate(FIRST) if path.startswith(start)), len(FIRST))

    items.sort(key=place)


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real recordings; the test skips where it is absent."""
    if not DATA.is_dir():
        pytest.skip(f"the real recordings are not there ({DATA})")
    return DATA


@pytest.fixture(scope="session")
def tiny(tmp_path_factory, request) -> SharedWorkflow:
    """A folder with the tiny study, whose results all tests of all workers share.

    Where few tests are run, each makes the files that it asks for.
    """
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "tiny"
    folder.mkdir(exist_ok=True)
    study = SharedWorkflow(folder)
    with study.alone():
        if not study.config.exists():
            write_study(folder)
            if sum("tiny" in item.fixturenames for item in request.session.items) > MANY:
                # What fails here fails again, by itself, in the test that asks for it.
                Workflow.run(
                    study, "--keep-going", "all", "results/tiny/native_bands.tsv", check=False
                )
    return study


@pytest.fixture
def finished(tiny, tmp_path) -> Callable[..., Workflow]:
    """Return the function that makes files of the tiny study and gives a copy of its folder."""

    def copy(*targets: str) -> Workflow:
        tiny.make(*targets)
        folder = tmp_path / "finished"
        with tiny.alone():
            shutil.copytree(tiny.folder, folder)
        return Workflow(folder)

    return copy


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
