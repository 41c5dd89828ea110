"""What the summary and its page say of a study."""

import json

import pytest

from biospectra.study_page import write_page
from biospectra.summary import table

# What both read of a study without models.
BARE = {
    "study": "s",
    "classes": {},
    "autoencoders": {},
    "autoencoder_comparison": None,
    "embeddings": {},
    "classifiers": {},
    "comparison": [],
    "leakage": None,
    "audit": {"paragraph": "Nothing tells the class."},
}
ORIGIN = {
    "written": "",
    "seed": 1,
    "config": {},
    "files": [],
    "rules": {},
    "versions": {},
    "workflow": {"commit": None, "changed": False},
    "machine": {"processor": "", "cores": 1, "memory_mb": 1, "system": ""},
}
APART = {
    "silhouette": 0.5,
    "knn_accuracy": 0.9,
    "knn_accuracy_other_people": None,
    "chance": 0.5,
    "intervals": {"knn_accuracy": None},
    "shuffled": {"knn_accuracy": {"mean": 0.4}},
}


def words_of(folder, summary: dict) -> tuple[str, str]:
    """Return the table for the terminal and the page."""
    (folder / "summary.json").write_text(json.dumps(summary))
    (folder / "provenance.json").write_text(json.dumps(ORIGIN))
    write_page(folder / "summary.json", folder / "provenance.json", folder / "study.html")
    return table(folder / "summary.json"), (folder / "study.html").read_text()


@pytest.mark.parametrize(("apart", "lines"), [(APART, 1), (None, 0)])
def test_a_map_of_one_class_has_no_separation(tmp_path, apart, lines):
    places = {"label": apart, "database": None, "recording": None}
    embedding = {"fit_on": "test", "feature_space": places, "map": places}
    text, page = words_of(tmp_path, BARE | {"embeddings": {"net": embedding}})
    assert text.count("separation of classes") == lines
    assert text.count("net, feature space") == lines
    assert page.count("How well groups lie apart") == lines
