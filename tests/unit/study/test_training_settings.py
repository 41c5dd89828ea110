"""What of a network's settings cannot be is refused with the key and the remedy."""

import copy

import pytest

from biospectra.errors import StudyError
from biospectra.study.config import complete_config
from biospectra.study.schema import load_config_schema
from support.harness import ROOT
from support.tiny import CONFIG

SCHEMA = load_config_schema(ROOT / "workflow/schemas")


def completed(name, **settings):
    config = copy.deepcopy(CONFIG)
    config["classifiers"][name] |= settings
    return complete_config(config, SCHEMA, "config.yaml")


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        ("cnn", {"input": "signal"}, "classifiers.cnn.input: .*'signal'.*scaleogram, samples"),
        ("fine_tuned", {"encoder": "big"}, "classifiers.fine_tuned.encoder: .*small"),
        ("cnn", {"class_weight": "balanced", "sampling": "balanced"}, "cnn.class_weight: .*twice"),
        ("samples_cnn", {"augment": {"frequency_masks": 1}}, "augment.frequency_masks: samples"),
        ("samples_cnn", {"augment": {"tilt_db": 3}}, "augment.tilt_db: samples"),
        ("cnn", {"augment": {"pitch": 1}}, "classifiers.cnn.augment: .*pitch"),
        ("cnn", {"freeze": True}, "classifiers.cnn: .*freeze"),
    ],
)
def test_refused(name, settings, words):
    with pytest.raises(StudyError, match=words):
        completed(name, **settings)


def test_defaults_are_as_published():
    entry = completed("cnn")["classifiers"]["cnn"]
    assert entry["class_weight"] == "none"
    assert entry["sampling"] == "all"
    assert entry["patience"] is None
    off = {key: value for key, value in entry["augment"].items() if value}
    assert off == {"time_mask_s": 0.5, "frequency_mask_share": 0.1}
