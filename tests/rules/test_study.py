"""provenance and study_page, run by snakemake at the end of the tiny study."""

import hashlib
import json
import platform
import re

import numpy


def test_provenance_tells_versions_sources_and_costs(tiny):
    (path,) = tiny.make("provenance.json")
    told = json.loads(path.read_text())
    assert told["config"]["resample"]["highpass_hz"] == 0.5  # a default, filled in
    assert told["versions"]["numpy"] == [numpy.__version__]
    assert told["versions"]["python"] == [platform.python_version()]
    assert {"tensorflow", "umap", "snakemake"} < set(told["versions"])
    own = next(file for file in told["files"] if file["file"].endswith("slow_1.edf"))
    content = (tiny.folder / "slow_1.edf").read_bytes()
    assert own["sha256"] == hashlib.sha256(content).hexdigest()
    assert {row["recording"] for row in told["recordings"]} == {
        f["recording"] for f in told["files"]
    }
    assert told["rules"]["resample"]["jobs"] == 2
    assert told["rules"]["train_autoencoder"]["wall_s"] > 1
    assert told["rules"]["train_autoencoder"]["peak_memory_mb"] > 100
    assert told["machine"]["cores"] >= 1


def test_the_studys_page_says_what_was_run_and_the_scores(tiny):
    page, summary = tiny.make("study.html", "summary.json")
    html = page.read_text()
    scores = json.loads(summary.read_text())
    for name, score in scores["classifiers"].items():
        assert name in html
        assert f"{score['balanced_accuracy']:,.4g}" in html
    for word in ("tensorflow", "Seed", "SHA-256", "train_autoencoder", "highpass_hz"):
        assert word in html
    assert not re.search(r"(src|href)=", html)  # opens without a network
