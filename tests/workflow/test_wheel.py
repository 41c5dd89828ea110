"""The library as others install it: one version, what it needs, and a wheel that works alone."""

import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import numpy as np
import pytest
import yaml
from packaging.requirements import Requirement

from biospectra import __version__
from biospectra.imports import third_party
from support.data import DATA, needs_data
from support.harness import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
# What a package is called where it is imported, and what comes with another.
NAMES = {
    "PIL": "pillow",
    "cv2": "opencv-python-headless",
    "llvmlite": "numba",
    "pywt": "pywavelets",
    "sklearn": "scikit-learn",
    "umap": "umap-learn",
    "urllib3": "requests",
    "yaml": "pyyaml",
}
CONDA = {"mne-base": "mne", "matplotlib-base": "matplotlib", "pysoundfile": "soundfile"}
CONDA |= {"opencv": "opencv-python-headless"}


def required(*extras: str) -> dict[str, Requirement]:
    """Return what the library needs with some extras, those of its own extras included."""
    found = {}
    waiting = [*PROJECT["dependencies"], *(line for extra in extras for line in EXTRAS[extra])]
    for line in waiting:  # grows
        need = Requirement(line)
        if need.name == "biospectra":
            waiting += [inner for extra in need.extras for inner in EXTRAS[extra]]
        else:
            found[need.name.lower()] = need
    return found


def test_there_is_one_version():
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == __version__
    assert PROJECT["dynamic"] == ["version"]
    assert re.search(r"^## (\d\S*)", (ROOT / "CHANGELOG.md").read_text(), re.M)[1] == __version__


@pytest.mark.parametrize(
    ("module", "extras"),
    [
        ("signals/cleaning", ()),
        ("signals/resampling", ()),
        ("signals/scaling", ()),
        ("signals/quality", ()),
        ("transforms/kinds", ()),
        ("formats/read", ("formats", "devices", "hospital")),
        ("sources/fetch", ("formats", "devices", "hospital")),
        *((f"features/{kind}", ("learning",)) for kind in ("bands", "beats", "fourier")),
        *((f"features/{kind}", ("learning",)) for kind in ("wavelet", "scattering")),
        ("report/images", ("figures",)),
        ("report/png", ("figures",)),
        ("steps/apply", ("networks", "onnx", "devices", "hospital")),
    ],
)
def test_what_a_public_function_imports_comes_with_its_extra(module, extras):
    imports = third_party(ROOT / f"workflow/scripts/biospectra/{module}.py")
    assert {NAMES.get(name, name) for name in imports} <= set(required(*extras))


def test_everything_that_the_library_imports_comes_with_all():
    library = ROOT / "workflow/scripts/biospectra"
    imports = set().union(*map(third_party, library.rglob("*.py")))
    assert {NAMES.get(name, name) for name in imports} <= set(required("all"))


def test_bounds_are_those_of_the_environments():
    needs = required("all")
    for path in (ROOT / "envs").glob("*.yaml"):
        for line in yaml.safe_load(path.read_text())["dependencies"]:
            name, _, bounds = line.partition(" ")
            need = needs.get(CONDA.get(name, name))
            assert need is None or need.specifier == Requirement(f"{name}{bounds}").specifier, line


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT],
        check=True,
    )
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel) -> Path:
    """The Python of a fresh environment with the wheel, which sees the packages of this one."""
    folder = wheel.parent / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    pip += ["--python", python, "install", "--no-deps", "--no-index", wheel]
    subprocess.run(pip, check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "others.pth").write_text(sysconfig.get_path("purelib"))
    return python


def test_the_wheel_holds_the_library_and_the_schemas_and_nothing_else(wheel):
    assert wheel.name == f"biospectra-{__version__}-py3-none-any.whl"
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    scripts, schemas = ROOT / "workflow/scripts", ROOT / "workflow/schemas"
    library = {str(p.relative_to(scripts)) for p in (scripts / "biospectra").rglob("*.py")}
    described = {f"biospectra/schemas/{p.relative_to(schemas)}" for p in schemas.rglob("*.yaml")}
    assert held == library | described | {"biospectra/py.typed"}


def example() -> str:
    """Return the example of the library in its how-to."""
    blocks = re.findall(r"```python\n(import biospectra as bs\n.*?)```", LIBRARY_PAGE, re.S)
    return "\n".join(blocks)


LIBRARY_PAGE = (ROOT / "docs/how_to/library.md").read_text()


@needs_data
def test_the_examples_of_the_readme_run_from_a_wheel(installed, tmp_path):
    import edfio

    leads = [
        edfio.EdfSignal(np.sin(np.arange(512) / k), 128, label=f"EEG {name}")
        for k, name in enumerate(("C3", "C4", "T7"), 2)
    ]
    edfio.Edf(leads).write(tmp_path / "rest.edf")
    text = example().replace('"100.hea"', repr(str(DATA / "ecg_mitdb" / "101.hea")))
    text = text.replace("\nsignals = ", "\nsignals = others = ") + "\nassert len(others) == 2"
    text = "import matplotlib; matplotlib.use('Agg')\n" + text
    text += f"\nassert bs.__version__ == {__version__!r}; print(bs.__file__)"
    text += "\nfrom biospectra.study.config import SCHEMAS; print(SCHEMAS)"
    done = subprocess.run(
        [installed, "-c", text], cwd=tmp_path, capture_output=True, text=True, env={"HOME": "/"}
    )
    assert done.returncode == 0, done.stderr
    where, schemas = done.stdout.splitlines()[-2:]
    assert str(installed.parents[1]) in where
    assert Path(schemas).is_dir()
    assert Path(schemas) == Path(where).parent / "schemas"
    assert (tmp_path / "scaleogram.png").stat().st_size > 10_000
