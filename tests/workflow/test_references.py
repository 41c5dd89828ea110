"""What texts refer to is there: modules by their dotted names and paths, a script's own library."""

import pkgutil
import re
from pathlib import Path

import pytest

from support.harness import ROOT

SCRIPTS = ROOT / "workflow/scripts"
ADDED = ROOT / "tests/new_kinds/scripts"  # modules that a test adds to a copy of the library
KINDS = {".py", ".smk", ".md", ".rst", ".yaml", ".yml", ".toml", ".cfg", ".txt", ""}
MADE = {"results", "build", "dist", "__pycache__"}
DOTTED = re.compile(r"(?<![\w./-])biospectra(?:\.[A-Za-z_]\w*)+")
PATH = re.compile(r"(?<![\w.-])biospectra(?:/\w+)+(?:\.\w+)?")


def texts() -> list[Path]:
    """Return the files of the checkout that people write: code, configs and documentation."""
    found = []
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".github" for part in parts)
        if not hidden and not MADE & set(parts) and path.suffix in KINDS and path.is_file():
            found.append(path)
    return found


def referred(pattern: re.Pattern) -> dict[str, str]:
    """Return what matches a pattern in all texts, and where it first does."""
    found = {}
    for path in texts():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for name in pattern.findall(line):
                found.setdefault(name, f"{path.relative_to(ROOT)}, line {number}")
    return found


def is_there(name: str) -> bool:
    """Whether a dotted name is a module of the library, or something in one."""
    if (ADDED / name.replace(".", "/")).with_suffix(".py").is_file():
        return True
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def test_dotted_names_of_the_library_resolve():
    names = referred(DOTTED)
    assert len(names) > 100  # the pattern finds them
    assert {name: where for name, where in names.items() if not is_there(name)} == {}


def test_paths_of_the_library_exist():
    """Those within the library, or within a checkout that bears the same name, or in the wheel."""
    gone = {
        path: where
        for path, where in referred(PATH).items()
        if not any((folder / path).exists() for folder in (SCRIPTS, ADDED))
        and not any(
            (folder / path.partition("/")[2]).exists() for folder in (ROOT, ROOT / "workflow")
        )
    }
    assert gone == {}


def rules() -> dict[str, str]:
    """Return the text of each rule, by its name."""
    found = {}
    for path in sorted((ROOT / "workflow").rglob("*.smk")):
        parts = re.split(r"^(?:rule|checkpoint) (\w+):", path.read_text(), flags=re.M)
        found |= dict(zip(parts[1::2], parts[2::2], strict=True))
    return found


def scripts_of(text: str) -> list[str]:
    return re.findall(r'"\.\./scripts/(\w+)\.py"', text)


@pytest.mark.parametrize(("rule", "text"), [(r, t) for r, t in rules().items() if scripts_of(t)])
def test_a_rule_passes_the_modules_of_its_own_script(rule, text):
    assert re.findall(r'library=library(?:_of)?\("(\w+)"', text) == scripts_of(text)


def test_every_script_is_some_rules():
    scripts = {script for text in rules().values() for script in scripts_of(text)}
    assert scripts == {path.stem for path in SCRIPTS.glob("*.py")}
