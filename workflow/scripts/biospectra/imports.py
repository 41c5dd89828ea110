"""What a script imports, read from its text."""

import ast
import sys
from pathlib import Path


def imported(path: Path) -> set[str]:
    """List the full names of the modules that a file imports, wherever in the file it does."""
    names = set()
    for node in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def library_modules(script: Path) -> list[Path]:
    """List the modules of biospectra that a script uses, directly or through one another."""
    root = Path(__file__).parents[1]
    found: set[Path] = set()
    waiting = [Path(script)]
    while waiting:
        for name in imported(waiting.pop()):
            if name.split(".")[0] != __package__:
                continue
            base = root.joinpath(*name.split("."))
            for module in (base.with_suffix(".py"), base / "__init__.py"):
                if module.is_file() and module not in found:
                    found.add(module)
                    waiting.append(module)
    return sorted(found)


def third_party(script: Path) -> set[str]:
    """Name the top-level packages, not Python's own, that a script and its modules import."""
    names = set()
    for module in [Path(script), *library_modules(script)]:
        names.update(name.split(".")[0] for name in imported(module))
    return names - set(sys.stdlib_module_names) - {__package__}
