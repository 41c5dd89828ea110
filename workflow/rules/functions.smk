"""What the rules of a study and those for new recordings share."""

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


def grows(amount, per_input_mb=0):
    """Return a resource that grows with each attempt, after a job was killed for want of it.

    `per_input_mb` adds to it for each MB of input, for steps that read all of it at once.
    """

    def resource(wildcards, input, attempt):
        size_mb = input.size_mb if per_input_mb else 0
        return round((amount + per_input_mb * size_mb) * attempt)

    return resource
