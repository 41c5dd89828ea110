"""The library's rooms: who imports whom, which libraries are used where, and each name once."""

import ast
import subprocess
import sys
from collections import Counter, defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from biospectra.imports import imported
from support.harness import ROOT

SCRIPTS = ROOT / "workflow/scripts"
LIBRARY = SCRIPTS / "biospectra"
# Each imports only what stands before it. The loose modules come first: all may use them.
LOOSE = ("errors", "imports", "job", "words")
COMMAND = "__main__"  # imports all that it needs, and nothing imports it
ROOMS = (
    *("signals", "formats", "sources", "transforms.kernels", "transforms", "store", "features"),
    *("models", "evaluation", "study", "report", "steps"),
)
USED_ONLY_IN = {
    "matplotlib.pyplot": {"report"},
    "bokeh": {"report"},
    "keras": {"models", "steps"},
    "tensorflow": {"models", "steps"},
    "h5py": {"store", "formats"},
    "skops": {"models"},
    "snakemake": set(),
    **{name: set() for name in ("cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve")},
}
# What each kind of a room defines under the same name, and the dict that each room finds them by.
PROTOCOLS = {
    "formats": {"ENDINGS", "claims", "contents", "read", "sidecars"},
    "features": {"check"},
    "models": {
        "OF_OBJECTIVE",
        "RESTORES",
        "build",
        "check",
        "fit_encoder",
        "objective",
        "reads_sessions",
    },
}
DICT_OF_KINDS = "KINDS"


def module_name(path: Path) -> str:
    """Return a module's name within the library; a package's is that of its folder."""
    parts = path.relative_to(LIBRARY).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_name(path): path for path in LIBRARY.rglob("*.py")}


def room_of(module: str) -> str:
    """Return the innermost of the `ROOMS` that a module is in; of a loose one, itself."""
    rooms = [room for room in ROOMS if f"{module}.".startswith(f"{room}.")]
    return max(rooms, key=len, default=module)


def library_imports(path: Path) -> set[str]:
    """Return the modules of the library that a file imports, wherever in the file it does."""
    found = set()
    for name in imported(path):
        package, _, name = name.partition(".")
        if package == "biospectra" and name:
            # of `from biospectra.store import rows` the longer name is the module
            found.add(name if name in MODULES else name.rpartition(".")[0])
    packages = {inner.rpartition(".")[0] for inner in found}
    return {name for name in found - packages if name}


IMPORTS = {name: library_imports(path) for name, path in MODULES.items()}


def test_every_module_is_in_a_room():
    rooms = {room_of(name) for name in MODULES if name}
    assert rooms == {*LOOSE, *ROOMS, COMMAND}


@pytest.mark.parametrize("room", ROOMS)
def test_imports_only_go_down(room):
    below = {*LOOSE, *ROOMS[: ROOMS.index(room) + 1]}
    up = [
        f"{name} imports {other}"
        for name, others in IMPORTS.items()
        if room_of(name) == room
        for other in others
        if room_of(other) not in below
    ]
    assert not up


def test_nothing_imports_the_command():
    assert [name for name, others in IMPORTS.items() if COMMAND in others] == []


@pytest.mark.parametrize("name", LOOSE)
def test_loose_modules_import_no_room(name):
    assert IMPORTS[name] <= set(LOOSE)


def test_no_modules_import_one_another_in_a_circle():
    try:
        TopologicalSorter(IMPORTS).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("library", USED_ONLY_IN)
def test_a_library_is_imported_only_where_it_belongs(library):
    users = {
        name
        for name, path in MODULES.items()
        if any(f"{other}.".startswith(f"{library}.") for other in imported(path))
    }
    assert {room_of(name) for name in users} == USED_ONLY_IN[library], sorted(users)


def calls_of(path: Path, name: str) -> list[ast.Call]:
    """Return the calls of functions with a name, whatever they belong to, in a file."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return [call for call in calls if getattr(call.func, "attr", None) == name]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("load", {"allow_pickle": False}),
        ("load_model", {"safe_mode": True}),
        ("read_pickle", {"never": True}),
    ],
)
def test_files_are_opened_so_that_nothing_in_them_runs(name, safe):
    for module, path in MODULES.items():
        for call in calls_of(path, name):
            if name == "load" and getattr(call.func.value, "id", None) != "np":
                continue
            given = {key.arg: getattr(key.value, "value", None) for key in call.keywords}
            assert given.items() >= safe.items(), f"{module}: {ast.unparse(call)}"


def test_packages_import_nothing():
    packages = [f"biospectra.{name}".rstrip(".") for name, path in MODULES.items() if is_init(path)]
    code = f"import sys, {', '.join(packages)}; print(*sys.modules)"
    bare = [sys.executable, "-c", "import sys; print(*sys.modules)"]
    done = [
        subprocess.run(command, cwd=SCRIPTS, capture_output=True, text=True, check=True)
        for command in (bare, [sys.executable, "-c", code])
    ]
    before, after = (set(each.stdout.split()) for each in done)
    loaded = {name for name in after - before if name.split(".")[0] not in sys.stdlib_module_names}
    assert loaded == set(packages)


def is_init(path: Path) -> bool:
    return path.name == "__init__.py"


def public_names(path: Path) -> set[str]:
    """Return the functions, classes and upper-case constants that a module defines at its top."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        for target in targets:
            names = {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}
            found |= {name for name in names if name.isupper()}
    return {name for name in found if not name.startswith("_")}


def test_no_public_name_is_defined_twice():
    where = defaultdict(set)
    for name, path in MODULES.items():
        for public in public_names(path) - PROTOCOLS.get(room_of(name), set()):
            if (public, name) != (DICT_OF_KINDS, f"{room_of(name)}.kinds"):
                where[public].add(name)
    twice = {public: sorted(names) for public, names in where.items() if len(names) > 1}
    assert not twice


@pytest.mark.parametrize("room", PROTOCOLS)
def test_a_protocol_is_what_several_kinds_define(room):
    own = [path for module, path in MODULES.items() if room_of(module) == room]
    counts = Counter(name for path in own for name in public_names(path))
    assert all(counts[name] > 1 for name in PROTOCOLS[room])


UNIT = ROOT / "tests/unit"
UNIT_TESTS = sorted(UNIT.rglob("test_*.py"))


def folder_of(test: Path) -> str:
    """Return the room whose folder a unit test is in; "" for a loose one."""
    return ".".join(test.parent.relative_to(UNIT).parts)


def test_unit_tests_mirror_the_rooms():
    assert {folder_of(test) for test in UNIT_TESTS} == {"", *ROOMS}


@pytest.mark.parametrize(
    "test", [t for t in UNIT_TESTS if folder_of(t)], ids=lambda test: test.stem
)
def test_a_unit_test_uses_the_room_it_is_in(test):
    helpers = {name.removeprefix("support.") for name in imported(test)}
    helpers = [path for path in (ROOT / "tests/support").glob("*.py") if path.stem in helpers]
    used = set().union(*map(library_imports, [test, *helpers]))
    assert folder_of(test) in {room_of(name) for name in used}


def test_files_of_tests_have_names_of_their_own():
    names = Counter(test.name for test in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, count in names.items() if count > 1] == []
