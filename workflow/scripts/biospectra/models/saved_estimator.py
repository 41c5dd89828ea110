"""Fitted scikit-learn models in files that hold no code, by skops in place of pickle."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np

from biospectra.errors import refused

# What a fitted classifier may be made of beside scikit-learn's estimators: numbers, and what they
# keep inside.
PARTS = frozenset(
    [
        *(f"builtins.{name}" for name in ("bool", "float", "int", "str")),
        *(f"numpy.{name}" for name in ("bool", "float32", "float64", "int32", "int64")),
        *(f"numpy.{name}" for name in ("uint8", "uint32", "uint64", "random.PCG64")),
        "scipy.sparse._csr.csr_matrix",
        "sklearn._loss._loss.CyHalfMultinomialLoss",
        "sklearn._loss.link.Interval",
        "sklearn._loss.link.LogitLink",
        "sklearn._loss.link.MultinomialLogit",
        "sklearn._loss.loss.HalfBinomialLoss",
        "sklearn._loss.loss.HalfMultinomialLoss",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.model_selection._split.StratifiedKFold",
        "sklearn.tree._tree.Tree",
        "sklearn.utils._bunch.Bunch",
    ]
)


def write_estimator(estimator, path: str | Path) -> None:
    """Write a fitted scikit-learn classifier, for `read_estimator`.

    Parameters
    ----------
    estimator : sklearn.base.ClassifierMixin
        Fitted; a pipeline or one classifier.
    path : str or Path
        The skops file.

    Raises
    ------
    TypeError
        If it is made of something that `read_estimator` would refuse.
    """
    skops = _import_skops()
    skops.dump(estimator, path, compression=ZIP_DEFLATED)
    strangers = set(skops.get_untrusted_types(file=path)) - _trusted(_types(path))
    if strangers:
        raise TypeError(
            f"{path}: {', '.join(sorted(strangers))} would be refused when it is read; "
            f"add it to {__name__}.PARTS once it is known to be data alone"
        )


def read_estimator(path: str | Path, gives: str = "predict_proba"):
    """Return the model that `write_estimator` wrote; nothing in the file is run.

    skops builds the objects that the file names, of trusted types alone: scikit-learn's estimators
    and `PARTS`. It does not look into trees, of which a forged one makes scikit-learn's compiled
    code read beyond its arrays: they are checked here.

    Parameters
    ----------
    path : str or Path
        The skops file.
    gives : str
        What it must be able to do: "predict_proba" of classes or labels, "predict" of a number.

    Raises
    ------
    StudyError
        If the file is missing or damaged, or holds another type or a forged tree.
    """
    try:
        estimator = _import_skops().load(path, trusted=sorted(_trusted(_types(path))))
        for part, columns in _parts(estimator, sys.maxsize):
            _check_bounds(part, columns)
    except Exception as problem:  # a damaged zip, json or array has errors of its own
        raise refused(path, problem) from problem
    if not hasattr(estimator, gives):
        what = "classifier" if gives == "predict_proba" else "model of a number"
        raise refused(path, f"holds no {what} but a {type(estimator).__name__}")
    return estimator


def _import_skops():
    """Return skops.io, imported without the list of what it trusts by default.

    For that list it would import the whole of scikit-learn and look for 400 functions' modules,
    which takes as long as all else that a classifier's job imports. Here `PARTS` says it.
    """
    if "skops.io" not in sys.modules:
        nothing = ModuleType("skops.io._trusted_types")
        nothing.__getattr__ = _empty
        sys.modules[nothing.__name__] = nothing
        try:
            import skops.io
        finally:
            del sys.modules[nothing.__name__]
    import skops.io

    return skops.io


def _empty(name: str) -> list:
    """Return the empty list, as whichever constant is asked for."""
    if name.startswith("__"):
        raise AttributeError(name)
    return []


def _types(path: str | Path) -> set[str]:
    """Return the full names of the types and functions that a skops file names."""
    found = set()

    def note(entry: dict) -> dict:
        if "__module__" in entry:
            found.add(f"{entry['__module__']}.{entry['__class__']}")
        return entry

    with ZipFile(path) as archive:
        json.loads(archive.read("schema.json"), object_hook=note)
    return found


def _trusted(names: set[str]) -> set[str]:
    """Return `PARTS` and those of the names that are scikit-learn's estimators."""
    from sklearn.base import BaseEstimator

    trusted = set(PARTS)
    for name in names:
        module, _, kind = name.rpartition(".")
        if module.startswith("sklearn."):
            own = getattr(importlib.import_module(module), kind, None)
            if isinstance(own, type) and issubclass(own, BaseEstimator):
                trusted.add(name)
    return trusted


def _parts(whole, columns: int) -> Iterator[tuple[object, int]]:
    """Yield all that an estimator is made of, each with how many columns it may ask for."""
    inside = []
    if isinstance(whole, dict):
        inside = whole.values()
    elif isinstance(whole, list | tuple):
        inside = whole
    elif isinstance(whole, np.ndarray) and whole.dtype == object:
        inside = whole.ravel().tolist()
    elif type(whole).__module__.startswith("sklearn.") and hasattr(whole, "__dict__"):
        inside = vars(whole).values()
        columns = min(columns, vars(whole).get("n_features_in_", columns))
    yield whole, columns
    for part in inside:
        yield from _parts(part, columns)


def _check_bounds(part, columns: int) -> None:
    """Raise ValueError where compiled code would read beyond the arrays of a part."""
    kind = type(part).__name__
    if kind == "csr_matrix":
        part.check_format(full_check=True)
    elif kind == "Tree":
        if part.node_count != part.capacity:
            raise ValueError("a tree that counts more branches than it has")
        _check_tree(part.children_left, part.children_right, part.feature, columns)
    elif kind == "TreePredictor":
        nodes = part.nodes
        if nodes["is_categorical"].any():
            raise ValueError("a tree that asks for categories, of which features have none")
        leaf = nodes["is_leaf"] != 0
        left, right = (
            np.where(leaf, -1, nodes[side].astype(np.int64)) for side in ("left", "right")
        )
        _check_tree(left, right, nodes["feature_idx"], columns)


def _check_tree(left, right, feature, columns: int) -> None:
    """Raise ValueError unless each branch (-1 at a leaf) leads on, and asks for a column there."""
    at, inner = np.arange(len(left)), left != -1
    for child in (left, right):  # children come after their parent, so that each way ends
        if not ((child > at) & (child < len(at)))[inner].all() or not len(at):
            raise ValueError("a tree whose branches lead nowhere")
    if not ((feature >= 0) & (feature < columns))[inner].all():
        raise ValueError("a tree that reads columns that do not exist")
