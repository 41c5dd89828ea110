"""Phrases that a native reader stumbles over, with what to write instead: a part of `make lint`.

Looked at are the documentation, the descriptions of the schemas, the captions of the report, the
comments of the configs, and what the library says to people: its strings, without docstrings.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "workflow" / "scripts" / "biospectra"
# A pattern, and what to write in its place.
BANNED = {
    r"people (?:who are |who were )?held out\b": "held-out people",
    r"\b(?:people|person|persons) (?:who were |who was )?(?:not|never) met\b": "held-out people",
    r"\bnever met\b": "held-out people",
    r"\b(?:is|are|was|were|be) told by\b": "can be predicted from",
    r"\btell(?:s|ing)? the class(?:es)?\b(?! apart)": "predict the class",
    r"\btold apart\b": "distinguished",
    r"\bstands? too\b": "also appears",
    r"\bmend(?:s|ed|ing)?\b": "fix",
    r"\bremed(?:y|ies)\b": "fix",
    r"\bfor want of\b": "for lack of, or: for exceeding",
    r"\b\w+_\w+ less \w+_\w+\b": "minus",
    r"\banswers? for\b": "predicts",
    r"\b(?:he|his|him|she|her)\b": "they, their",
    r"\bone's own\b": "your own",
    r"\b(?:takes?|taken|took|taking) (?:\S+ ){0,4}off\b": "subtracts",
    r"\bsegments? judged\b": "evaluated",
    r"\bis judged (?:on|by)\b": "is evaluated",
    r"\bcannot be(?:\.|;|$)": "is invalid",
    r"\bis meant\?": "did you mean",
    r"\bwants (?:two|three|at least|a|an)\b": "needs",
    r"\basks? everybody\b": "tests everyone",
    r"\b(?:people|persons?) stand in\b": "are in",
    r"\bstands in the (?:study's )?page\b": "is given on",
    r"\bcannot be told\b": "cannot be determined",
    r"\bis not told\b": "is not given",
    r"\bfor ever\b": "forever",
    r"\balways answer(?:s|ing)?\b": "always predicting",
    r"\banswered (?:alike|right(?:ly)?)\b": "predicted alike, correctly",
    r"\bclass(?:es)? answered\b": "predicted class",
    r"\bpredicted rightly\b|\brightly (?:predicted|classified)\b": "correctly",
    r"\bstands? twice\b": "appears twice",
    r"\blie apart with\b": "separate with",
    r"\b(?:networks|encoders) alone\b": "only networks",
    r"\bsends? on (?:to|more)\b": "redirects",
    r"\bis called so\b": "has that name",
    r"\bha(?:s|ve) the last word\b": "overrides",
    r"\bsay(?:s|ing)? the same of\b": "gives the same features",
    r"\b(?:save|export|write|pack) (?:it|them|both) anew\b": "again",
    r"\b(?:is|are|was|were|be|not) judged\b": "is evaluated",
    r"\b(?:tell|tells|telling) (?:\S+ ){0,2}apart\b": "distinguish",
    r"\bsays? something of\b": "describes",
    r"\bwent astray\b": "diverged",
    r"\bstands? in no\b": "appears in no",
    r"\bwhom nothing has met\b": "held-out people",
    r"(?<!:\s)\b1 (?:recordings|people|segments|files|channels|rows|classes)\b": "its singular",
    r"\bnothing trained anew\b": "no model is retrained",
}
FENCED = re.compile(r"^(?:```.*?^```|    .*?$)|`[^`\n]+`", re.S | re.M)
MARKDOWN = ("*.md", "config/**/*.md", "docs/**/*.md", "benchmarks/*.md")
PLAIN = ("workflow/report/*.rst", "workflow/schemas/**/*.yaml", "config/**/*.yaml")
PLAIN += ("profiles/**/*.yaml", "CITATION.cff")


def spoken(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the strings of a module that are sentences, without docstrings, and their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    quiet = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            quiet.add(id(body[0].value))
        if isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else "NAME" for p in node.values]
            quiet.update(map(id, node.values))
            yield node.lineno, "".join(map(str, parts))
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and " " in text and id(node) not in quiet:
            yield node.lineno, text


def texts() -> Iterator[tuple[str, int, str]]:
    """Yield what people read: the file, the first line and the text of each piece."""
    for patterns, code in ((MARKDOWN, True), (PLAIN, False)):
        for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern)}):
            text = path.read_text(encoding="utf-8")
            if code:  # as long as it was, so that lines keep their numbers
                text = FENCED.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
            yield str(path.relative_to(ROOT)), 1, text
    for path in sorted(LIBRARY.rglob("*.py")):
        for line, text in spoken(path):
            yield str(path.relative_to(ROOT)), line, text


def found_in(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield each banned phrase of a text: the line that it is in, itself, what to write instead."""
    for pattern, instead in BANNED.items():
        for found in re.finditer(pattern.replace(" ", r"\s+"), text, re.I):
            yield text.count("\n", 0, found.start()), " ".join(found[0].split()), instead


def main() -> int:
    """Print what is found; return 1 if there is anything."""
    lines = [
        f"{path}:{line + further}: {phrase!r}; write: {instead}"
        for path, line, text in texts()
        for further, phrase, instead in found_in(text)
    ]
    print("\n".join(lines), end="\n" if lines else "")
    return min(len(lines), 1)


if __name__ == "__main__":
    sys.exit(main())
