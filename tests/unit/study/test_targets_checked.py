"""Targets that a study cannot have are refused before any job, with what would do."""

import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.study.check_recordings import check_folds, check_targets
from biospectra.study.config import complete_config
from biospectra.study.schema import load_config_schema
from support.harness import ROOT
from support.tiny import CONFIG

SCHEMA = load_config_schema(ROOT / "workflow/schemas")
AGE = {"features": "bands", "column": "age", "kind": "number"}


LABELS = {"features": ..., "column": "statements", "kind": "labels"}
CNN = {"kind": "cnn", "input": "samples", "filters": [4]}


def completed(**target) -> dict:
    """Complete a config with a target; what is `...` in it is left out."""
    entry = {key: value for key, value in (AGE | target).items() if value is not ...}
    columns = {"columns": ["age", "statements"], "targets": {"it": entry}}
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
        ({"superclasses": {"MI": ["AMI"]}}, "targets.it.superclasses: a number has none"),
        ({"kind": "class"}, "targets.it.kind"),
        ({"candidates": []}, "candidates"),
        ({"features": ...}, "targets.it: a target is predicted either from `features` or by a"),
        ({"network": CNN}, "targets.it: a target is predicted either from `features` or by a"),
        ({"features": ..., "network": {}}, "targets.it.network: 'kind' is missing"),
        (LABELS | {"network": {"kind": "table"}}, "there is no 'table'"),
        (LABELS | {"network": CNN | {"evaluation": "holdout"}}, "unknown key 'evaluation'"),
        (LABELS | {"network": CNN | {"input": "picture"}}, "targets.it.network.input: there is no"),
        (LABELS | {"network": CNN, "evaluation": "leave_one_out"}, "there is no 'leave_one_out'"),
        (
            LABELS | {"network": CNN | {"explain": True}, "evaluation": "cross_validation"},
            "targets.it.network.explain: cross_validation trains a network in each fold",
        ),
        (
            LABELS | {"network": CNN | {"filters": [4] * 9}},
            "targets.it.network: inputs of",
        ),
        (
            LABELS | {"network": CNN | {"augment": {"tilt_db": 3}}},
            "targets.it.network.augment.tilt_db: samples have no frequencies",
        ),
        (
            {"features": ..., "network": CNN | {"class_weight": "balanced"}},
            "targets.it.network.class_weight: a number has no classes",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(target, said):
    with pytest.raises(StudyError) as caught:
        completed(**target)
    assert said in str(caught.value)


def test_a_network_has_the_keys_of_its_kind_but_for_those_of_classes():
    network = completed(**LABELS, network=CNN)["targets"]["it"]["network"]
    assert network["epochs"] == 10 and network["class_weight"] == "none"
    assert not {"evaluation", "sampling"} & set(network)
    assert network["explain"] is False


@pytest.mark.parametrize("entry", [AGE | {"features": "small"}, LABELS | {"network": CNN}])
def test_what_a_network_has_learnt_shows_no_leakage(entry):
    entry = {key: value for key, value in entry.items() if value is not ...}
    config = CONFIG | {"columns": ["age", "statements"], "targets": {"it": entry}}
    for name, said in (("it", "it is not predicted from tables"), ("no", "there is no target")):
        with pytest.raises(StudyError, match=f"leakage.targets: {said}"):
            complete_config(config | {"leakage": {"targets": [name]}}, SCHEMA, "config.yaml")


@pytest.mark.parametrize(
    ("entry", "where"),
    [
        (AGE | {"features": "small"}, "features"),
        (
            {
                "column": "age",
                "kind": "number",
                "network": {"kind": "fine_tuned", "encoder": "small"},
            },
            "network.encoder",
        ),
    ],
)
def test_no_target_is_of_a_transductive_encoder(entry, where):
    small = {"small": CONFIG["encoders"]["small"] | {"transductive": True}}
    config = CONFIG | {"columns": ["age"], "targets": {"it": entry}, "encoders": small}
    with pytest.raises(StudyError, match=rf"targets\.it\.{where}: encoder small is transductive"):
        complete_config(config, SCHEMA, "config.yaml")


@pytest.mark.parametrize("entry", [AGE | {"features": "small"}, LABELS | {"network": CNN}])
def test_folds_of_networks_are_counted_and_databases_are_there_before_any_job(entry):
    config = completed(**entry, evaluation="cross_validation")
    rows = pd.DataFrame({"label": ["slow", "fast"] * 3, "subject": list("abcdef")})
    rows["database"] = "one"
    with pytest.raises(StudyError, match=r"folds: it is 5, .* 3 people; targets\.it has a network"):
        check_folds(config, rows, "config.yaml")
    check_folds(config | {"scores": config["scores"] | {"folds": 3}}, rows, "config.yaml")
    config = completed(**entry, evaluation="leave_one_database_out")
    with pytest.raises(StudyError, match=r"targets\.it\.evaluation: class .* has one database"):
        check_folds(config, rows, "config.yaml")


def test_without_people_set_aside_an_encoder_may_be_of_a_target():
    fractions = {"split": {"fractions": {"training": 1, "validation": 0, "test": 0}}}
    parts = {"columns": ["age"], "classifiers": {}, "umap": {"seeds": 0}, "leakage": {}}
    for evaluation, refused in (("cross_validation", False), ("holdout", True)):
        target = AGE | {"features": "small", "evaluation": evaluation}
        config = CONFIG | fractions | parts | {"targets": {"it": target}}
        if refused:
            with pytest.raises(StudyError, match=r"nothing asks for encoders\.small there"):
                complete_config(config, SCHEMA, "config.yaml")
        else:
            complete_config(config, SCHEMA, "config.yaml")


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


def test_where_there_is_no_column_the_message_says_so():
    config = CONFIG | {"columns": [], "targets": {"it": AGE}}
    with pytest.raises(StudyError, match=r"no column 'age'; there are none: add it\."):
        complete_config(config, SCHEMA, "config.yaml")
