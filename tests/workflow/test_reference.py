"""The reference studies' tables can be made, and their configs run dry."""

import shutil
import sys
from pathlib import Path

import pytest
from data import DATA, needs_data
from harness import ROOT, Workflow

sys.path.append(str(ROOT / "config" / "reference"))
import make_tables

pytestmark = needs_data
STUDIES = {name: [name] for name in make_tables.TABLES}
STUDIES["biosignals_common_band"] = ["biosignals", "biosignals_common_band"]


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Workflow:
    """A folder that looks like a checkout, with the reference configs and their tables."""
    folder = tmp_path_factory.mktemp("reference")
    for part in ("Snakefile", "workflow", "envs", "profiles"):
        (folder / part).symlink_to(ROOT / part)
    shutil.copytree(ROOT / "config/reference", folder / "config/reference")
    make_tables.main(DATA, folder / "config/reference")
    return Workflow(folder)


def test_every_reference_config_is_a_study():
    found = {path.stem for path in Path(make_tables.HERE).glob("*.yaml")}
    assert found == {*STUDIES, "common"}


@pytest.mark.parametrize("study", STUDIES)
def test_a_reference_study_dry_runs(study, copy):
    copy.config = Path("config/reference/common.yaml")
    files = [f"config/reference/{name}.yaml" for name in STUDIES[study]]
    done = copy.run("-n", "--configfile", copy.config, *files)
    assert f"results/reference_{study}/summary.json" in done.stdout
