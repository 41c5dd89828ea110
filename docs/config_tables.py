"""Write the tables of config/README.md from the schemas: `make docs`.

Between `<!-- table: PATH -->` and `<!-- end -->` stands the table of the keys that the schema has
at PATH, such as `config.segments.quality`; between `<!-- kinds: PART -->` and `<!-- end -->` each
kind of a part of the config, with its keys.
"""

import re
import textwrap
from pathlib import Path

import yaml

from biospectra.study.schema import load_config_schema, load_schema

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "config" / "README.md"
SCHEMAS = ROOT / "workflow" / "schemas"
BLOCK = re.compile(r"<!-- (table|kinds): (\S+) -->\n.*?<!-- end -->", re.DOTALL)


def resolved(schema: dict, root: dict) -> dict:
    """Return a schema with what its `$ref` names; its own words come first."""
    if "$ref" not in schema:
        return schema
    found = root
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return resolved(found, root) | schema


def default_of(schema: dict) -> str:
    """Return a key's default as a user would write it."""
    default = schema["default"]
    if default == {}:
        return "see below" if "properties" in schema else "none"
    text = yaml.safe_dump(default, default_flow_style=True, sort_keys=False, width=10**6)
    return f"`{text.removesuffix('...' + chr(10)).strip()}`"


def meaning_of(schema: dict, root: dict) -> str:
    """Return a key's description, with the values that it may have where it names none."""
    text = " ".join(schema["description"].split())
    known = schema.get("enum") or resolved(schema.get("items", {}), root).get("enum", [])
    if not all(str(value) in text for value in known):
        text += f" One of {', '.join(f'`{value}`' for value in known)}."
    return text.replace("|", "\\|")


def table_of(schema: dict, root: dict) -> list[str]:
    """Return the table of a schema's keys, those first that have no default."""
    required = schema.get("required", [])
    keys = {key: resolved(of, root) for key, of in schema["properties"].items()}
    asked = [key for key in required if "default" not in keys[key]]
    lines = ["| key | default | meaning |", "|---|---|---|"]
    for key in [*asked, *(key for key in keys if key not in asked)]:
        left = "required" if key in asked else "optional"
        default = default_of(keys[key]) if "default" in keys[key] else left
        lines.append(f"| `{key}` | {default} | {meaning_of(keys[key], root)} |")
    return lines


def kinds_of(part: str, root: dict) -> list[str]:
    """Return the kinds of a part of the config, each with its description and its keys."""
    lines = []
    for branch in root["properties"][part]["additionalProperties"]["allOf"]:
        kind, own = branch["if"]["properties"]["kind"]["const"], branch["then"]
        keys = own | {"properties": {k: v for k, v in own["properties"].items() if k != "kind"}}
        said = f"`kind: {kind}`. {own['description']}"
        lines += [*textwrap.wrap(said, 110, break_on_hyphens=False), ""]
        lines += [*table_of(keys, root), ""]
    return lines


def written(text: str) -> str:
    """Return the text of config/README.md with its tables made anew."""
    roots = {
        "config": load_config_schema(SCHEMAS),
        "recordings": load_schema(SCHEMAS / "recordings.schema.yaml"),
    }

    def block(found: re.Match) -> str:
        what, path = found.groups()
        if what == "kinds":
            lines = kinds_of(path, roots["config"])
        else:
            first, *keys = path.split(".")
            root = schema = roots[first]
            for key in keys:  # of the part that comes before, or of what kinds have in common
                schema = resolved(schema["properties"].get(key) or root["$defs"][key], root)
            lines = [*table_of(schema, root), ""]
        return "\n".join([f"<!-- {what}: {path} -->", "", *lines, "<!-- end -->"])

    return BLOCK.sub(block, text)


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
