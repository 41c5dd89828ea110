"""A bare summary, and what the terminal and the first page make of one."""

import json

from biospectra.report.study_page import write_page
from biospectra.report.terminal import table

BARE = {
    "study": "s",
    "classes": {},
    "encoders": {},
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


def words_of(folder, summary: dict) -> tuple[str, str]:
    """Return the table for the terminal and the page."""
    (folder / "summary.json").write_text(json.dumps(summary))
    (folder / "provenance.json").write_text(json.dumps(ORIGIN))
    write_page(folder / "summary.json", folder / "provenance.json", folder / "study.html")
    return table(folder / "summary.json"), (folder / "study.html").read_text()
