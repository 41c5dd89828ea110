"""Docstrings of the library: examples run, and rooms that others build on are described in full."""

import ast
import doctest
import importlib
import inspect
import re
from pathlib import Path

import pytest

from support.harness import ROOT

SCRIPTS = ROOT / "workflow/scripts"
LIBRARY = SCRIPTS / "biospectra"
MODULES = sorted(LIBRARY.rglob("*.py"))
WITH_EXAMPLES = [path for path in MODULES if ">>> " in path.read_text()]
ROOMS = ("signals", "formats", "transforms")
IN_FULL = [path for room in ROOMS for path in (LIBRARY / room).rglob("*.py")]
# What every format has; `formats/registry.py` says what it takes and gives.
FORMAT = {"read", "sidecars", "claims", "contents"}
COMPILED = {
    "compiled.py",
    "fft.py",
    "scaleogram.py",
    "simd.py",
    "spectrogram.py",
}  # in kernels/: not to be called


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(SCRIPTS).with_suffix("").parts)


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=name_of)
def test_examples_give_what_they_say(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testmod(importlib.import_module(name_of(path)))
    assert tried
    assert not failed


def definitions(path: Path):
    """Yield the public functions, classes and methods of a module, with their full names."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name, node
            for inner in getattr(node, "body", []) if isinstance(node, ast.ClassDef) else []:
                if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_"):
                    yield f"{node.name}.{inner.name}", inner


ALL = [
    pytest.param(path, name, node, id=f"{name_of(path)}.{name}")
    for path in IN_FULL
    for name, node in definitions(path)
]
INHERITED = {
    name.partition(".")[2]
    for path, name, node in (one.values for one in ALL)
    if "." in name and ast.get_docstring(node)
}


def sections(text: str) -> dict[str, list[str]]:
    """Return the lines of each section of a docstring, without their underlines."""
    found: dict[str, list[str]] = {"": []}
    lines = inspect.cleandoc(text).splitlines()
    at = ""
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if below and re.fullmatch("-{3,}", below):
            at = line
            found[at] = []
        elif not re.fullmatch("-{3,}", line):
            found[at].append(line)
    return found


def entries(lines: list[str]) -> list[str]:
    return [line for line in lines if line and not line.startswith(" ")]


def is_record(node: ast.ClassDef) -> bool:
    """Whether a class only holds values: a named tuple or a dataclass without methods."""
    tuples = any(isinstance(base, ast.Name) and base.id == "NamedTuple" for base in node.bases)
    return tuples or not any(isinstance(inner, ast.FunctionDef) for inner in node.body)


@pytest.mark.parametrize(("path", "name", "node"), ALL)
def test_these_rooms_are_described_in_full(path, name, node):
    text = ast.get_docstring(node)
    is_class, method = isinstance(node, ast.ClassDef), name.partition(".")[2]
    if not text:
        assert method in INHERITED
        return
    assert re.match(r"[A-Z`].*[.:]$", text.splitlines()[0]), "the first line is a sentence"
    said = sections(text)
    for section in ("Parameters", "Attributes"):
        for entry in entries(said.get(section, [])):
            assert re.fullmatch(r"\*{0,2}\w+(, \w+)* : \S.*|\*\*\w+", entry), entry
    in_formats = path.parent.name == "formats"
    if in_formats and name in FORMAT and path.name != "read.py":
        return
    decorators = {ast.unparse(one).partition("(")[0] for one in node.decorator_list}
    if decorators & {"property", "cached_property", "intrinsic"}:
        return
    if is_class:
        inits = [inner for inner in node.body if getattr(inner, "name", "") == "__init__"]
        given = inits[0].args if inits else None
        documented = said.get("Parameters", []) + said.get("Attributes", [])
    else:
        given, documented = node.args, said.get("Parameters", [])
        annotated = node.returns and ast.unparse(node.returns) not in ("None", "'None'")
        assert not annotated or "Returns" in said
    if given is not None:
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.kwarg, given.vararg]
        names = {arg.arg for arg in every if arg} - {"self", "cls"}
        heads = [entry.partition(" : ")[0] for entry in entries(documented)]
        assert names <= {part.strip("* ") for head in heads for part in head.split(",")}
    abstract = is_class and "ABC" in map(ast.unparse, node.bases)
    compiled = path.parent.name == "kernels" and path.name in COMPILED
    if not (method or abstract or compiled or in_formats):
        assert (is_class and is_record(node)) or ">>> " in "".join(said.get("Examples", []))
