"""Configs that were written for former versions go on working, and are told of the new names."""

import pytest
import yaml

from biospectra.errors import StudyError
from biospectra.study.config import SCHEMAS, complete_config
from biospectra.study.schema import load_config_schema

WRITTEN = """
study: old
recordings: recordings.tsv
labels: [a, b]
resample: {rate_hz: 64}
segments: {window_s: 4}
images: {spectrogram: {kind: spectrogram, height: 32, width: 32}}
autoencoders: {small: {input: spectrogram, filters: [4]}}
classifiers: {tuned: {kind: fine_tuned, autoencoder: small}}
"""


def completed(**changes):
    config, notes = yaml.safe_load(WRITTEN) | changes, []
    return complete_config(config, load_config_schema(SCHEMAS), "old.yaml", notes), notes


def test_former_names_mean_the_present_ones():
    config, notes = completed()
    assert "autoencoders" not in config
    assert config["encoders"]["small"]["kind"] == "convolutional"
    assert config["classifiers"]["tuned"]["encoder"] == "small"
    assert "autoencoders is called encoders now" in notes
    assert "classifiers.tuned.autoencoder is called encoder now" in notes


def test_entries_under_both_names_are_joined():
    config, _ = completed(encoders={"other": {"input": "spectrogram"}})
    assert list(config["encoders"]) == ["small", "other"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"encoders": {"small": {"input": "spectrogram"}}}, "autoencoders.small: .*take one"),
        (
            {"classifiers": {"t": {"kind": "fine_tuned", "autoencoder": "a", "encoder": "a"}}},
            "classifiers.t.autoencoder: .*take it out",
        ),
        ({"autoencoders": ["small"]}, "encoders: "),
    ],
)
def test_what_cannot_be_meant_is_refused(changes, said):
    with pytest.raises(StudyError, match=said):
        completed(**changes)
