"""The conda environments hold what the scripts import, in versions that `make run` pins too."""

import re

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from biospectra.formats.clear_errors import EXTRA_OF
from biospectra.imports import third_party
from support.harness import ROOT

SCRIPTS = sorted((ROOT / "workflow/scripts").glob("*.py"))
# What a package is called where it is imported, on conda-forge, and in requirements.txt.
CONDA = {
    "sklearn": "scikit-learn",
    "umap": "umap-learn",
    "cv2": "opencv",
    "matplotlib": "matplotlib-base",
    "mne": "mne-base",
    "soundfile": "pysoundfile",
    "yaml": "pyyaml",
    "pywt": "pywavelets",
    "urllib3": "requests",  # which depends on it
    "llvmlite": "numba",  # likewise
    "PIL": "pillow",
}
PYPI = {
    "opencv": "opencv-python-headless",
    "tensorflow": "tensorflow-cpu",
    "tensorflow-gpu": "tensorflow-cpu",
    "matplotlib-base": "matplotlib",
    "mne-base": "mne",
    "pysoundfile": "soundfile",
}
# Libraries of formats that few have: who needs one is told its name, and adds it.
OPTIONAL = {library for library, extra in EXTRA_OF.items() if extra != "formats"}
# The newest on conda-forge when the bounds were last looked at.
NEWEST_ON_CONDA_FORGE = {
    "tensorflow": "2.19.1",
    "keras": "3.15.0",
    "numpy": "2.5.0",
    "scipy": "1.18.0",
    "pandas": "3.0.0",
    "scikit-learn": "1.9.0",
    "matplotlib-base": "3.11.0",
    "h5py": "3.16.0",
    "pywavelets": "1.10.0",
    "umap-learn": "0.5.11",
    "wfdb": "4.3.0",
    "mne-base": "1.13.0",
    "hdf5plugin": "6.0.0",
    "pillow": "12.3.0",
}


def environment_of_scripts() -> dict[str, str]:
    """Return the environment file of each rule's script."""
    rules = "\n".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    rules = rules.replace("NETWORK_ENVIRONMENT\n", '"../../envs/tensorflow.yaml"\n')
    pairs = re.findall(
        r'conda:\s+"\.\./\.\./(envs/\w+\.yaml)".*?"\.\./scripts/(\w+)\.py"', rules, re.S
    )
    return {script: env for env, script in pairs}


def test_the_environment_for_gpus_is_that_for_processors_but_for_tensorflow():
    processor, gpu = map(dependencies, ("envs/tensorflow.yaml", "envs/tensorflow_gpu.yaml"))
    assert processor.pop("tensorflow") == gpu.pop("tensorflow-gpu")
    assert processor == gpu


def dependencies(env: str) -> dict[str, SpecifierSet]:
    listed = yaml.safe_load((ROOT / env).read_text())["dependencies"]
    parts = (re.match(r"([\w-]+) *(.*)", line).groups() for line in listed)
    return {
        name: SpecifierSet(bound.replace("=3.12", "==3.12.*", 1) if name == "python" else bound)
        for name, bound in parts
    }


def pinned() -> dict[str, list[str]]:
    pins: dict[str, list[str]] = {}
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            requirement = Requirement(line)
            (pin,) = requirement.specifier
            assert pin.operator == "==", line
            pins.setdefault(requirement.name.lower().replace("_", "-"), []).append(pin.version)
    return pins


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_import_is_in_the_rules_environment(script):
    env = environment_of_scripts()[script.stem]
    listed = dependencies(env)
    imported = {CONDA.get(name, name) for name in third_party(script) - OPTIONAL}
    assert imported <= set(listed), f"{env} lacks {sorted(imported - set(listed))}"


@pytest.mark.parametrize(
    "env", sorted({str(p.relative_to(ROOT)) for p in ROOT.glob("envs/*.yaml")})
)
def test_bounds_admit_what_is_pinned_and_the_newest_on_conda_forge(env):
    pins = pinned()
    for name, bounds in dependencies(env).items():
        if name in ("python", "pip"):
            continue
        assert str(bounds), f"{name} in {env} has no bounds"
        for version in pins[PYPI.get(name, name)]:
            assert version in bounds, f"{name} {version} is pinned, {env} has {bounds}"
        if name in NEWEST_ON_CONDA_FORGE:
            assert NEWEST_ON_CONDA_FORGE[name] in bounds, f"{name} in {env}: {bounds}"


def test_every_environment_is_for_python_3_12():
    for path in (ROOT / "envs").glob("*.yaml"):
        text = yaml.safe_load(path.read_text())
        assert text["channels"] == ["conda-forge", "bioconda", "nodefaults"]
        assert "python =3.12" in text["dependencies"]
