"""Counts agree with their nouns, in all that the library says."""

import ast
import re
from pathlib import Path

import pytest

from biospectra.words import number_of, there_are
from support.harness import ROOT

LIBRARY = ROOT / "workflow/scripts/biospectra"
COUNTS = re.compile(
    r"^len\(.*\)$|\.(nunique|sum)\(\)$|\.size$|\[['\"](people|segments|recordings)['\"]\]$"
)
NOUNS = re.compile(
    r"^ (?:[a-z-]+ ){0,2}(?:bytes|cells|channels|class(?:es|ifiers)|components|epochs|features|"
    r"files|folds|images|levels|parts|people|problems|recordings|rows|samples|seeds|segments|subjects)\b"
)


def test_counts_agree_with_their_nouns():
    assert [number_of(n, "segment") for n in (0, 1, 2)] == ["0 segments", "1 segment", "2 segments"]
    assert number_of(1, "held-out person") == "1 held-out person"
    assert number_of(3, "held-out person") == "3 held-out people"
    assert there_are(1, "class") == "there is 1 class"


def always_plural(path: Path) -> list[str]:
    """Return the f-strings of a module that have a count before a plural, whatever the count is."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    # what is said only of several
    several = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.IfExp | ast.BinOp)
        for inner in ast.walk(node)
    }
    return [
        f"{path.relative_to(LIBRARY)}:{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and id(node) not in several
        for count, noun in zip(node.values, node.values[1:], strict=False)
        if isinstance(count, ast.FormattedValue) and isinstance(noun, ast.Constant)
        if COUNTS.search(ast.unparse(count.value)) and NOUNS.match(str(noun.value))
    ]


def test_no_count_stands_before_a_noun_that_is_always_plural():
    assert [line for path in sorted(LIBRARY.rglob("*.py")) for line in always_plural(path)] == []


@pytest.mark.parametrize("code", ['f"{len(rows)} recordings"', "f\"{own['people']} test people\""])
def test_such_a_count_is_found(code, tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "LIBRARY", tmp_path)
    (tmp_path / "said.py").write_text(f"print({code})\n")
    assert len(always_plural(tmp_path / "said.py")) == 1
