"""Every figure that whole studies draw can be read, the default study's in the first place."""

import json
import os
import re
from pathlib import Path

import pytest

from support.harness import ROOT


@pytest.fixture
def watched(tmp_path, monkeypatch):
    """Have all jobs judge their figures; give the function that returns what they found."""
    found = tmp_path / "faults.jsonl"
    folders = [
        ROOT / "tests/support/watched",
        ROOT / "tests",
        *os.getenv("PYTHONPATH", "").split(":"),
    ]
    monkeypatch.setenv("PYTHONPATH", ":".join(map(str, filter(None, folders))))
    monkeypatch.setenv("FIGURE_FAULTS", str(found))

    def faults() -> dict[str, list[str]]:
        return dict(json.loads(line) for line in found.read_text().splitlines())

    return faults


def pictures_of(page: Path) -> set[str]:
    """List the figures that a study's page leads to."""
    return set(re.findall(r'href="([^"]+\.png)"', page.read_text()))


@pytest.mark.slow
@pytest.mark.parametrize("study", ["tiny", "default"])
def test_no_words_of_a_figure_collide_or_are_cut_off(study, request, watched):
    workflow = request.getfixturevalue("fresh" if study == "tiny" else "copy")
    if study == "default":
        workflow.config = Path("config/config.yaml")
        downloads = ROOT / "results/downloads"
        if downloads.is_dir():  # what is there is not fetched again
            (workflow.folder / "results").mkdir()
            (workflow.folder / "results/downloads").symlink_to(downloads)
    workflow.run()
    faults = watched()
    results = workflow.folder / "results" / study
    drawn = {Path(path).relative_to(Path("results", study)).as_posix() for path in faults}
    shown = pictures_of(results / "study.html")
    assert len(shown) > 15
    assert shown <= drawn
    assert {path: said for path, said in faults.items() if said} == {}
