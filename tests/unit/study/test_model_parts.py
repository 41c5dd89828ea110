"""What a trained model holds: every classifier, whether people are set aside or all take turns."""

import pytest
import yaml

from biospectra.study.config import SCHEMAS, complete_config
from biospectra.study.model_parts import model_names, parts_of
from biospectra.study.schema import load_config_schema

CONFIG = """
study: s
recordings: r.tsv
labels: [a, b]
images: {scaleogram: {kind: scaleogram, height: 128}}
encoders: {small: {input: scaleogram, filters: [8]}}
features: {}
classifiers:
  table: {kind: table, features: small, evaluation: EVALUATION}
  cnn: {kind: cnn, input: samples, evaluation: EVALUATION}
  tuned: {kind: fine_tuned, encoder: small, evaluation: EVALUATION}
umap: {seeds: 0}
"""
ASIDE = {"training": 0.6, "validation": 0.2, "test": 0.2}
ALL = {"training": 1, "validation": 0, "test": 0}


@pytest.mark.parametrize(
    ("evaluation", "fractions", "model"),
    [
        ("holdout", ASIDE, "small"),
        ("cross_validation", ASIDE, "small"),
        ("cross_validation", ALL, "classifiers"),
        ("leave_one_person_out", ALL, "classifiers"),
    ],
)
def test_every_classifier_is_in_the_model(evaluation, fractions, model):
    written = yaml.safe_load(CONFIG.replace("EVALUATION", evaluation))
    written["split"] = {"fractions": fractions}
    config = complete_config(written, load_config_schema(SCHEMAS), "c.yaml")
    assert model_names(config) == [model]
    parts = parts_of(config, model)
    assert list(parts["classifiers"]) == ["table", "cnn", "tuned"]
    assert parts["classifiers"]["tuned"]["input"] == "scaleogram"
    assert list(parts["encoders"]) == ["small"]
    assert parts["novelty"] == "small" and not parts["features"]
