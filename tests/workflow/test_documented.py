"""Every key of the config and every column of the table is described, and the defaults are valid."""

import pytest
import yaml
from harness import ROOT

from biospectra.study import complete_config, load_schema

SCHEMA = load_schema(ROOT / "workflow/schemas/config.schema.yaml")
COLUMNS = load_schema(ROOT / "workflow/schemas/recordings.schema.yaml")["properties"]
README = (ROOT / "config/README.md").read_text()


def keys(schema, path=""):
    """Yield the path and the schema of each key."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]] | schema
    for key, value in schema.get("properties", {}).items():
        yield f"{path}{key}", value
        yield from keys(value, f"{path}{key}.")
    inner = schema.get("additionalProperties")
    if isinstance(inner, dict):
        for part in (inner, inner.get("then", {}), inner.get("else", {})):
            yield from keys(part, f"{path}*.")


@pytest.mark.parametrize(
    ("path", "schema"), list(keys(SCHEMA)), ids=lambda v: v if isinstance(v, str) else ""
)
def test_key_is_described(path, schema):
    reference = schema.get("$ref", "").rsplit("/", 1)[-1]
    described = schema.get("description") or SCHEMA["$defs"].get(reference, {}).get("description")
    assert described, path
    assert f"`{path.rsplit('.', 1)[-1]}`" in README, f"config/README.md lacks {path}"


@pytest.mark.parametrize("column", COLUMNS)
def test_column_is_described(column):
    assert COLUMNS[column]["description"]
    assert f"`{column}`" in README


def test_the_default_config_is_complete_and_its_defaults_are_valid():
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    completed = complete_config(config, SCHEMA, "config/config.yaml")
    assert complete_config(completed, SCHEMA, "completed") == completed
    assert completed["images"]["spectrogram"]["window"] == "hann"
    assert completed["classifiers"]["encoder_features"]["candidates"]
