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
    assert told["rules"]["train_encoder"]["wall_s"] > 1
    assert told["rules"]["train_encoder"]["peak_memory_mb"] > 100
    assert told["machine"]["cores"] >= 1


def test_the_studys_page_says_what_was_run_and_the_scores(tiny):
    page, summary = tiny.make("study.html", "summary.json")
    html = page.read_text()
    scores = json.loads(summary.read_text())
    for name, score in scores["classifiers"].items():
        assert name in html
        assert f"{score['balanced_accuracy']:.2f}" in html
    for word in ("tensorflow", "Seed", "SHA-256", "train_encoder", "highpass_hz"):
        assert word in html
    addresses = re.findall(r'(?:src|href)="([^"]*)"', html)
    pictures = [one for one in addresses if one.startswith("data:image/webp;base64,")]
    assert len(pictures) > 10
    assert re.search(r"Self-test: \d+ of \d+ checks passed", html)
    for one in set(addresses) - set(pictures):  # none leads into the network, or nowhere
        there = f'id="{one[1:]}"' in html if one.startswith("#") else (page.parent / one).exists()
        assert there or one == "paper/paper.html", one  # which is made after this page
