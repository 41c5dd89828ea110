"""Runs in each environment when Python starts: notes at the end whence each module came.

Snakemake appends its own site-packages to the path of a script, so that a package which an
environment lacks may be found there, on this machine only.
"""

import atexit
import json
import os
import sys
from pathlib import Path


def note() -> None:
    """Write the file of each top-level module, beside the script's name."""
    origins = {
        name: module.__file__
        for name, module in list(sys.modules.items())
        if "." not in name and getattr(module, "__file__", None)
    }
    said = {"script": sys.argv[0], "prefix": sys.prefix, "origins": origins}
    Path(os.environ["BIOSPECTRA_ORIGINS"], f"{os.getpid()}.json").write_text(json.dumps(said))


if "BIOSPECTRA_ORIGINS" in os.environ:
    atexit.register(note)
