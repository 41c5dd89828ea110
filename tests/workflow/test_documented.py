"""Every key of the config and column of the table is described, and the defaults are valid."""

import re

import config_tables
import format_matrix
import pytest
import yaml

from biospectra.study.config import complete_config
from biospectra.study.schema import load_config_schema, load_schema
from support.harness import ROOT

SCHEMA = load_config_schema(ROOT / "workflow/schemas")
COLUMNS = load_schema(ROOT / "workflow/schemas/recordings.schema.yaml")["properties"]
README = (ROOT / "config/README.md").read_text()


def keys(schema, path=""):
    """Yield the path and the schema of each key."""
    schema = config_tables.resolved(schema, SCHEMA)
    for key, value in schema.get("properties", {}).items():
        yield f"{path}{key}", value
        yield from keys(value, f"{path}{key}.")
    for branch in schema.get("allOf", []):
        yield from keys(branch["then"], f"{path}{branch['if']['properties']['kind']['const']}.")
    inner = schema.get("additionalProperties")
    if isinstance(inner, dict):
        yield from keys(inner, f"{path}*.")


@pytest.mark.parametrize(
    ("path", "schema"), list(keys(SCHEMA)), ids=lambda v: v if isinstance(v, str) else ""
)
def test_key_is_described(path, schema):
    assert config_tables.resolved(schema, SCHEMA).get("description"), path
    assert f"`{path.rsplit('.', 1)[-1]}`" in README, f"config/README.md lacks {path}"


@pytest.mark.parametrize("column", COLUMNS)
def test_column_is_described(column):
    assert COLUMNS[column]["description"]
    assert f"`{column}`" in README


def test_the_tables_are_those_of_the_schemas():
    assert config_tables.written(README) == README, "config/README.md is stale: `make docs`"


def test_a_table_that_is_stale_is_made_anew():
    stale = README.replace("| `seed` | `1` |", "| `seed` | `2` |")
    assert stale != README
    assert config_tables.written(stale) == README


def test_the_default_config_is_complete_and_its_defaults_are_valid():
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    completed = complete_config(config, SCHEMA, "config/config.yaml")
    assert complete_config(completed, SCHEMA, "completed") == completed
    assert completed["images"]["spectrogram"]["window"] == "hann"
    assert completed["classifiers"]["encoder_features"]["candidates"]
    kinds = {name: entry["kind"] for name, entry in completed["encoders"].items()}
    assert kinds == {"convolutional": "convolutional", "views": "vicreg"}


@pytest.mark.parametrize("module", format_matrix.FORMATS, ids=lambda module: module.__name__)
def test_every_format_says_what_it_gives(module):
    assert set(format_matrix.facts_of(module)) == set(format_matrix.FACTS)
    assert not re.search("planned|todo|soon", module.__doc__, re.IGNORECASE)


def test_the_table_of_formats_is_that_of_the_modules():
    written = format_matrix.PAGE.read_text(encoding="utf-8")
    assert format_matrix.page() == written, "docs/formats.md is stale: `make docs`"
    for ending in ("`.xdf` |", "pyxdf: `devices`", "ecgdatakit: `hospital`"):
        assert ending in written
