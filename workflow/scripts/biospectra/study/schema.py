"""The schemas of a study: reading them, filling in defaults, and saying what does not fit."""

import copy
from difflib import get_close_matches
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError, best_match, relevance

from biospectra.models.classifiers import CANDIDATES

# Keys of a classifying network that say nothing of several labels or of a number.
NOT_OF_TARGETS = ("evaluation", "sampling")


def load_schema(path: Path) -> dict:
    """Read a JSON schema written in YAML."""
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


def load_config_schema(folder: Path) -> dict:
    """Read the config's schema, with the kinds of its entries.

    Parameters
    ----------
    folder : Path
        Of config.schema.yaml. Each folder in it has the name of a part of the config whose entries
        are of several kinds, and a file KIND.yaml for each, with the kind's own keys.

    Returns
    -------
    dict
        A JSON schema that needs no other file.
    """
    schema = load_schema(folder / "config.schema.yaml")
    for path in sorted(folder.glob("*/*.yaml")):
        entry = schema["properties"][path.parent.name]["additionalProperties"]
        written = load_schema(path)
        own = _kind_schema(written, schema["$defs"])
        _offer(entry, path.stem, own)
        if path.parent.name == "classifiers" and written.get("$ref") == "#/$defs/network":
            keys = {k: v for k, v in own["properties"].items() if k not in NOT_OF_TARGETS}
            network = schema["$defs"]["target"]["properties"]["network"]
            _offer(network, path.stem, own | {"properties": keys})
    schema["$defs"]["candidate"]["enum"] = list(CANDIDATES)
    return schema


def _offer(entry: dict, kind: str, own: dict) -> None:
    """Add a kind, with a schema of its own, to those that an entry may be of."""
    offered = entry["properties"]["kind"]
    offered.setdefault("enum", []).append(kind)
    own["properties"] = {"kind": offered} | own["properties"]
    asked = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
    entry.setdefault("allOf", []).append({"if": asked, "then": own})


def _kind_schema(own: dict, shared: dict) -> dict:
    """Join a kind's own keys with those that its `$ref` says all of its like have, and close it."""
    like = shared[own["$ref"].removeprefix("#/$defs/")] if "$ref" in own else {}
    keys = {
        key: like.get("properties", {}).get(key, {}) | of for key, of in own["properties"].items()
    }
    return {
        "description": own["description"],
        "type": "object",
        "properties": keys | {k: v for k, v in like.get("properties", {}).items() if k not in keys},
        "required": [*own.get("required", []), *like.get("required", [])],
        "additionalProperties": False,
    }


def complete(instance: dict, schema: dict) -> list[ValidationError]:
    """Fill in the defaults of what a user left out, and bring keys to the schema's order, in place.

    Parameters
    ----------
    instance : dict
        Changed.
    schema : dict
        A JSON schema.

    Returns
    -------
    list of ValidationError
        What is wrong with it, what matters most first.
    """
    errors = sorted(Completing(schema).iter_errors(instance), key=relevance, reverse=True)
    inner = [best_match([error]) for error in errors]
    return [error for error in inner if error is not None]


def _fill(validator, properties, instance, schema):
    if validator.is_type(instance, "object"):
        for key, value in properties.items():
            while "default" not in value and "$ref" in value:
                value = validator._resolver.lookup(value["$ref"]).contents
            if "default" in value:
                instance.setdefault(key, copy.deepcopy(value["default"]))
        # In one order, since snakemake runs again what has its settings in another.
        ordered = {key: instance[key] for key in properties if key in instance} | instance
        instance.clear()
        instance.update(ordered)
    yield from Draft202012Validator.VALIDATORS["properties"](
        validator, properties, instance, schema
    )


Completing = validators.extend(Draft202012Validator, {"properties": _fill})


def problem_in_words(error: ValidationError) -> str:
    """Say what is wrong, and what may be meant."""
    if error.validator == "enum":
        return _unknown(f"there is no {error.instance!r}", error.instance, error.validator_value)
    if error.validator == "required":
        key = next(key for key in error.validator_value if key not in error.instance)
        known = error.schema.get("properties", {}).get(key, {}).get("enum", [])
        return f"{key!r} is missing" + (f"; there are: {', '.join(known)}" if known else "")
    if error.validator in ("pattern", "oneOf") and "description" in error.schema:
        return f"{error.instance!r} does not fit - {error.schema['description']}"
    if error.validator == "minItems" and not error.instance:
        what = error.schema.get("description", "").rstrip(".")
        return f"is empty; fill it in: {what}" if what else "is empty"
    if error.validator == "uniqueItems":
        given = error.instance
        return f"names {next(one for i, one in enumerate(given) if one in given[:i])!r} twice"
    known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
    if error.validator == "additionalProperties" and known:
        unknown = next(key for key in error.instance if key not in known)
        for key, of in known.items():
            if unknown in of.get("formerly", []):  # names that it had in earlier versions
                return f"{unknown!r} is now called {key!r}"
        return _unknown(f"unknown key {unknown!r}", unknown, known, listed=False)
    return error.message


def _unknown(what: str, given, known, *, listed: bool = True) -> str:
    names = list(map(str, known))
    near = get_close_matches(str(given), names, 1)
    if near:
        what += f"; did you mean {near[0]!r}?"
    if not listed:
        return what
    return what + (" There are: " if near else "; there are: ") + ", ".join(names)
