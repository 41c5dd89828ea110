"""A stand-in for conda, for machines without one: environments from PyPI's packages.

It answers what snakemake asks of conda and makes each environment as a virtual environment of the
Python at hand, with exactly the packages that the file lists, in the versions it allows, under
their names on PyPI. It proves that a file lists what its scripts import. It does not prove that
conda-forge has these versions, nor that its builds work together on Python 3.12.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import yaml

PYPI = {
    "opencv": "opencv-python-headless",
    "tensorflow": "tensorflow-cpu",
    "matplotlib-base": "matplotlib",
    "mne-base": "mne",
    "pysoundfile": "soundfile",
    "pytorch": "torch",
}
ACTIVATE = """export PATH="$1/bin:$PATH" CONDA_PREFIX="$1" VIRTUAL_ENV="$1"\n"""


def install_conda(folder: Path) -> Path:
    """Make a folder that looks like conda's: bin/conda and bin/activate; return its bin."""
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    conda = folder / "bin/conda"
    conda.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" "{folder}" "$@"\n')
    conda.chmod(0o755)
    (folder / "bin/activate").write_text(ACTIVATE)
    return folder / "bin"


def requirements(file: Path) -> list[str]:
    """Return the packages of an environment file, as pip writes them."""
    found = []
    for line in yaml.safe_load(file.read_text())["dependencies"]:
        name, bounds = re.fullmatch(r"([\w.-]+)\s*(.*)", line).groups()
        if name not in ("python", "pip"):
            exact = re.sub(r"^=(?!=)(.*)", r"==\1.*", bounds)
            found.append(f"{PYPI.get(name, name)}{exact}")
    return found


def create(file: Path, prefix: Path) -> None:
    """Make an environment, with uv where it is installed, otherwise with pip."""
    wanted = requirements(file)
    beside = str(Path(sys.executable).parent)
    uv = shutil.which("uv", path=f"{beside}{os.pathsep}{os.environ['PATH']}")
    if uv:
        subprocess.run([uv, "--quiet", "venv", "--python", sys.executable, prefix], check=True)
        python = ["--python", prefix / "bin/python"]
        install = [uv, "--quiet", "pip", "install", "--compile-bytecode"]
        subprocess.run([*install, *python, *wanted], check=True)
    else:
        subprocess.run([sys.executable, "-m", "venv", prefix], check=True)
        pip = [prefix / "bin/python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", *wanted], check=True)


def main(root: str, *arguments: str) -> None:
    """Answer a command line of conda."""
    command = arguments[:2]
    if command == ("info", "--json"):
        print(json.dumps({"conda_prefix": root, "platform": "linux-64"}))
    elif command == ("--version",):
        print("conda 24.7.1")
    elif command == ("config", "--get"):
        print(json.dumps({"get": {"channel_priority": "strict"}}))
    elif command == ("env", "create"):
        named = dict(pairwise(arguments))
        create(Path(named["--file"]), Path(named["--prefix"]))
    elif command[0] != "clean":
        sys.exit(f"the stand-in for conda does not know `conda {' '.join(arguments)}`")


if __name__ == "__main__":
    os.environ.pop("PYTHONPATH", None)
    main(*sys.argv[1:])
