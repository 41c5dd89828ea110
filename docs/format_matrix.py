"""Write docs/formats.md, what each format's module says of itself: `make docs`.

A module's docstring has a line of each of `FACTS`, continued where it is indented; its endings and
libraries are those of its code.
"""

import re
import sys
from pathlib import Path
from types import ModuleType

from biospectra.formats.clear_errors import EXTRA_OF
from biospectra.formats.registry import FORMATS
from biospectra.imports import imported

PAGE = Path(__file__).resolve().parent / "formats.md"
FACTS = ("Format", "Recognised by", "Units", "Annotations", "Rates and gaps", "Tried with")
HEAD = """# Formats

What is read, and what each was tried with; written from the formats' modules by `make docs`. A file is known by its
ending, and `.gz` may follow it; what it is follows from what is in it where a column says so. Where a format has no
annotations of its own, or others are wanted, `annotator` names a table of events or an EDF+ file beside it.

"""  # noqa: E501
COLUMNS = ("format", "endings", "recognised by", "library, extra", "units", "annotations")
COLUMNS += ("rates and gaps",)


def facts_of(module: ModuleType) -> dict[str, str]:
    """Return what the docstring of a format's module says under each of `FACTS`."""
    text = re.sub(r"\n +", " ", module.__doc__ or "")
    return {
        fact: found[1].strip().removesuffix(".")
        for fact in FACTS
        if (found := re.search(rf"^{fact}: (.+)$", text, re.MULTILINE))
    }


def libraries_of(module: ModuleType) -> str:
    """Return the libraries that a format's module imports itself, with the extra of each."""
    names = {name.partition(".")[0] for name in imported(Path(module.__file__))}
    ours = names - set(sys.stdlib_module_names) - {"biospectra", "numpy"}
    extras = sorted({EXTRA_OF.get(name, "") for name in ours} - {""})
    if not ours:
        return "none"
    listed = ", ".join(sorted(ours))
    return f"{listed}: `{'`, `'.join(extras)}`" if extras else listed


def page() -> str:
    """Return the text of docs/formats.md."""
    lines = [f"| {' | '.join(COLUMNS)} |", "|" + "---|" * len(COLUMNS)]
    tried = ["", "## What each was tried with", "", "| format | tried with |", "|---|---|"]
    for module in sorted(FORMATS, key=lambda module: facts_of(module)["Format"].lower()):
        facts = facts_of(module)
        endings = " ".join(f"`{ending}`" for ending in module.ENDINGS)
        cells = [facts["Format"], endings, facts["Recognised by"], libraries_of(module)]
        cells += [facts[fact] for fact in FACTS[2:-1]]
        lines.append(_row(cells))
        tried.append(_row([facts["Format"], facts[FACTS[-1]]]))
    return HEAD + "\n".join(lines + tried) + "\n"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
