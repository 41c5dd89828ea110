"""What the rules of a study and those for new recordings share."""

import os
import sys
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir, "workflow", "scripts")))

from biospectra.imports import library_modules

SCHEMAS = Path(workflow.basedir, "workflow", "schemas")


def library(script):
    """Name a script's modules with their contents' hash, so that editing one reruns its rules."""
    path = Path(workflow.basedir, "workflow", "scripts", f"{script}.py")
    return [
        f"{module.name} {zlib.crc32(module.read_bytes()):08x}"
        for module in library_modules(path)
    ]


def grows(amount, per_input_mb=0, of=None):
    """Return a resource that grows with each attempt, after a job was killed for want of it.

    `per_input_mb` adds to it for each MB of input, or of what the function `of(wildcards)` gives:
    of jobs of one group most inputs are not there when Slurm is asked.
    """

    def of_input(wildcards, input, attempt):
        # Not input.size_mb, of which snakemake --report warns.
        size_mb = sum(map(os.path.getsize, input)) / 1e6
        return round((amount + per_input_mb * size_mb) * attempt)

    def of_other(wildcards, attempt):
        size_mb = of(wildcards) if of else 0
        return round((amount + per_input_mb * size_mb) * attempt)

    return of_input if per_input_mb and not of else of_other
