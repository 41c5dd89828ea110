"""Targets that a study cannot have are refused before any job, with what would do."""

import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.study.check_recordings import check_targets
from biospectra.study.config import complete_config
from biospectra.study.schema import load_config_schema
from support.harness import ROOT
from support.tiny import CONFIG

SCHEMA = load_config_schema(ROOT / "workflow/schemas")
AGE = {"features": "bands", "column": "age", "kind": "number"}


def completed(**target) -> dict:
    columns = {"columns": ["age", "statements"], "targets": {"it": AGE | target}}
    return complete_config(CONFIG | columns, SCHEMA, "config.yaml")


def test_defaults_are_those_of_the_schema():
    found = completed()["targets"]["it"]
    assert (found["evaluation"], found["learner"], found["superclasses"]) == (
        "holdout",
        "linear",
        {},
    )


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({"column": "weight"}, "targets.it.column: there is no column 'weight'; there are: age"),
        ({"features": "nothing"}, "targets.it.features: there is no feature table 'nothing'"),
        (
            {"features": ["bands", "small"], "evaluation": "cross_validation"},
            "small is an encoder, which has learnt from people of all folds",
        ),
        ({"superclasses": {"MI": ["AMI"]}}, "targets.it.superclasses: a number has none"),
        ({"kind": "class"}, "targets.it.kind"),
        ({"candidates": []}, "candidates"),
    ],
)
def test_what_does_not_go_together_is_refused(target, said):
    with pytest.raises(StudyError) as caught:
        completed(**target)
    assert said in str(caught.value)


def test_cells_must_be_numbers():
    config = completed()
    rows = pd.DataFrame({"recording": ["r", "s"], "age": ["41", "forty"], "statements": ["", ""]})
    with pytest.raises(StudyError, match=r"targets\.it: age of recording 's' is 'forty'"):
        check_targets(config, rows, "config.yaml")
    check_targets(config, rows.assign(age=["41", ""]), "config.yaml")
    for bad in ("nan", "inf"):
        with pytest.raises(StudyError, match="no number"):
            check_targets(config, rows.assign(age=["41", bad]), "config.yaml")
    with pytest.raises(StudyError, match="no recording has a value"):
        check_targets(config, rows.assign(age=["", ""]), "config.yaml")
