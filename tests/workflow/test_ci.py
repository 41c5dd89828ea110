"""The automatic checks themselves: GitHub's jobs, the commands they call, the hooks of commits."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support.harness import ROOT

CI = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
MAKEFILE = (ROOT / "Makefile").read_text()
BESIDE = Path(sys.executable).parent


def commands() -> list[str]:
    """Return what GitHub's jobs and `.ci/run` run."""
    steps = [step for job in CI["jobs"].values() for step in job["steps"]]
    return [*(step["run"] for step in steps if "run" in step), (ROOT / ".ci/run").read_text()]


def test_githubs_jobs_are_well_formed():
    tool = shutil.which("actionlint", path=BESIDE)
    if not tool:
        pytest.skip("actionlint is not installed: its package has no build for this machine")
    done = subprocess.run([tool, "-no-color"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_python_that_is_promised_is_tried():
    first, last = re.search(r"Python 3\.(\d+) to 3\.(\d+)", MAKEFILE).groups()
    promised = [f"3.{minor}" for minor in range(int(first), int(last) + 1)]
    assert CI["jobs"]["test"]["strategy"]["matrix"]["python"] == promised


def test_what_is_called_of_make_is_there():
    targets = set(re.findall(r"^([\w-]+):", MAKEFILE, re.M))
    lines = [line for text in commands() for line in re.findall(r"^make (.*)$", text, re.M)]
    called = {word for line in lines for word in line.split() if "=" not in word}
    assert {"lint", "test"} <= called <= targets


def test_hooks_call_what_make_lint_calls():
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    for hook in local["hooks"]:
        tool = hook["entry"].split()[0].removeprefix(".venv/bin/")
        assert f"$(BIN)/{tool} " in MAKEFILE or tool == "actionlint"
