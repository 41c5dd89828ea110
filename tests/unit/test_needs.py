"""A config whose parts do not go together is refused in one line that names the key."""

import copy

import pytest
from harness import ROOT

from biospectra.errors import StudyError
from biospectra.study import complete_config, load_schema

SCHEMA = load_schema(ROOT / "workflow/schemas/config.schema.yaml")
CONFIG = {
    "study": "s",
    "recordings": "recordings.tsv",
    "labels": ["a", "b"],
    "segments": {"window_s": 10},
    "images": {"spectrogram": {"kind": "spectrogram"}},
    "features": {"bands": {"kind": "bands"}, "beats": {"kind": "beats"}},
    "classifiers": {
        "one": {"kind": "table", "features": "bands", "evaluation": "cross_validation"},
        "two": {"kind": "table", "features": ["bands", "beats"], "evaluation": "cross_validation"},
    },
    "umap": {"seeds": 0},
    "split": {"fractions": {"training": 1, "validation": 0, "test": 0}},
}


def changed(**changes) -> dict:
    config = copy.deepcopy(CONFIG)
    for path, value in changes.items():
        at = config
        *parents, key = path.split("__")
        for parent in parents:
            at = at.setdefault(parent, {})
        at[key] = value
    return config


def test_all_people_may_stand_in_cross_validation():
    done = complete_config(CONFIG, SCHEMA, "config.yaml")
    assert done["classifiers"]["one"]["centre"] == "none"
    assert not done["features"]["beats"]["join_channels"]


def test_a_study_that_only_makes_images_and_maps_may_have_one_class():
    one = changed(labels=["a"], classifiers={})
    assert complete_config(one, SCHEMA, "config.yaml")["labels"] == ["a"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"segments__window_s": 5}, ["features.beats", "10 s", "window_s"]),
        ({"features__bands__join_channels": True}, ["classifiers.two", "join_channels"]),
        (
            {"features__bands__join_channels": True, "split": {"by": "segment"}},
            ["features.bands.join_channels", "segment"],
        ),
        ({"classifiers__two__features": ["bands", "beat"]}, ["classifiers.two", "'beat'"]),
        ({"classifiers__one__evaluation": "holdout"}, ["split.fractions", "classifiers.one"]),
        ({"labels": ["a"]}, ["classifiers.one", "one class", "leave that out"]),
        (
            {"labels": ["a"], "classifiers": {}, "leakage": {"features": "bands"}},
            ["leakage.features", "one class"],
        ),
        ({"umap__seeds": 3}, ["split.fractions", "umap.seeds"]),
        ({"autoencoders__net": {"input": "spectrogram"}}, ["split.fractions", "autoencoders.net"]),
        (
            {"split__fractions": {"training": 0, "validation": 0.5, "test": 0.5}},
            ["fractions.training"],
        ),
        (
            {
                "split": {},
                "autoencoders__net": {"input": "spectrogram"},
                "classifiers__one": {"kind": "table", "features": "net", "centre": "subject"},
            },
            ["classifiers.one.centre", "encoder"],
        ),
        (
            {
                "split": {},
                "autoencoders__net": {"input": "spectrogram"},
                "classifiers__one__features": ["bands", "net"],
            },
            ["classifiers.one.evaluation", "holdout"],
        ),
    ],
)
def test_parts_that_do_not_go_together_are_refused(changes, words):
    with pytest.raises(StudyError) as error:
        complete_config(changed(**changes), SCHEMA, "config.yaml")
    for word in ["config.yaml", *words]:
        assert word in str(error.value)
