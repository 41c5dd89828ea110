"""What a schema makes of a config."""

import json

from biospectra.study.config import complete_config
from biospectra.study.schema import load_config_schema
from support.harness import ROOT
from support.tiny import CONFIG

SCHEMA = load_config_schema(ROOT / "workflow/schemas")


def turned(value):
    """Return a config with all its keys in another order, but for names that a user chose."""
    return dict(reversed(value.items())) if isinstance(value, dict) else value


def test_the_order_of_keys_means_nothing():
    """Snakemake compares a rule's settings as text."""
    named = {"images", "encoders", "features", "classifiers"}
    other = {
        part: {name: turned(entry) for name, entry in value.items()}
        if part in named
        else turned(value)
        for part, value in CONFIG.items()
    }
    first, second = (
        complete_config(config, SCHEMA, "c.yaml") for config in (CONFIG, turned(other))
    )
    assert json.dumps(CONFIG) != json.dumps(other)
    assert json.dumps(first) == json.dumps(second)


def test_names_that_a_user_chose_keep_their_order():
    config = CONFIG | {"features": dict(reversed(CONFIG["features"].items()))}
    assert list(complete_config(config, SCHEMA, "c.yaml")["features"]) == list(config["features"])
