"""Which modules of the library a script imports, and what they mean, read from their text."""

import ast
import sys
import zlib
from functools import lru_cache
from pathlib import Path

from biospectra import PUBLIC

# They log, show progress and word errors: what they hold cannot change a result.
CANNOT_CHANGE_A_RESULT = frozenset(["job", "errors"])


@lru_cache(maxsize=1024)
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes())


@lru_cache(maxsize=1024)
def imported(path: Path) -> frozenset[str]:
    """List the full names of the modules that a file imports, wherever in the file it does."""
    names = set()
    # Imports are statements, and those stand in lists of statements alone: what is in expressions
    # is most of a file, and need not be walked through.
    waiting: list[ast.AST] = [_parsed(Path(path))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        for block in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, block, ())
            waiting += inner if isinstance(inner, list) else ()
    return frozenset(names)


@lru_cache(maxsize=1024)
def meaning_of(path: Path) -> str:
    """Return a checksum of what a module computes with: not of its comments and docstrings."""
    parts: list[str] = []
    waiting: list[object] = [_parsed(Path(path))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.AST):
            parts.append(type(node).__name__)
            for field in node._fields:
                value = getattr(node, field, None)
                # What a newer Python's trees hold and an older one's do not is empty or None.
                if value is None or value == []:
                    continue
                parts.append(field)
                documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
                if field == "body" and isinstance(node, documented) and _is_text(value[0]):
                    value = value[1:]
                waiting.append(value)
        elif isinstance(node, list):
            parts.append(str(len(node)))
            waiting.extend(node)
        else:
            parts.append(repr(node))
    return f"{zlib.crc32(chr(0).join(parts).encode()):08x}"


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def library_modules(script: Path, kind: str | None = None) -> dict[str, Path]:
    """Return the modules that a script computes with, directly or through one another.

    Parameters
    ----------
    script : path
        A script, or a module of the library.
    kind : str, optional
        The only kind that the script takes of a room's `kinds.py`. Of such a file the module of
        this kind alone is followed, and it is not listed itself, as it says nothing else: what one
        kind makes does not depend on the others.

    Returns
    -------
    dict of str to path
        Each module's name within biospectra, such as "signals.windows", and its file; sorted. Those
        that cannot change a result are left out, packages without statements too.
    """
    root = Path(__file__).parent
    found: dict[str, Path] = {}
    registries: set[str] = set()
    waiting = [Path(script)]
    while waiting:
        path = waiting.pop()
        names = imported(path)
        own = {full for full in names if full.endswith(f".{kind}")}
        if path.name == "kinds.py" and own:
            names = own
            registries.add(path.relative_to(root).with_suffix("").as_posix().replace("/", "."))
        for full in names:
            package, _, name = full.partition(".")
            name = PUBLIC.get(name, name)
            if package != __package__ or not name or name in found:
                continue
            module = root.joinpath(*name.split(".")).with_suffix(".py")
            if module.is_file() and name not in CANNOT_CHANGE_A_RESULT:
                found[name] = module
                waiting.append(module)
    return {name: found[name] for name in sorted(found.keys() - registries)}


def third_party(script: Path) -> set[str]:
    """Name the top-level packages, not Python's own, that a script and its modules import."""
    own = [Path(__file__).with_name(f"{name}.py") for name in CANNOT_CHANGE_A_RESULT]
    names = set()
    for module in [Path(script), *library_modules(script).values(), *own]:
        names.update(name.split(".")[0] for name in imported(module))
    return names - set(sys.stdlib_module_names) - {__package__}
