"""Every key of the config and column of the table is described, and the defaults are valid."""

import pytest
import yaml

from biospectra.study.config import complete_config, load_schema
from support.harness import ROOT

SCHEMA = load_schema(ROOT / "workflow/schemas/config.schema.yaml")
COLUMNS = load_schema(ROOT / "workflow/schemas/recordings.schema.yaml")["properties"]
README = (ROOT / "config/README.md").read_text()


def resolved(schema):
    """Return a schema with what it refers to."""
    if "$ref" not in schema:
        return schema
    found = SCHEMA
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found | schema


def keys(schema, path=""):
    """Yield the path and the schema of each key."""
    schema = resolved(schema)
    for key, value in schema.get("properties", {}).items():
        yield f"{path}{key}", value
        yield from keys(value, f"{path}{key}.")
    for part in ("then", "else"):
        if part in schema:
            yield from keys(schema[part], path)
    inner = schema.get("additionalProperties")
    if isinstance(inner, dict):
        yield from keys(inner, f"{path}*.")


@pytest.mark.parametrize(
    ("path", "schema"), list(keys(SCHEMA)), ids=lambda v: v if isinstance(v, str) else ""
)
def test_key_is_described(path, schema):
    described = resolved(schema).get("description")
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
