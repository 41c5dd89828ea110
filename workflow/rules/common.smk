"""What all rules share: the study, checked before any job, and a few functions."""

import glob
import re
import sys
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir, "workflow", "scripts")))

from biospectra.errors import StudyError
from biospectra.imports import library_modules
from biospectra.study import (
    REMOTE,
    complete_config,
    load_schema,
    read_recordings,
    shard_of,
)
from biospectra.summary import table as summary_table

SCHEMAS = Path(workflow.basedir, "workflow", "schemas")
CONFIG_NAME = " ".join(map(str, workflow.overwrite_configfiles)) or "config/config.yaml"

try:
    config = complete_config(
        config, load_schema(SCHEMAS / "config.schema.yaml"), CONFIG_NAME
    )
    recordings = read_recordings(
        config["recordings"],
        load_schema(SCHEMAS / "recordings.schema.yaml"),
        config["labels"],
        annotated=bool(config["segments"]["annotations"]["mapping"]),
    )
except StudyError as error:
    sys.exit(f"Error: {error}")

recordings["shard"] = [
    shard_of(name, config["shards"]) for name in recordings["recording"]
]
SHARDS = sorted(set(recordings["shard"]))


pathvars:
    results=f"results/{config['study']}",
    logs=f"results/{config['study']}/logs",
    benchmarks=f"results/{config['study']}/benchmarks",


def names(section, **wanted):
    """Name the entries of a part of the config that have the wanted values."""
    return [
        name
        for name, entry in config[section].items()
        if all(entry[key] == value for key, value in wanted.items())
    ]


def one_of(options):
    """Return a wildcard's constraint to some names; with none of them nothing matches."""
    return "|".join(map(re.escape, options)) or "(?!)"


wildcard_constraints:
    shard=one_of(SHARDS),
    image=one_of(config["images"]),
    model=one_of(config["autoencoders"]),
    name=one_of(config["classifiers"]),
    table=one_of(config["features"]),
    label=one_of(config["labels"]),


def library(script):
    """Name a script's modules with their contents' hash, so that editing one reruns its rules."""
    path = Path(workflow.basedir, "workflow", "scripts", f"{script}.py")
    return [
        f"{module.name} {zlib.crc32(module.read_bytes()):08x}"
        for module in library_modules(path)
    ]


def shard_rows(*columns):
    """Return the function that gives some columns of a shard's rows of the table."""

    def rows(wildcards):
        shard = recordings[recordings["shard"] == wildcards.shard]
        return shard[list(columns)].to_dict("records")

    return rows


def local_files(wildcards):
    """List the files of a shard's recordings that lie on this machine."""
    shard = recordings[recordings["shard"] == wildcards.shard]
    sources = [source.split("!/")[0] for source in shard["source"]]
    local = [source for source in sources if not source.startswith(REMOTE)]
    return sorted({file for source in local for file in glob.glob(source)})


ORIGINAL = ("recording", "source", "sha256", "start_s", "duration_s")
READING = (*ORIGINAL, "channel", "rate_hz", "units", "gain", "variable")
DESCRIBED = (*READING, "label", "subject", "database")


def given_splits():
    """Return the split of each subject to which the table gives one."""
    given = recordings.dropna(subset=["split"])
    return dict(zip(given["subject"], given["split"]))


def grows(amount):
    """Return a resource that grows with each attempt, after a job was killed for want of it."""

    def resource(wildcards, attempt):
        return amount * attempt

    return resource


def image_of(section, wildcard):
    """Return the function that lists the files of the image that an entry of the config reads."""

    def files(wildcards):
        image = config[section][wildcards[wildcard]]["image"]
        return collect("<results>/{image}/{shard}.h5", image=image, shard=SHARDS)

    return files


def features_of(wildcards):
    """Name the file of features that a classifier reads."""
    return f"<results>/features/{config['classifiers'][wildcards.name]['features']}.h5"


def show_summary():
    """Print the summary, if this run made one."""
    summary = Path("results", config["study"], "summary.json")
    if summary.is_file():
        print(f"\n{summary_table(summary)}\n\nMore in {summary} and beside it.")
