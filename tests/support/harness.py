"""Where things are, and how to run snakemake as a user does."""

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"}


def jobs_of(plan: str) -> dict[str, int]:
    """Return how many jobs of each rule a dry run plans."""
    rows = re.findall(r"^(\w+) +(\d+)$", plan, re.M)
    return {rule: int(count) for rule, count in rows if rule != "total"}


class Workflow:
    """A folder in which snakemake is run, with a config of its own."""

    longest_s = 600  # of a run

    def __init__(self, folder: Path, snakefile: Path = ROOT / "Snakefile"):
        self.folder = folder
        self.snakefile = snakefile
        self.config = folder / "config.yaml"

    def command(self, *arguments: str) -> list[str]:
        """Return the command line that runs snakemake."""
        command = [sys.executable, "-m", "snakemake", "--configfile", str(self.config)]
        command += ["--cores", "2", "--snakefile", str(self.snakefile)]
        # tests/conda runs the rules' tests with more of them
        command += os.environ.get("BIOSPECTRA_ARGUMENTS", "").split()
        return [*command, *map(str, arguments)]

    def begin(self, *arguments: str) -> subprocess.Popen:
        """Start snakemake in the folder, at the head of a process group of its own."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=os.environ | ENVIRONMENT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        """Run snakemake in the folder; its output is in `stdout` with the errors."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=os.environ | ENVIRONMENT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=self.longest_s,
        )
        if check:
            assert done.returncode == 0, done.stdout[-6000:]
        return done

    def make(self, *targets: str) -> list[Path]:
        """Make files of the study's results and return their paths."""
        paths = [Path("results", "tiny", target) for target in targets]
        self.run(*paths)
        return [self.folder / path for path in paths]


class SharedWorkflow(Workflow):
    """A workflow in a folder that all workers of a test run share, so that it is made once.

    Only one snakemake at a time may work in a folder; what is there is not asked for again.
    """

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        """Run snakemake as `Workflow.run` does, when no other worker does."""
        with self.alone():
            return super().run(*arguments, check=check)

    def make(self, *targets: str) -> list[Path]:
        """Make those files of the study's results that are not there, and return their paths."""
        paths = [Path("results", "tiny", target) for target in targets]
        with self.alone():
            if not all((self.folder / path).exists() for path in paths):
                super().run(*paths)
        return [self.folder / path for path in paths]

    @contextlib.contextmanager
    def alone(self):
        """Wait until no other worker uses the folder, and keep them away meanwhile."""
        with FileLock(self.folder / "one_at_a_time"):
            yield
