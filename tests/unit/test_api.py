"""The names that `import biospectra` gives."""

import ast
import subprocess
import sys

import pytest

import biospectra
from biospectra.imports import library_modules
from support.harness import ROOT

SCRIPTS = ROOT / "workflow/scripts"


@pytest.mark.parametrize("name", biospectra.PUBLIC)
def test_a_public_name_is_what_its_module_defines(name):
    found = getattr(biospectra, name)
    assert found.__module__ == f"biospectra.{biospectra.PUBLIC[name]}"
    assert found.__doc__
    assert name in dir(biospectra)
    assert name in biospectra.__all__


def test_other_names_are_refused():
    name = "resampel"
    with pytest.raises(AttributeError, match=f"module 'biospectra' has no attribute '{name}'"):
        getattr(biospectra, name)


def test_importing_it_loads_nothing():
    code = "import sys; before = set(sys.modules); import biospectra as bs; bs.__all__; dir(bs);"
    code += "print(*set(sys.modules) - before)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=True
    )
    assert done.stdout == "biospectra\n"


def test_a_script_that_uses_a_public_name_depends_on_its_module(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("from biospectra import band_table, resample\n")
    assert {"features.bands", "signals.resampling"} <= library_modules(script).keys()
    assert "transforms.scaleogram" not in library_modules(script)


def test_no_script_or_module_hides_what_it_uses_behind_the_package():
    """Of `import biospectra as bs` nobody sees what is used of it, and no rerun would follow."""
    for path in [*SCRIPTS.glob("*.py"), *(SCRIPTS / "biospectra").rglob("*.py")]:
        nodes = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Import)]
        assert "biospectra" not in [alias.name for node in nodes for alias in node.names], path
