"""Where things are, and how to run snakemake as a user does."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "data"


class Workflow:
    """A folder in which snakemake is run, with a config of its own."""

    def __init__(self, folder: Path, snakefile: Path = ROOT / "Snakefile"):
        self.folder = folder
        self.snakefile = snakefile
        self.config = folder / "config.yaml"

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        """Run snakemake in the folder; its output is in `stdout` with the errors."""
        command = [sys.executable, "-m", "snakemake", "--configfile", str(self.config)]
        command += ["--cores", "2", "--snakefile", str(self.snakefile), *map(str, arguments)]
        environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"}
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=600,
        )
        if check:
            assert done.returncode == 0, done.stdout[-6000:]
        return done

    def make(self, *targets: str) -> list[Path]:
        """Make files of the study's results and return their paths."""
        paths = [Path("results", "tiny", target) for target in targets]
        self.run(*paths)
        return [self.folder / path for path in paths]
