"""Classifiers in files that hold no code: each candidate comes back, and no forged tree does."""

import json
import subprocess
import sys
import zipfile
from io import BytesIO

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.random_projection import SparseRandomProjection

from biospectra.errors import StudyError
from biospectra.models.classifiers import CANDIDATES, makers_of
from biospectra.models.fitting import fit_classifier
from biospectra.models.saved_estimator import read_estimator, write_estimator
from support.harness import ROOT

NAMES = sorted(CANDIDATES)


def candidate(name):
    """A candidate of few trees, which are as those of many."""
    few = {"random_forest": {"n_estimators": 10}, "gradient_boosting": {"max_iter": 5}}
    return CANDIDATES[name](1, 1).set_params(**few.get(name, {}))


def rows(classes, columns=6, n=240):
    random = np.random.default_rng(classes)
    code = np.arange(n) % classes
    return (random.standard_normal((n, columns)) + code[:, None]).astype(np.float32), code


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_each_candidate_comes_back_and_says_the_same(tmp_path, name, classes):
    values, code = rows(classes)
    fitted = fit_classifier(candidate(name), values, code)
    write_estimator(fitted, tmp_path / "model.skops")
    again = read_estimator(tmp_path / "model.skops")
    np.testing.assert_array_equal(again.predict_proba(values), fitted.predict_proba(values))
    np.testing.assert_array_equal(again.classes_, np.arange(classes))


def test_a_projection_before_it_comes_back_too(tmp_path):
    values, code = rows(2, columns=40)
    projection = SparseRandomProjection(8, random_state=1).fit(values)
    fitted = candidate("k_nearest_neighbours").fit(projection.transform(values), code)
    write_estimator(make_pipeline(projection, fitted), tmp_path / "model.skops")
    said = read_estimator(tmp_path / "model.skops").predict_proba(values)
    np.testing.assert_array_equal(said, fitted.predict_proba(projection.transform(values)))


def test_one_of_tables_that_count_the_same_comes_back(tmp_path):
    values, code = rows(3)
    (make,) = makers_of(
        ["logistic_regression"], tune=False, seed=1, threads=1, widths=[4, 2]
    ).values()
    fitted = fit_classifier(make(), values, code)
    write_estimator(fitted, tmp_path / "model.skops")
    said = read_estimator(tmp_path / "model.skops").predict_proba(values)
    np.testing.assert_array_equal(said, fitted.predict_proba(values))


def test_skops_is_imported_without_the_whole_of_scikit_learn(tmp_path):
    code = (
        "import sys\n"
        "from biospectra.models.saved_estimator import _import_skops\n"
        "assert _import_skops().load and 'skops.io._trusted_types' not in sys.modules\n"
        "print(*sys.modules)"
    )
    scripts = ROOT / "workflow/scripts"
    done = subprocess.run([sys.executable, "-c", code], cwd=scripts, capture_output=True, text=True)
    assert "skops.io._sklearn" in done.stdout.split(), done.stderr
    assert "sklearn.neural_network" not in done.stdout.split()


def forge(path, kind, change):
    """Change the nodes of the first tree in a skops file: `change(nodes)` alters them in place."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}

    def node_files(entry):
        if isinstance(entry, dict):
            if entry.get("__class__") == kind:
                yield from (part["file"] for part in parts(entry) if part.get("file"))
            else:
                for part in entry.values():
                    yield from node_files(part)
        elif isinstance(entry, list):
            for part in entry:
                yield from node_files(part)

    def parts(entry):
        if isinstance(entry, dict):
            yield entry
            for part in entry.values():
                yield from parts(part)
        elif isinstance(entry, list):
            for part in entry:
                yield from parts(part)

    for file in node_files(json.loads(members["schema.json"])):
        nodes = np.load(BytesIO(members[file]))
        if nodes.dtype.names and len(nodes) > 2:
            change(nodes)
            made = BytesIO()
            np.save(made, nodes)
            members[file] = made.getvalue()
            break
    else:
        raise AssertionError("no tree")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("name", "kind", "left", "feature"),
    [
        ("random_forest", "Tree", "left_child", "feature"),
        ("gradient_boosting", "TreePredictor", "left", "feature_idx"),
    ],
)
def test_a_forged_tree_is_refused_before_it_is_asked(tmp_path, name, kind, left, feature):
    values, code = rows(2)
    path = tmp_path / "model.skops"
    fitted = candidate(name).fit(values, code)
    for field, number in ((left, 10**6), (left, 0), (feature, 6)):
        write_estimator(fitted, path)
        forge(path, kind, lambda nodes, f=field, n=number: nodes[f].__setitem__(0, n))
        with pytest.raises(StudyError, match="a tree"):
            read_estimator(path)
    write_estimator(fitted, path)
    forge(path, kind, lambda nodes: None)
    assert read_estimator(path).predict(values[:1]).shape == (1,)


def test_more_columns_than_the_forest_takes_are_refused(tmp_path):
    values, code = rows(2)
    fitted = candidate("random_forest").fit(values, code)
    fitted.n_features_in_ = 2  # as of a file whose forest lets rows through that its trees exceed
    write_estimator(fitted, tmp_path / "model.skops")
    with pytest.raises(StudyError, match="columns"):
        read_estimator(tmp_path / "model.skops")


def test_a_forged_projection_is_refused(tmp_path):
    values, code = rows(2, columns=40)
    projection = SparseRandomProjection(8, random_state=1).fit(values)
    fitted = candidate("k_nearest_neighbours").fit(projection.transform(values), code)
    projection.components_.indices[0] = 10**6
    write_estimator(make_pipeline(projection, fitted), tmp_path / "model.skops")
    with pytest.raises(StudyError, match="indices"):
        read_estimator(tmp_path / "model.skops")
