"""A study that `biospectra new` made of a folder of six formats, run by snakemake."""

import json

import pytest
import yaml

from biospectra.__main__ import main
from support.harness import Workflow, jobs_of
from support.own_recordings import write_own_recordings


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A folder with a study as the command writes it, in which snakemake runs."""
    folder = tmp_path_factory.mktemp("own")
    write_own_recordings(folder / "my_recordings")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["new", "my_recordings", "--study", "walking"]) == 0
    study = Workflow(folder)
    study.config = folder / "config/walking/config.yaml"
    return study


def test_rest_and_walking_are_told_apart_in_people_held_out(own):
    assert yaml.safe_load(own.config.read_text())["labels"] == ["rest", "walk"]
    scores = "results/walking/classifier/bands_and_beats/scores.json"
    plan = jobs_of(own.run("-n").stdout)
    assert {"image", "classify", "leakage", "study_page"} <= set(plan)
    own.run(scores)
    told = json.loads((own.folder / scores).read_text())
    assert told["balanced_accuracy"] > 0.9  # of hearts at 60 and 105 beats a minute
    assert told["people"] == 6


@pytest.mark.slow
def test_it_runs_to_its_end(own):
    own.run()
    summary = json.loads((own.folder / "results/walking/summary.json").read_text())
    assert summary["classes"]["rest"]["recordings"] == 6
    assert (own.folder / "results/walking/study.html").is_file()
