"""A study as its user writes it: the config and the table of recordings, checked before any job."""

import copy
from difflib import get_close_matches
from pathlib import Path

import pandas as pd
import yaml
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import best_match

from biospectra.errors import StudyError
from biospectra.study.check_config import check_references
from biospectra.study.check_needs import check_needs
from biospectra.study.check_recordings import check_folds, check_people, check_sessions
from biospectra.study.recordings import load_recordings

# Within the installed library, or in a clone beside the scripts' folder.
_INSTALLED = Path(__file__).parents[1] / "schemas"
SCHEMAS = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[3] / "schemas"


def _with_defaults(validator_class):
    """Extend a JSON schema validator so that it fills in the defaults it meets."""
    check_properties = validator_class.VALIDATORS["properties"]

    def fill(validator, properties, instance, schema):
        if validator.is_type(instance, "object"):
            for key, value in properties.items():
                while "default" not in value and "$ref" in value:
                    value = validator._resolver.lookup(value["$ref"]).contents
                if "default" in value:
                    instance.setdefault(key, copy.deepcopy(value["default"]))
        yield from check_properties(validator, properties, instance, schema)

    return validators.extend(validator_class, {"properties": fill})


def load_schema(path: Path) -> dict:
    """Read a JSON schema written in YAML."""
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


def _said(error) -> str:
    """Return what a JSON schema's validator says; of an unknown key, which one may be meant."""
    known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
    if error.validator != "additionalProperties" or not known:
        return error.message
    unknown = next(key for key in error.instance if key not in known)
    near = get_close_matches(str(unknown), known, 1)
    return f"unknown key {unknown!r}" + (f"; is {near[0]!r} meant?" if near else "")


def complete_config(config: dict, schema: dict, name: str) -> dict:
    """Check a config and return a copy with all defaults filled in.

    Parameters
    ----------
    config : the user's keys
    schema : the JSON schema
    name : what the message calls the config, its file

    Raises
    ------
    StudyError
        For an unknown key, a wrong value, or entries that refer to one another wrongly.
    """
    config = copy.deepcopy(config)
    error = best_match(Draft202012Validator(schema).iter_errors(config))
    if error is not None:
        where = ".".join(map(str, error.absolute_path)) or "the top level"
        raise StudyError(f"{name}: {where}: {_said(error)}. config/README.md explains each key.")
    list(_with_defaults(Draft202012Validator)(schema).iter_errors(config))
    check_references(config, name)
    check_needs(config, name)
    return config


def read_study(config: dict, schemas: Path, name: str) -> tuple[dict, pd.DataFrame]:
    """Return the config with all defaults and the table of recordings.

    Parameters
    ----------
    config : the user's keys
    schemas : folder of config.schema.yaml and recordings.schema.yaml
    name : what messages call the config, its file

    Raises
    ------
    StudyError
        For what is wrong with either; names the file, the key or row, and the remedy.
    """
    config = complete_config(config, load_schema(schemas / "config.schema.yaml"), name)
    path = config["recordings"]
    recordings = load_recordings(
        path,
        load_schema(schemas / "recordings.schema.yaml"),
        config["labels"],
        annotated=bool(config["segments"]["annotations"]["mapping"]),
    )
    if not (config["autoencoders"] or config["classifiers"] or config["features"]):
        # Nothing is learnt, so nobody is set aside: images of one person are a study too.
        config["split"]["fractions"] = {"training": 1, "validation": 0, "test": 0}
    check_people(recordings, config["split"], path)
    check_folds(config, recordings, name)
    if any(table["join_channels"] for table in config["features"].values()):
        check_sessions(recordings, path)
    return config, recordings
