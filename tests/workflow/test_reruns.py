"""What runs again after an edit of the library: rules whose results it could change, no others."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from support.harness import ROOT, Workflow, jobs_of

LIBRARY = "workflow/scripts/biospectra"
TRAININGS = {"train_encoder", "train_classifier", "umap", "classify", "encode", "leakage"}
DOCSTRING = re.compile(r'\A"""')


def add_comment(text: str) -> str:
    return text + "\n# a word more\n"


def change_docstring(text: str) -> str:
    return DOCSTRING.sub('"""Said anew. ', text)


def add_statement(text: str) -> str:
    return text + "\n_EDITED = True\n"


@pytest.fixture(scope="module")
def edited(tiny, tmp_path_factory):
    """Plan the finished tiny study anew with one module of the workflow edited."""
    tiny.run()
    copy = tmp_path_factory.mktemp("copy")
    for part in ("workflow", "envs", "profiles"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Snakefile", copy)
    study = Workflow(tiny.folder, copy / "Snakefile")

    def plan(*edits) -> set[str]:
        """Return the rules that run after edits, each a module and what is done to its text."""
        texts = {Path(copy, LIBRARY, module): edit for module, edit in edits}
        before = {path: path.read_text() for path in texts}
        for path, edit in texts.items():
            assert edit(before[path]) != before[path]
            path.write_text(edit(before[path]))
        try:
            with tiny.alone():
                return set(jobs_of(study.run("-n").stdout)) - {"study", "all"}
        finally:
            for path, text in before.items():
                path.write_text(text)

    return plan


def test_what_cannot_change_a_result_reruns_nothing(edited):
    edits = [
        ("signals/cleaning.py", add_comment),
        ("models/network.py", change_docstring),
        ("job.py", add_statement),
        ("errors.py", add_statement),
        ("features/beats.py", add_statement),  # a kind that the study does not use
        ("features/kinds.py", add_statement),  # as a new kind does
        ("models/kinds.py", add_statement),
    ]
    assert edited(*edits) == set()


def test_a_new_kind_of_image_makes_no_image_again(edited):
    planned = edited(("transforms/kinds.py", add_statement))
    assert "check_transforms" in planned
    assert not planned & {"image", *TRAININGS}


def test_a_figures_look_is_drawn_again_and_trains_nothing(edited):
    planned = edited(("report/style.py", add_statement))
    assert {"learning_curve", "reconstruction_figure", "map", "maps_figure"} <= planned
    assert not planned & {*TRAININGS, "maps"}


def test_the_words_for_a_paper_redo_the_paper_alone(edited):
    assert edited(("report/paper/results.py", add_statement)) == {"paper"}


def test_a_pages_words_redo_the_pages_alone(edited):
    assert edited(("report/study_page.py", add_statement)) == {"study_page", "paper"}


@pytest.mark.parametrize(
    ("module", "redone", "first"),
    [
        ("models/checkpoint.py", {"train_encoder", "train_classifier"}, {"split", "image"}),
        ("models/cnn.py", {"train_classifier"}, {"train_encoder", "feature_table"}),
        ("features/bands.py", {"feature_table"}, {"train_classifier", "leakage"}),
        ("evaluation/split.py", {"split"}, {"segment", "image"}),
        ("signals/cleaning.py", {"resample"}, {"download"}),
        ("transforms/kernels/fft.py", {"image"}, {"segment", "resample"}),
    ],
)
def test_a_change_redoes_what_it_could_change_and_nothing_before(edited, module, redone, first):
    planned = edited((module, add_statement))
    assert redone <= planned
    assert not planned & first


def test_settings_changed_together_are_all_followed(tiny, tmp_path):
    """Those of one image, and those of what another image goes into."""
    tiny.make("png/spectrogram/slow.png", "png/scaleogram/slow.png")
    config = yaml.safe_load(tiny.config.read_text())
    config["images"]["scaleogram"]["limits_db"] = [-50, 0]
    config["png"]["per_class"] = 2
    changed = Workflow(tiny.folder)
    changed.config = tmp_path / "changed.yaml"
    changed.config.write_text(yaml.safe_dump(config))
    with tiny.alone():
        plan = changed.run("-n", "results/tiny/png/spectrogram/slow.png").stdout
    assert jobs_of(plan) == {"png": 1}
