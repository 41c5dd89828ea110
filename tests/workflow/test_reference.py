"""The reference studies' tables can be made, and their configs are studies."""

import shutil
from pathlib import Path

import make_tables
import pytest
import yaml
from snakemake.utils import update_config

from biospectra.features.sessions import joining
from biospectra.study.check_config import table_labels
from biospectra.study.check_recordings import check_folds, check_sessions
from biospectra.study.config import complete_config
from biospectra.study.recordings import load_recordings
from biospectra.study.schema import load_config_schema, load_schema
from support.data import DATA, needs_data
from support.harness import ROOT, Workflow

SCHEMAS = ROOT / "workflow/schemas"
STUDIES = {name: [name] for name in make_tables.TABLES}
STUDIES |= {
    f"{name}_encoder": [name, "encoders", f"{name}_encoder"]
    for name in ("arithmetic", "cinc2017", "lower_limb", "rhythm")
}
LONG = {  # of the same studies
    f"{name}_long": [*files, "encoders_long"]
    for name, files in STUDIES.items()
    if name.endswith("_encoder")
}
for name in ("arithmetic", "lower_limb"):
    LONG[f"{name}_encoder_long"].append("encoders_within")
STUDIES |= LONG
STUDIES |= {
    f"{name}_more": [*STUDIES[f"{name}_encoder"], f"{name}_more"] for name in ("cinc2017", "rhythm")
}
STUDIES["biosignals_common_band"] = ["biosignals", "biosignals_common_band"]
STUDIES = {name: ["common", *files] for name, files in STUDIES.items()}
# These hold people out for validation and test.
HOLDING_OUT = ("autoencoder", "scaleogram_cnn", "arithmetic_neuralbench")
STUDIES |= {name: [name] for name in HOLDING_OUT}


@pytest.fixture(scope="module")
def tables(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    make_tables.main(DATA, folder)
    return folder


def test_every_reference_config_is_known():
    found = {path.stem for path in make_tables.HERE.glob("*.yaml")}
    assert found == {*STUDIES, "common", "encoders", "encoders_long", "encoders_within"} - {*LONG}


@needs_data
@pytest.mark.parametrize("study", STUDIES)
def test_config_and_table_go_together(study, tables):
    config = {}
    for name in STUDIES[study]:
        update_config(config, yaml.safe_load((make_tables.HERE / f"{name}.yaml").read_text()))
    config = complete_config(config, load_config_schema(SCHEMAS), study)
    assert config["study"] == f"reference_{study.removesuffix('_long')}"
    recordings = load_recordings(
        tables / Path(config["recordings"]).name,
        load_schema(SCHEMAS / "recordings.schema.yaml"),
        table_labels(config),
        annotated=bool(config["segments"]["annotations"]["mapping"]),
    )
    if joining(config):
        check_sessions(recordings, config["recordings"])
    check_folds(config, recordings[recordings["label"] != config["unlabelled"]], study)
    for classifier in config["classifiers"].values():
        held_out = classifier.get("evaluation", "holdout") == "holdout"
        assert held_out == (study in HOLDING_OUT)


@needs_data
def test_a_reference_study_dry_runs(tables, tmp_path):
    for part in ("Snakefile", "workflow", "envs", "profiles"):
        (tmp_path / part).symlink_to(ROOT / part)
    shutil.copytree(ROOT / "config/reference", tmp_path / "config/reference")
    shutil.copytree(tables, tmp_path / "config/reference", dirs_exist_ok=True)
    workflow = Workflow(tmp_path)
    workflow.config = Path("config/reference/common.yaml")
    study = "config/reference/biosignals"
    files = ["--configfile", workflow.config, f"{study}.yaml", f"{study}_common_band.yaml"]
    plan = workflow.run("-n", *files).stdout
    assert "results/reference_biosignals_common_band/summary.json" in plan
    assert "native_bands" in plan
